"""A Slurm cluster of one node, this machine, that lives as long as a block runs.

It needs Debian's packages slurm-wlm and munge and the rights of root: the executor drops SLURM_CONF from a
job's environment, so that the configuration must be where Slurm looks for it. There it is a link into a
folder of this run; that of somebody else is never touched.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

CONFIGURATION = Path("/etc/slurm/slurm.conf")
PREFIX = "hidden-units-slurm-"
COMMANDS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel", "scontrol", "sinfo", "squeue", "srun")
CLUSTER = "hidden-units"
PARTITION = "main"
SECONDS_TO_START = 60.0
PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"

# No accounting and no control groups, so that it runs inside a container too. The GPU is a file that is
# always there: Slurm hands it out and sets CUDA_VISIBLE_DEVICES as for a real one.
SLURM_CONF = """\
ClusterName={cluster}
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
OverTimeLimit=0
KillWait=3
MinJobAge=86400
ReturnToService=2
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={megabytes} Gres=gpu:1 State=UNKNOWN
PartitionName={partition} Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
GRES_CONF = "Name=gpu File=/dev/null\n"


def why_not() -> str | None:
    """Why there can be no such cluster here, or None."""
    if os.name != "posix" or os.geteuid() != 0:
        return "a Slurm cluster for the test can be started by root alone"
    if missing := [name for name in COMMANDS if shutil.which(name, path=PATH) is None]:
        return f"Slurm is not installed (no {missing[0]}): apt-get install slurm-wlm munge"
    if CONFIGURATION.exists() and not is_ours(CONFIGURATION):
        return f"{CONFIGURATION} is a configuration of this machine's own, which the test does not touch"
    if CONFIGURATION.exists():
        return f"another such cluster is running here ({CONFIGURATION.resolve().parent})"
    return None


def is_ours(path: Path) -> bool:
    """Whether the configuration is a link that a cluster of this module made."""
    return path.is_symlink() and path.readlink().parent.name.startswith(PREFIX)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment."""
    with_ports = [socket.socket() for _ in range(count)]
    for listener in with_ports:
        listener.bind(("127.0.0.1", 0))
    ports = [listener.getsockname()[1] for listener in with_ports]
    for listener in with_ports:
        listener.close()
    return ports


def processes_of_jobs() -> Iterator[tuple[psutil.Process, dict[str, str]]]:
    """The processes of all jobs of such a cluster, each with its environment."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            environment = process.environ()
            if environment.get("SLURM_CLUSTER_NAME") == CLUSTER:
                yield process, environment


def is_script(process: psutil.Process) -> bool:
    """Whether it runs the script of a rule."""
    with suppress(psutil.Error):
        return any("/.snakemake/scripts/" in part for part in process.cmdline())
    return False


@dataclass
class OneNode:
    """The cluster while it runs."""

    folder: Path
    daemons: list[psutil.Popen] = field(default_factory=list)

    def start(self) -> None:
        """Write the configuration and start the three daemons.

        Raises:
            RuntimeError: the node is not ready in time; the message holds the daemons' logs.
        """
        memory = psutil.virtual_memory().total // 2**20
        values = {
            "folder": self.folder,
            "host": socket.gethostname().partition(".")[0],
            "ports": free_ports(2),
            "cpus": os.cpu_count() or 1,
            "megabytes": memory - memory // 10,
            "cluster": CLUSTER,
            "partition": PARTITION,
        }
        (self.folder / "slurm.conf").write_text(SLURM_CONF.format(**values), encoding="ascii")
        (self.folder / "gres.conf").write_text(GRES_CONF, encoding="ascii")
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        CONFIGURATION.parent.mkdir(exist_ok=True)
        if CONFIGURATION.is_symlink():
            # Left by a test that was killed: its folder is gone, or nobody would have come this far.
            CONFIGURATION.unlink()
        CONFIGURATION.symlink_to(self.folder / "slurm.conf")

        munge = {
            "key-file": key,
            "socket": self.folder / "munge.socket",
            "pid-file": self.folder / "munged.pid",
            "log-file": self.folder / "munged.log",
            "seed-file": self.folder / "munged.seed",
        }
        self.launch(
            "munged", "--foreground", "--force", *(f"--{name}={path}" for name, path in munge.items())
        )
        self.wait_for(munge["socket"].exists)
        self.launch("slurmctld", "-D")
        self.launch("slurmd", "-D")
        self.wait_for(lambda: self.ask("sinfo", "--noheader", "--format=%T").strip() == "idle")

    def launch(self, name: str, *arguments: str) -> None:
        """Start a daemon in the foreground of a process of ours; it ends with us, should we be killed."""
        command = [name, *arguments]
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "TERM", *command]
        with (self.folder / f"{name}.out").open("wb") as output:
            daemon = psutil.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A Ctrl-C is for the tests, which then stop the cluster in order.
                start_new_session=True,
                # gres.conf is looked for beside the configuration that is named here.
                env={**os.environ, "PATH": PATH, "SLURM_CONF": str(self.folder / "slurm.conf")},
            )
        self.daemons.append(daemon)

    def wait_for(self, ready) -> None:
        """Wait until `ready()` is true."""
        end = time.monotonic() + SECONDS_TO_START
        while not ready():
            dead = any(daemon.poll() is not None for daemon in self.daemons)
            if dead or time.monotonic() > end:
                logs = [*self.folder.glob("*.log"), *self.folder.glob("*.out")]
                text = "\n".join(f"{path.name}:\n{path.read_text(errors='replace')[-2000:]}" for path in logs)
                raise RuntimeError(f"the cluster of one node did not start.\n{text}")
            time.sleep(0.1)

    def ask(self, *command: str) -> str:
        """What one of Slurm's commands prints; nothing where it fails."""
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout

    def jobs(self) -> dict[int, dict[str, str]]:
        """All jobs since the start, running and ended, by their number, as `scontrol show job` has them."""
        lines = self.ask("scontrol", "show", "job", "--oneliner").splitlines()
        records = [dict(re.findall(r"(\S+?)=(.*?)(?=\s+\S+?=|\s*$)", line)) for line in lines]
        return {int(record["JobId"]): record for record in records if "JobId" in record}

    def processes(self, job: int) -> list[psutil.Process]:
        """The processes that run a script of Snakemake's in a job."""
        return [
            process
            for process, environment in processes_of_jobs()
            if environment.get("SLURM_JOB_ID") == str(job) and is_script(process)
        ]

    def stop(self) -> None:
        """End all jobs and the daemons, and leave the machine as it was."""
        running = [job for job, record in self.jobs().items() if record["JobState"] in ("RUNNING", "PENDING")]
        if running:
            self.ask("scancel", "--signal=KILL", *map(str, running))
            self.ask("scancel", *map(str, running))
            end = time.monotonic() + 15
            while self.ask("squeue", "--noheader").strip() and time.monotonic() < end:
                time.sleep(0.2)
        for process, _ in processes_of_jobs():
            # Slurm loses sight of a process whose parent has ended, where it has no control groups.
            with suppress(psutil.Error):
                process.kill()
        for daemon in reversed(self.daemons):
            with suppress(psutil.NoSuchProcess):
                left = daemon.children(recursive=True)
                daemon.terminate()
                with suppress(psutil.TimeoutExpired):
                    daemon.wait(timeout=15)
                for process in [daemon, *left]:
                    with suppress(psutil.NoSuchProcess):
                        process.kill()
        if is_ours(CONFIGURATION) and CONFIGURATION.readlink().parent == self.folder:
            CONFIGURATION.unlink()


@contextmanager
def one_node() -> Iterator[OneNode]:
    """Start a cluster of one node with all processors, where there can be one; stop it at the end.

    Raises:
        RuntimeError: it did not start.
    """
    made_folder = not CONFIGURATION.parent.exists()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    # munge insists that all users reach its socket.
    folder.chmod(0o755)
    cluster = OneNode(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
        if made_folder:
            with suppress(OSError):
                CONFIGURATION.parent.rmdir()
