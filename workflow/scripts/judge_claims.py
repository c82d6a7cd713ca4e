"""Judge every claim of the published study by its own numbers and by those of this run."""

from job import job

from pathlib import Path

from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import write_csv
from hidden_units.report.claims.entries import read_claims
from hidden_units.report.claims.ledger import changed_protocol, changed_rules, ledger, why_not_comparable
from hidden_units.report.claims.material import Material, read_published
from hidden_units.report.comparability import comparability, counting_settings
from hidden_units.report.evidence import Evidence, Study
from hidden_units.report.protocol import read_settings
from hidden_units.report.provenance import Commit

with job(snakemake) as log:
    inputs, params = snakemake.input, snakemake.params
    results = Path(snakemake.output[0]).parent
    if "characters" in params.studies:
        metrics = [path for path in inputs.studies if Path(path).name == "metrics.json"]
        check_trained_on(results / "data/dataset.json", metrics)
    published = read_published(Path(inputs.claims).parent)
    study = Study(
        evidence=Evidence.of_paths(results, inputs),
        config={"training": params.training, "characters": {"hidden": params.hidden}},
        published=published.accuracies,
        published_activations=published.activations,
        protocol=read_settings(inputs.protocol),
        commit=Commit(),
        lock_sha256="",
        packages={},
    )
    material = Material(
        published=published,
        files=study.evidence,
        networks=tuple(study.main_models),
        # Whether the images compare is asked only where there are some.
        not_comparable=why_not_comparable(comparability(study)) if "characters" in params.studies else "",
        other_counting={
            kind: changed_protocol(counting_settings(params.counting, study.protocol["sequences"], kind))
            for kind in ("srn", "lstm")
        },
        studies=params.studies,
    )
    claims = read_claims(inputs.claims)
    table = ledger(claims, material)
    write_csv(snakemake.output.ledger, table)
    write_csv(snakemake.output.changes, changed_rules(claims))
    for row in table.itertuples():
        log.debug("%2d %s: %s", row.id, row.measured_verdict, row.evidence)
