"""Try a network of the user's own on two images before it is trained, and describe its layers."""

from job import job

import torch
from hidden_units.characters.own_networks import check, describe
from hidden_units.files import read_json, write_json

with job(snakemake) as log:
    torch.set_num_threads(1)
    params, classes = snakemake.params, len(read_json(snakemake.input.dataset)["classes"])
    described = describe(check(params.file, classes, params.channels_last))
    log.info("%s: sound, %s parameters", params.file, f"{described['parameters']:,}")
    write_json(snakemake.output[0], described)
