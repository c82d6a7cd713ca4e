"""Cores and memory that control groups leave: of both versions, nested, and as a container sees them."""

import errno
import os
from pathlib import Path

import pytest

from hidden_units import machine

GIB = 2**30


@pytest.fixture
def process(tmp_path, monkeypatch):
    """A function that writes what the kernel tells a process of its groups; no group has a limit yet."""
    monkeypatch.setattr(machine, "PROCESS", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr("psutil.virtual_memory", lambda: type("Memory", (), {"total": 64 * GIB}))

    def write(groups, mounts):
        (tmp_path / "cgroup").write_text("".join(f"{line}\n" for line in groups))
        lines = [f"31 23 0:28 {root} {tmp_path}/{place} rw - {kind}\n" for root, place, kind in mounts]
        (tmp_path / "mountinfo").write_text("22 1 8:1 / / rw - ext4 /dev/vda rw\n" + "".join(lines))

    return write


def limit(folder, **files):
    """Write the limits of a group, with a dot for each double underscore."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(f"{content}\n")


TWO = [("/", "sys", "cgroup2 cgroup2 rw")]
ONE = [
    ("/", "cpu", "cgroup cgroup rw,cpu,cpuacct"),
    ("/", "mem", "cgroup cgroup rw,memory"),
    ("/", "unified", "cgroup2 cgroup2 rw"),
]


def test_without_groups_the_whole_machine_may_be_used(process):
    assert (machine.usable_cores(), machine.memory_mb()) == (64, 64 * GIB // 10**6)
    process(["0::/"], TWO)
    assert (machine.usable_cores(), machine.memory_mb()) == (64, 64 * GIB // 10**6)


@pytest.mark.parametrize("path", ["/", "/user.slice/user-0.slice/run-x.scope", "/job_7/step_0/user/task_0"])
@pytest.mark.parametrize("level", [0, 1, -1])
def test_a_limit_of_version_2_holds_wherever_it_is_on_the_way_up(process, tmp_path, path, level):
    process([f"0::{path}"], TWO)
    parts = path.strip("/").split("/")
    for number in range(len(parts) + 1):
        limit(tmp_path.joinpath("sys", *parts[:number]), cpu__max="max 100000", memory__max="max")
    holder = tmp_path.joinpath("sys", *parts[: level if level >= 0 else len(parts)])
    limit(holder, cpu__max="250000 100000", memory__max=4 * GIB)
    assert (machine.usable_cores(), machine.memory_mb()) == (2, 4 * GIB // 10**6)
    limit(holder, memory__high=GIB, cpu__max="50000 100000")
    assert (machine.usable_cores(), machine.memory_mb()) == (1, GIB // 10**6), "never none"


@pytest.mark.parametrize("path", ["/", "/slurm/uid_0/job_7/step_0"])
def test_limits_of_version_1_hold_with_their_controllers_mounted_apart(process, tmp_path, path):
    process(["4:cpu,cpuacct:" + path, f"3:memory:{path}", "1:name=systemd:/", "0::/"], ONE)
    own = path.strip("/")
    limit(tmp_path / "cpu" / own, cpu__cfs_quota_us=300_000, cpu__cfs_period_us=100_000)
    limit(tmp_path / "cpu", cpu__cfs_quota_us=-1, cpu__cfs_period_us=100_000)
    limit(tmp_path / "mem", memory__limit_in_bytes=2**63 - 4096)
    assert (machine.usable_cores(), machine.memory_mb()) == ((3 if own else 64), 64 * GIB // 10**6)
    limit(tmp_path / "mem" / own, memory__limit_in_bytes=2 * GIB)
    assert machine.memory_mb() == 2 * GIB // 10**6


@pytest.mark.parametrize(
    ("group", "root", "place"),
    [
        # Docker of old: the full name, of which the mount shows the inner part alone.
        ("/docker/abc", "/docker/abc", "."),
        ("/docker/abc/inner", "/docker/abc", "inner"),
        # A name that the mount does not know: what it shows is all that can be asked.
        ("/elsewhere", "/docker/abc", "."),
    ],
)
def test_a_container_that_sees_no_more_than_its_own_group_has_its_limits(
    process, tmp_path, group, root, place
):
    process([f"0::{group}"], [(root, "sys", "cgroup2 cgroup2 rw")])
    limit(tmp_path / "sys" / place, memory__max=GIB, cpu__max="200000 100000")
    assert (machine.usable_cores(), machine.memory_mb()) == (2, GIB // 10**6)


@pytest.mark.parametrize("text", ["", "nonsense\n", "0:\n"])
def test_what_cannot_be_read_limits_nothing(process, tmp_path, text):
    process(["0::/"], TWO)
    limit(tmp_path / "sys", memory__max="many", cpu__max="")
    (tmp_path / "cgroup").write_text(text)
    assert (machine.usable_cores(), machine.memory_mb()) == (64, 64 * GIB // 10**6)
    process(["0::/"], TWO)
    assert (machine.usable_cores(), machine.memory_mb()) == (64, 64 * GIB // 10**6)


@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "HOME"])
@pytest.mark.parametrize("way", ["file", "below a file", errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_cache_of_the_user_that_takes_no_files_is_done_without_and_told(
    tmp_path, monkeypatch, variable, way
):
    for name in ("XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, "")
    place = tmp_path / "place"
    monkeypatch.setenv(variable, str(place / "below" if way == "below a file" else place))
    if isinstance(way, str):
        place.touch()
    else:

        def refuse(**_):
            raise OSError(way, os.strerror(way))

        monkeypatch.setattr(machine.tempfile, "TemporaryFile", refuse)
    instead = tmp_path / "instead"
    assert machine.keep_caches(instead).startswith(f"{place}")
    assert os.environ["XDG_CACHE_HOME"] == str(instead)
    assert machine.keep_caches(instead) is None or isinstance(way, int)


def test_a_cache_of_the_user_that_takes_files_is_used_and_left_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert machine.keep_caches(tmp_path / "instead") is None
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path / "cache") and not list(
        Path(tmp_path, "cache").iterdir()
    )
