"""
Hidden Units: a study of small neural networks, regenerated from nothing.

The configuration is read and checked here, before any job starts; the rules are in workflow/rules/,
one file a study. `snakemake` makes the report of `config/config.yaml`,
`snakemake --configfile config/brush.yaml` that of an overlay.
"""

from snakemake.utils import min_version

min_version("9.20")


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/dataset.smk"
include: "workflow/rules/characters.smk"
include: "workflow/rules/comparisons.smk"
include: "workflow/rules/checkerboard.smk"
include: "workflow/rules/encoders.smk"
include: "workflow/rules/sequences.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/notebooks.smk"
include: "workflow/rules/report.smk"


# Light, or in need of a network, which a cluster's nodes often lack: these stay on the submitting machine.
localrules:
    fetch_kmnist,
    summarise_characters,
    evaluate_step_networks,
    summarise_checkerboard,
    judge_claims,
    draw_data,
    draw_characters,
    draw_checkerboard,
    draw_encoders,
    draw_sequences,
    render_notebooks,
    write_config,
    render_report,
    collect_provenance,
    write_manifest,
    write_crate,


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
