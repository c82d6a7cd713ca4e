"""
Hidden Units: a study of small neural networks, regenerated from nothing.

The configuration is read and checked here, before any job starts; the rules are in workflow/rules/,
one file a study. `snakemake` makes the report of `config/config.yaml`,
`snakemake --configfile config/brush.yaml` that of an overlay.
"""

import sys
from os.path import relpath

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.20")

if not workflow.current_basedir.is_local:
    raise WorkflowError(
        f"{workflow.current_basedir}: this workflow brings a library and runs from files alone; clone it, and name "
        "the clone's Snakefile."
    )

# Snakemake has put this folder first, where any file in it would pass for the package of its name.
HERE = workflow.current_basedir.get_path_or_uri(secret_free=True)
sys.path[:] = [path for path in sys.path if path != HERE]


# Those of a workflow that uses this one as a module.
OTHERS = [rule.name for rule in workflow.rules]


# Not the working folder's, which may be another one, or that of a workflow of which this is a module.
configfile: relpath(workflow.current_basedir.join("config/config.yaml"))


include: "workflow/rules/common.smk"


if "characters" in STUDIES:

    include: "workflow/rules/dataset.smk"
    include: "workflow/rules/characters.smk"
    include: "workflow/rules/comparisons.smk"


if "checkerboard" in STUDIES:

    include: "workflow/rules/checkerboard.smk"


if "encoders" in STUDIES:

    include: "workflow/rules/encoders.smk"


if "sequences" in STUDIES:

    include: "workflow/rules/sequences.smk"


include: "workflow/rules/claims.smk"
include: "workflow/rules/notebooks.smk"
include: "workflow/rules/report.smk"


# Nothing reads the notebooks, so they are left for the end, when the report is printed and all other cores are idle.
for step in workflow.rules:
    step.priority += step.name not in OTHERS and not step.name.endswith(NOTEBOOK_RULES)


rule all:
    default_target: True
    input:
        "<results>/config.yaml",
        "<results>/report/report.html",
        "<results>/report/report.pdf",
        "<results>/report/machine.html",
        "<results>/manifest.sha256",
        "<results>/ro-crate-metadata.json",
        NOTEBOOK_PAGES,
        files_to_restore,
