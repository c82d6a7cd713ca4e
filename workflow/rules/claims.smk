"""
The claims of the published study, each judged by its own figures and by the measured evidence.

Requires: what the studies made, report/published/.
Produces: claims.csv, and what only the claims need: characters/pairs_by_seed.csv,
sequences/srn-anb2n/claim_measures.{csv,json}, sequences/lstm-anb2nc3n/claim_cells.csv.
"""

CLAIM_TABLES = ["<results>/claims.csv"]


rule rank_pairs:
    input:
        predictions=expand(
            "<results>/characters/{model}/seed-{seed}/predictions.npz",
            model=MAIN_MODELS,
            seed=SEEDS,
        ),
        metrics=expand(
            "<results>/characters/{model}/seed-{seed}/metrics.json",
            model=MAIN_MODELS,
            seed=SEEDS,
        ),
        dataset="<results>/data/dataset.json",
        library=library(
            "characters.confusion",
            "characters.pair_ranks",
            "characters.runs",
            "datasets.identity",
        ),
    output:
        "<results>/characters/pairs_by_seed.csv",
    log:
        "<logs>/rank_pairs.log",
    benchmark:
        "<benchmarks>/rank_pairs.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
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
        library=library(
            "sequences.claim_measures", "sequences.runs", "sequences.summaries"
        ),
    output:
        table=f"<results>/sequences/{SRN_TASK}/claim_measures.csv",
        medians=f"<results>/sequences/{SRN_TASK}/claim_measures.json",
    log:
        "<logs>/measure_srn_claims.log",
    benchmark:
        "<benchmarks>/measure_srn_claims.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="10m",
    script:
        "../scripts/measure_srn_claims.py"


rule measure_lstm_claims:
    input:
        snapshots=f"<results>/sequences/{LSTM_TASK}/snapshots.safetensors",
        restarts=f"<results>/sequences/{LSTM_TASK}/restarts.csv",
        library=library("sequences.claim_measures", "sequences.runs"),
    output:
        f"<results>/sequences/{LSTM_TASK}/claim_cells.csv",
    log:
        "<logs>/measure_lstm_claims.log",
    benchmark:
        "<benchmarks>/measure_lstm_claims.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="10m",
    script:
        "../scripts/measure_lstm_claims.py"


rule judge_claims:
    input:
        dataset="<results>/data/dataset.json",
        summary="<results>/characters/summary.csv",
        sweep="<results>/characters/sweep.csv",
        comparisons="<results>/characters/comparisons.csv",
        economy="<results>/characters/economy.csv",
        pairs="<results>/characters/pairs_by_seed.csv",
        representatives="<results>/characters/representatives.json",
        confusions=expand(
            "<results>/characters/{model}/confusion.csv", model=MAIN_MODELS
        ),
        metrics=expand(
            "<results>/characters/{model}/seed-{seed}/metrics.json",
            model=MAIN_MODELS,
            seed=SEEDS,
        ),
        activations="<results>/checkerboard/step_activations.csv",
        lines="<results>/checkerboard/lines.json",
        scaling="<results>/checkerboard/scaling.csv",
        srn=f"<results>/sequences/{SRN_TASK}/dynamics.json",
        srn_claims=f"<results>/sequences/{SRN_TASK}/claim_measures.json",
        lstm=f"<results>/sequences/{LSTM_TASK}/dynamics.json",
        lstm_claims=f"<results>/sequences/{LSTM_TASK}/claim_cells.csv",
        success=f"<results>/sequences/{LSTM_TASK}/success.json",
        claims="report/published/claims.yaml",
        published=sorted(glob("report/published/*.csv", root_dir=ROOT)),
        schema="workflow/schemas/config.schema.yaml",
        library=library("datasets.identity", "report.claims.ledger"),
    output:
        "<results>/claims.csv",
    log:
        "<logs>/judge_claims.log",
    benchmark:
        "<benchmarks>/judge_claims.tsv"
    localrule: True
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        # Not the whole configuration: another title changes no verdict.
        training=lookup(dpath="training", within=config),
        hidden=lookup(dpath="characters/hidden", within=config),
        counting={
            key: lookup(dpath=f"sequences/{key}", within=config)
            for key in (
                "steps",
                "optimiser",
                "learning_rate",
                "weight_decay",
                "srn_hidden",
                "lstm_hidden",
            )
        },
    script:
        "../scripts/judge_claims.py"
