"""
Comparisons: networks and widths against each other, and what was measured beside what was reported.

Requires: characters/ as its study leaves it, the published figures in report/published/.
Produces: characters/{comparisons,outperformance,plateau,economy}.csv, characters/plateau.json, and
characters/figures/{comparisons,plateau,economy,difference_<model>}.
"""

from hidden_units.datasets.classes import has_published_classes

STATISTICS = config["statistics"]
# A matrix is set beside the published one where there is one, and where the classes are the same.
PUBLISHED_MATRICES = [
    model
    for model in MAIN_MODELS
    if (ROOT / f"report/published/confusion_{model}.csv").is_file()
    and has_published_classes(PROVIDER.classes)
]
COMPARISON_TABLES = [
    "<results>/characters/comparisons.csv",
    "<results>/characters/outperformance.csv",
    "<results>/characters/plateau.json",
    "<results>/characters/plateau.csv",
    "<results>/characters/economy.csv",
]
COMPARISON_FIGURES = [
    "<results>/characters/figures/comparisons.svg",
    "<results>/characters/figures/plateau.svg",
    "<results>/characters/figures/economy.svg",
    *expand(
        "<results>/characters/figures/difference_{model}.svg",
        model=PUBLISHED_MATRICES,
    ),
]


rule compare_networks:
    input:
        metrics=expand(
            "<results>/characters/{model}/seed-{seed}/metrics.json",
            model=MODELS,
            seed=SEEDS,
        ),
        predictions=expand(
            "<results>/characters/{model}/seed-{seed}/predictions.npz",
            model=MAIN_MODELS,
            seed=SEEDS,
        ),
        representatives="<results>/characters/representatives.json",
        dataset="<results>/data/dataset.json",
        library=library(
            "characters.comparisons", "characters.runs", "datasets.identity"
        ),
    output:
        comparisons="<results>/characters/comparisons.csv",
        outperformance="<results>/characters/outperformance.csv",
    log:
        "<logs>/compare_networks.log",
    benchmark:
        "<benchmarks>/compare_networks.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="10m",
    params:
        networks=MAIN_MODELS,
        widths=[f"netfull-{width}" for width in WIDTHS],
        seeds=SEEDS,
        resamples=lookup(dpath="statistics/resamples", within=config),
    script:
        "../scripts/compare_networks.py"


rule choose_width:
    input:
        sweep="<results>/characters/sweep.csv",
        library=library("characters.comparisons", "statistics.plateau"),
    output:
        answer="<results>/characters/plateau.json",
        widths="<results>/characters/plateau.csv",
    log:
        "<logs>/choose_width.log",
    benchmark:
        "<benchmarks>/choose_width.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        margin=lookup(dpath="statistics/equivalence_margin", within=config),
        resamples=lookup(dpath="statistics/resamples", within=config),
    script:
        "../scripts/choose_width.py"


rule rank_economy:
    input:
        summary="<results>/characters/summary.csv",
        metrics=expand(
            "<results>/characters/{model}/seed-{seed}/metrics.json",
            model=MODELS,
            seed=SEEDS,
        ),
        dataset="<results>/data/dataset.json",
        library=library(
            "characters.comparisons", "characters.runs", "datasets.identity"
        ),
    output:
        "<results>/characters/economy.csv",
    log:
        "<logs>/rank_economy.log",
    benchmark:
        "<benchmarks>/rank_economy.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=700,
        runtime="5m",
    params:
        components=lookup(dpath="characters/components", within=config),
        resamples=lookup(dpath="statistics/resamples", within=config),
    script:
        "../scripts/rank_economy.py"


rule draw_comparisons:
    input:
        comparisons="<results>/characters/comparisons.csv",
        library=library("characters.figures_comparisons"),
    output:
        figure=report(
            "<results>/characters/figures/comparisons.svg",
            caption="../../report/captions/characters/comparisons.rst",
            category="Comparisons",
            labels={"figure": "differences with their intervals"},
        ),
        data="<results>/characters/figures/comparisons.csv",
    log:
        "<logs>/draw_comparisons.log",
    benchmark:
        "<benchmarks>/draw_comparisons.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        margin=lookup(dpath="statistics/equivalence_margin", within=config),
    script:
        "../scripts/draw_comparisons.py"


rule draw_plateau:
    input:
        answer="<results>/characters/plateau.json",
        widths="<results>/characters/plateau.csv",
        library=library("characters.figures_comparisons"),
    output:
        figure=report(
            "<results>/characters/figures/plateau.svg",
            caption="../../report/captions/characters/plateau.rst",
            category="Comparisons",
            labels={"figure": "how wide is wide enough"},
        ),
        data="<results>/characters/figures/plateau.csv",
    log:
        "<logs>/draw_plateau.log",
    benchmark:
        "<benchmarks>/draw_plateau.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_plateau.py"


rule draw_economy:
    input:
        economy="<results>/characters/economy.csv",
        library=library("characters.figures_comparisons"),
    output:
        figure=report(
            "<results>/characters/figures/economy.svg",
            caption="../../report/captions/characters/economy.rst",
            category="Comparisons",
            labels={"figure": "accuracy against numbers kept"},
        ),
        data="<results>/characters/figures/economy.csv",
    log:
        "<logs>/draw_economy.log",
    benchmark:
        "<benchmarks>/draw_economy.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_economy.py"


rule draw_confusion_difference:
    input:
        pairs="<results>/characters/confused_pairs.csv",
        dataset="<results>/data/dataset.json",
        published="report/published/confusion_{model}.csv",
        library=library("characters.figures_comparisons", "datasets.figures"),
    output:
        figure=report(
            "<results>/characters/figures/difference_{model}.svg",
            caption="../../report/captions/characters/difference.rst",
            category="Comparisons",
            labels={"figure": "measured minus published", "model": "{model}"},
        ),
        data="<results>/characters/figures/difference_{model}.csv",
    log:
        "<logs>/draw_confusion_difference/{model}.log",
    benchmark:
        "<benchmarks>/draw_confusion_difference/{model}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        published_protocol=is_published_protocol(config["training"]),
    script:
        "../scripts/draw_confusion_difference.py"
