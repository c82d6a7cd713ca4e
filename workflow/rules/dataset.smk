"""
The images: downloaded, read from a folder, or drawn; checked alike; four arrays and their description.

Requires: the config's block `dataset`; for idx its folder of four files; for kmnist the network or a local folder.
Produces: data/{train,test}_{images,labels}.npy, data/dataset.json, a gallery of samples.
"""

SOURCES = PROVIDER.downloads()


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
    # A cluster's nodes often have no network.
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
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
        library=PROVIDER.library_files(library("datasets.providers")),
    output:
        train_images="<results>/data/train_images.npy",
        train_labels="<results>/data/train_labels.npy",
        test_images="<results>/data/test_images.npy",
        test_labels="<results>/data/test_labels.npy",
        description="<results>/data/dataset.json",
    log:
        "<logs>/prepare_dataset.log",
    benchmark:
        "<benchmarks>/prepare_dataset.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        runtime="20m",
    params:
        dataset=lookup(dpath="dataset", within=config),
    script:
        "../scripts/prepare_dataset.py"


rule draw_sample_gallery:
    input:
        images=ancient("<results>/data/train_images.npy"),
        labels=ancient("<results>/data/train_labels.npy"),
        dataset="<results>/data/dataset.json",
        library=library("datasets.figures"),
    output:
        figure=report(
            "<results>/data/figures/samples.svg",
            caption="../../report/captions/data/samples.rst",
            category="Data",
            labels={"figure": "samples of each class"},
        ),
        data="<results>/data/figures/samples.csv",
    log:
        "<logs>/draw_sample_gallery.log",
    benchmark:
        "<benchmarks>/draw_sample_gallery.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        columns=12,
    script:
        "../scripts/draw_sample_gallery.py"
