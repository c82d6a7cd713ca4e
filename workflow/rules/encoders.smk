"""
The encoders study: target tables, runs of each, what they achieved, and their insides as dots and lines.

Requires: the config's block `encoders`, the pictures and tables that it names.
Produces: encoders/<table>/, encoders/*.csv, encoders/figures/.
"""

ENCODERS = config["encoders"]
ENCODER_SOURCES = encoder_sources(ENCODERS)
TABLES = list(ENCODER_SOURCES)
PICTURES = [name for name in TABLES if is_picture(ENCODER_SOURCES[name])]
TABLE_FILES = {name: user_file(path) for name, path in ENCODER_SOURCES.items() if path}
PATIENT_TABLES = ENCODERS["patience"]["tables"]


# All runs of a table are one job.
rule train_encoder:
    input:
        source=lambda wildcards: TABLE_FILES.get(wildcards.table, []),
        library=library("train_encoder"),
    output:
        "<results>/encoders/{table}/runs.safetensors",
    log:
        "<logs>/train_encoder/{table}.log",
    benchmark:
        "<benchmarks>/train_encoder/{table}.tsv"
    conda:
        ENVIRONMENT
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
    # Before the other encoders: none takes as long.
    priority: 1
    params:
        caps=[ENCODERS["patience"]["max_epochs"]],
        snapshots=[],


rule summarise_encoders:
    input:
        runs=expand("<results>/encoders/{table}/runs.safetensors", table=TABLES),
        longer_runs=expand(
            "<results>/encoders/{table}/longer_runs.safetensors", table=PATIENT_TABLES
        ),
        pictures=[TABLE_FILES[name] for name in PICTURES],
        library=library("summarise_encoders"),
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
        ENVIRONMENT
    resources:
        **MEASURING,
    params:
        tables=TABLES,
        patient=PATIENT_TABLES,
        pictures=PICTURES,
        caps=lookup(dpath="encoders/caps", within=config),
    script:
        "../scripts/summarise_encoders.py"


rule draw_encoders:
    input:
        runs=rules.summarise_encoders.input.runs,
        longer_runs=rules.summarise_encoders.input.longer_runs,
        pictures=rules.summarise_encoders.input.pictures,
        representatives="<results>/encoders/representatives.json",
        stopping="<results>/encoders/stopping.csv",
        law="<results>/encoders/stopping.json",
        library=library("draw_encoders"),
    output:
        **figures(
            "encoders",
            ends="dots and lines of every table",
            snapshots=("dots and lines as they move", {"table": ENCODERS["shown"]}),
            picture=("a picture and what was learned", {"table": PICTURES}),
            table=("target table and hidden codes", {"table": TABLES}),
        ),
        **(
            figures("encoders", stopping="epochs against the size of the table")
            if any(map(is_identity, TABLES))
            else {}
        ),
        **(
            figures("encoders", patience="what longer training changes")
            if PATIENT_TABLES
            else {}
        ),
    log:
        "<logs>/draw_encoders.log",
    benchmark:
        "<benchmarks>/draw_encoders.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        tables=TABLES,
        patient=PATIENT_TABLES,
        pictures=PICTURES,
        snapshots=lookup(dpath="encoders/snapshots", within=config),
    script:
        "../scripts/draw_encoders.py"


rule encoders:
    input:
        # No claim is about them.
        judged=[],
        shown=rules.summarise_encoders.output,
        figures=rules.draw_encoders.output,
