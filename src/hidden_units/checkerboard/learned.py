"""What the trained networks learned: which known arrangement of lines, if any, and with how many splits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hidden_units.checkerboard.models import StepNetwork
from hidden_units.checkerboard.splits import arrangement, distinct_splits
from hidden_units.checkerboard.training import Restarts


def learned_by_setting(restarts: Restarts, solutions: Sequence[StepNetwork]) -> dict[str, Any]:
    """What the solved restarts of a setting have in common with step networks, and its representative.

    Returns:
        hidden, learning_rate, solved; `arrangements`, how many solved restarts hold each of `solutions`, and
        `other`, how many hold none; `splits`, how many solved restarts part the points in that many ways;
        `representative`, a restart with its seed, outcome, arrangement and network.
    """
    solved = [restarts.networks[place] for place in np.flatnonzero(restarts.solved).tolist()]
    held = Counter(arrangement(network.sides(), solutions) for network in solved)
    splits = Counter(len(distinct_splits(network.sides())) for network in solved)
    chosen = restarts.representative()
    network = restarts.networks[chosen]
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
            "arrangement": arrangement(network.sides(), solutions),
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
