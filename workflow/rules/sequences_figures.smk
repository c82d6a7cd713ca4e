"""
The figures of the sequences study.

Requires: what sequences.smk produces.
Produces: sequences/figures/, each figure with its numbers beside it.
"""


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
        library=library("sequences.figures.restarts"),
    output:
        survival=report(
            "<results>/sequences/figures/survival.svg",
            caption="../../report/captions/sequences/survival.rst",
            category="Sequences",
            labels={"figure": "when restarts solve the task"},
        ),
        survival_data="<results>/sequences/figures/survival.csv",
        failures=report(
            "<results>/sequences/figures/failures.svg",
            caption="../../report/captions/sequences/failures.rst",
            category="Sequences",
            labels={"figure": "how restarts end"},
        ),
        failures_data="<results>/sequences/figures/failures.csv",
        generalisation=report(
            "<results>/sequences/figures/generalisation.svg",
            caption="../../report/captions/sequences/generalisation.rst",
            category="Sequences",
            labels={"figure": "longer strings"},
        ),
        generalisation_data="<results>/sequences/figures/generalisation.csv",
    log:
        "<logs>/draw_success.log",
    benchmark:
        "<benchmarks>/draw_success.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
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
        library=library("sequences.figures.restarts"),
    output:
        learning=report(
            "<results>/sequences/figures/learning_{task}.svg",
            caption="../../report/captions/sequences/learning.rst",
            category="Sequences",
            labels={"figure": "learning curves", "task": "{task}"},
        ),
        learning_data="<results>/sequences/figures/learning_{task}.csv",
        losses=report(
            "<results>/sequences/figures/losses_{task}.svg",
            caption="../../report/captions/sequences/losses.rst",
            category="Sequences",
            labels={"figure": "two losses", "task": "{task}"},
        ),
        losses_data="<results>/sequences/figures/losses_{task}.csv",
    log:
        "<logs>/draw_losses/{task}.log",
    benchmark:
        "<benchmarks>/draw_losses/{task}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
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
        library=library("sequences.figures.restarts", "sequences.runs"),
    output:
        figure=report(
            "<results>/sequences/figures/ratios.svg",
            caption="../../report/captions/sequences/ratios.rst",
            category="Sequences",
            labels={"figure": "approach and departure"},
        ),
        data="<results>/sequences/figures/ratios.csv",
    log:
        "<logs>/draw_ratios.log",
    benchmark:
        "<benchmarks>/draw_ratios.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
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
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        clusters="<results>/sequences/{task}/clusters.csv",
        transitions="<results>/sequences/{task}/transitions.csv",
        library=library(
            "sequences.measures.evaluation",
            "sequences.figures.automaton",
            "sequences.figures.srn",
            "sequences.runs",
            "sequences.measures.trajectories",
        ),
    output:
        states=report(
            "<results>/sequences/figures/states_{task}.svg",
            caption="../../report/captions/sequences/states.rst",
            category="Sequences",
            labels={"figure": "states of the SRN", "task": "{task}"},
        ),
        states_data="<results>/sequences/figures/states_{task}.csv",
        maps=report(
            "<results>/sequences/figures/maps_{task}.svg",
            caption="../../report/captions/sequences/maps.rst",
            category="Sequences",
            labels={"figure": "maps of the SRN", "task": "{task}"},
        ),
        maps_data="<results>/sequences/figures/maps_{task}.csv",
        steps=report(
            "<results>/sequences/figures/steps_{task}.svg",
            caption="../../report/captions/sequences/steps.rst",
            category="Sequences",
            labels={"figure": "steps of the SRN", "task": "{task}"},
        ),
        steps_data="<results>/sequences/figures/steps_{task}.csv",
        automaton=report(
            "<results>/sequences/figures/automaton_{task}.svg",
            caption="../../report/captions/sequences/automaton.rst",
            category="Sequences",
            labels={"figure": "automaton of the SRN", "task": "{task}"},
        ),
        automaton_data="<results>/sequences/figures/automaton_{task}.csv",
    log:
        "<logs>/draw_srn/{task}.log",
    benchmark:
        "<benchmarks>/draw_srn/{task}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    script:
        "../scripts/draw_srn.py"


rule draw_lstm:
    input:
        snapshots="<results>/sequences/{task}/snapshots.safetensors",
        restarts="<results>/sequences/{task}/restarts.csv",
        states="<results>/sequences/{task}/states.csv",
        steps="<results>/sequences/{task}/cell_steps.csv",
        decoding="<results>/sequences/{task}/decoding.csv",
        intervention="<results>/sequences/{task}/intervention.csv",
        library=library(
            "sequences.measures.evaluation",
            "sequences.figures.lstm",
            "sequences.runs",
            "sequences.measures.trajectories",
        ),
    output:
        hidden=report(
            "<results>/sequences/figures/hidden_{task}.svg",
            caption="../../report/captions/sequences/hidden.rst",
            category="Sequences",
            labels={"figure": "hidden space of the LSTM", "task": "{task}"},
        ),
        hidden_data="<results>/sequences/figures/hidden_{task}.csv",
        cells=report(
            "<results>/sequences/figures/cells_{task}.svg",
            caption="../../report/captions/sequences/cells.rst",
            category="Sequences",
            labels={"figure": "cell space of the LSTM", "task": "{task}"},
        ),
        cells_data="<results>/sequences/figures/cells_{task}.csv",
        traces=report(
            "<results>/sequences/figures/traces_{task}.svg",
            caption="../../report/captions/sequences/traces.rst",
            category="Sequences",
            labels={"figure": "cells of the LSTM over time", "task": "{task}"},
        ),
        traces_data="<results>/sequences/figures/traces_{task}.csv",
        decoding=report(
            "<results>/sequences/figures/decoding_{task}.svg",
            caption="../../report/captions/sequences/decoding.rst",
            category="Sequences",
            labels={"figure": "what the LSTM encodes", "task": "{task}"},
        ),
        decoding_data="<results>/sequences/figures/decoding_{task}.csv",
        intervention=report(
            "<results>/sequences/figures/intervention_{task}.svg",
            caption="../../report/captions/sequences/intervention.rst",
            category="Sequences",
            labels={"figure": "another count put in", "task": "{task}"},
        ),
        intervention_data="<results>/sequences/figures/intervention_{task}.csv",
    log:
        "<logs>/draw_lstm/{task}.log",
    benchmark:
        "<benchmarks>/draw_lstm/{task}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    params:
        # The published pictures follow A^3 B^6 C^9.
        path_of=3,
    script:
        "../scripts/draw_lstm.py"
