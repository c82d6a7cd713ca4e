"""
The images: downloaded, read from a folder, or drawn; checked alike; four arrays and their description.

Requires: the config's block `dataset`; for own images the user's files; for kmnist the network or a local folder.
Produces: data/{train,test}_{images,labels}.npy, data/dataset.json, data/figures/samples; of images that were made of
others data/originals.npz and data/figures/originals.
"""

with workflow_errors():
    # By how often each script was seen to hold the images, for 70,000 and for 280,000 of them.
    MEMORY = {
        # A picture of as many pixels as are allowed takes 1.5 GB while it is read, a file of other sizes 1 GB.
        "prepare_dataset": PROVIDER.memory_mb(
            2500 if PROVIDER.makes_images else 1500, 2.5
        ),
        "train_perceptrons": PROVIDER.memory_mb(1500, 6),
        "evaluate_baselines": PROVIDER.memory_mb(1500, 9),
        "tabulate_confusions": PROVIDER.memory_mb(700, 1.5),
        "pack_page": PROVIDER.memory_mb(1500, 30, ["test"]),
    }
SOURCES = PROVIDER.downloads()
ARRAYS = {
    f"{part}_{kind}": f"<results>/data/{part}_{kind}.npy"
    for part in ("train", "test")
    for kind in ("images", "labels")
}
# A few images as they were before they were made 28 x 28.
ORIGINALS = (
    {"originals": "<results>/data/originals.npz"} if PROVIDER.makes_images else {}
)
# Other images have another description, which holds their hashes; when the arrays were written does not matter.
DATA = {
    **{name: ancient(path) for name, path in ARRAYS.items()},
    "dataset": "<results>/data/dataset.json",
}


# The hash decides what is a right file: neither a new mirror nor a change in the library fetches it again.
rule fetch_kmnist:
    output:
        ensure(
            "<results>/data/source/{file}",
            sha256=lambda wildcards: SOURCES[wildcards.file].sha256,
        ),
    log:
        "<logs>/fetch_kmnist/{file}.log",
    benchmark:
        "<benchmarks>/fetch_kmnist/{file}.tsv"
    priority: 9
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        mem_mb=200,
        runtime="30m",
    params:
        source=lambda wildcards: SOURCES[wildcards.file],
    script:
        "../scripts/fetch_kmnist.py"


rule prepare_dataset:
    input:
        **source_inputs(PROVIDER),
        library=map(user_file, PROVIDER.library_files(library("prepare_dataset"))),
    output:
        **ARRAYS,
        **ORIGINALS,
        description="<results>/data/dataset.json",
    log:
        "<logs>/prepare_dataset.log",
    benchmark:
        "<benchmarks>/prepare_dataset.tsv"
    # Most of a run waits for it.
    priority: 9
    conda:
        ENVIRONMENT
    resources:
        mem_mb=MEMORY["prepare_dataset"],
        runtime="20m",
    params:
        dataset=lookup(dpath="dataset", within=config),
    script:
        "../scripts/prepare_dataset.py"


rule draw_data:
    input:
        **{name: ancient(path) for name, path in ORIGINALS.items()},
        images=DATA["train_images"],
        labels=DATA["train_labels"],
        dataset=DATA["dataset"],
        library=library("draw_data"),
    output:
        **figures(
            "data",
            samples="samples of each class",
            **({"originals": "before and after"} if ORIGINALS else {}),
        ),
    log:
        "<logs>/draw_data.log",
    benchmark:
        "<benchmarks>/draw_data.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    script:
        "../scripts/draw_data.py"
