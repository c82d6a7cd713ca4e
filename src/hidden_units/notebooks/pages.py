"""Which notebooks a configuration runs, and with which parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hidden_units.errors import StudyError

# The study that each notebook is about.
ABOUT = {"confusions": "characters", "width_sweep": "characters", "state_space": "sequences"}


@dataclass(frozen=True)
class Page:
    """A notebook with its parameters, but for the run's folder; `name` is the stem of its files."""

    name: str
    title: str
    parameters: Mapping[str, Any]


def wanted_notebooks(config: Mapping[str, Any]) -> list[str]:
    """The notebooks that a resolved configuration names, but for those on a study that it leaves out."""
    return [name for name in config["notebooks"]["run"] if ABOUT[name] in config["studies"]]


def notebook_pages(config: Mapping[str, Any]) -> list[Page]:
    """The pages of a resolved configuration, in the order of the report's chapters."""
    settings = config["notebooks"]
    wanted = wanted_notebooks(config)
    pages = []
    if "confusions" in wanted:
        pair = settings["confusions"]
        width = config["characters"]["hidden"]
        model = f"netfull-{width}" if pair["model"] == "netfull" else pair["model"]
        chosen = {"model": model, "target": pair["target"], "chosen": pair["chosen"]}
        pages.append(Page("confusions", "Which character for which", chosen))
    if "width_sweep" in wanted:
        pages.append(Page("width_sweep", "How wide is wide enough", {}))
    if "state_space" in wanted:
        space = settings["state_space"]
        for task in space["tasks"]:
            walk = {"task": task, "seed": space["seed"], "n": space["n"]}
            pages.append(Page(f"state_space_{task}", f"The state space of {task}", walk))
    return pages


def check_pages(config: Mapping[str, Any], classes: int | None) -> None:
    """Check what the schema cannot: that the notebooks name tasks, seeds and classes that exist.

    Args:
        classes: how many there are; None in a run without images.

    Raises:
        StudyError: a label of no class, a pair of one class, a task that is left out, a seed beyond its
            restarts.
    """
    pair = config["notebooks"]["confusions"]
    for key in ("target", "chosen"):
        if None not in (pair[key], classes) and pair[key] >= classes:
            raise StudyError(
                f"config: `notebooks: confusions: {key}` is {pair[key]}, but the images have the labels 0 to "
                f"{classes - 1}; give one of these, or null for any."
            )
    if pair["target"] is not None and pair["target"] == pair["chosen"]:
        raise StudyError(
            f"config: `notebooks: confusions` has {pair['target']} as `target` and as `chosen`, expected two "
            "different classes; change one, or leave it null."
        )
    space, restarts = config["notebooks"]["state_space"], config["sequences"]["restarts"]
    if "state_space" not in wanted_notebooks(config):
        return
    for task in space["tasks"]:
        if not restarts[task]:
            raise StudyError(
                f"config: `notebooks: state_space: tasks` names {task}, which `sequences: restarts` "
                "leaves out with 0; give it restarts there, or take it from the notebooks."
            )
        if space["seed"] is not None and space["seed"] >= restarts[task]:
            raise StudyError(
                f"config: `notebooks: state_space: seed` is {space['seed']}, but {task} has the seeds 0 to "
                f"{restarts[task] - 1}; give one of these, or null for the first that solved the task."
            )
