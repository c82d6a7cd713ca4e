"""
The report: evidence gathered from files, one HTML page, its PDF, and the machine page.

Requires: what the studies made, report/templates, report/style.css, the lock file.
Produces: report/report.html, report/report.pdf, report/machine.html, provenance.json, manifest.sha256,
ro-crate-metadata.json.
"""

CHARACTER_TABLES = [
    "<results>/characters/summary.csv",
    "<results>/characters/means.csv",
    "<results>/characters/sweep.csv",
    "<results>/characters/representatives.json",
    "<results>/characters/confused_pairs.csv",
    "<results>/characters/per_class.csv",
    "<results>/characters/likeness.csv",
]
CHARACTER_FIGURES = [
    "<results>/data/figures/samples.svg",
    "<results>/characters/figures/accuracies.svg",
    "<results>/characters/figures/learning_curves.svg",
    "<results>/characters/figures/sweep.svg",
    "<results>/characters/figures/per_class.svg",
    "<results>/characters/figures/likeness.svg",
    *expand("<results>/characters/figures/confusion_{model}.svg", model=MAIN_MODELS),
    *expand("<results>/characters/figures/mistakes_{model}.svg", model=MAIN_MODELS),
]
SEQUENCE_TABLES = [
    *expand("<results>/sequences/{task}/success.json", task=SEQUENCE_TASKS),
    *expand("<results>/sequences/{task}/dynamics.json", task=SEQUENCE_TASKS),
    *expand(
        "<results>/sequences/{task}/{table}.csv",
        task=[SRN_TASK, LSTM_TASK],
        table=["restarts", "losses", "failure_kinds"],
    ),
    *expand("<results>/sequences/{task}/automata.csv", task=AUTOMATON_TASKS),
    *expand("<results>/sequences/{task}/automaton.json", task=AUTOMATON_TASKS),
]
SEQUENCE_FIGURES = [
    *expand(
        "<results>/sequences/figures/{name}.svg",
        name=["survival", "failures", "generalisation", "ratios"],
    ),
    *expand(
        "<results>/sequences/figures/learning_{task}.svg", task=[SRN_TASK, LSTM_TASK]
    ),
    f"<results>/sequences/figures/losses_{SRN_TASK}.svg",
    *expand(
        "<results>/sequences/figures/{name}_{task}.svg",
        name=["states", "maps", "steps", "automaton"],
        task=SRN_TASK,
    ),
    *expand(
        "<results>/sequences/figures/{name}_{task}.svg",
        name=["hidden", "cells", "traces", "decoding", "intervention"],
        task=LSTM_TASK,
    ),
]
STYLES = ["report/style.css", *sorted(glob("report/browser/*.css", root_dir=ROOT))]
SCRIPTS = sorted(glob("report/browser/*.js", root_dir=ROOT))
TEMPLATES = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("templates/**/*.j2", "captions/*/*.rst")
    for path in (ROOT / "report").glob(pattern)
)


rule write_config:
    output:
        "<results>/config.yaml",
    log:
        "<logs>/write_config.log",
    benchmark:
        "<benchmarks>/write_config.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=200,
        runtime="5m",
    params:
        config=config,
    script:
        "../scripts/write_config.py"


rule render_report:
    input:
        config="<results>/config.yaml",
        dataset="<results>/data/dataset.json",
        # Only their shape is read.
        images=ancient("<results>/data/train_images.npy"),
        weights=expand(
            "<results>/characters/{model}/seed-{seed}/weights.safetensors",
            model=MAIN_MODELS,
            seed=SEEDS[0],
        ),
        metrics=expand(
            "<results>/characters/{model}/seed-{seed}/metrics.json",
            model=MAIN_MODELS,
            seed=SEEDS,
        ),
        tables=CHARACTER_TABLES,
        figures=CHARACTER_FIGURES,
        figure_data=[path.replace(".svg", ".csv") for path in CHARACTER_FIGURES],
        checkerboard_tables=CHECKERBOARD_TABLES,
        checkerboard_figures=CHECKERBOARD_FIGURES,
        checkerboard_figure_data=[
            path.replace(".svg", ".csv") for path in CHECKERBOARD_FIGURES
        ],
        encoder_tables=ENCODER_TABLES,
        encoder_figures=ENCODER_FIGURES,
        encoder_figure_data=[path.replace(".svg", ".csv") for path in ENCODER_FIGURES],
        sequence_tables=SEQUENCE_TABLES,
        sequence_figures=SEQUENCE_FIGURES,
        sequence_figure_data=[path.replace(".svg", ".csv") for path in SEQUENCE_FIGURES],
        comparison_tables=COMPARISON_TABLES,
        comparison_figures=COMPARISON_FIGURES,
        comparison_figure_data=[
            path.replace(".svg", ".csv") for path in COMPARISON_FIGURES
        ],
        sensitivity_tables=SENSITIVITY_TABLES,
        sensitivity_figures=SENSITIVITY_FIGURES,
        sensitivity_figure_data=[
            path.replace(".svg", ".csv") for path in SENSITIVITY_FIGURES
        ],
        claim_tables=CLAIM_TABLES,
        drawing_tables=DRAWING_TABLES,
        confused_images=CONFUSED_IMAGES,
        published="report/published/accuracies.csv",
        published_activations="report/published/activations.csv",
        schema="workflow/schemas/config.schema.yaml",
        lock="envs/requirements.lock",
        templates=TEMPLATES,
        style=STYLES,
        browser=SCRIPTS,
        library=library("report.render"),
    output:
        "<results>/report/report.html",
    log:
        "<logs>/render_report.log",
    benchmark:
        "<benchmarks>/render_report.tsv"
    localrule: True
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    params:
        commit=commit,
    script:
        "../scripts/render_report.py"


rule render_pdf:
    input:
        page="<results>/report/report.html",
        library=library("report.pdf"),
    output:
        report(
            "<results>/report/report.pdf",
            caption="../../report/captions/report.rst",
            category="The report",
            labels={"page": "the whole report, as printed"},
        ),
    log:
        "<logs>/render_pdf.log",
    benchmark:
        "<benchmarks>/render_pdf.tsv"
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        commit=commit,
    script:
        "../scripts/render_pdf.py"


# It takes the report as input to run last, when all times are there.
rule collect_provenance:
    input:
        reports=[
            "<results>/report/report.html",
            "<results>/report/report.pdf",
        ],
        timings=expand(
            "<results>/characters/{model}/seed-{seed}/timing.csv",
            model=MODELS,
            seed=SEEDS,
        ),
        metrics=expand(
            "<results>/characters/{model}/seed-{seed}/metrics.json",
            model=MODELS,
            seed=SEEDS,
        ),
        dataset="<results>/data/dataset.json",
        arrays=ancient(
            expand(
                "<results>/data/{part}_{kind}.npy",
                part=["train", "test"],
                kind=["images", "labels"],
            )
        ),
        lock="envs/requirements.lock",
        library=library("report.provenance"),
    output:
        "<results>/provenance.json",
    log:
        "<logs>/collect_provenance.log",
    benchmark:
        "<benchmarks>/collect_provenance.tsv"
    localrule: True
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=300,
        runtime="5m",
    params:
        config=config,
        commit=commit,
    script:
        "../scripts/collect_provenance.py"


rule render_machine:
    input:
        provenance="<results>/provenance.json",
        templates=TEMPLATES,
        style="report/style.css",
        library=library("report.render"),
    output:
        "<results>/report/machine.html",
    log:
        "<logs>/render_machine.log",
    benchmark:
        "<benchmarks>/render_machine.tsv"
    localrule: True
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/render_machine.py"


# It takes all that runs last as input, so that everything is there.
rule write_manifest:
    input:
        "<results>/config.yaml",
        "<results>/report/report.html",
        "<results>/report/report.pdf",
        NOTEBOOK_PAGES,
        library=library("manifest"),
    output:
        "<results>/manifest.sha256",
    log:
        "<logs>/write_manifest.log",
    benchmark:
        "<benchmarks>/write_manifest.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=200,
        runtime="5m",
    script:
        "../scripts/write_manifest.py"


# The workflow is part of the crate, so the run's folder can be handed on as it is.
rule write_crate:
    input:
        config="<results>/config.yaml",
        provenance="<results>/provenance.json",
        dataset="<results>/data/dataset.json",
        manifest="<results>/manifest.sha256",
        machine="<results>/report/machine.html",
        snakefile="Snakefile",
        rules=sorted(glob("workflow/rules/*.smk", root_dir=ROOT)),
        library=library("report.crate"),
    output:
        crate="<results>/ro-crate-metadata.json",
        workflow=directory("<results>/workflow"),
    log:
        "<logs>/write_crate.log",
    benchmark:
        "<benchmarks>/write_crate.tsv"
    localrule: True
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=300,
        runtime="5m",
    script:
        "../scripts/write_crate.py"
