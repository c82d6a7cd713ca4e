"""What the browser is given for the figures of the sequences that can be looked at closely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.names import task_name
from hidden_units.report.elements import View
from hidden_units.sequences.languages import parse_language


def restarts_view(perfect: Mapping[str, Any]) -> View:
    """The learning curves of all restarts.

    Args:
        perfect: the row of losses.csv about the perfect predictor.
    """
    losses = {name: perfect[name] for name in ("nominal_error", "excess_nll")}
    return View("restarts", "Read its values", {"perfect": losses})


def walk_view(task: str, orbits: Sequence[Mapping[str, Any]]) -> View:
    """The plane of the SRN's two hidden units, in which strings can be walked.

    Args:
        orbits: from `orbits_of`.
    """
    settings = space_settings(task, "h", 2, "hidden unit")
    names = ("map", "period", "type", "attracting", "points")
    shown = [{name: orbit[name] for name in names} for orbit in orbits]
    more = {"ramp": True, "frame": 1.12, "string": settings["trained"], "orbits": shown}
    return View("space", "Walk a string", {**settings, **more})


def space_view(task: str, letter: str, name: str) -> View:
    """The space of the LSTM's three hidden units or cells, in which strings can be walked.

    Args:
        letter: with which the columns of their table begin.
        name: of one of them.
    """
    return View("space", "Turn it, and walk a string", {**space_settings(task, letter, 3, name), "string": 3})


def space_settings(task: str, letter: str, units: int, name: str) -> dict[str, Any]:
    """A space in which strings can be walked: its columns, their name, the network, the largest trained n."""
    return {
        "units": [f"{letter}{unit}" for unit in range(1, units + 1)],
        "name": name,
        "network": task_name(task),
        "trained": parse_language(task.partition("-")[2]).largest,
    }


def orbits_of(representative: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fixed points and 2-cycles of both maps of an SRN, as dynamics.json has them.

    Returns:
        of each its map, A or B; period; type; whether it is attracting; points; multipliers.
    """
    return [
        {
            "map": letter,
            "attracting": orbit["type"].endswith("attracting"),
            **{name: orbit[name] for name in ("period", "type", "points", "multipliers")},
        }
        for letter, held in (("A", representative["a_map"]), ("B", representative["b_map"]))
        for orbit in (*held["fixed_points"], *held["two_cycles"])
    ]
