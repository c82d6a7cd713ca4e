"""Draw the characters study: each function makes the figure of its name, some for one model each."""

from job import in_folder, job

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import safetensors.numpy
from hidden_units.characters import figures, figures_comparisons, figures_layers, figures_probing
from hidden_units.characters.comparisons import confusion_difference
from hidden_units.characters.confusion import confident_mistakes, hardest
from hidden_units.characters.runs import read_histories, read_metrics, read_predictions
from hidden_units.files import read_json
from hidden_units.names import CLASSES_LISTED, is_own_name, label_of_class
from hidden_units.page.weights import layers
from hidden_units.plotting import draw_figures

MISTAKES_SHOWN = 24
LIKENESS_MODEL = "netlin"
inputs, params = snakemake.input, snakemake.params


@cache
def dataset():
    """The description of the images."""
    return read_json(inputs.dataset)


def names():
    """The classes as a reader sees them."""
    return [label_of_class(entry) for entry in dataset()["classes"]]


def representative(model):
    """The seed that is shown of a model."""
    return read_json(inputs.representatives)[model]


@cache
def lucky():
    """The hidden sizes whose seeds scatter far less than the others' by luck."""
    scatter = pd.read_csv(inputs.scatter)
    return [int(row.model.partition("-")[2]) for row in scatter.itertuples() if row.is_lucky]


@cache
def weights(model):
    """The trained weights of a model's representative run, by their names."""
    return safetensors.numpy.load_file(in_folder(inputs.weights, model, f"seed-{representative(model)}"))


def networks():
    image = np.load(inputs.images)[0]
    tables = {
        model: figures_layers.stages(layers(model, weights(model)), len(image))
        for model in params.models
        if not is_own_name(model)
    }
    for path in inputs.own:
        tables[Path(path).parent.name] = pd.DataFrame(read_json(path)["stages"])
    table = pd.concat(tables, names=["model"]).reset_index("model")
    return figures_layers.networks(table, image), table


def accuracies():
    runs = read_metrics(inputs.metrics)[["model", "seed", "accuracy"]]
    return figures.accuracies(runs, pd.read_csv(inputs.summary)), runs


def learning_curves():
    history = read_histories(inputs.histories)
    return figures.learning_curves(history), history


def sweep():
    table = pd.read_csv(inputs.sweep)
    means = pd.read_csv(inputs.summary).set_index("model")["accuracy_mean"]
    others = {model: means[model] for model in params.models if not model.startswith("netfull-")}
    return figures.sweep(table, lucky(), others), table


def confusion(model):
    counts = pd.read_csv(in_folder(inputs.confusions, model))
    title = f"{figures.display_name(model)}, seed {representative(model)}"
    most = max(figures.most_mistaken(pd.read_csv(path).to_numpy()) for path in inputs.confusions)
    return figures.confusion_matrix(counts.to_numpy(), names(), title, most), counts


def likeness():
    pairs = pd.read_csv(inputs.similarity)
    similarity, rate = (
        pairs.pivot_table(index="target", columns="chosen", values=column, dropna=False).to_numpy()
        for column in ("similarity", f"rate_{LIKENESS_MODEL}")
    )
    return figures.likeness(np.load(inputs.means), similarity, rate, names(), LIKENESS_MODEL), pairs


def mistakes(model):
    run = in_folder(inputs.predictions, model, f"seed-{representative(model)}")
    table = confident_mistakes(*read_predictions(run), MISTAKES_SHOWN)
    return figures.mistakes(np.load(inputs.images), table, names()), table


def per_class():
    table = pd.read_csv(inputs.per_class)
    table = hardest(table[table["model"].isin(params.models)], CLASSES_LISTED)
    return figures.per_class(table, names()), table


def comparisons():
    table = pd.read_csv(inputs.comparisons)
    return figures_comparisons.forest(table, params.margin, lucky()), table


def plateau():
    table = pd.read_csv(inputs.widths)
    return figures_comparisons.plateau(table, read_json(inputs.plateau), lucky()), table


def economy():
    table = pd.read_csv(inputs.economy)
    return figures_comparisons.pareto(table), table


def difference(model):
    (published,) = (path for path in inputs.published if Path(path).stem == f"confusion_{model}")
    pairs = pd.read_csv(inputs.pairs)
    table = confusion_difference(pairs[pairs["model"] == model], pd.read_csv(published).to_numpy())
    comparable = dataset()["comparable"] and params.published_protocol
    title = f"{figures.display_name(model)}{'' if comparable else ' (not comparable)'}"
    return figures_comparisons.confusion_difference(table, names(), title), table


def shifts():
    return figures_probing.shifts(pd.read_csv(inputs.shifts_summary)), pd.read_csv(inputs.shifts)


def filters():
    linear, kernels = weights("netlin")["output.weight"], weights("netconv")["convolution1.weight"][:, 0]
    linear = linear.reshape(-1, *np.load(inputs.means).shape[1:])
    with np.load(inputs.first_maps) as maps:
        figure = figures_probing.filters(linear, kernels, maps["image"], maps["maps"], names())
    return figure, figures_probing.filter_table({"netlin": linear, "netconv": kernels})


def occlusion():
    table = pd.read_csv(inputs.occlusion)
    return figures_probing.occlusion(np.load(inputs.images), table, names()), table


def sensitivity():
    pairs, table = map(pd.read_csv, inputs.sensitivity)
    return figures_comparisons.paired_seeds(pairs, table), pairs


def swept():
    runs, table = map(pd.read_csv, inputs.swept)
    return figures_comparisons.swept(runs, table), runs


with job(snakemake):
    figures.LOOKS |= figures.own_looks(params.models)
    draw_figures(globals(), snakemake.output)
