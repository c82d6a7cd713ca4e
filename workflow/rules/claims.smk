"""
The claims of the published study, each judged by its own figures and by the measured evidence.

Requires: what the studies made, report/published/.
Produces: claims.csv, and what only the claims need: sequences/srn-anb2n/claim_measures.{csv,json},
sequences/lstm-anb2nc3n/claim_cells.csv.
"""

COUNTED_WITH = ["steps", "optimiser", "learning_rate", "weight_decay"]


rule measure_claims:
    input:
        srn=of_tasks(["snapshots.safetensors", "restarts.csv", "walks.csv"], SRN_TASK),
        lstm=of_tasks(["snapshots.safetensors", "restarts.csv"], LSTM_TASK),
        library=library("measure_claims"),
    output:
        table=f"<results>/sequences/{SRN_TASK}/claim_measures.csv",
        medians=f"<results>/sequences/{SRN_TASK}/claim_measures.json",
        cells=f"<results>/sequences/{LSTM_TASK}/claim_cells.csv",
    log:
        "<logs>/measure_claims.log",
    benchmark:
        "<benchmarks>/measure_claims.tsv"
    conda:
        ENVIRONMENT
    resources:
        **MEASURING,
    script:
        "../scripts/measure_claims.py"


rule judge_claims:
    input:
        dataset=DATA["dataset"],
        metrics=trained("metrics", MAIN_MODELS),
        characters=[
            rules.summarise_characters.output,
            rules.tabulate_confusions.output,
            rules.compare_networks.output,
        ],
        checkerboard=rules.evaluate_step_networks.output,
        sequences=[
            of_tasks(["dynamics.json", "claim_measures.json"], SRN_TASK),
            of_tasks(["dynamics.json", "success.json", "cells.csv"], LSTM_TASK),
            of_tasks(["claim_cells.csv", "generalisation.csv"], LSTM_TASK),
        ],
        claims=code("report/published/claims.yaml"),
        published=code_files("report/published/*.csv"),
        protocol=code("report/published/protocol.yaml"),
        library=library("judge_claims"),
    output:
        ledger="<results>/claims.csv",
        changes="<results>/changed_rules.csv",
    log:
        "<logs>/judge_claims.log",
    benchmark:
        "<benchmarks>/judge_claims.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        # Not the whole configuration: another title changes no verdict.
        training=lookup(dpath="training", within=config),
        hidden=lookup(dpath="characters/hidden", within=config),
        counting={
            key: SEQUENCES[key] for key in [*COUNTED_WITH, "srn_hidden", "lstm_hidden"]
        },
    script:
        "../scripts/judge_claims.py"
