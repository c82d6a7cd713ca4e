"""
The report: evidence gathered from files, one HTML page, its PDF, and the machine page.

Requires: what the studies made, report/templates, report/style.css, the lock file.
Produces: report/report.html, report/report.pdf, report/machine.html, provenance.json.
"""

CHARACTER_TABLES = [
    "<results>/characters/summary.csv",
    "<results>/characters/sweep.csv",
    "<results>/characters/representatives.json",
    "<results>/characters/confused_pairs.csv",
    "<results>/characters/per_class.csv",
    "<results>/characters/likeness.csv",
]
CHARACTER_FIGURES = [
    "<results>/data/figures/samples.svg",
    "<results>/characters/figures/accuracies.svg",
    "<results>/characters/figures/learning_curves.svg",
    "<results>/characters/figures/sweep.svg",
    "<results>/characters/figures/per_class.svg",
    "<results>/characters/figures/likeness.svg",
    *expand("<results>/characters/figures/confusion_{model}.svg", model=MAIN_MODELS),
    *expand("<results>/characters/figures/mistakes_{model}.svg", model=MAIN_MODELS),
]


rule write_config:
    output:
        "<results>/config.yaml",
    log:
        "<logs>/write_config.log",
    benchmark:
        "<benchmarks>/write_config.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=200,
        runtime="5m",
    params:
        config=config,
    script:
        "../scripts/write_config.py"
