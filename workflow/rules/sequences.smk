"""
The sequences study: recurrent networks that count, restart by restart, and their state spaces measured.

Requires: the config's block `sequences`.
Produces: sequences/<task>/ (snapshots of the weights, tables, dynamics.json).
"""

SEQUENCES = config["sequences"]
SEQUENCE_TASKS = [task for task, count in SEQUENCES["restarts"].items() if count]
SRN_TASKS = [task for task in SEQUENCE_TASKS if task.startswith("srn-")]
# With n up to 10 there are too many states to cluster.
AUTOMATON_TASKS = [task for task in SRN_TASKS if "-to" not in task]
SRN_TASK, LSTM_TASK = "srn-anb2n", "lstm-anb2nc3n"


# Restarts spread over the threads and do not depend on their number, so this may be changed by --set-threads;
# Snakemake gives a job no more than there are. It goes first, while all cores are free.
rule train_restarts:
    input:
        library=library("sequences.training", "sequences.runs"),
    output:
        "<results>/sequences/{task}/snapshots.safetensors",
    log:
        "<logs>/train_restarts/{task}.log",
    benchmark:
        "<benchmarks>/train_restarts/{task}.tsv"
    priority: 10
    conda:
        "../../envs/environment.yaml"
    threads: 8
    resources:
        mem_mb=1000,
        runtime="60m",
    params:
        restarts=lambda wildcards: SEQUENCES["restarts"][wildcards.task],
        hidden=lambda wildcards: SEQUENCES[f"{wildcards.task.split('-')[0]}_hidden"],
        training={
            key: SEQUENCES[key]
            for key in (
                "steps",
                "interval",
                "learning_rate",
                "weight_decay",
                "optimiser",
            )
        },
    script:
        "../scripts/train_restarts.py"


rule evaluate_restarts:
    input:
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        library=library(
            "sequences.measures.evaluation",
            "sequences.measures.failures",
            "sequences.measures.generalisation",
            "sequences.runs",
            "sequences.measures.summaries",
        ),
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
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime="20m",
    script:
        "../scripts/evaluate_restarts.py"


rule measure_srn:
    input:
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library(
            "sequences.measures.dynamics",
            "sequences.runs",
            "sequences.measures.summaries",
            "sequences.measures.trajectories",
        ),
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
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="20m",
    script:
        "../scripts/measure_srn.py"


rule extract_automata:
    input:
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library(
            "sequences.measures.automata",
            "sequences.figures.automaton",
            "sequences.runs",
            "sequences.measures.summaries",
        ),
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
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="20m",
    script:
        "../scripts/extract_automata.py"


rule measure_lstm:
    input:
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library(
            "sequences.measures.cells",
            "sequences.measures.decoding",
            "sequences.runs",
            "sequences.measures.summaries",
            "sequences.measures.trajectories",
        ),
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
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="20m",
    script:
        "../scripts/measure_lstm.py"
