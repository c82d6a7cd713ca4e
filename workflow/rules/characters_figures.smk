"""
The figures of the characters study.

Requires: what characters.smk produces, data/dataset.json, data/test_images.npy.
Produces: characters/figures/, each figure with its numbers beside it.
"""


rule draw_accuracies:
    input:
        metrics=expand(
            "<results>/characters/{model}/seed-{seed}/metrics.json",
            model=MAIN_MODELS,
            seed=SEEDS,
        ),
        summary="<results>/characters/summary.csv",
        library=library("characters.figures", "characters.runs"),
    output:
        figure=report(
            "<results>/characters/figures/accuracies.svg",
            caption="../../report/captions/characters/accuracies.rst",
            category="Characters",
            labels={"figure": "accuracy of every seed"},
        ),
        data="<results>/characters/figures/accuracies.csv",
    log:
        "<logs>/draw_accuracies.log",
    benchmark:
        "<benchmarks>/draw_accuracies.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_accuracies.py"


rule draw_learning_curves:
    input:
        histories=expand(
            "<results>/characters/{model}/seed-{seed}/history.csv",
            model=MAIN_MODELS,
            seed=SEEDS,
        ),
        library=library("characters.figures", "characters.runs"),
    output:
        figure=report(
            "<results>/characters/figures/learning_curves.svg",
            caption="../../report/captions/characters/learning_curves.rst",
            category="Characters",
            labels={"figure": "learning curves"},
        ),
        data="<results>/characters/figures/learning_curves.csv",
    log:
        "<logs>/draw_learning_curves.log",
    benchmark:
        "<benchmarks>/draw_learning_curves.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_learning_curves.py"


rule draw_sweep:
    input:
        sweep="<results>/characters/sweep.csv",
        library=library("characters.figures"),
    output:
        figure=report(
            "<results>/characters/figures/sweep.svg",
            caption="../../report/captions/characters/sweep.rst",
            category="Characters",
            labels={"figure": "accuracy against hidden size"},
        ),
        data="<results>/characters/figures/sweep.csv",
    log:
        "<logs>/draw_sweep.log",
    benchmark:
        "<benchmarks>/draw_sweep.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_sweep.py"


rule draw_confusion:
    input:
        confusion="<results>/characters/{model}/confusion.csv",
        dataset="<results>/data/dataset.json",
        representatives="<results>/characters/representatives.json",
        library=library("characters.figures", "datasets.figures"),
    output:
        figure=report(
            "<results>/characters/figures/confusion_{model}.svg",
            caption="../../report/captions/characters/confusion.rst",
            category="Characters",
            labels={"figure": "confusion matrix", "model": "{model}"},
        ),
        data="<results>/characters/figures/confusion_{model}.csv",
    log:
        "<logs>/draw_confusion/{model}.log",
    benchmark:
        "<benchmarks>/draw_confusion/{model}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_confusion.py"


rule draw_likeness:
    input:
        means="<results>/characters/class_means.npy",
        similarity="<results>/characters/class_similarity.csv",
        dataset="<results>/data/dataset.json",
        library=library("characters.figures", "datasets.figures"),
    output:
        figure=report(
            "<results>/characters/figures/likeness.svg",
            caption="../../report/captions/characters/likeness.rst",
            category="Characters",
            labels={"figure": "class means and their likeness"},
        ),
        data="<results>/characters/figures/likeness.csv",
    log:
        "<logs>/draw_likeness.log",
    benchmark:
        "<benchmarks>/draw_likeness.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        model="netlin",
    script:
        "../scripts/draw_likeness.py"


rule draw_mistakes:
    input:
        images=ancient("<results>/data/test_images.npy"),
        dataset="<results>/data/dataset.json",
        representatives="<results>/characters/representatives.json",
        predictions=expand(
            "<results>/characters/{{model}}/seed-{seed}/predictions.npz", seed=SEEDS
        ),
        library=library(
            "characters.figures",
            "characters.confusion",
            "characters.runs",
            "datasets.figures",
        ),
    output:
        figure=report(
            "<results>/characters/figures/mistakes_{model}.svg",
            caption="../../report/captions/characters/mistakes.rst",
            category="Characters",
            labels={"figure": "most confident mistakes", "model": "{model}"},
        ),
        data="<results>/characters/figures/mistakes_{model}.csv",
    log:
        "<logs>/draw_mistakes/{model}.log",
    benchmark:
        "<benchmarks>/draw_mistakes/{model}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        shown=24,
    script:
        "../scripts/draw_mistakes.py"


rule draw_per_class:
    input:
        per_class="<results>/characters/per_class.csv",
        dataset="<results>/data/dataset.json",
        library=library("characters.figures", "datasets.figures"),
    output:
        figure=report(
            "<results>/characters/figures/per_class.svg",
            caption="../../report/captions/characters/per_class.rst",
            category="Characters",
            labels={"figure": "precision and recall"},
        ),
        data="<results>/characters/figures/per_class.csv",
    log:
        "<logs>/draw_per_class.log",
    benchmark:
        "<benchmarks>/draw_per_class.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        models=MAIN_MODELS,
    script:
        "../scripts/draw_per_class.py"
