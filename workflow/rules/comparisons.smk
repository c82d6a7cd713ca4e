"""
The characters compared and drawn: networks and widths against each other, and what was measured with what
was published.

Requires: characters/ as characters.smk leaves it, data/, the published figures in report/published/.
Produces: characters/{comparisons,outperformance,plateau,economy}.csv, characters/plateau.json,
characters/figures/; what the page needs to answer by itself: report/draw.json, report/half_precision.csv,
characters/confused_images_<model>.json.
"""

from hidden_units.datasets.classes import has_published_classes

# A matrix is compared with the published one where there is one, and where the classes are the same.
PUBLISHED_MATRICES = {
    model: code(path)
    for model in PUBLISHED_MODELS
    for path in [f"report/published/confusion_{model}.csv"]
    if (ROOT / path).is_file() and has_published_classes(PROVIDER.classes)
}


rule compare_networks:
    input:
        metrics=trained("metrics", MODELS),
        predictions=trained("predictions", MAIN_MODELS),
        representatives="<results>/characters/representatives.json",
        summary="<results>/characters/summary.csv",
        sweep="<results>/characters/sweep.csv",
        dataset=DATA["dataset"],
        library=library("compare_networks"),
    output:
        comparisons="<results>/characters/comparisons.csv",
        outperformance="<results>/characters/outperformance.csv",
        plateau="<results>/characters/plateau.json",
        widths="<results>/characters/plateau.csv",
        economy="<results>/characters/economy.csv",
    log:
        "<logs>/compare_networks.log",
    benchmark:
        "<benchmarks>/compare_networks.tsv"
    conda:
        ENVIRONMENT
    resources:
        **MEASURING,
    params:
        networks=MAIN_MODELS,
        widths=[f"netfull-{width}" for width in WIDTHS],
        margin=lookup(dpath="statistics/equivalence_margin", within=config),
        components=lookup(dpath="characters/components", within=config),
        resamples=lookup(dpath="statistics/resamples", within=config),
    script:
        "../scripts/compare_networks.py"


rule draw_characters:
    input:
        metrics=trained("metrics", MAIN_MODELS),
        histories=trained("history", MAIN_MODELS),
        predictions=trained("predictions", MAIN_MODELS),
        weights=trained("weights", MAIN_MODELS),
        own=OWN_DESCRIBED,
        images=DATA["test_images"],
        dataset=DATA["dataset"],
        representatives="<results>/characters/representatives.json",
        shifts="<results>/characters/shifts.csv",
        shifts_summary="<results>/characters/shifts_summary.csv",
        occlusion="<results>/characters/occlusion.csv",
        first_maps="<results>/characters/first_maps.npz",
        summary="<results>/characters/summary.csv",
        sweep="<results>/characters/sweep.csv",
        confusions=expand(
            "<results>/characters/{model}/confusion.csv", model=MAIN_MODELS
        ),
        pairs="<results>/characters/confused_pairs.csv",
        per_class="<results>/characters/per_class.csv",
        means="<results>/characters/class_means.npy",
        similarity="<results>/characters/class_similarity.csv",
        comparisons="<results>/characters/comparisons.csv",
        plateau="<results>/characters/plateau.json",
        widths="<results>/characters/plateau.csv",
        scatter="<results>/characters/scatter.csv",
        economy="<results>/characters/economy.csv",
        sensitivity=rules.summarise_sensitivity.output if ABLATIONS else [],
        swept=rules.summarise_sweep.output if SWEPT else [],
        published=PUBLISHED_MATRICES.values(),
        library=library("draw_characters"),
    output:
        **figures(
            "characters",
            networks="the networks",
            accuracies="accuracy of every seed",
            learning_curves="learning curves",
            sweep="accuracy against hidden size",
            confusion=("confusion matrix", {"model": MAIN_MODELS}),
            likeness="class means and their likeness",
            mistakes=("most confident mistakes", {"model": MAIN_MODELS}),
            per_class="precision and recall",
            shifts="accuracy of moved images",
            filters="what first layers see",
            occlusion="where networks look",
        ),
        **figures(
            "characters",
            category="Comparisons",
            comparisons="differences with their intervals",
            plateau="how wide is wide enough",
            economy="accuracy against numbers kept",
            difference=("measured minus published", {"model": PUBLISHED_MATRICES}),
            **({"swept": "accuracy against one setting"} if SWEPT else {}),
        ),
        **(
            figures("characters", sensitivity="sensitivity to order and precision")
            if ABLATIONS
            else {}
        ),
    log:
        "<logs>/draw_characters.log",
    benchmark:
        "<benchmarks>/draw_characters.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        models=MAIN_MODELS,
        margin=lookup(dpath="statistics/equivalence_margin", within=config),
        published_protocol=is_published_protocol(config["training"]),
    script:
        "../scripts/draw_characters.py"


rule pack_page:
    input:
        weights=trained("weights", MAIN_MODELS),
        predictions=trained("predictions", MAIN_MODELS),
        representatives="<results>/characters/representatives.json",
        images=DATA["test_images"],
        labels=DATA["test_labels"],
        dataset=DATA["dataset"],
        library=library("pack_page"),
    output:
        networks="<results>/report/draw.json",
        confused=expand(
            "<results>/characters/confused_images_{model}.json", model=MAIN_MODELS
        ),
        precision="<results>/report/half_precision.csv",
    log:
        "<logs>/pack_page.log",
    benchmark:
        "<benchmarks>/pack_page.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=MEMORY["pack_page"],
        runtime="10m",
    params:
        models=MAIN_MODELS,
        # The page computes these alone.
        drawn=PUBLISHED_MODELS,
        samples=500,
        # All mistakes of a brush run; of more networks each has fewer.
        examples=4000 // len(MAIN_MODELS),
        right=3,
    script:
        "../scripts/pack_page.py"


rule characters:
    input:
        judged=[
            DATA["dataset"],
            trained("metrics", PUBLISHED_MODELS),
            rules.summarise_characters.output,
            rules.tabulate_confusions.output,
            rules.compare_networks.output,
        ],
        shown=[
            # Only their shapes are read.
            DATA["train_images"],
            trained("weights", PUBLISHED_MODELS, SEEDS[0]),
            OWN_DESCRIBED,
            trained("metrics", list(OWN)),
            rules.probe_classifiers.output,
            rules.summarise_sensitivity.output.table if ABLATIONS else [],
            rules.summarise_sweep.output.table if SWEPT else [],
        ],
        figures=[rules.draw_data.output, rules.draw_characters.output],
