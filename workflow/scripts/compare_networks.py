"""Compare networks and hidden sizes over seeds and test images, and set accuracy against numbers kept."""

from job import in_folder, job

import pandas as pd
from hidden_units.characters.comparisons import compare_models, pareto_table, plateau_answer
from hidden_units.characters.runs import read_metrics, read_predictions
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import read_json, write_csv, write_json

with job(snakemake) as log:
    inputs, output, params = snakemake.input, snakemake.output, snakemake.params
    check_trained_on(inputs.dataset, inputs.metrics)
    runs = read_metrics(inputs.metrics).groupby("model", sort=False)["accuracy"]
    accuracies = {model: group.to_numpy() for model, group in runs}
    representatives = read_json(inputs.representatives)
    correct = {}
    for model in params.networks:
        run = in_folder(inputs.predictions, model, f"seed-{representatives[model]}")
        labels, log_probabilities = read_predictions(run)
        correct[model] = log_probabilities.argmax(axis=1) == labels
    comparisons, outperformance = compare_models(
        accuracies, correct, params.networks, params.widths, params.resamples
    )
    write_csv(output.comparisons, comparisons)
    write_csv(output.outperformance, outperformance)
    for row in comparisons.itertuples():
        log.info("%s, %s: %s - %s = %+.4f", row.method, row.question, row.b, row.a, row.difference)

    answer, widths = plateau_answer(pd.read_csv(inputs.sweep), params.margin, params.resamples)
    write_json(output.plateau, answer)
    write_csv(output.widths, widths)
    log.info("%s: smallest equivalent width %s", answer["verdict"], answer["smallest_equivalent"])

    train_images = read_json(inputs.dataset)["counts"]["train"]
    summary = pd.read_csv(inputs.summary)
    economy = pareto_table(summary, accuracies, train_images, params.components, params.resamples)
    write_csv(output.economy, economy)
