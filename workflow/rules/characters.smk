"""
The characters study: training, evaluation over seeds, baselines, confusions.

Requires: data/*.npy, data/dataset.json, the published figures in report/published/.
Produces: characters/<model>/seed-<k>/, characters/*.csv.
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
        library=library(
            "characters.training",
            "characters.runs",
            "checkpoints",
            "datasets.identity",
        ),
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
        "../../envs/environment.yaml"
    threads: lookup(dpath="training/threads", within=config)
    resources:
        **training_gpus(),
        mem_mb=1500,
        runtime="60m",
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
        "../../envs/environment.yaml"
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
        library=library("characters.evaluation", "characters.runs", "datasets.identity"),
    output:
        summary="<results>/characters/summary.csv",
        means="<results>/characters/means.csv",
        sweep="<results>/characters/sweep.csv",
        representatives="<results>/characters/representatives.json",
    log:
        "<logs>/summarise_characters.log",
    benchmark:
        "<benchmarks>/summarise_characters.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        published_protocol=is_published_protocol(config["training"]),
        resamples=lookup(dpath="statistics/resamples", within=config),
    script:
        "../scripts/summarise_characters.py"


rule tabulate_confusions:
    input:
        predictions=expand(
            "<results>/characters/{model}/seed-{seed}/predictions.npz",
            model=MODELS,
            seed=SEEDS,
        ),
        metrics=expand(
            "<results>/characters/{model}/seed-{seed}/metrics.json",
            model=MODELS,
            seed=SEEDS,
        ),
        dataset="<results>/data/dataset.json",
        representatives="<results>/characters/representatives.json",
        library=library("characters.confusion", "characters.runs", "datasets.identity"),
    output:
        confusions=expand("<results>/characters/{model}/confusion.csv", model=MODELS),
        pairs="<results>/characters/confused_pairs.csv",
        per_class="<results>/characters/per_class.csv",
    log:
        "<logs>/tabulate_confusions.log",
    benchmark:
        "<benchmarks>/tabulate_confusions.tsv"
    conda:
        "../../envs/environment.yaml"
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
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    params:
        models=MAIN_MODELS,
    script:
        "../scripts/compare_class_means.py"
