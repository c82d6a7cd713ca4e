"""
The claims of the published study, each judged by its own figures and by the measured evidence.

Requires: what the studies made, report/published/.
Produces: claims.csv, and what only the claims need: characters/pairs_by_seed.csv,
sequences/srn-anb2n/claim_measures.{csv,json}, sequences/lstm-anb2nc3n/claim_cells.csv.
"""

COUNTED_WITH = ["steps", "optimiser", "learning_rate", "weight_decay"]


rule rank_pairs:
    input:
        predictions=trained("predictions", MAIN_MODELS),
        metrics=trained("metrics", MAIN_MODELS),
        dataset=DATA["dataset"],
        library=library("rank_pairs"),
    output:
        "<results>/characters/pairs_by_seed.csv",
    log:
        "<logs>/rank_pairs.log",
    benchmark:
        "<benchmarks>/rank_pairs.tsv"
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        models=MAIN_MODELS,
        seeds=SEEDS,
    script:
        "../scripts/rank_pairs.py"


rule measure_srn_claims:
    input:
        snapshots=f"<results>/sequences/{SRN_TASK}/snapshots.safetensors",
        restarts=f"<results>/sequences/{SRN_TASK}/restarts.csv",
        walks=f"<results>/sequences/{SRN_TASK}/walks.csv",
        library=library("measure_srn_claims"),
    output:
        table=f"<results>/sequences/{SRN_TASK}/claim_measures.csv",
        medians=f"<results>/sequences/{SRN_TASK}/claim_measures.json",
    log:
        "<logs>/measure_srn_claims.log",
    benchmark:
        "<benchmarks>/measure_srn_claims.tsv"
    conda:
        ENVIRONMENT
    resources:
        **MEASURING,
    script:
        "../scripts/measure_srn_claims.py"


rule measure_lstm_claims:
    input:
        snapshots=f"<results>/sequences/{LSTM_TASK}/snapshots.safetensors",
        restarts=f"<results>/sequences/{LSTM_TASK}/restarts.csv",
        library=library("measure_lstm_claims"),
    output:
        f"<results>/sequences/{LSTM_TASK}/claim_cells.csv",
    log:
        "<logs>/measure_lstm_claims.log",
    benchmark:
        "<benchmarks>/measure_lstm_claims.tsv"
    conda:
        ENVIRONMENT
    resources:
        **MEASURING,
    script:
        "../scripts/measure_lstm_claims.py"


rule judge_claims:
    input:
        dataset=DATA["dataset"],
        metrics=trained("metrics", MAIN_MODELS),
        characters=[
            rules.summarise_characters.output,
            rules.tabulate_confusions.output.confusions,
            rules.compare_networks.output.comparisons,
            rules.rank_economy.output,
            rules.rank_pairs.output,
        ],
        checkerboard=rules.evaluate_step_network.output,
        sequences=[
            of_tasks(["dynamics.json", "claim_measures.json"], SRN_TASK),
            of_tasks(["dynamics.json", "success.json", "cells.csv"], LSTM_TASK),
            of_tasks(["claim_cells.csv", "generalisation.csv"], LSTM_TASK),
        ],
        claims="report/published/claims.yaml",
        published=sorted(glob("report/published/*.csv", root_dir=ROOT)),
        protocol="report/published/protocol.yaml",
        library=library("judge_claims"),
    output:
        ledger="<results>/claims.csv",
        changes="<results>/changed_rules.csv",
    log:
        "<logs>/judge_claims.log",
    benchmark:
        "<benchmarks>/judge_claims.tsv"
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
