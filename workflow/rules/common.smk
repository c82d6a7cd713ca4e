"""
What the rules share: the checked configuration, the device, and functions that they call.

Requires: config/config.yaml and overlays, report/published/protocol.yaml.
Produces: nothing by itself.
"""

import re
import signal
import sys
from contextlib import contextmanager, suppress
from dataclasses import asdict
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

from snakemake.cli import get_argument_parser
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

# Where the workflow is: not the working folder, and as a module not that of the main workflow.
ROOT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]
IS_HERE = ROOT.samefile(".")
sys.path.insert(0, str(ROOT / "src"))

from hidden_units.characters.own_files import compiled
from hidden_units.config import ignored_keys, resolve
from hidden_units.datasets.letters import not_shown
from hidden_units.datasets.providers import provider_of
from hidden_units.device import check_device, resolve_device
from hidden_units.encoders.tables import (
    is_identity,
    is_picture,
    table_sources,
    target_table,
)
from hidden_units.errors import StudyError
from hidden_units.inherited import clean_snakemake
from hidden_units.manifest import deleted, is_promised
from hidden_units.modules import library_files
from hidden_units.names import STUDIES as ALL_STUDIES
from hidden_units.paths import user_path
from hidden_units.records import adopt, begin_run, refuse_future, review, set_aside
from hidden_units.report.protocol import is_published, read_settings
from hidden_units.report.provenance import read_commit
from hidden_units.reproduction import MEANS, PUBLISHED, reference_of, rows_of
from hidden_units.run_control import (
    hold_folder,
    hold_results,
    refuse_orphaned_jobs,
    say_where_the_report_is,
    stop_jobs_at_signals,
)
from hidden_units.schedule import plan
from hidden_units.yaml_files import read_mapping


@contextmanager
def workflow_errors():
    """An expected user error ends the workflow in its one sentence."""
    try:
        yield
    except StudyError as error:
        raise WorkflowError(str(error)) from None


clean_snakemake()

with workflow_errors():
    # Snakemake has read them too, but not as carefully; those of a module's user are not ours to judge.
    for path in workflow.configfiles if workflow.modifier.is_main_snakefile() else []:
        read_mapping(Path(path))
    # A new one: that of a module belongs to the workflow that uses it.
    config = resolve(config, files=[str(path) for path in workflow.configfiles])

if not IS_HERE and re.search(r"{.*}|<.*>", str(ROOT)):
    raise WorkflowError(
        f"{ROOT}: Snakemake reads what stands in braces or angle brackets as a variable of its own; rename the folder, or "
        "run inside it."
    )

STUDIES = config["studies"]
LEFT_OUT = [study for study in ALL_STUDIES if study not in STUDIES]
PROVIDER = provider_of(config["dataset"])
if workflow.is_main_process:
    with workflow_errors():
        shown = not_shown(config, PROVIDER.folders) if "characters" in STUDIES else []
        for sentence in [*ignored_keys(config), *shown]:
            logger.warning(sentence)

SEEDS = list(range(config["seeds"]))
DEVICE = resolve_device(config["device"])


# Files of results that were edited since the last run; filled when Snakemake knows what is to be made.
EDITED = []


# The executor is known only when jobs are about to start.
onstart:
    with workflow_errors():
        hold_folder()
        refuse_orphaned_jobs()
        refuse_future(
            path
            for job in workflow.dag.needrun_jobs()
            for path in job.input
            if not path.startswith(f"{RESULTS}/")
        )
        check_device(DEVICE, here=workflow.local_exec)
        hold_results(RESULTS)
    if config["device"] == "auto" and not workflow.local_exec:
        raise WorkflowError(
            "config: `device` is auto, which looks for a GPU on this machine, but jobs run on others; say what they "
            "have by --config device=cuda or device=cpu, as the profiles do unless a --config takes their place."
        )
    begin_run(RESULTS, config)
    with workflow_errors():
        set_aside(EDITED)
    # For the line that a terminal shows of the time left; on a cluster each job has its node.
    cores = workflow.cores if workflow.local_exec else None
    logger.info("", extra={"plan": plan(workflow.dag, config), "cores": cores})
    if workflow.local_exec:
        stop_jobs_at_signals()
    else:
        # workflow/run.py dies of Ctrl-C while there are no jobs; from here on Snakemake cancels them.
        signal.signal(signal.SIGINT, signal.default_int_handler)


onsuccess:
    say_where_the_report_is(config["run"])


pathvars:
    results=f"results/{config['run']}",
    logs=f"results/{config['run']}/logs",
    benchmarks=f"results/{config['run']}/benchmarks",


# With the prefix of a module, which Snakemake puts before paths in rules.
RESULTS = Path(
    workflow.modifier.path_modifier.replace_prefix(workflow.pathvars.apply("<results>"))
)


# The files of a study's rules, where they are not one of its name.
RULE_FILES = {"characters": ["dataset", "characters", "comparisons"]}


def refuse_left_out(target):
    """Raise WorkflowError where a target, a study, one of its rules or files, belongs to a study that is left out."""
    for study in LEFT_OUT:
        own_rules = "".join(
            (ROOT / f"workflow/rules/{file}.smk").read_text(encoding="utf-8")
            for file in RULE_FILES.get(study, [study])
        )
        is_file = any(
            fnmatch(target, f"{RESULTS}/{pattern}") for pattern in ALL_STUDIES[study]
        )
        # Spelled so that Snakemake's own lint takes it for no rule.
        heading = rf"^ *(use\srule\s\w+\sas|rule)\s{re.escape(target)}( with)?:"
        named = re.search(heading, own_rules, re.MULTILINE)
        if target == study or is_file or named:
            raise WorkflowError(
                f"{target}: belongs to the study {study}, but `studies` chooses {' and '.join(STUDIES)} alone; add "
                f'{study} to `studies` in the configuration, or call with --config "studies=[{study}]".'
            )


# Snakemake itself looks for its targets when all rules are known, where those of a study left out are none.
COMMAND = Path(sys.argv[0]).parts[-2:]
if LEFT_OUT and workflow.is_main_process and {"snakemake", "run.py"} & {*COMMAND}:
    # workflow/run.py hands on what stands after the dashes, if there are any.
    own = [*sys.argv, "--"].index("--") if "run.py" in COMMAND else 0
    given = get_argument_parser().parse_known_args(sys.argv[own + 1 :])[0]
    for target in given.targets:
        refuse_left_out(target)


wildcard_constraints:
    seed=r"\d+",
    hidden=r"\d+",
    table=r"[\w-]+",


# What jobs of a minute or two need: the light ones stay on the submitting machine, measuring ones are submitted.
LIGHT = {"mem_mb": 700, "runtime": "5m"}
MEASURING = {"mem_mb": 700, "runtime": "20m"}
ENVIRONMENT = "../../envs/environment.yaml"
# What a training leaves in the folder of its run; what most rules read first, for Snakemake looks for the job that
# makes a file among all files of a rule from the first on.
EVIDENCE = {
    "metrics": "metrics.json",
    "timing": "timing.csv",
    "history": "history.csv",
    "predictions": "predictions.npz",
    "weights": "weights.safetensors",
}


def user_file(path):
    """A file that people name, as an input: as it is written, and for a module without its prefix.

    Snakemake looks for variables of its own in braces and angle brackets, so a file with these in its path is read
    through a link without them.
    """
    variables = re.compile("[{}<>]")
    if not variables.search(str(path)) or not Path(path).exists():
        return local(str(path))
    file = Path(path).absolute()
    # A folder a file: two files may differ in nothing but what is replaced.
    folder = Path(".snakemake/links", sha256(str(file).encode()).hexdigest()[:16])
    link = folder / variables.sub("_", file.name)
    folder.mkdir(parents=True, exist_ok=True)
    # Whoever reads the Snakefile at the same time makes the same link.
    with suppress(FileExistsError):
        link.symlink_to(file)
    return local(str(link))


def code(path):
    """A file of this workflow as an input, wherever the working folder is."""
    return user_file(path if IS_HERE else ROOT / path)


def code_files(*patterns):
    """All files of this workflow that match one of the patterns, as inputs."""
    found = [path for pattern in patterns for path in ROOT.glob(pattern)]
    return [code(path.relative_to(ROOT)) for path in sorted(found)]


def library(script, *notebooks):
    """A script and the library files that it and notebooks import, directly or not, as inputs of a rule."""
    files = [
        f"workflow/scripts/{script}.py",
        *(f"workflow/notebooks/{name}.ipynb" for name in notebooks),
    ]
    found = library_files([ROOT / file for file in files], ROOT / "src")
    return [code(files[0]), *(code(path.relative_to(ROOT)) for path in found)]


def trained(kind, model, seed=SEEDS, folder="<results>/characters"):
    """The list of one kind of evidence of each model and seed; both may be wildcards."""
    return expand(
        "{folder}/{model}/seed-{seed}/{file}",
        folder=folder,
        model=model,
        seed=seed,
        file=EVIDENCE[kind],
    )


def evidence(*run):
    """All evidence that a training leaves, as named outputs."""
    return {kind: trained(kind, *run) for kind in EVIDENCE}


def of_tasks(tables, tasks):
    """The list of each table of each sequence task, whether there are several of them or one."""
    return expand("<results>/sequences/{task}/{table}", table=tables, task=tasks)


def figures(study, category=None, **listed):
    """Named outputs for the figures of a study: of each its drawing, followed by its data.

    A figure is listed by its name with its label; one of which there are several with its label and what
    each is of, such as ("confusion matrix", {"model": ["netlin", "netconv"]}).
    """
    outputs = {}
    for name, entry in listed.items():
        label, of_each = (entry, {}) if isinstance(entry, str) else entry
        instances = [{key: one} for key, ones in of_each.items() for one in ones]
        outputs[name] = []
        for instance in instances if of_each else [{}]:
            path = "_".join([f"<results>/{study}/figures/{name}", *instance.values()])
            drawing = report(
                f"{path}.svg",
                caption=f"../../report/captions/{study}/{name}.rst",
                category=category or study.title(),
                labels={"figure": label, **instance},
            )
            outputs[name] += [drawing, f"{path}.csv"]
    return outputs


def files_to_restore(wildcards):
    """Files of the last finished run of this configuration that were deleted since.

    Snakemake itself does not miss a file as long as everything made from it exists. Results that are there but
    are not what the records of their jobs say, in content or in what they were made from, are made again.
    """
    found = review(RESULTS, config)
    workflow.dag.forcefiles |= found.again
    if workflow.executor_plugin is not None and not workflow.dryrun:
        adopt(found)
        EDITED[:] = found.edited
        if not workflow.modifier.is_main_snakefile():
            # A module's hook at the start is not called.
            begin_run(RESULTS, config)
            with workflow_errors():
                set_aside(EDITED)
    if kept := [study for study in LEFT_OUT if (RESULTS / study).is_dir()]:
        logger.warning(
            f"{RESULTS}: holds files of {' and '.join(kept)} from another choice of studies; they are kept as they "
            f"are, and the report shows {' and '.join(STUDIES)} alone."
        )
    for sentence in found.sentences(RESULTS):
        logger.warning(sentence)
    try:
        made_with = read_mapping(RESULTS / "config.yaml")
    except StudyError:
        return []
    if found.is_foreign and made_with != config:
        workflow.dag.forcefiles.add(f"{RESULTS}/config.yaml")
    # A file that this version of the workflow no longer makes is ignored.
    return [
        f"<results>/{name}"
        for name in (deleted(RESULTS) if made_with == config else [])
        if any(rule.is_producer(f"{RESULTS}/{name}") for rule in workflow.rules)
    ]


def promised_files(wildcards):
    """The files that this configuration makes and that are to be the same bytes from run to run."""
    return sorted(
        file
        for job in workflow.dag.jobs
        for file in map(str, job.output)
        if file.startswith(f"{RESULTS}/")
        and is_promised(file.removeprefix(f"{RESULTS}/"))
    )


def commit(wildcards):
    """The commit that is checked out, as a parameter: a new one renders the report again, and nothing else."""
    return asdict(read_commit(ROOT))


def is_published_protocol(training):
    """Whether classifiers are trained as published."""
    protocol = read_settings(ROOT / "report/published/protocol.yaml")
    return is_published(training, protocol["characters"])


def training_gpus():
    """The resources by which a training job requests a GPU; its script trains on it if it gets one."""
    if DEVICE == "cuda" and config["gres"]:
        return {"gpu": 0, "gres": config["gres"]}
    return {"gpu": 1 if DEVICE == "cuda" else 0}


def source_inputs(provider):
    """The source files of the images by part: to be fetched, found in the user's folder, or none."""
    with workflow_errors():
        files = provider.source_files("<results>/data/source")
        if workflow.is_main_process:
            provider.refresh()
    return {
        part: path if path.startswith("<results>") else user_file(path)
        for part, path in files.items()
    }


def here_or_ours(path):
    """A path that people name, or where it is not in the working folder, that file of this workflow if there is one."""
    return ROOT / path if not Path(path).exists() and (ROOT / path).exists() else path


def own_networks(files):
    """Name of each network of the user's own with its file, each compiled once, as a check."""
    with workflow_errors():
        sources = {
            name: str(here_or_ours(user_path(file))) for name, file in files.items()
        }
        for file in sources.values():
            compiled(file)
    return sources


def encoder_sources(encoders):
    """Name of each encoder table with the file that it is read from, or None; all are read once, as a check."""
    with workflow_errors():
        sources = {
            name: path and here_or_ours(path)
            for name, path in table_sources(encoders["tables"]).items()
        }
        for name, source in sources.items():
            target_table(name, source)
    for key, names in {
        "shown": encoders["shown"],
        "patience: tables": encoders["patience"]["tables"],
    }.items():
        if unknown := sorted({*names} - {*sources}):
            raise WorkflowError(
                f"config: `encoders: {key}` names {unknown[0]!r}, which is not among `encoders: tables` "
                f"({', '.join(sources)}); add it there, or leave it out here."
            )
    return sources
