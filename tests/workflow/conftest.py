"""The workflow without results, and finished runs: smoke, own pictures and networks, two classes."""

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.idx_files import noise
from tests.study import Study, made_once

# Pictures of twelve letters, a network of one's own, a sweep at whose end training diverges, ablations, one
# study. Snakemake would take the names of the folder and the file for variables of its own.
PICTURES, NETWORK = "my <pictures>", "my {net}/norm <1>.py"
OWN = {
    "run": "own",
    "seeds": 2,
    "studies": ["characters"],
    "dataset": {"name": "folder", "path": PICTURES, "title": "Twelve letters"},
    "training": {"epochs": 1, "validation": 20},
    "characters": {"hidden": 10, "widths": [10, 20], "components": 5, "networks": {"mine": NETWORK}},
    "sensitivity": {"seeds": 2, "order": ["netlin"], "precision": ["netfull", "mine"]},
    "sweep": {
        "setting": "learning_rate",
        "values": [0.01, 0.1, 1.0e30],
        "networks": ["netlin", "netconv"],
    },
}

# The smallest run that reads characters: an archive of two classes, one seed.
PAIR = {
    "run": "pair",
    "seeds": 1,
    "studies": ["characters"],
    "dataset": {"name": "npz", "path": "pair.npz", "invert": False},
    "training": {"epochs": 1},
    "characters": {"hidden": 5, "widths": [5], "components": 5},
    "sensitivity": {"seeds": 0},
}
PAIR_IMAGES = noise(60, 20, classes=2)


def new_pair(folder: Path) -> Study:
    """A copy of the workflow with the overlay and the images of the run `PAIR`."""
    study = Study.new(folder, "pair")
    np.savez(study.path("pair.npz"), **PAIR_IMAGES)
    study.overlay("pair.yaml", PAIR)
    return study


def draw_letters(folder: Path) -> None:
    """Write pictures of letters, turned and of odd sizes: ten of each to train with and four to test."""
    for letter, number in itertools.product("abcdefghijkl", range(14)):
        image = Image.new("L", (40 + number, 60), 255)
        ImageDraw.Draw(image).text((12, 2), letter, fill=0, font=ImageFont.load_default(40))
        path = (
            folder
            / ("test" if number < 4 else "train")
            / letter
            / f"{number}.{'jpg' if number % 2 else 'png'}"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        image.rotate(3 * number - 20, fillcolor=255).save(path)


@pytest.fixture(scope="session")
def workflow(tmp_path_factory) -> Study:
    """The workflow without any results."""
    return Study.new(tmp_path_factory.mktemp("workflow"))


@pytest.fixture(scope="session")
def smoke_run(tmp_path_factory) -> Path:
    """The workflow with the smoke study run from nothing to the report; nobody changes anything in it."""

    def run(folder):
        result = Study.new(folder).snakemake("--configfile", "config/smoke.yaml", timeout=1800)
        assert result.returncode == 0, result.stdout

    return made_once(tmp_path_factory, "smoke", run)


@pytest.fixture(scope="session")
def own_run(tmp_path_factory) -> Study:
    """The workflow with the run `OWN` from nothing to HTML and PDF; nobody changes anything in it."""

    def run(folder):
        study = Study.new(folder)
        draw_letters(study.path(PICTURES))
        study.path(NETWORK).parent.mkdir()
        shutil.copy(study.path("config/networks/norm.py"), study.path(NETWORK))
        result = study.snakemake("--configfile", study.overlay("own.yaml", OWN), timeout=1800)
        assert result.returncode == 0, result.stdout
        study.path("printed.txt").write_text(result.stdout, encoding="utf-8")

    return Study(made_once(tmp_path_factory, "own", run), "own")


@pytest.fixture(scope="session")
def pair_run(tmp_path_factory) -> Study:
    """The workflow with the run `PAIR` from nothing to HTML and PDF; nobody changes anything in it."""

    def run(folder):
        code, printed = new_pair(folder).run("pair.yaml")
        assert code == 0, printed

    return Study(made_once(tmp_path_factory, "pair", run), "pair")


@pytest.fixture(scope="session")
def finished(smoke_run, tmp_path_factory) -> Study:
    """The finished smoke study, changed by one test after another."""
    return Study(smoke_run).copy(tmp_path_factory.mktemp("finished") / "study")


@pytest.fixture
def another_finished(smoke_run, tmp_path) -> Study:
    """The finished smoke study for a test that leaves other results than it found."""
    return Study(smoke_run).copy(tmp_path / "study")
