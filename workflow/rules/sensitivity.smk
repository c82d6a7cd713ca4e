"""
Sensitivity: what the order of the training images and the precision change, where the configuration asks.

Requires: data/*.npy, data/dataset.json, characters/<model>/seed-<k>/metrics.json.
Produces: characters/sensitivity/<variant>/<model>/seed-<k>/, characters/sensitivity/pairs.csv,
characters/sensitivity.csv, characters/figures/sensitivity; nothing where no ablation is asked for.
"""

from hidden_units.characters.ablations import ablations

try:
    ABLATIONS = {ablation.variant: ablation for ablation in ablations(config)}
except StudyError as error:
    raise WorkflowError(str(error)) from None

ABLATION_SEEDS = next((list(ablation.seeds) for ablation in ABLATIONS.values()), [])
# A path a pair: <variant>/<model>/seed-<k>, and <model>/seed-<k> of its partner in the main study.
ABLATED_RUNS = [
    f"{variant}/{model}/seed-{seed}"
    for variant, ablation in ABLATIONS.items()
    for model in ablation.models
    for seed in ablation.seeds
]
PARTNERS = sorted({run.partition("/")[2] for run in ABLATED_RUNS})
SENSITIVITY_TABLES = ["<results>/characters/sensitivity.csv"] if ABLATIONS else []
SENSITIVITY_FIGURES = (
    ["<results>/characters/figures/sensitivity.svg"] if ABLATIONS else []
)


if ABLATIONS:

    use rule train_perceptrons as train_perceptron_variants with:
        output:
            weights=expand(
                "<results>/characters/sensitivity/{{variant}}/{{model}}/seed-{seed}/weights.safetensors",
                seed=ABLATION_SEEDS,
            ),
            history=expand(
                "<results>/characters/sensitivity/{{variant}}/{{model}}/seed-{seed}/history.csv",
                seed=ABLATION_SEEDS,
            ),
            timing=expand(
                "<results>/characters/sensitivity/{{variant}}/{{model}}/seed-{seed}/timing.csv",
                seed=ABLATION_SEEDS,
            ),
            predictions=expand(
                "<results>/characters/sensitivity/{{variant}}/{{model}}/seed-{seed}/predictions.npz",
                seed=ABLATION_SEEDS,
            ),
            metrics=expand(
                "<results>/characters/sensitivity/{{variant}}/{{model}}/seed-{seed}/metrics.json",
                seed=ABLATION_SEEDS,
            ),
        log:
            "<logs>/train_perceptron_variants/{variant}-{model}.log",
        benchmark:
            "<benchmarks>/train_perceptron_variants/{variant}-{model}.tsv"
        wildcard_constraints:
            variant="|".join(ABLATIONS),
            model=r"netlin|netfull-\d+",
        params:
            training=lambda wildcards: ABLATIONS[wildcards.variant].training,
            seeds=ABLATION_SEEDS,

    use rule train_netconv as train_netconv_variants with:
        output:
            weights="<results>/characters/sensitivity/{variant}/{model}/seed-{seed}/weights.safetensors",
            history="<results>/characters/sensitivity/{variant}/{model}/seed-{seed}/history.csv",
            timing="<results>/characters/sensitivity/{variant}/{model}/seed-{seed}/timing.csv",
            predictions="<results>/characters/sensitivity/{variant}/{model}/seed-{seed}/predictions.npz",
            metrics="<results>/characters/sensitivity/{variant}/{model}/seed-{seed}/metrics.json",
        log:
            "<logs>/train_netconv_variants/{variant}-{model}-seed-{seed}.log",
        benchmark:
            "<benchmarks>/train_netconv_variants/{variant}-{model}-seed-{seed}.tsv"
        wildcard_constraints:
            variant="|".join(ABLATIONS),
            model="netconv",
            seed=r"\d+",
        params:
            training=lambda wildcards: ABLATIONS[wildcards.variant].training,
            seeds=lambda wildcards: [int(wildcards.seed)],

    rule summarise_sensitivity:
        input:
            changed=expand(
                "<results>/characters/sensitivity/{run}/metrics.json", run=ABLATED_RUNS
            ),
            baselines=expand("<results>/characters/{run}/metrics.json", run=PARTNERS),
            dataset="<results>/data/dataset.json",
            library=library(
                "characters.ablation_pairs", "characters.runs", "datasets.identity"
            ),
        output:
            pairs="<results>/characters/sensitivity/pairs.csv",
            table="<results>/characters/sensitivity.csv",
        log:
            "<logs>/summarise_sensitivity.log",
        benchmark:
            "<benchmarks>/summarise_sensitivity.tsv"
        localrule: True
        conda:
            "../../envs/analysis.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime="5m",
        params:
            variants=[run.partition("/")[0] for run in ABLATED_RUNS],
            resamples=lookup(dpath="statistics/resamples", within=config),
        script:
            "../scripts/summarise_sensitivity.py"

    rule draw_sensitivity:
        input:
            pairs="<results>/characters/sensitivity/pairs.csv",
            table="<results>/characters/sensitivity.csv",
            library=library("characters.figures_ablations"),
        output:
            figure=report(
                "<results>/characters/figures/sensitivity.svg",
                caption="../../report/captions/characters/sensitivity.rst",
                category="Characters",
                labels={"figure": "sensitivity to order and precision"},
            ),
            data="<results>/characters/figures/sensitivity.csv",
        log:
            "<logs>/draw_sensitivity.log",
        benchmark:
            "<benchmarks>/draw_sensitivity.tsv"
        localrule: True
        conda:
            "../../envs/analysis.yaml"
        threads: 1
        resources:
            mem_mb=500,
            runtime="5m",
        script:
            "../scripts/draw_sensitivity.py"
