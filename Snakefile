"""
Hidden Units: a study of small neural networks, regenerated from nothing.

The configuration is read and checked here, before any job starts; the rules stand in
workflow/rules/, one file a study. `snakemake` makes the report of `config/config.yaml`,
`snakemake --configfile config/brush.yaml` that of an overlay.
"""

from snakemake.utils import min_version

min_version("9.20")


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/dataset.smk"
include: "workflow/rules/characters.smk"
include: "workflow/rules/characters_figures.smk"
include: "workflow/rules/checkerboard.smk"
include: "workflow/rules/encoders.smk"
include: "workflow/rules/sequences.smk"
include: "workflow/rules/sequences_figures.smk"
include: "workflow/rules/comparisons.smk"
include: "workflow/rules/sensitivity.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/notebooks.smk"
include: "workflow/rules/interactive.smk"
include: "workflow/rules/report.smk"


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
        deleted_files,
