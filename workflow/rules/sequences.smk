"""
The sequences study: recurrent networks that count, restart by restart, and their state spaces measured.

Requires: the config's block `sequences`.
Produces: sequences/<task>/ (snapshots of the weights, tables, dynamics.json), sequences/figures/.
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
        "<results>/sequences/{task}/snapshots.npz",
    log:
        "<logs>/train_restarts/{task}.log",
    benchmark:
        "<benchmarks>/train_restarts/{task}.tsv"
    priority: 10
    conda:
        "../../envs/kernels.yaml"
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
        snapshots="<results>/sequences/{task}/snapshots.npz",
        library=library(
            "sequences.evaluation",
            "sequences.failures",
            "sequences.generalisation",
            "sequences.runs",
            "sequences.summaries",
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
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime="20m",
    script:
        "../scripts/evaluate_restarts.py"


rule measure_srn:
    input:
        snapshots="<results>/sequences/{task}/snapshots.npz",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library(
            "sequences.dynamics",
            "sequences.runs",
            "sequences.summaries",
            "sequences.trajectories",
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
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="20m",
    script:
        "../scripts/measure_srn.py"


rule extract_automata:
    input:
        snapshots="<results>/sequences/{task}/snapshots.npz",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library(
            "sequences.automata",
            "sequences.figures_automaton",
            "sequences.runs",
            "sequences.summaries",
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
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="20m",
    script:
        "../scripts/extract_automata.py"


rule measure_lstm:
    input:
        snapshots="<results>/sequences/{task}/snapshots.npz",
        restarts="<results>/sequences/{task}/restarts.csv",
        library=library(
            "sequences.cells",
            "sequences.decoding",
            "sequences.runs",
            "sequences.summaries",
            "sequences.trajectories",
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
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="20m",
    script:
        "../scripts/measure_lstm.py"


rule draw_success:
    input:
        survival=expand("<results>/sequences/{task}/survival.csv", task=SEQUENCE_TASKS),
        failures=expand(
            "<results>/sequences/{task}/failure_kinds.csv", task=SEQUENCE_TASKS
        ),
        generalisation=expand(
            "<results>/sequences/{task}/generalisation.csv", task=SEQUENCE_TASKS
        ),
        restarts=expand("<results>/sequences/{task}/restarts.csv", task=SEQUENCE_TASKS),
        library=library("sequences.figures"),
    output:
        survival=report(
            "<results>/sequences/figures/survival.svg",
            caption="../../report/captions/survival.rst",
            category="Sequences",
            labels={"figure": "when restarts solve the task"},
        ),
        survival_data="<results>/sequences/figures/survival.csv",
        failures=report(
            "<results>/sequences/figures/failures.svg",
            caption="../../report/captions/failures.rst",
            category="Sequences",
            labels={"figure": "how restarts end"},
        ),
        failures_data="<results>/sequences/figures/failures.csv",
        generalisation=report(
            "<results>/sequences/figures/generalisation.svg",
            caption="../../report/captions/generalisation.rst",
            category="Sequences",
            labels={"figure": "longer strings"},
        ),
        generalisation_data="<results>/sequences/figures/generalisation.csv",
    log:
        "<logs>/draw_success.log",
    benchmark:
        "<benchmarks>/draw_success.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        tasks=SEQUENCE_TASKS,
        comparable=[task for task in SEQUENCE_TASKS if "-to" not in task],
    script:
        "../scripts/draw_success.py"


rule draw_losses:
    input:
        curves="<results>/sequences/{task}/curves.csv",
        restarts="<results>/sequences/{task}/restarts.csv",
        losses="<results>/sequences/{task}/losses.csv",
        library=library("sequences.figures"),
    output:
        learning=report(
            "<results>/sequences/figures/learning_{task}.svg",
            caption="../../report/captions/learning.rst",
            category="Sequences",
            labels={"figure": "learning curves", "task": "{task}"},
        ),
        learning_data="<results>/sequences/figures/learning_{task}.csv",
        losses=report(
            "<results>/sequences/figures/losses_{task}.svg",
            caption="../../report/captions/losses.rst",
            category="Sequences",
            labels={"figure": "two losses", "task": "{task}"},
        ),
        losses_data="<results>/sequences/figures/losses_{task}.csv",
    log:
        "<logs>/draw_losses/{task}.log",
    benchmark:
        "<benchmarks>/draw_losses/{task}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    script:
        "../scripts/draw_losses.py"


rule draw_ratios:
    input:
        dynamics=expand("<results>/sequences/{task}/dynamics.csv", task=SRN_TASKS),
        restarts=expand("<results>/sequences/{task}/restarts.csv", task=SRN_TASKS),
        library=library("sequences.figures", "sequences.runs"),
    output:
        figure=report(
            "<results>/sequences/figures/ratios.svg",
            caption="../../report/captions/ratios.rst",
            category="Sequences",
            labels={"figure": "approach and departure"},
        ),
        data="<results>/sequences/figures/ratios.csv",
    log:
        "<logs>/draw_ratios.log",
    benchmark:
        "<benchmarks>/draw_ratios.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        tasks=SRN_TASKS,
    script:
        "../scripts/draw_ratios.py"


rule draw_srn:
    input:
        snapshots="<results>/sequences/{task}/snapshots.npz",
        restarts="<results>/sequences/{task}/restarts.csv",
        clusters="<results>/sequences/{task}/clusters.csv",
        transitions="<results>/sequences/{task}/transitions.csv",
        library=library(
            "sequences.evaluation",
            "sequences.figures_automaton",
            "sequences.figures_srn",
            "sequences.runs",
            "sequences.trajectories",
        ),
    output:
        states=report(
            "<results>/sequences/figures/states_{task}.svg",
            caption="../../report/captions/srn_states.rst",
            category="Sequences",
            labels={"figure": "states of the SRN", "task": "{task}"},
        ),
        states_data="<results>/sequences/figures/states_{task}.csv",
        maps=report(
            "<results>/sequences/figures/maps_{task}.svg",
            caption="../../report/captions/srn_maps.rst",
            category="Sequences",
            labels={"figure": "maps of the SRN", "task": "{task}"},
        ),
        maps_data="<results>/sequences/figures/maps_{task}.csv",
        steps=report(
            "<results>/sequences/figures/steps_{task}.svg",
            caption="../../report/captions/srn_steps.rst",
            category="Sequences",
            labels={"figure": "steps of the SRN", "task": "{task}"},
        ),
        steps_data="<results>/sequences/figures/steps_{task}.csv",
        automaton=report(
            "<results>/sequences/figures/automaton_{task}.svg",
            caption="../../report/captions/srn_automaton.rst",
            category="Sequences",
            labels={"figure": "automaton of the SRN", "task": "{task}"},
        ),
        automaton_data="<results>/sequences/figures/automaton_{task}.csv",
    log:
        "<logs>/draw_srn/{task}.log",
    benchmark:
        "<benchmarks>/draw_srn/{task}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    script:
        "../scripts/draw_srn.py"


rule draw_lstm:
    input:
        snapshots="<results>/sequences/{task}/snapshots.npz",
        restarts="<results>/sequences/{task}/restarts.csv",
        states="<results>/sequences/{task}/states.csv",
        steps="<results>/sequences/{task}/cell_steps.csv",
        decoding="<results>/sequences/{task}/decoding.csv",
        intervention="<results>/sequences/{task}/intervention.csv",
        library=library(
            "sequences.evaluation",
            "sequences.figures_lstm",
            "sequences.runs",
            "sequences.trajectories",
        ),
    output:
        hidden=report(
            "<results>/sequences/figures/hidden_{task}.svg",
            caption="../../report/captions/lstm_hidden.rst",
            category="Sequences",
            labels={"figure": "hidden space of the LSTM", "task": "{task}"},
        ),
        hidden_data="<results>/sequences/figures/hidden_{task}.csv",
        cells=report(
            "<results>/sequences/figures/cells_{task}.svg",
            caption="../../report/captions/lstm_cells.rst",
            category="Sequences",
            labels={"figure": "cell space of the LSTM", "task": "{task}"},
        ),
        cells_data="<results>/sequences/figures/cells_{task}.csv",
        traces=report(
            "<results>/sequences/figures/traces_{task}.svg",
            caption="../../report/captions/lstm_traces.rst",
            category="Sequences",
            labels={"figure": "cells of the LSTM over time", "task": "{task}"},
        ),
        traces_data="<results>/sequences/figures/traces_{task}.csv",
        decoding=report(
            "<results>/sequences/figures/decoding_{task}.svg",
            caption="../../report/captions/lstm_decoding.rst",
            category="Sequences",
            labels={"figure": "what the LSTM encodes", "task": "{task}"},
        ),
        decoding_data="<results>/sequences/figures/decoding_{task}.csv",
        intervention=report(
            "<results>/sequences/figures/intervention_{task}.svg",
            caption="../../report/captions/lstm_intervention.rst",
            category="Sequences",
            labels={"figure": "another count put in", "task": "{task}"},
        ),
        intervention_data="<results>/sequences/figures/intervention_{task}.csv",
    log:
        "<logs>/draw_lstm/{task}.log",
    benchmark:
        "<benchmarks>/draw_lstm/{task}.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    params:
        # The published pictures follow A^3 B^6 C^9.
        path_of=3,
    script:
        "../scripts/draw_lstm.py"
