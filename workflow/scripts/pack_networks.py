"""Pack the representative networks and some test images for the page; say what float16 changes."""

from job import in_folder, job

import numpy as np
import pandas as pd
import safetensors.numpy
import torch
from hidden_units.files import read_json, write_csv, write_json
from hidden_units.page.precision import compare_precisions
from hidden_units.page.samples import measure_hand, pack_images
from hidden_units.page.weights import pack_network

with job(snakemake) as log:
    torch.set_num_threads(1)
    images, labels = np.load(snakemake.input.images), np.load(snakemake.input.labels)
    representatives = read_json(snakemake.input.representatives)
    networks, precisions = [], []
    for model in snakemake.params.models:
        seed = representatives[model]
        weights = safetensors.numpy.load_file(in_folder(snakemake.input.weights, model, f"seed-{seed}"))
        networks.append(pack_network(model, seed, weights))
        precision = compare_precisions(model, weights, images, labels)
        precisions.append({"model": model, "seed": seed, **precision})
        log.info(f"{model} seed {seed}: {precision['answers_changed']} answers change in float16")
    write_json(
        snakemake.output.networks,
        {
            "classes": read_json(snakemake.input.dataset)["classes"],
            "networks": networks,
            "images": pack_images(images, labels, snakemake.params.per_class),
            "hand": measure_hand(images),
        },
    )
    write_csv(snakemake.output.precision, pd.DataFrame(precisions))
