"""What the trained networks learned: which known arrangement of lines, if any, and with how many splits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hidden_units.checkerboard.models import POINTS, TARGETS, SigmoidNetwork, StepNetwork
from hidden_units.checkerboard.splits import arrangement, distinct_splits
from hidden_units.checkerboard.training import Restarts


def units_on(network: SigmoidNetwork) -> np.ndarray:
    """(9, h) of 0 and 1: which hidden unit is at 0.5 or more at which point."""
    return (network.hidden() >= 0.5).astype(int)


def learned_by_setting(restarts: Restarts, solutions: Sequence[StepNetwork]) -> dict[str, Any]:
    """What the solved restarts of a setting have in common with step networks, and its representative.

    Returns:
        hidden, learning_rate, solved; `arrangements`, how many solved restarts hold each of `solutions`, and
        `other`, how many hold none; `splits`, how many solved restarts part the points in that many ways;
        `representative`, a restart with its seed, outcome, arrangement and network.
    """
    solved = [restarts.network(place) for place in np.flatnonzero(restarts.solved).tolist()]
    held = Counter(arrangement(units_on(network), solutions) for network in solved)
    splits = Counter(len(distinct_splits(units_on(network))) for network in solved)
    chosen = restarts.representative()
    network = restarts.network(chosen)
    return {
        "hidden": restarts.settings.hidden,
        "learning_rate": restarts.settings.learning_rate,
        "solved": len(solved),
        "arrangements": {str(number): held[number] for number in range(1, len(solutions) + 1)},
        "other": held[None],
        "splits": {str(count): splits[count] for count in sorted(splits)},
        "representative": {
            "seed": int(restarts.seeds[chosen]),
            "solved": bool(restarts.solved[chosen]),
            "first_epoch": int(restarts.first_epoch[chosen]) if restarts.solved[chosen] else None,
            "loss": float(restarts.loss[chosen]),
            "arrangement": arrangement(units_on(network), solutions),
            "network": network.to_mapping(),
        },
    }


def panel_title(setting: Mapping[str, Any]) -> str:
    """Two lines above a setting's representative: the setting, and what became of the restart."""
    chosen = setting["representative"]
    outcome = f"right from epoch {chosen['first_epoch']:,}" if chosen["solved"] else "not solved"
    return f"{setting['hidden']} units, η = {setting['learning_rate']:g}\n{outcome}"


def closest_setting(settings: Sequence[Mapping[str, Any]], hidden: int) -> Mapping[str, Any]:
    """The setting to show next to the designed network: with as many units, then the most restarts solved."""
    alike = [setting for setting in settings if setting["hidden"] == hidden]
    return max(alike or settings, key=lambda setting: setting["solved"])


def activations_table(network: SigmoidNetwork) -> pd.DataFrame:
    """Activations of all units at the nine points: x1, x2, target, h1 ... hn, output."""
    units = [f"h{unit}" for unit in range(1, network.hidden_size + 1)]
    table = pd.DataFrame(POINTS.astype(int), columns=["x1", "x2"]).assign(target=TARGETS)
    return table.assign(**dict(zip(units, network.hidden().T, strict=True)), output=network.output())
