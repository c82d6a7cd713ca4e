"""
The report: evidence gathered from files, one HTML page, its PDF, and the machine page.

Requires: what the studies made, report/templates, report/style.css, the lock file.
Produces: report/report.html, report/report.pdf, report/machine.html, provenance.json, manifest.sha256,
ro-crate-metadata.json, and what the page needs to answer by itself: report/draw.json,
report/half_precision.csv, characters/confused_images_<model>.json.
"""

STYLES = [code("report/style.css"), *code_files("report/browser/*.css")]
SCRIPTS = code_files("report/browser/*.js")
TEMPLATES = code_files("report/templates/**/*.j2", "report/captions/*/*.rst")


rule pack_page:
    input:
        weights=trained("weights", MAIN_MODELS),
        predictions=trained("predictions", MAIN_MODELS),
        representatives="<results>/characters/representatives.json",
        images=DATA["test_images"],
        labels=DATA["test_labels"],
        dataset=DATA["dataset"],
        library=library("pack_page"),
    output:
        networks="<results>/report/draw.json",
        confused=expand(
            "<results>/characters/confused_images_{model}.json", model=MAIN_MODELS
        ),
        precision="<results>/report/half_precision.csv",
    log:
        "<logs>/pack_page.log",
    benchmark:
        "<benchmarks>/pack_page.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=MEMORY["pack_page"],
        runtime="10m",
    params:
        models=MAIN_MODELS,
        per_class=50,
        per_cell=3,
    script:
        "../scripts/pack_page.py"


rule write_config:
    output:
        "<results>/config.yaml",
    log:
        "<logs>/write_config.log",
    benchmark:
        "<benchmarks>/write_config.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        config=config,
    script:
        "../scripts/write_config.py"


# What the report and its slides are made from.
RENDERED = dict(
    config="<results>/config.yaml",
    dataset=DATA["dataset"],
    # Only their shapes are read.
    images=DATA["train_images"],
    weights=trained("weights", MAIN_MODELS, SEEDS[0]),
    characters=[
        trained("metrics", MAIN_MODELS),
        rules.summarise_characters.output,
        rules.tabulate_confusions.output,
        rules.probe_classifiers.output,
        rules.compare_networks.output,
        rules.summarise_sensitivity.output.table if ABLATIONS else [],
    ],
    checkerboard=[
        rules.evaluate_step_networks.output,
        rules.summarise_checkerboard.output,
    ],
    encoders=rules.summarise_encoders.output,
    sequences=[
        of_tasks(
            ["success.json", "dynamics.json", "generalisation.csv"], SEQUENCE_TASKS
        ),
        of_tasks(
            ["restarts.csv", "losses.csv", "failure_kinds.csv"],
            [SRN_TASK, LSTM_TASK],
        ),
        of_tasks(["automata.csv", "automaton.json"], AUTOMATON_TASKS),
        of_tasks(["walks.csv", "dynamics.csv"], SRN_TASK),
        of_tasks(["cells.csv"], LSTM_TASK),
        of_tasks("snapshots.safetensors", [SRN_TASK, LSTM_TASK]),
        rules.measure_claims.output,
    ],
    figures=[
        rules.draw_data.output,
        rules.draw_characters.output,
        rules.draw_checkerboard.output,
        rules.draw_encoders.output,
        rules.draw_sequences.output,
    ],
    claims=rules.judge_claims.output,
    drawing=rules.pack_page.output,
    published=code("report/published/accuracies.csv"),
    published_activations=code("report/published/activations.csv"),
    protocol=code("report/published/protocol.yaml"),
    lock=code("envs/requirements.lock"),
    templates=TEMPLATES,
    library=library("render_report"),
)


rule render_report:
    input:
        **RENDERED,
        style=STYLES,
        browser=SCRIPTS,
    output:
        "<results>/report/report.html",
    log:
        "<logs>/render_report.log",
    benchmark:
        "<benchmarks>/render_report.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        commit=commit,
    script:
        "../scripts/render_report.py"


rule render_pdf:
    input:
        page="<results>/report/report.html",
        library=library("render_pdf"),
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
        ENVIRONMENT
    resources:
        mem_mb=1000,
        runtime="10m",
    params:
        commit=commit,
    script:
        "../scripts/render_pdf.py"


# Made only when they are asked for.
use rule render_report as render_slides with:
    input:
        **RENDERED,
        style=[code("report/slides.css")],
        browser=[],
    output:
        "<results>/report/slides.html",
    log:
        "<logs>/render_slides.log",
    benchmark:
        "<benchmarks>/render_slides.tsv"


use rule render_pdf as render_slides_pdf with:
    input:
        page="<results>/report/slides.html",
        library=library("render_pdf"),
    output:
        "<results>/report/slides.pdf",
    log:
        "<logs>/render_slides_pdf.log",
    benchmark:
        "<benchmarks>/render_slides_pdf.tsv"


rule slides:
    input:
        rules.render_slides.output,
        rules.render_slides_pdf.output,


# It takes the report as input to run last, when all times are there.
rule collect_provenance:
    input:
        reports=[
            "<results>/report/report.html",
            "<results>/report/report.pdf",
        ],
        timings=trained("timing", MODELS),
        metrics=trained("metrics", MODELS),
        dataset=DATA["dataset"],
        arrays=ancient(list(ARRAYS.values())),
        lock=code("envs/requirements.lock"),
        templates=TEMPLATES,
        style=code("report/style.css"),
        library=library("collect_provenance"),
    output:
        provenance="<results>/provenance.json",
        page="<results>/report/machine.html",
    log:
        "<logs>/collect_provenance.log",
    benchmark:
        "<benchmarks>/collect_provenance.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        config=config,
        commit=commit,
    script:
        "../scripts/collect_provenance.py"


# It takes all that runs last as input, so that everything is there.
rule write_manifest:
    input:
        "<results>/config.yaml",
        "<results>/report/report.html",
        "<results>/report/report.pdf",
        NOTEBOOK_PAGES,
        library=library("write_manifest"),
    output:
        "<results>/manifest.sha256",
    log:
        "<logs>/write_manifest.log",
    benchmark:
        "<benchmarks>/write_manifest.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        files=promised_files,
    script:
        "../scripts/write_manifest.py"


# The workflow is part of the crate, so the run's folder can be handed on as it is.
rule write_crate:
    input:
        config="<results>/config.yaml",
        provenance="<results>/provenance.json",
        dataset=DATA["dataset"],
        manifest="<results>/manifest.sha256",
        machine="<results>/report/machine.html",
        snakefile=code("Snakefile"),
        rules=code_files("workflow/rules/*.smk"),
        library=library("write_crate"),
    output:
        crate="<results>/ro-crate-metadata.json",
        workflow=directory("<results>/workflow"),
    log:
        "<logs>/write_crate.log",
    benchmark:
        "<benchmarks>/write_crate.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    script:
        "../scripts/write_crate.py"
