"""Show trained classifiers images that were moved or partly covered, and look at their first maps."""

from job import in_folder, job

import numpy as np
import pandas as pd
import safetensors.numpy
import torch
from hidden_units.characters.confusion import images_to_cover
from hidden_units.characters.evaluation import summarise_shifts
from hidden_units.characters.probing import accuracy_when_shifted, feature_maps, occlusion, restore
from hidden_units.characters.runs import read_metrics, read_predictions
from hidden_units.datasets.identity import check_trained_on
from hidden_units.files import read_json, write_arrays, write_csv

OF_EACH_KIND = 2

with job(snakemake) as log:
    torch.set_num_threads(1)
    inputs, output, params = snakemake.input, snakemake.output, snakemake.params
    check_trained_on(inputs.dataset, inputs.metrics)
    images, labels = np.load(inputs.images), np.load(inputs.labels)
    classes = int(labels.max()) + 1
    representatives = read_json(inputs.representatives)
    networks = {
        (model, seed): restore(
            model,
            safetensors.numpy.load_file(in_folder(inputs.weights, model, f"seed-{seed}")),
            classes,
            params.files.get(model),
        )
        for model in params.models
        for seed in params.seeds
    }
    where_they_are = read_metrics(inputs.metrics).set_index(["model", "seed"])["accuracy"]
    runs = []
    for (model, seed), network in networks.items():
        moved = accuracy_when_shifted(network, images, labels)
        found = {0: where_they_are[model, seed], **moved}
        runs += [
            {"model": model, "seed": seed, "pixels": pixels, "accuracy": accuracy}
            for pixels, accuracy in found.items()
        ]
        log.info("%s seed %d, shifted: %s", model, seed, ", ".join(f"{a:.1%}" for a in found.values()))
    runs = pd.DataFrame(runs)
    write_csv(output.shifts, runs)
    write_csv(output.summary, summarise_shifts(runs))

    shown = {model: (model, representatives[model]) for model in params.models}
    outputs = [
        read_predictions(in_folder(inputs.predictions, model, f"seed-{seed}"))[1]
        for model, seed in shown.values()
        # The caption is about the three networks of the study.
        if model not in params.files
    ]
    chosen = images_to_cover(labels, outputs, OF_EACH_KIND)
    tables = [
        occlusion(networks[key], images[index]).assign(
            kind=kind, image=index, target=labels[index], model=model, seed=key[1]
        )
        for kind, indices in chosen.items()
        for index in indices
        for model, key in shown.items()
    ]
    write_csv(output.occlusion, pd.concat(tables, ignore_index=True))
    first = (chosen["read"] or chosen["mistaken"])[0]
    maps = feature_maps(networks[shown["netconv"]], images[first])
    write_arrays(output.maps, {"image": images[first], "maps": maps})
