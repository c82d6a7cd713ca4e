"""
The characters study: training, evaluation over seeds, baselines, confusions, figures.

Requires: data/*.npy, data/dataset.json, the published figures in report/published/.
Produces: characters/<model>/seed-<k>/, characters/*.csv, characters/figures/.
"""

from hidden_units.characters.checks import check_validation

CHARACTERS = config["characters"]
MAIN_NETFULL = f"netfull-{CHARACTERS['hidden']}"
MAIN_MODELS = ["netlin", MAIN_NETFULL, "netconv"]
WIDTHS = sorted({*CHARACTERS["widths"], CHARACTERS["hidden"]})
MODELS = ["netlin", *(f"netfull-{width}" for width in WIDTHS), "netconv"]

try:
    check_validation(config)
except StudyError as error:
    raise WorkflowError(str(error)) from None


# The light networks: a job trains all seeds, for loading the framework takes longer than a seed.
rule train_perceptrons:
    input:
        train_images=ancient("<results>/data/train_images.npy"),
        train_labels=ancient("<results>/data/train_labels.npy"),
        test_images=ancient("<results>/data/test_images.npy"),
        test_labels=ancient("<results>/data/test_labels.npy"),
        dataset="<results>/data/dataset.json",
        library=library("characters.training", "characters.runs"),
    output:
        weights=expand(
            "<results>/characters/{{model}}/seed-{seed}/weights.safetensors",
            seed=SEEDS,
        ),
        history=expand(
            "<results>/characters/{{model}}/seed-{seed}/history.csv", seed=SEEDS
        ),
        timing=expand(
            "<results>/characters/{{model}}/seed-{seed}/timing.csv", seed=SEEDS
        ),
        predictions=expand(
            "<results>/characters/{{model}}/seed-{seed}/predictions.npz", seed=SEEDS
        ),
        metrics=expand(
            "<results>/characters/{{model}}/seed-{seed}/metrics.json", seed=SEEDS
        ),
    log:
        "<logs>/train_perceptrons/{model}.log",
    benchmark:
        "<benchmarks>/train_perceptrons/{model}.tsv"
    wildcard_constraints:
        model=r"netlin|netfull-\d+",
    conda:
        "../../envs/training.yaml"
    threads: lookup(dpath="training/threads", within=config)
    resources:
        mem_mb=1500,
        runtime="60m",
        gpu=training_gpus,
    params:
        training=lookup(dpath="training", within=config),
        seeds=SEEDS,
    script:
        "../scripts/train_classifiers.py"


# The heavy one: a job a seed.
use rule train_perceptrons as train_netconv with:
    output:
        weights="<results>/characters/{model}/seed-{seed}/weights.safetensors",
        history="<results>/characters/{model}/seed-{seed}/history.csv",
        timing="<results>/characters/{model}/seed-{seed}/timing.csv",
        predictions="<results>/characters/{model}/seed-{seed}/predictions.npz",
        metrics="<results>/characters/{model}/seed-{seed}/metrics.json",
    log:
        "<logs>/train_netconv/{model}-seed-{seed}.log",
    benchmark:
        "<benchmarks>/train_netconv/{model}-seed-{seed}.tsv"
    wildcard_constraints:
        model="netconv",
        seed=r"\d+",
    params:
        training=lookup(dpath="training", within=config),
        seeds=lambda wildcards: [int(wildcards.seed)],


rule evaluate_baselines:
    input:
        train_images=ancient("<results>/data/train_images.npy"),
        train_labels=ancient("<results>/data/train_labels.npy"),
        test_images=ancient("<results>/data/test_images.npy"),
        test_labels=ancient("<results>/data/test_labels.npy"),
        dataset="<results>/data/dataset.json",
        library=library("characters.baselines"),
    output:
        "<results>/characters/baselines.csv",
    log:
        "<logs>/evaluate_baselines.log",
    benchmark:
        "<benchmarks>/evaluate_baselines.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime="30m",
    params:
        neighbours=lookup(dpath="characters/neighbours", within=config),
        components=lookup(dpath="characters/components", within=config),
    script:
        "../scripts/evaluate_baselines.py"


rule summarise_characters:
    input:
        metrics=expand(
            "<results>/characters/{model}/seed-{seed}/metrics.json",
            model=MODELS,
            seed=SEEDS,
        ),
        baselines="<results>/characters/baselines.csv",
        dataset="<results>/data/dataset.json",
        published="report/published/accuracies.csv",
        library=library("characters.evaluation", "characters.runs"),
    output:
        summary="<results>/characters/summary.csv",
        sweep="<results>/characters/sweep.csv",
        representatives="<results>/characters/representatives.json",
    log:
        "<logs>/summarise_characters.log",
    benchmark:
        "<benchmarks>/summarise_characters.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        published_protocol=is_published_protocol(config["training"]),
    script:
        "../scripts/summarise_characters.py"


rule tabulate_confusions:
    input:
        predictions=expand(
            "<results>/characters/{model}/seed-{seed}/predictions.npz",
            model=MODELS,
            seed=SEEDS,
        ),
        representatives="<results>/characters/representatives.json",
        library=library("characters.confusion", "characters.runs"),
    output:
        confusions=expand("<results>/characters/{model}/confusion.csv", model=MODELS),
        pairs="<results>/characters/confused_pairs.csv",
        per_class="<results>/characters/per_class.csv",
    log:
        "<logs>/tabulate_confusions.log",
    benchmark:
        "<benchmarks>/tabulate_confusions.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="10m",
    params:
        models=MODELS,
        seeds=SEEDS,
    script:
        "../scripts/tabulate_confusions.py"


rule compare_class_means:
    input:
        images=ancient("<results>/data/train_images.npy"),
        labels=ancient("<results>/data/train_labels.npy"),
        dataset="<results>/data/dataset.json",
        pairs="<results>/characters/confused_pairs.csv",
        library=library("characters.confusion"),
    output:
        means="<results>/characters/class_means.npy",
        similarity="<results>/characters/class_similarity.csv",
        correlation="<results>/characters/likeness.csv",
    log:
        "<logs>/compare_class_means.log",
    benchmark:
        "<benchmarks>/compare_class_means.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    params:
        models=MAIN_MODELS,
    script:
        "../scripts/compare_class_means.py"


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
            caption="../../report/captions/accuracies.rst",
            category="Characters",
            labels={"figure": "accuracy of every seed"},
        ),
        data="<results>/characters/figures/accuracies.csv",
    log:
        "<logs>/draw_accuracies.log",
    benchmark:
        "<benchmarks>/draw_accuracies.tsv"
    conda:
        "../../envs/analysis.yaml"
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
            caption="../../report/captions/learning_curves.rst",
            category="Characters",
            labels={"figure": "learning curves"},
        ),
        data="<results>/characters/figures/learning_curves.csv",
    log:
        "<logs>/draw_learning_curves.log",
    benchmark:
        "<benchmarks>/draw_learning_curves.tsv"
    conda:
        "../../envs/analysis.yaml"
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
            caption="../../report/captions/sweep.rst",
            category="Characters",
            labels={"figure": "accuracy against hidden size"},
        ),
        data="<results>/characters/figures/sweep.csv",
    log:
        "<logs>/draw_sweep.log",
    benchmark:
        "<benchmarks>/draw_sweep.tsv"
    conda:
        "../../envs/analysis.yaml"
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
            caption="../../report/captions/confusion.rst",
            category="Characters",
            labels={"figure": "confusion matrix", "model": "{model}"},
        ),
        data="<results>/characters/figures/confusion_{model}.csv",
    log:
        "<logs>/draw_confusion/{model}.log",
    benchmark:
        "<benchmarks>/draw_confusion/{model}.tsv"
    conda:
        "../../envs/analysis.yaml"
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
            caption="../../report/captions/likeness.rst",
            category="Characters",
            labels={"figure": "class means and their likeness"},
        ),
        data="<results>/characters/figures/likeness.csv",
    log:
        "<logs>/draw_likeness.log",
    benchmark:
        "<benchmarks>/draw_likeness.tsv"
    conda:
        "../../envs/analysis.yaml"
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
            caption="../../report/captions/mistakes.rst",
            category="Characters",
            labels={"figure": "most confident mistakes", "model": "{model}"},
        ),
        data="<results>/characters/figures/mistakes_{model}.csv",
    log:
        "<logs>/draw_mistakes/{model}.log",
    benchmark:
        "<benchmarks>/draw_mistakes/{model}.tsv"
    conda:
        "../../envs/analysis.yaml"
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
            caption="../../report/captions/per_class.rst",
            category="Characters",
            labels={"figure": "precision and recall"},
        ),
        data="<results>/characters/figures/per_class.csv",
    log:
        "<logs>/draw_per_class.log",
    benchmark:
        "<benchmarks>/draw_per_class.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        models=MAIN_MODELS,
    script:
        "../scripts/draw_per_class.py"
