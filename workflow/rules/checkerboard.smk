"""
The checkerboard study: the network designed by hand, the fewest units, restarts from random weights, figures.

Requires: the config's block `checkerboard`.
Produces: checkerboard/*.csv, checkerboard/*.json, checkerboard/restarts/, checkerboard/figures/.
"""

CHECKERBOARD = config["checkerboard"]
RATES = [str(entry["learning_rate"]) for entry in CHECKERBOARD["training"]["rates"]]
CHECKERBOARD_RESTARTS = expand(
    "<results>/checkerboard/restarts/hidden-{hidden}/rate-{rate}.safetensors",
    hidden=CHECKERBOARD["hidden"],
    rate=RATES,
)
CHECKERBOARD_TABLES = [
    "<results>/checkerboard/step_activations.csv",
    "<results>/checkerboard/lines.json",
    "<results>/checkerboard/scaling.csv",
    "<results>/checkerboard/thresholds.json",
    "<results>/checkerboard/fewest_units.csv",
    "<results>/checkerboard/fewest_units.json",
    "<results>/checkerboard/restarts.csv",
    "<results>/checkerboard/success.csv",
    "<results>/checkerboard/learned.json",
]
CHECKERBOARD_FIGURES = [
    "<results>/checkerboard/figures/step_network.svg",
    "<results>/checkerboard/figures/half_planes.svg",
    "<results>/checkerboard/figures/scaling.svg",
    "<results>/checkerboard/figures/surfaces.svg",
    "<results>/checkerboard/figures/fewest_units.svg",
    "<results>/checkerboard/figures/restarts.svg",
    "<results>/checkerboard/figures/learned.svg",
    "<results>/checkerboard/figures/representatives.svg",
]


rule evaluate_step_network:
    input:
        library=library("checkerboard.models"),
    output:
        activations="<results>/checkerboard/step_activations.csv",
        lines="<results>/checkerboard/lines.json",
        scaling="<results>/checkerboard/scaling.csv",
        thresholds="<results>/checkerboard/thresholds.json",
    log:
        "<logs>/evaluate_step_network.log",
    benchmark:
        "<benchmarks>/evaluate_step_network.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        network=lookup(dpath="checkerboard/network", within=config),
        scales=lookup(dpath="checkerboard/scales", within=config),
    script:
        "../scripts/evaluate_step_network.py"


rule search_fewest_units:
    input:
        library=library("checkerboard.splits"),
    output:
        table="<results>/checkerboard/fewest_units.csv",
        networks="<results>/checkerboard/fewest_units.json",
    log:
        "<logs>/search_fewest_units.log",
    benchmark:
        "<benchmarks>/search_fewest_units.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        hidden=[1, 2, 3, 4],
    script:
        "../scripts/search_fewest_units.py"


# All restarts of a setting are one batch, and seconds: a job trains one hidden size at every rate.
rule train_checkerboard:
    input:
        library=library("checkerboard.training", "checkerboard.runs"),
    output:
        expand(
            "<results>/checkerboard/restarts/hidden-{{hidden}}/rate-{rate}.safetensors",
            rate=RATES,
        ),
    log:
        "<logs>/train_checkerboard/hidden-{hidden}.log",
    benchmark:
        "<benchmarks>/train_checkerboard/hidden-{hidden}.tsv"
    wildcard_constraints:
        hidden=r"\d+",
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="30m",
    params:
        training=lookup(dpath="checkerboard/training", within=config),
        restarts=lookup(dpath="checkerboard/restarts", within=config),
    script:
        "../scripts/train_checkerboard.py"


rule summarise_checkerboard:
    input:
        restarts=CHECKERBOARD_RESTARTS,
        networks="<results>/checkerboard/fewest_units.json",
        library=library(
            "checkerboard.learned", "checkerboard.runs", "checkerboard.success"
        ),
    output:
        restarts="<results>/checkerboard/restarts.csv",
        success="<results>/checkerboard/success.csv",
        learned="<results>/checkerboard/learned.json",
    log:
        "<logs>/summarise_checkerboard.log",
    benchmark:
        "<benchmarks>/summarise_checkerboard.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        network=lookup(dpath="checkerboard/network", within=config),
    script:
        "../scripts/summarise_checkerboard.py"


rule draw_step_network:
    input:
        library=library("checkerboard.figures"),
    output:
        figure=report(
            "<results>/checkerboard/figures/step_network.svg",
            caption="../../report/captions/checkerboard/step_network.rst",
            category="Checkerboard",
            labels={"figure": "the network designed by hand"},
        ),
        data="<results>/checkerboard/figures/step_network.csv",
    log:
        "<logs>/draw_step_network.log",
    benchmark:
        "<benchmarks>/draw_step_network.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        network=lookup(dpath="checkerboard/network", within=config),
    script:
        "../scripts/draw_step_network.py"


rule draw_half_planes:
    input:
        library=library("checkerboard.figures"),
    output:
        figure=report(
            "<results>/checkerboard/figures/half_planes.svg",
            caption="../../report/captions/checkerboard/half_planes.rst",
            category="Checkerboard",
            labels={"figure": "half-planes of the hidden units"},
        ),
        data="<results>/checkerboard/figures/half_planes.csv",
    log:
        "<logs>/draw_half_planes.log",
    benchmark:
        "<benchmarks>/draw_half_planes.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        network=lookup(dpath="checkerboard/network", within=config),
    script:
        "../scripts/draw_half_planes.py"


rule draw_scaling:
    input:
        scaling="<results>/checkerboard/scaling.csv",
        thresholds="<results>/checkerboard/thresholds.json",
        library=library("checkerboard.figures"),
    output:
        figure=report(
            "<results>/checkerboard/figures/scaling.svg",
            caption="../../report/captions/checkerboard/scaling.rst",
            category="Checkerboard",
            labels={"figure": "outputs against the scale of the weights"},
        ),
        data="<results>/checkerboard/figures/scaling.csv",
    log:
        "<logs>/draw_scaling.log",
    benchmark:
        "<benchmarks>/draw_scaling.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        network=lookup(dpath="checkerboard/network", within=config),
        largest=20,
    script:
        "../scripts/draw_scaling.py"


rule draw_surfaces:
    input:
        library=library("checkerboard.figures"),
    output:
        figure=report(
            "<results>/checkerboard/figures/surfaces.svg",
            caption="../../report/captions/checkerboard/surfaces.rst",
            category="Checkerboard",
            labels={"figure": "output over the plane at four scales"},
        ),
        data="<results>/checkerboard/figures/surfaces.csv",
    log:
        "<logs>/draw_surfaces.log",
    benchmark:
        "<benchmarks>/draw_surfaces.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        network=lookup(dpath="checkerboard/network", within=config),
        scales=lookup(dpath="checkerboard/surfaces", within=config),
    script:
        "../scripts/draw_surfaces.py"


rule draw_fewest_units:
    input:
        networks="<results>/checkerboard/fewest_units.json",
        library=library("checkerboard.figures"),
    output:
        figure=report(
            "<results>/checkerboard/figures/fewest_units.svg",
            caption="../../report/captions/checkerboard/fewest_units.rst",
            category="Checkerboard",
            labels={"figure": "the best that few units can do"},
        ),
        data="<results>/checkerboard/figures/fewest_units.csv",
    log:
        "<logs>/draw_fewest_units.log",
    benchmark:
        "<benchmarks>/draw_fewest_units.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_fewest_units.py"


rule draw_checkerboard_restarts:
    input:
        restarts="<results>/checkerboard/restarts.csv",
        success="<results>/checkerboard/success.csv",
        library=library("checkerboard.restart_figures"),
    output:
        figure=report(
            "<results>/checkerboard/figures/restarts.svg",
            caption="../../report/captions/checkerboard/restarts.rst",
            category="Checkerboard",
            labels={"figure": "restarts that solved the task"},
        ),
        data="<results>/checkerboard/figures/restarts.csv",
    log:
        "<logs>/draw_checkerboard_restarts.log",
    benchmark:
        "<benchmarks>/draw_checkerboard_restarts.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        rates=lookup(dpath="checkerboard/training/rates", within=config),
    script:
        "../scripts/draw_checkerboard_restarts.py"


rule draw_learned_network:
    input:
        learned="<results>/checkerboard/learned.json",
        thresholds="<results>/checkerboard/thresholds.json",
        library=library("checkerboard.restart_figures", "checkerboard.learned"),
    output:
        figure=report(
            "<results>/checkerboard/figures/learned.svg",
            caption="../../report/captions/checkerboard/learned.rst",
            category="Checkerboard",
            labels={"figure": "designed and learned"},
        ),
        data="<results>/checkerboard/figures/learned.csv",
    log:
        "<logs>/draw_learned_network.log",
    benchmark:
        "<benchmarks>/draw_learned_network.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    params:
        network=lookup(dpath="checkerboard/network", within=config),
    script:
        "../scripts/draw_learned_network.py"


rule draw_representatives:
    input:
        learned="<results>/checkerboard/learned.json",
        library=library("checkerboard.figures", "checkerboard.learned"),
    output:
        figure=report(
            "<results>/checkerboard/figures/representatives.svg",
            caption="../../report/captions/checkerboard/representatives.rst",
            category="Checkerboard",
            labels={"figure": "decision regions of the representative restarts"},
        ),
        data="<results>/checkerboard/figures/representatives.csv",
    log:
        "<logs>/draw_representatives.log",
    benchmark:
        "<benchmarks>/draw_representatives.tsv"
    localrule: True
    conda:
        "../../envs/environment.yaml"
    threads: 1
    resources:
        mem_mb=500,
        runtime="5m",
    script:
        "../scripts/draw_representatives.py"
