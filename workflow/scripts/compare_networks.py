"""Compare the networks over seeds and over test images, and each width of the sweep with the next."""

from job import in_folder, job

from hidden_units.characters.comparisons import compare_models
from hidden_units.characters.runs import read_metrics, read_predictions
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import read_json, write_csv

with job(snakemake) as log:
    check_trained_on(snakemake.input.dataset, snakemake.input.metrics)
    networks = snakemake.params.networks
    runs = read_metrics(snakemake.input.metrics)
    representatives = read_json(snakemake.input.representatives)
    correct = {}
    for model in networks:
        run = in_folder(snakemake.input.predictions, model, f"seed-{representatives[model]}")
        labels, log_probabilities = read_predictions(run)
        correct[model] = log_probabilities.argmax(axis=1) == labels
    comparisons, outperformance = compare_models(
        {model: group.to_numpy() for model, group in runs.groupby("model", sort=False)["accuracy"]},
        correct,
        networks=networks,
        widths=snakemake.params.widths,
        resamples=snakemake.params.resamples,
    )
    write_csv(snakemake.output.comparisons, comparisons)
    write_csv(snakemake.output.outperformance, outperformance)
    for row in comparisons.itertuples():
        log.info("%s, %s: %s - %s = %+.4f", row.method, row.question, row.b, row.a, row.difference)
