"""
The report: evidence gathered from files, one HTML page, its PDF, and the machine page.

Requires: what the studies made, report/templates, report/style.css, the lock file.
Produces: report/report.html, report/report.pdf, report/machine.html, provenance.json, manifest.sha256,
ro-crate-metadata.json; where there is a reference, reproduction.csv.
"""

STYLES = [code("report/style.css"), *code_files("report/browser/*.css")]
SCRIPTS = code_files("report/browser/*.js")
TEMPLATES = code_files("report/templates/**/*.j2", "report/captions/*/*.rst")


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
    studies=[getattr(rules, study).input for study in STUDIES],
    claims=rules.judge_claims.output,
    drawing=rules.pack_page.output if "characters" in STUDIES else [],
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


# Where there is something to compare with.
with workflow_errors():
    REFERENCE = reference_of(
        config,
        resolve(read_mapping(ROOT / "config/brush.yaml")),
        published_protocol=is_published_protocol(config["training"]),
    )
REPRODUCTION = ["<results>/reproduction.csv"] if REFERENCE else []

if REFERENCE:

    rule check_reproduction:
        input:
            reference=code(REFERENCE),
            measured=(
                [f"<results>/{MEANS}"]
                if REFERENCE == PUBLISHED
                else [
                    f"<results>/{file}"
                    for file in sorted(
                        {row["file"] for row in rows_of(ROOT / REFERENCE)}
                    )
                ]
            ),
            library=library("check_reproduction"),
        output:
            REPRODUCTION,
        log:
            "<logs>/check_reproduction.log",
        benchmark:
            "<benchmarks>/check_reproduction.tsv"
        localrule: True
        conda:
            ENVIRONMENT
        resources:
            **LIGHT,
        script:
            "../scripts/check_reproduction.py"


# What was trained on images, and on which.
TRAINED = (
    dict(
        timings=trained("timing", MODELS),
        metrics=trained("metrics", MODELS),
        dataset=DATA["dataset"],
        arrays=ancient(list(ARRAYS.values())),
    )
    if "characters" in STUDIES
    else {}
)


# It takes the report as input to run last, when all times are there.
rule collect_provenance:
    input:
        **TRAINED,
        reports=[
            "<results>/report/report.html",
            "<results>/report/report.pdf",
        ],
        reproduction=REPRODUCTION,
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
        # Benchmarks of a study that is left out may be there from another run.
        rules=lambda wildcards: [rule.name for rule in workflow.rules],
    script:
        "../scripts/collect_provenance.py"


# It takes all that runs last as input, so that everything is there.
rule write_manifest:
    input:
        "<results>/config.yaml",
        "<results>/report/report.html",
        "<results>/report/report.pdf",
        NOTEBOOK_PAGES,
        REPRODUCTION,
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
        dataset=TRAINED.get("dataset", []),
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
