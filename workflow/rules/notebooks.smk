"""
Notebooks: run with their parameters, kept as they ran, and as pages that the report links.

Requires: workflow/notebooks/, report/notebook/, and of the studies characters/*, sequences/<task>/.
Produces: notebooks/<page>.ipynb and notebooks/<page>.html.
"""

from hidden_units.notebooks.pages import check_pages, notebook_pages

try:
    check_pages(config)
except StudyError as error:
    raise WorkflowError(str(error)) from None

NOTEBOOKS = {page.name: page for page in notebook_pages(config)}
NOTEBOOK_PAGES = expand(
    "<results>/notebooks/{name}.{kind}", name=NOTEBOOKS, kind=["ipynb", "html"]
)
CONFUSED = config["notebooks"]["confusions"]["model"]
CONFUSED_MODEL = MAIN_NETFULL if CONFUSED == "netfull" else CONFUSED


rule run_confusions:
    input:
        notebook="workflow/notebooks/confusions.ipynb",
        dataset="<results>/data/dataset.json",
        images=ancient("<results>/data/test_images.npy"),
        representatives="<results>/characters/representatives.json",
        pairs="<results>/characters/confused_pairs.csv",
        means="<results>/characters/class_means.npy",
        predictions=expand(
            "<results>/characters/{model}/seed-{seed}/predictions.npz",
            model=CONFUSED_MODEL,
            seed=SEEDS,
        ),
        library=library(
            "characters.confusion",
            "characters.figures",
            "characters.runs",
            "names",
            "notebooks.cells",
            "notebooks.running",
            "plotting",
        ),
    output:
        "<results>/notebooks/confusions.ipynb",
    log:
        "<logs>/run_confusions.log",
    benchmark:
        "<benchmarks>/run_confusions.tsv"
    conda:
        "../../envs/notebooks.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        parameters=lambda wildcards: NOTEBOOKS["confusions"].parameters,
    script:
        "../scripts/run_notebook.py"


use rule run_confusions as run_width_sweep with:
    input:
        notebook="workflow/notebooks/width_sweep.ipynb",
        sweep="<results>/characters/sweep.csv",
        histories=expand(
            "<results>/characters/netfull-{width}/seed-{seed}/history.csv",
            width=WIDTHS,
            seed=SEEDS,
        ),
        comparisons="<results>/characters/comparisons.csv",
        plateau="<results>/characters/plateau.json",
        library=library(
            "characters.comparisons",
            "characters.figures",
            "characters.figures_comparisons",
            "characters.runs",
            "notebooks.cells",
            "notebooks.running",
            "plotting",
            "statistics.plateau",
        ),
    output:
        "<results>/notebooks/width_sweep.ipynb",
    log:
        "<logs>/run_width_sweep.log",
    benchmark:
        "<benchmarks>/run_width_sweep.tsv"
    params:
        parameters=lambda wildcards: NOTEBOOKS["width_sweep"].parameters,


use rule run_confusions as run_state_space with:
    input:
        notebook="workflow/notebooks/state_space.ipynb",
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library(
            "notebooks.cells",
            "notebooks.running",
            "plotting",
            "sequences.figures.lstm",
            "sequences.figures.srn",
            "sequences.measures.dynamics",
            "sequences.measures.evaluation",
            "sequences.measures.generalisation",
            "sequences.measures.trajectories",
            "sequences.runs",
        ),
    output:
        "<results>/notebooks/state_space_{task}.ipynb",
    log:
        "<logs>/run_state_space/{task}.log",
    benchmark:
        "<benchmarks>/run_state_space/{task}.tsv"
    params:
        parameters=lambda wildcards: NOTEBOOKS[
            f"state_space_{wildcards.task}"
        ].parameters,


# All pages in one job: loading what makes them takes longer than they do.
rule render_notebooks:
    input:
        notebooks=expand("<results>/notebooks/{name}.ipynb", name=NOTEBOOKS),
        template=["report/notebook/index.html.j2", "report/notebook/conf.json"],
        style=["report/style.css", "report/notebook/notebook.css"],
        library=library("notebooks.web"),
    output:
        expand("<results>/notebooks/{name}.html", name=NOTEBOOKS),
    log:
        "<logs>/render_notebooks.log",
    benchmark:
        "<benchmarks>/render_notebooks.tsv"
    localrule: True
    conda:
        "../../envs/notebooks.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    params:
        titles=[page.title for page in NOTEBOOKS.values()],
    script:
        "../scripts/render_notebooks.py"
