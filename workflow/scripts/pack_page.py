"""Pack what the page is given: networks, test images, examples of each cell of the confusion matrices."""

from job import in_folder, job

import numpy as np
import pandas as pd
import safetensors.numpy
import torch
from hidden_units.characters.runs import read_predictions
from hidden_units.files import read_json, write_csv, write_json
from hidden_units.page.confused_images import pack_confused_images
from hidden_units.page.precision import compare_precisions
from hidden_units.page.samples import measure_hand, pack_images
from hidden_units.page.weights import pack_network

with job(snakemake) as log:
    torch.set_num_threads(1)
    inputs, output, params = snakemake.input, snakemake.output, snakemake.params
    images, labels = np.load(inputs.images), np.load(inputs.labels)
    representatives = read_json(inputs.representatives)
    networks, precisions = [], []
    for model, path in zip(params.models, output.confused, strict=True):
        seed = representatives[model]
        run = model, f"seed-{seed}"
        if model in params.drawn:
            weights = safetensors.numpy.load_file(in_folder(inputs.weights, *run))
            networks.append(pack_network(model, seed, weights))
            precision = compare_precisions(model, weights, images, labels)
            precisions.append({"model": model, "seed": seed, **precision})
            log.info(f"{model} seed {seed}: {precision['answers_changed']} answers change in float16")
        predictions = read_predictions(in_folder(inputs.predictions, *run))
        packed = pack_confused_images(images, *predictions, params.right, params.examples)
        write_json(path, {"model": model, "seed": seed, **packed})
    classes = read_json(inputs.dataset)["classes"]
    write_json(
        output.networks,
        {
            "classes": classes,
            "networks": networks,
            "images": pack_images(images, labels, params.samples // len(classes)),
            "hand": measure_hand(images),
        },
    )
    write_csv(output.precision, pd.DataFrame(precisions))
