"""
What the page needs to answer by itself: networks in half precision, test images to compare with, examples
for the cells of the confusion matrices.

Requires: characters/<model>/seed-<k>/{weights.safetensors,predictions.npz}, characters/representatives.json,
data/*.
Produces: report/draw.json, report/half_precision.csv, characters/confused_images_<model>.json.
"""

DRAWING_TABLES = [
    "<results>/report/draw.json",
    "<results>/report/half_precision.csv",
]
CONFUSED_IMAGES = expand(
    "<results>/characters/confused_images_{model}.json", model=MAIN_MODELS
)


rule pack_networks:
    input:
        weights=expand(
            "<results>/characters/{model}/seed-{seed}/weights.safetensors",
            model=MAIN_MODELS,
            seed=SEEDS,
        ),
        representatives="<results>/characters/representatives.json",
        images=ancient("<results>/data/test_images.npy"),
        labels=ancient("<results>/data/test_labels.npy"),
        dataset="<results>/data/dataset.json",
        library=library(
            "page.precision",
            "page.samples",
            "page.weights",
        ),
    output:
        networks="<results>/report/draw.json",
        precision="<results>/report/half_precision.csv",
    log:
        "<logs>/pack_networks.log",
    benchmark:
        "<benchmarks>/pack_networks.tsv"
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime="10m",
    params:
        models=MAIN_MODELS,
        per_class=50,
    script:
        "../scripts/pack_networks.py"


rule pack_confused_images:
    input:
        images=ancient("<results>/data/test_images.npy"),
        representatives="<results>/characters/representatives.json",
        predictions=expand(
            "<results>/characters/{{model}}/seed-{seed}/predictions.npz", seed=SEEDS
        ),
        library=library("page.confused_images", "characters.runs"),
    output:
        "<results>/characters/confused_images_{model}.json",
    log:
        "<logs>/pack_confused_images/{model}.log",
    benchmark:
        "<benchmarks>/pack_confused_images/{model}.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        per_cell=3,
    script:
        "../scripts/pack_confused_images.py"
