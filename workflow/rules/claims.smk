"""
The claims of the published study, each judged by its own figures and by the measured evidence.

Requires: what the studies made, report/published/.
Produces: claims.csv, changed_rules.csv.
"""

COUNTED_WITH = ["steps", "optimiser", "learning_rate", "weight_decay"]


rule judge_claims:
    input:
        studies=[getattr(rules, study).input.judged for study in STUDIES],
        claims=code("report/published/claims.yaml"),
        published=code_files("report/published/*.csv"),
        protocol=code("report/published/protocol.yaml"),
        library=library("judge_claims"),
    output:
        ledger="<results>/claims.csv",
        changes="<results>/changed_rules.csv",
    log:
        "<logs>/judge_claims.log",
    benchmark:
        "<benchmarks>/judge_claims.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    resources:
        **LIGHT,
    params:
        # Not the whole configuration: another title changes no verdict.
        studies=STUDIES,
        training=lookup(dpath="training", within=config),
        hidden=lookup(dpath="characters/hidden", within=config),
        counting={
            key: config["sequences"][key]
            for key in [*COUNTED_WITH, "srn_hidden", "lstm_hidden"]
        },
    script:
        "../scripts/judge_claims.py"
