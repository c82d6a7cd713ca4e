"""
The characters study: training, evaluation over seeds, baselines, confusions.

Requires: data/*.npy, data/dataset.json, the published figures in report/published/.
Produces: characters/<model>/seed-<k>/, characters/*.csv, characters/<own network>/network.json, and characters/sensitivity/<variant>/<model>/seed-<k>/
where the configuration has ablations or a sweep.
"""

from hidden_units.characters.checks import check_validation
from hidden_units.characters.ablations import ablations, own_value, swept

with workflow_errors():
    check_validation(config)
    ABLATIONS = {ablation.variant: ablation for ablation in ablations(config)}
    SWEPT = swept(config)

# What the main study has not trained.
SWEPT_VARIANTS = {entry.variant: entry for entry in SWEPT.values() if entry.variant}
VARIANTS = {**ABLATIONS, **SWEPT_VARIANTS}

CHARACTERS = config["characters"]
MAIN_NETFULL = f"netfull-{CHARACTERS['hidden']}"
PUBLISHED_MODELS = ["netlin", MAIN_NETFULL, "netconv"]
# Networks of the user's own by name, with their files.
OWN = own_networks(CHARACTERS["networks"])
OWN_DESCRIBED = expand("<results>/characters/{model}/network.json", model=OWN)
MAIN_MODELS = [*PUBLISHED_MODELS, *OWN]
SWEPT_WIDTHS = SWEPT if config["sweep"]["setting"] == "hidden" else []
WIDTHS = sorted({*CHARACTERS["widths"], CHARACTERS["hidden"], *SWEPT_WIDTHS})
MODELS = ["netlin", *(f"netfull-{width}" for width in WIDTHS), "netconv", *OWN]


# The light networks: a job trains all seeds, because loading the framework takes longer than a seed.
rule train_perceptrons:
    input:
        **DATA,
        library=library("train_classifiers"),
    output:
        **evidence("{model}", SEEDS),
    log:
        "<logs>/train_perceptrons/{model}.log",
    benchmark:
        "<benchmarks>/train_perceptrons/{model}.tsv"
    wildcard_constraints:
        model=r"netlin|netfull-\d+",
    # The longest chain of jobs begins here, and all other work fills what it leaves idle.
    priority: 7
    conda:
        ENVIRONMENT
    threads: lookup(dpath="training/threads", within=config)
    resources:
        **training_gpus(),
        mem_mb=MEMORY["train_perceptrons"],
        runtime="60m",
    params:
        training=lookup(dpath="training", within=config),
    script:
        "../scripts/train_classifiers.py"


# The heavy one: one job a seed.
use rule train_perceptrons as train_netconv with:
    output:
        **evidence("{model}", "{seed}"),
    log:
        "<logs>/train_netconv/{model}-seed-{seed}.log",
    benchmark:
        "<benchmarks>/train_netconv/{model}-seed-{seed}.tsv"
    wildcard_constraints:
        model="netconv",
    priority: 8


if OWN:

    rule check_own_network:
        input:
            file=lambda wildcards: user_file(OWN[wildcards.model]),
            dataset=DATA["dataset"],
            library=library("check_own_network"),
        output:
            "<results>/characters/{model}/network.json",
        log:
            "<logs>/check_own_network/{model}.log",
        benchmark:
            "<benchmarks>/check_own_network/{model}.tsv"
        wildcard_constraints:
            model="|".join(OWN),
        # What is wrong with it is better known at once.
        priority: 10
        conda:
            ENVIRONMENT
        resources:
            mem_mb=1000,
            runtime="5m",
        params:
            file=lambda wildcards: OWN[wildcards.model],
            channels_last=lookup(dpath="training/channels_last", within=config),
        script:
            "../scripts/check_own_network.py"

    use rule train_netconv as train_own_network with:
        input:
            **DATA,
            file=lambda wildcards: user_file(OWN[wildcards.model]),
            # Checked before. As ancient() it would hide from Snakemake that a changed file trains again.
            checked="<results>/characters/{model}/network.json",
            library=library("train_classifiers"),
        log:
            "<logs>/train_own_network/{model}-seed-{seed}.log",
        benchmark:
            "<benchmarks>/train_own_network/{model}-seed-{seed}.tsv"
        wildcard_constraints:
            model="|".join(OWN),
        params:
            training=lookup(dpath="training", within=config),
            file=lambda wildcards: OWN[wildcards.model],


VARIED = "<results>/characters/sensitivity/{variant}"

if VARIANTS:

    wildcard_constraints:
        variant="|".join(map(re.escape, VARIANTS)),

    use rule train_netconv as train_netconv_variants with:
        output:
            **evidence("{model}", "{seed}", VARIED),
        log:
            "<logs>/train_netconv_variants/{variant}-{model}-seed-{seed}.log",
        benchmark:
            "<benchmarks>/train_netconv_variants/{variant}-{model}-seed-{seed}.tsv"
        params:
            training=lambda wildcards: VARIANTS[wildcards.variant].training,
            may_diverge=lambda wildcards: wildcards.variant in SWEPT_VARIANTS,

    if OWN:

        use rule train_own_network as train_own_network_variants with:
            output:
                **evidence("{model}", "{seed}", VARIED),
            log:
                "<logs>/train_own_network_variants/{variant}-{model}-seed-{seed}.log",
            benchmark:
                "<benchmarks>/train_own_network_variants/{variant}-{model}-seed-{seed}.tsv"
            params:
                training=lambda wildcards: VARIANTS[wildcards.variant].training,
                may_diverge=lambda wildcards: wildcards.variant in SWEPT_VARIANTS,
                file=lambda wildcards: OWN[wildcards.model],


if ABLATIONS:
    ABLATION_SEEDS = list(next(iter(ABLATIONS.values())).seeds)

    use rule train_perceptrons as train_perceptron_variants with:
        output:
            **evidence("{model}", ABLATION_SEEDS, VARIED),
        log:
            "<logs>/train_perceptron_variants/{variant}-{model}.log",
        benchmark:
            "<benchmarks>/train_perceptron_variants/{variant}-{model}.tsv"
        wildcard_constraints:
            model=r"netlin|netfull-\d+",
            variant="|".join(ABLATIONS),
        params:
            training=lambda wildcards: ABLATIONS[wildcards.variant].training,

    rule summarise_sensitivity:
        input:
            changed=[
                trained(
                    "metrics",
                    entry.models,
                    entry.seeds,
                    VARIED.format(variant=variant),
                )
                for variant, entry in ABLATIONS.items()
            ],
            # Each run's partner in the main study differs by nothing but the variant.
            baselines=trained(
                "metrics",
                sorted(
                    {model for entry in ABLATIONS.values() for model in entry.models}
                ),
                ABLATION_SEEDS,
            ),
            dataset=DATA["dataset"],
            library=library("summarise_sensitivity"),
        output:
            pairs="<results>/characters/sensitivity/pairs.csv",
            table="<results>/characters/sensitivity.csv",
        log:
            "<logs>/summarise_sensitivity.log",
        benchmark:
            "<benchmarks>/summarise_sensitivity.tsv"
        localrule: True
        conda:
            ENVIRONMENT
        resources:
            **LIGHT,
        params:
            resamples=lookup(dpath="statistics/resamples", within=config),
        script:
            "../scripts/summarise_sensitivity.py"


if SWEPT:
    SWEPT_SEEDS = list(next(iter(SWEPT.values())).seeds)

    rule summarise_sweep:
        input:
            runs=[
                trained(
                    "metrics",
                    entry.models,
                    SWEPT_SEEDS,
                    (
                        VARIED.format(variant=entry.variant)
                        if entry.variant
                        else "<results>/characters"
                    ),
                )
                for entry in SWEPT.values()
            ],
            dataset=DATA["dataset"],
            library=library("summarise_sweep"),
        output:
            runs="<results>/characters/swept_runs.csv",
            table="<results>/characters/swept.csv",
        log:
            "<logs>/summarise_sweep.log",
        benchmark:
            "<benchmarks>/summarise_sweep.tsv"
        localrule: True
        conda:
            ENVIRONMENT
        resources:
            **LIGHT,
        params:
            setting=lookup(dpath="sweep/setting", within=config),
            own=own_value(config),
            values=[
                value
                for value, entry in SWEPT.items()
                for _ in entry.models
                for _ in SWEPT_SEEDS
            ],
            resamples=lookup(dpath="statistics/resamples", within=config),
        script:
            "../scripts/summarise_sweep.py"


if SWEPT_VARIANTS:

    use rule train_perceptrons as train_perceptron_sweep with:
        output:
            **evidence("{model}", SWEPT_SEEDS, VARIED),
        log:
            "<logs>/train_perceptron_sweep/{variant}-{model}.log",
        benchmark:
            "<benchmarks>/train_perceptron_sweep/{variant}-{model}.tsv"
        wildcard_constraints:
            model=r"netlin|netfull-\d+",
            variant="|".join(map(re.escape, SWEPT_VARIANTS)),
        params:
            training=lambda wildcards: SWEPT_VARIANTS[wildcards.variant].training,
            may_diverge=True,


rule evaluate_baselines:
    input:
        **DATA,
        library=library("evaluate_baselines"),
    output:
        "<results>/characters/baselines.csv",
    log:
        "<logs>/evaluate_baselines.log",
    benchmark:
        "<benchmarks>/evaluate_baselines.tsv"
    priority: 7
    conda:
        ENVIRONMENT
    resources:
        mem_mb=MEMORY["evaluate_baselines"],
        runtime="30m",
    params:
        neighbours=lookup(dpath="characters/neighbours", within=config),
        components=lookup(dpath="characters/components", within=config),
    script:
        "../scripts/evaluate_baselines.py"


rule summarise_characters:
    input:
        metrics=trained("metrics", MODELS),
        baselines="<results>/characters/baselines.csv",
        dataset=DATA["dataset"],
        published=code("report/published/accuracies.csv"),
        library=library("summarise_characters"),
    output:
        summary="<results>/characters/summary.csv",
        means="<results>/characters/means.csv",
        sweep="<results>/characters/sweep.csv",
        scatter="<results>/characters/scatter.csv",
        representatives="<results>/characters/representatives.json",
    log:
        "<logs>/summarise_characters.log",
    benchmark:
        "<benchmarks>/summarise_characters.tsv"
    priority: 7
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        published_protocol=is_published_protocol(config["training"]),
        resamples=lookup(dpath="statistics/resamples", within=config),
    script:
        "../scripts/summarise_characters.py"


rule tabulate_confusions:
    input:
        predictions=trained("predictions", MODELS),
        metrics=trained("metrics", MODELS),
        images=DATA["train_images"],
        labels=DATA["train_labels"],
        dataset=DATA["dataset"],
        representatives="<results>/characters/representatives.json",
        library=library("tabulate_confusions"),
    output:
        confusions=expand("<results>/characters/{model}/confusion.csv", model=MODELS),
        pairs="<results>/characters/confused_pairs.csv",
        pairs_by_seed="<results>/characters/pairs_by_seed.csv",
        per_class="<results>/characters/per_class.csv",
        means="<results>/characters/class_means.npy",
        similarity="<results>/characters/class_similarity.csv",
        correlation="<results>/characters/likeness.csv",
    log:
        "<logs>/tabulate_confusions.log",
    benchmark:
        "<benchmarks>/tabulate_confusions.tsv"
    conda:
        ENVIRONMENT
    resources:
        **{**MEASURING, "mem_mb": MEMORY["tabulate_confusions"]},
    params:
        models=MODELS,
        networks=MAIN_MODELS,
        seeds=SEEDS,
    script:
        "../scripts/tabulate_confusions.py"


# What networks do with images that were moved or partly covered: why one reads better than another.
rule probe_classifiers:
    input:
        images=DATA["test_images"],
        labels=DATA["test_labels"],
        weights=trained("weights", MAIN_MODELS),
        predictions=trained("predictions", MAIN_MODELS),
        metrics=trained("metrics", MAIN_MODELS),
        dataset=DATA["dataset"],
        representatives="<results>/characters/representatives.json",
        files=[user_file(file) for file in OWN.values()],
        library=library("probe_classifiers"),
    output:
        shifts="<results>/characters/shifts.csv",
        summary="<results>/characters/shifts_summary.csv",
        occlusion="<results>/characters/occlusion.csv",
        maps="<results>/characters/first_maps.npz",
    log:
        "<logs>/probe_classifiers.log",
    benchmark:
        "<benchmarks>/probe_classifiers.tsv"
    priority: 7
    conda:
        ENVIRONMENT
    resources:
        mem_mb=MEMORY["pack_page"],
        runtime="30m",
    params:
        models=MAIN_MODELS,
        files=OWN,
        seeds=SEEDS,
    script:
        "../scripts/probe_classifiers.py"
