"""
The sequences study: recurrent networks that count, restart by restart, and their state spaces measured.

Requires: the config's block `sequences`.
Produces: sequences/<task>/ (snapshots of the weights, tables, dynamics.json; what only the claims need:
claim_measures.{csv,json} of the SRN, claim_cells.csv of the LSTM), sequences/figures/.
"""

from hidden_units.names import LSTM_TASK, SRN_TASK

SEQUENCES = config["sequences"]
SEQUENCE_TASKS = [task for task, count in SEQUENCES["restarts"].items() if count]
SRN_TASKS = [task for task in SEQUENCE_TASKS if task.startswith("srn-")]
# With n up to 10 there are too many states to cluster.
AUTOMATON_TASKS = [task for task in SRN_TASKS if "-to" not in task]
# In this order: params in another order are other params, and would train again.
TRAINED_WITH = ["steps", "interval", "learning_rate", "weight_decay", "optimiser"]


# Restarts spread over the threads and do not depend on their number, so this may be changed by --set-threads;
# Snakemake gives a job no more than there are. It goes first, while all cores are free: Snakemake starts those jobs
# whose priorities have the largest sum, and eight others have less together.
rule train_restarts:
    input:
        library=library("train_restarts"),
    output:
        "<results>/sequences/{task}/snapshots.safetensors",
    log:
        "<logs>/train_restarts/{task}.log",
    benchmark:
        "<benchmarks>/train_restarts/{task}.tsv"
    priority: 100
    conda:
        ENVIRONMENT
    threads: 8
    resources:
        mem_mb=1000,
        runtime="60m",
    params:
        restarts=lambda wildcards: SEQUENCES["restarts"][wildcards.task],
        hidden=lambda wildcards: SEQUENCES[f"{wildcards.task.split('-')[0]}_hidden"],
        training={key: SEQUENCES[key] for key in TRAINED_WITH},
    script:
        "../scripts/train_restarts.py"


rule evaluate_restarts:
    input:
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        library=library("evaluate_restarts"),
    output:
        restarts="<results>/sequences/{task}/restarts.csv",
        success="<results>/sequences/{task}/success.json",
        curves="<results>/sequences/{task}/curves.csv",
        survival="<results>/sequences/{task}/survival.csv",
        losses="<results>/sequences/{task}/losses.csv",
        failures="<results>/sequences/{task}/failures.csv",
        failure_kinds="<results>/sequences/{task}/failure_kinds.csv",
        first_wrong="<results>/sequences/{task}/first_wrong.csv",
        generalisation="<results>/sequences/{task}/generalisation.csv",
    log:
        "<logs>/evaluate_restarts/{task}.log",
    benchmark:
        "<benchmarks>/evaluate_restarts/{task}.tsv"
    conda:
        ENVIRONMENT
    resources:
        # Evaluated on all strings with n up to 10, a restart takes 10 MB.
        mem_mb=lambda wildcards: max(
            1500,
            500
            + 10 * SEQUENCES["restarts"][wildcards.task] * ("-to10" in wildcards.task),
        ),
        runtime="20m",
    script:
        "../scripts/evaluate_restarts.py"


rule measure_srn:
    input:
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library("measure_srn"),
    output:
        states="<results>/sequences/{task}/states.csv",
        dynamics="<results>/sequences/{task}/dynamics.csv",
        walks="<results>/sequences/{task}/walks.csv",
        report="<results>/sequences/{task}/dynamics.json",
    log:
        "<logs>/measure_srn/{task}.log",
    benchmark:
        "<benchmarks>/measure_srn/{task}.tsv"
    wildcard_constraints:
        task="srn-.+",
    conda:
        ENVIRONMENT
    resources:
        **MEASURING,
    script:
        "../scripts/measure_srn.py"


rule extract_automata:
    input:
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library("extract_automata"),
    output:
        automata="<results>/sequences/{task}/automata.csv",
        automaton="<results>/sequences/{task}/automaton.json",
        clusters="<results>/sequences/{task}/clusters.csv",
        transitions="<results>/sequences/{task}/transitions.csv",
    log:
        "<logs>/extract_automata/{task}.log",
    benchmark:
        "<benchmarks>/extract_automata/{task}.tsv"
    conda:
        ENVIRONMENT
    resources:
        **MEASURING,
    script:
        "../scripts/extract_automata.py"


rule measure_lstm:
    input:
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library("measure_lstm"),
    output:
        states="<results>/sequences/{task}/states.csv",
        steps="<results>/sequences/{task}/cell_steps.csv",
        cells="<results>/sequences/{task}/cells.csv",
        decoding="<results>/sequences/{task}/decoding.csv",
        intervention="<results>/sequences/{task}/intervention.csv",
        report="<results>/sequences/{task}/dynamics.json",
    log:
        "<logs>/measure_lstm/{task}.log",
    benchmark:
        "<benchmarks>/measure_lstm/{task}.tsv"
    wildcard_constraints:
        task="lstm-.+",
    conda:
        ENVIRONMENT
    resources:
        **MEASURING,
    script:
        "../scripts/measure_lstm.py"


rule draw_sequences:
    input:
        survival=of_tasks("survival.csv", SEQUENCE_TASKS),
        failures=of_tasks("failure_kinds.csv", SEQUENCE_TASKS),
        generalisation=of_tasks("generalisation.csv", SEQUENCE_TASKS),
        restarts=of_tasks("restarts.csv", SEQUENCE_TASKS),
        dynamics=of_tasks("dynamics.csv", SRN_TASKS),
        curves=of_tasks("curves.csv", [SRN_TASK, LSTM_TASK]),
        losses=of_tasks("losses.csv", [SRN_TASK, LSTM_TASK]),
        snapshots=of_tasks("snapshots.safetensors", [SRN_TASK, LSTM_TASK]),
        clusters=of_tasks("clusters.csv", SRN_TASK),
        transitions=of_tasks("transitions.csv", SRN_TASK),
        states=of_tasks("states.csv", LSTM_TASK),
        steps=of_tasks("cell_steps.csv", LSTM_TASK),
        decoding=of_tasks("decoding.csv", LSTM_TASK),
        intervention=of_tasks("intervention.csv", LSTM_TASK),
        library=library("draw_sequences"),
    output:
        **figures(
            "sequences",
            survival="when restarts solve the task",
            failures="how restarts end",
            generalisation="longer strings",
            ratios="approach and departure",
            learning=("learning curves", {"task": [SRN_TASK, LSTM_TASK]}),
            losses=("two losses", {"task": [SRN_TASK, LSTM_TASK]}),
            unrolled=("an SRN over a string", {"task": [SRN_TASK]}),
            lstm_cell="an LSTM cell",
            states=("states of the SRN", {"task": [SRN_TASK]}),
            maps=("maps of the SRN", {"task": [SRN_TASK]}),
            steps=("steps of the SRN", {"task": [SRN_TASK]}),
            automaton=("automaton of the SRN", {"task": [SRN_TASK]}),
            hidden=("hidden space of the LSTM", {"task": [LSTM_TASK]}),
            cells=("cell space of the LSTM", {"task": [LSTM_TASK]}),
            traces=("cells of the LSTM over time", {"task": [LSTM_TASK]}),
            decoding=("what the LSTM encodes", {"task": [LSTM_TASK]}),
            intervention=("another count put in", {"task": [LSTM_TASK]}),
        ),
    log:
        "<logs>/draw_sequences.log",
    benchmark:
        "<benchmarks>/draw_sequences.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    script:
        "../scripts/draw_sequences.py"


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


rule sequences:
    input:
        judged=[
            of_tasks(["dynamics.json", "claim_measures.json"], SRN_TASK),
            of_tasks(["dynamics.json", "success.json", "cells.csv"], LSTM_TASK),
            of_tasks(["claim_cells.csv", "generalisation.csv"], LSTM_TASK),
        ],
        shown=[
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
        figures=rules.draw_sequences.output,
