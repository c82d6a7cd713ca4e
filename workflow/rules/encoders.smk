"""
The encoders study: target tables, runs of each, what they achieved, and their insides as dots and lines.

Requires: the config's block `encoders`, the pictures and tables that it names.
Produces: encoders/<table>/, encoders/*.csv, encoders/figures/.
"""

ENCODERS = config["encoders"]
ENCODER_SOURCES = encoder_sources(ENCODERS)
TABLES = list(ENCODER_SOURCES)
PICTURES = [name for name in TABLES if is_picture(ENCODER_SOURCES[name])]
PATIENT_TABLES = ENCODERS["patience"]["tables"]
ENCODER_TABLES = [
    *expand("<results>/encoders/{table}/table.csv", table=TABLES),
    *expand("<results>/encoders/{table}/codes.csv", table=TABLES),
    *expand("<results>/encoders/{table}/lines.csv", table=TABLES),
    "<results>/encoders/summary.csv",
    "<results>/encoders/measures.csv",
    "<results>/encoders/overview.csv",
    "<results>/encoders/outcomes.csv",
    "<results>/encoders/success.csv",
    "<results>/encoders/patience.csv",
    "<results>/encoders/stopping.csv",
    "<results>/encoders/stopping.json",
    "<results>/encoders/pictures.csv",
    "<results>/encoders/representatives.json",
]
ENCODER_FIGURES = [
    "<results>/encoders/figures/ends.svg",
    *expand(
        "<results>/encoders/figures/snapshots_{table}.svg", table=ENCODERS["shown"]
    ),
    *expand("<results>/encoders/figures/picture_{table}.svg", table=PICTURES),
    *expand("<results>/encoders/figures/table_{table}.svg", table=TABLES),
]
if any(map(is_identity, TABLES)):
    ENCODER_FIGURES += [
        "<results>/encoders/figures/success.svg",
        "<results>/encoders/figures/stopping.svg",
    ]
if PATIENT_TABLES:
    ENCODER_FIGURES.append("<results>/encoders/figures/patience.svg")


wildcard_constraints:
    table=r"[\w-]+",


# All runs of a table are one batch.
rule train_encoder:
    input:
        source=lambda wildcards: ENCODER_SOURCES[wildcards.table] or [],
        library=library("encoders.tables", "encoders.training", "encoders.runs"),
    output:
        "<results>/encoders/{table}/runs.safetensors",
    log:
        "<logs>/train_encoder/{table}.log",
    benchmark:
        "<benchmarks>/train_encoder/{table}.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="60m",
    params:
        training=lookup(dpath="encoders/training", within=config),
        seeds=lookup(dpath="encoders/seeds", within=config),
        caps=lookup(dpath="encoders/caps", within=config),
        snapshots=lookup(dpath="encoders/snapshots", within=config),
    script:
        "../scripts/train_encoder.py"


use rule train_encoder as train_encoder_for_longer with:
    output:
        "<results>/encoders/{table}/longer_runs.safetensors",
    log:
        "<logs>/train_encoder_for_longer/{table}.log",
    benchmark:
        "<benchmarks>/train_encoder_for_longer/{table}.tsv"
    # Started first: nothing else takes as long.
    priority: 1
    params:
        training=lookup(dpath="encoders/training", within=config),
        seeds=lookup(dpath="encoders/seeds", within=config),
        caps=[ENCODERS["patience"]["max_epochs"]],
        snapshots=[],


rule summarise_encoders:
    input:
        runs=expand("<results>/encoders/{table}/runs.safetensors", table=TABLES),
        longer_runs=expand(
            "<results>/encoders/{table}/longer_runs.safetensors", table=PATIENT_TABLES
        ),
        pictures=[ENCODER_SOURCES[name] for name in PICTURES],
        library=library("encoders.measures", "encoders.stopping", "encoders.runs"),
    output:
        tables=expand("<results>/encoders/{table}/table.csv", table=TABLES),
        codes=expand("<results>/encoders/{table}/codes.csv", table=TABLES),
        lines=expand("<results>/encoders/{table}/lines.csv", table=TABLES),
        summary="<results>/encoders/summary.csv",
        measures="<results>/encoders/measures.csv",
        overview="<results>/encoders/overview.csv",
        outcomes="<results>/encoders/outcomes.csv",
        success="<results>/encoders/success.csv",
        patience="<results>/encoders/patience.csv",
        stopping="<results>/encoders/stopping.csv",
        law="<results>/encoders/stopping.json",
        pictures="<results>/encoders/pictures.csv",
        representatives="<results>/encoders/representatives.json",
    log:
        "<logs>/summarise_encoders.log",
    benchmark:
        "<benchmarks>/summarise_encoders.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="10m",
    params:
        tables=TABLES,
        patient=PATIENT_TABLES,
        pictures=PICTURES,
        caps=lookup(dpath="encoders/caps", within=config),
    script:
        "../scripts/summarise_encoders.py"


rule draw_encoder_ends:
    input:
        runs=expand("<results>/encoders/{table}/runs.safetensors", table=TABLES),
        representatives="<results>/encoders/representatives.json",
        library=library("encoders.figures", "encoders.runs"),
    output:
        figure=report(
            "<results>/encoders/figures/ends.svg",
            caption="../../report/captions/encoders/ends.rst",
            category="Encoders",
            labels={"figure": "dots and lines of every table"},
        ),
        data="<results>/encoders/figures/ends.csv",
    log:
        "<logs>/draw_encoder_ends.log",
    benchmark:
        "<benchmarks>/draw_encoder_ends.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        tables=TABLES,
    script:
        "../scripts/draw_encoder_ends.py"


rule draw_encoder_snapshots:
    input:
        runs="<results>/encoders/{table}/runs.safetensors",
        representatives="<results>/encoders/representatives.json",
        library=library("encoders.figures", "encoders.runs"),
    output:
        figure=report(
            "<results>/encoders/figures/snapshots_{table}.svg",
            caption="../../report/captions/encoders/snapshots.rst",
            category="Encoders",
            labels={"figure": "dots and lines as they move", "table": "{table}"},
        ),
        data="<results>/encoders/figures/snapshots_{table}.csv",
    log:
        "<logs>/draw_encoder_snapshots/{table}.log",
    benchmark:
        "<benchmarks>/draw_encoder_snapshots/{table}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        snapshots=lookup(dpath="encoders/snapshots", within=config),
    script:
        "../scripts/draw_encoder_snapshots.py"


rule draw_encoder_success:
    input:
        success="<results>/encoders/success.csv",
        library=library("encoders.figures"),
    output:
        figure=report(
            "<results>/encoders/figures/success.svg",
            caption="../../report/captions/encoders/success.rst",
            category="Encoders",
            labels={"figure": "success against the size of the table"},
        ),
        data="<results>/encoders/figures/success.csv",
    log:
        "<logs>/draw_encoder_success.log",
    benchmark:
        "<benchmarks>/draw_encoder_success.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_encoder_success.py"


rule draw_encoder_stopping:
    input:
        stopping="<results>/encoders/stopping.csv",
        law="<results>/encoders/stopping.json",
        library=library("encoders.figures"),
    output:
        figure=report(
            "<results>/encoders/figures/stopping.svg",
            caption="../../report/captions/encoders/stopping.rst",
            category="Encoders",
            labels={"figure": "epochs against the size of the table"},
        ),
        data="<results>/encoders/figures/stopping.csv",
    log:
        "<logs>/draw_encoder_stopping.log",
    benchmark:
        "<benchmarks>/draw_encoder_stopping.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_encoder_stopping.py"


rule draw_encoder_patience:
    input:
        runs=expand("<results>/encoders/{table}/runs.safetensors", table=PATIENT_TABLES),
        longer_runs=expand(
            "<results>/encoders/{table}/longer_runs.safetensors", table=PATIENT_TABLES
        ),
        library=library("encoders.figures", "encoders.runs"),
    output:
        figure=report(
            "<results>/encoders/figures/patience.svg",
            caption="../../report/captions/encoders/patience.rst",
            category="Encoders",
            labels={"figure": "what longer training changes"},
        ),
        data="<results>/encoders/figures/patience.csv",
    log:
        "<logs>/draw_encoder_patience.log",
    benchmark:
        "<benchmarks>/draw_encoder_patience.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        tables=PATIENT_TABLES,
    script:
        "../scripts/draw_encoder_patience.py"


rule draw_encoder_picture:
    input:
        runs="<results>/encoders/{table}/runs.safetensors",
        picture=lambda wildcards: ENCODER_SOURCES[wildcards.table],
        library=library("encoders.figures", "encoders.runs"),
    output:
        figure=report(
            "<results>/encoders/figures/picture_{table}.svg",
            caption="../../report/captions/encoders/picture.rst",
            category="Encoders",
            labels={"figure": "a picture and what was learned", "table": "{table}"},
        ),
        data="<results>/encoders/figures/picture_{table}.csv",
    log:
        "<logs>/draw_encoder_picture/{table}.log",
    benchmark:
        "<benchmarks>/draw_encoder_picture/{table}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_encoder_picture.py"


# One job for all: each is done in a moment, and loading the library takes longer.
rule draw_encoder_tables:
    input:
        runs=expand("<results>/encoders/{table}/runs.safetensors", table=TABLES),
        library=library("encoders.figures", "encoders.runs"),
    output:
        figures=[
            report(
                f"<results>/encoders/figures/table_{table}.svg",
                caption="../../report/captions/encoders/table.rst",
                category="Encoders",
                labels={"figure": "target table and hidden codes", "table": table},
            )
            for table in TABLES
        ],
        data=expand("<results>/encoders/figures/table_{table}.csv", table=TABLES),
    log:
        "<logs>/draw_encoder_tables.log",
    benchmark:
        "<benchmarks>/draw_encoder_tables.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_encoder_tables.py"
