"""
The checkerboard study: the network designed by hand, the fewest units, restarts from random weights, figures.

Requires: the config's block `checkerboard`.
Produces: checkerboard/*.csv, checkerboard/*.json, checkerboard/restarts/, checkerboard/figures/.
"""

RESTARTS_OF_A_RATE = (
    "<results>/checkerboard/restarts/hidden-{hidden}/rate-{rate}.safetensors"
)
RATES = [
    str(entry["learning_rate"]) for entry in config["checkerboard"]["training"]["rates"]
]


rule evaluate_step_networks:
    input:
        library=library("evaluate_step_networks"),
    output:
        activations="<results>/checkerboard/step_activations.csv",
        lines="<results>/checkerboard/lines.json",
        scaling="<results>/checkerboard/scaling.csv",
        thresholds="<results>/checkerboard/thresholds.json",
        fewest="<results>/checkerboard/fewest_units.csv",
        networks="<results>/checkerboard/fewest_units.json",
    log:
        "<logs>/evaluate_step_networks.log",
    benchmark:
        "<benchmarks>/evaluate_step_networks.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        network=lookup(dpath="checkerboard/network", within=config),
        scales=lookup(dpath="checkerboard/scales", within=config),
        searched=[1, 2, 3, 4],
    script:
        "../scripts/evaluate_step_networks.py"


# All restarts of a setting are one batch, and seconds: a job trains one hidden size at every rate.
rule train_checkerboard:
    input:
        library=library("train_checkerboard"),
    output:
        expand(RESTARTS_OF_A_RATE, rate=RATES, allow_missing=True),
    log:
        "<logs>/train_checkerboard/hidden-{hidden}.log",
    benchmark:
        "<benchmarks>/train_checkerboard/hidden-{hidden}.tsv"
    conda:
        ENVIRONMENT
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
        restarts=expand(
            RESTARTS_OF_A_RATE, hidden=config["checkerboard"]["hidden"], rate=RATES
        ),
        networks="<results>/checkerboard/fewest_units.json",
        library=library("summarise_checkerboard"),
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
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        network=lookup(dpath="checkerboard/network", within=config),
    script:
        "../scripts/summarise_checkerboard.py"


rule draw_checkerboard:
    input:
        thresholds="<results>/checkerboard/thresholds.json",
        networks="<results>/checkerboard/fewest_units.json",
        restarts="<results>/checkerboard/restarts.csv",
        success="<results>/checkerboard/success.csv",
        learned="<results>/checkerboard/learned.json",
        library=library("draw_checkerboard"),
    output:
        **figures(
            "checkerboard",
            step_network="the network designed by hand",
            half_planes="half-planes of the hidden units",
            scaling="outputs against the scale of the weights",
            surfaces="output over the plane at four scales",
            fewest_units="the best that few units can do",
            restarts="restarts that solved the task",
            learned="designed and learned",
            representatives="decision regions of the representative restarts",
        ),
    log:
        "<logs>/draw_checkerboard.log",
    benchmark:
        "<benchmarks>/draw_checkerboard.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        network=lookup(dpath="checkerboard/network", within=config),
        scales=lookup(dpath="checkerboard/surfaces", within=config),
        rates=lookup(dpath="checkerboard/training/rates", within=config),
    script:
        "../scripts/draw_checkerboard.py"


rule checkerboard:
    input:
        judged=rules.evaluate_step_networks.output,
        shown=rules.summarise_checkerboard.output,
        figures=rules.draw_checkerboard.output,
