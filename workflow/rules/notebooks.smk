"""
Notebooks: run with their parameters, saved with their outputs, and rendered as pages that the report links.

Requires: workflow/notebooks/, report/notebook/, and of the studies characters/*, sequences/<task>/.
Produces: notebooks/<page>.ipynb and notebooks/<page>.html.
"""

from hidden_units.notebooks.pages import check_pages, notebook_pages

with workflow_errors():
    check_pages(config, len(PROVIDER.classes) if "characters" in STUDIES else None)

NOTEBOOKS = {page.name: page for page in notebook_pages(config)}
NOTEBOOK_PAGES = expand(
    "<results>/notebooks/{name}.{kind}", name=NOTEBOOKS, kind=["ipynb", "html"]
)
CONFUSED = config["notebooks"]["confusions"]["model"]
NOTEBOOK_RULES = (
    "run_confusions",
    "run_width_sweep",
    "run_state_space",
    "render_notebooks",
)


rule run_state_space:
    input:
        notebook=code("workflow/notebooks/state_space.ipynb"),
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library("run_notebook", "state_space"),
    output:
        "<results>/notebooks/state_space_{task}.ipynb",
    log:
        "<logs>/run_state_space/{task}.log",
    benchmark:
        "<benchmarks>/run_state_space/{task}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        parameters=lambda wildcards, output: {
            "results": str(Path(output[0]).parents[1]),
            **NOTEBOOKS[Path(output[0]).stem].parameters,
        },
    script:
        "../scripts/run_notebook.py"


if "characters" in STUDIES:

    use rule run_state_space as run_confusions with:
        input:
            notebook=code("workflow/notebooks/confusions.ipynb"),
            dataset=DATA["dataset"],
            images=DATA["test_images"],
            representatives="<results>/characters/representatives.json",
            pairs="<results>/characters/confused_pairs.csv",
            means="<results>/characters/class_means.npy",
            predictions=trained(
                "predictions", MAIN_NETFULL if CONFUSED == "netfull" else CONFUSED
            ),
            library=library("run_notebook", "confusions"),
        output:
            "<results>/notebooks/confusions.ipynb",
        log:
            "<logs>/run_confusions.log",
        benchmark:
            "<benchmarks>/run_confusions.tsv"

    use rule run_state_space as run_width_sweep with:
        input:
            notebook=code("workflow/notebooks/width_sweep.ipynb"),
            sweep="<results>/characters/sweep.csv",
            histories=trained("history", [f"netfull-{width}" for width in WIDTHS]),
            comparisons="<results>/characters/comparisons.csv",
            plateau="<results>/characters/plateau.json",
            library=library("run_notebook", "width_sweep"),
        output:
            "<results>/notebooks/width_sweep.ipynb",
        log:
            "<logs>/run_width_sweep.log",
        benchmark:
            "<benchmarks>/run_width_sweep.tsv"


# All pages in one job: loading what makes them takes longer than they do.
rule render_notebooks:
    input:
        notebooks=expand("<results>/notebooks/{name}.ipynb", name=NOTEBOOKS),
        template=[
            code("report/notebook/index.html.j2"),
            code("report/notebook/conf.json"),
        ],
        style=[code("report/style.css"), code("report/notebook/notebook.css")],
        library=library("render_notebooks"),
    output:
        expand("<results>/notebooks/{name}.html", name=NOTEBOOKS),
    log:
        "<logs>/render_notebooks.log",
    benchmark:
        "<benchmarks>/render_notebooks.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        titles=[page.title for page in NOTEBOOKS.values()],
    script:
        "../scripts/render_notebooks.py"
