"""The sentences of the notebooks that rest on numbers, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from hidden_units.names import model_name
from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.dynamics import SRNDynamics
from hidden_units.statistics.plateau import Plateau

PLATEAU = {
    "width": "{smallest} hidden units are enough: within {points} points of the best, and every narrower "
    "width is shown to be worse.",
    "undecided": "Undecided: these seeds do not show which is the smallest width within {points} points of "
    "the best.",
    "one width": "Only one width was trained, so there is nothing to compare.",
    "no scatter": "All seeds of each width gave the same, so nothing is known of how others would scatter.",
    "one seed": "A width was trained with one seed, so nothing is known of how seeds scatter.",
}


def about_pair(pair: pd.Series, pairs: int, model: str, names: Sequence[str]) -> str:
    """Which pair a page is about.

    Args:
        pair: a row of characters/confused_pairs.csv.
        pairs: how many pairs were ranked.
    """
    target, chosen = names[int(pair["target"])], names[int(pair["chosen"])]
    return (
        f"This page looks at **{target} taken for {chosen}** by {model_name(model)}: rank {pair['rank']} of "
        f"{pairs} pairs, {100 * pair['rate']:.1f} % of the images of {target}."
    )


def about_preferences(
    labels: np.ndarray, log_probabilities: np.ndarray, target: int, chosen: int, names: Sequence[str]
) -> str:
    """How often the network finds the wrong one of two classes the more probable, both ways."""
    prefers_chosen = log_probabilities[:, chosen] > log_probabilities[:, target]
    of_target, of_chosen = labels == target, labels == chosen
    return (
        f"Of {of_target.sum()} images of {names[target]} the network finds {names[chosen]} the more "
        f"probable of the two in {(of_target & prefers_chosen).sum()}; of {of_chosen.sum()} images of "
        f"{names[chosen]} it finds {names[target]} the more probable in "
        f"{(of_chosen & ~prefers_chosen).sum()}."
    )


def about_likeness(similarity: np.ndarray, target: int, chosen: int) -> str:
    """How alike the means of two classes are among all pairs.

    Args:
        similarity: (10, 10), from `characters.confusion.mean_similarity`; nan where there is none.
    """
    likeness = similarity[target, chosen]
    if not np.isfinite(likeness):
        return "One of the two means is a single grey, which correlates with nothing."
    others = similarity[np.triu_indices(len(similarity), 1)]
    return (
        f"Pixel by pixel the two means correlate with {likeness:.2f}; {int((others > likeness).sum())} of "
        f"the {len(others)} pairs of classes look more alike by this measure."
    )


def about_plateau(found: Plateau, margin: float, seeds: int) -> str:
    """What the sweep says about the smallest width that is enough."""
    sentence = PLATEAU[found.verdict].format(smallest=found.smallest_equivalent, points=f"{100 * margin:g}")
    if found.verdict == "undecided" and found.smallest_equivalent:
        width = found.smallest_equivalent
        sentence += f" {width} hidden units are shown to be; a narrower width may be as well."
    over = f"{seeds} seed{'' if seeds == 1 else 's'}"
    return f"{sentence} The highest mean has {found.best} hidden units, over {over}."


def about_choice(chosen_on: str) -> str:
    """By which images a width is chosen, `validation images` or `test images`."""
    if chosen_on == "validation images":
        return "The choice is made on images that were held out from training, not on the test images."
    return "The choice is made on the test images, for none were held out from training."


def about_answer(answer: Mapping[str, Any] | None) -> str:
    """What the run itself found, from characters/plateau.json; None where it has not been made."""
    if answer is None:
        return "The run holds no answer of its own: `characters/plateau.json` has not been made."
    width = answer["smallest_equivalent"]
    found = f"; {width} hidden units are the fewest shown to be equivalent to the best" if width else ""
    margin = f"{100 * answer['margin']:g}"
    return f"The report of this run has a margin of {margin} points: {answer['verdict']}{found}."


def about_network(
    task: str, seed: int, restarts: pd.DataFrame, parameters: int, language: Language, right: np.ndarray
) -> str:
    """Which restart is looked at, and how far it counts.

    Args:
        restarts: sequences/<task>/restarts.csv, by seed.
        right: whether each string of n = 1, 2, ... is read rightly.
    """
    sizes = [str(n) for n, is_right in enumerate(right, start=1) if is_right]
    solved = "solved" if restarts.loc[seed, "solved"] else "did not solve"
    read = f"those with n = {', '.join(sizes)}" if sizes else "none"
    return (
        f"{int(restarts['solved'].sum())} of {len(restarts)} restarts of {task} solved it. This is "
        f"**seed {seed}**, which {solved} it, with {parameters} parameters, trained on strings with n = 1 to "
        f"{language.largest}. Of the strings with n = 1 to {len(right)}, each by itself, it reads {read} "
        "rightly."
    )


def about_rates(dynamics: SRNDynamics, language: Language) -> str:
    """Whether what the A's do and what the B's undo come out even in an SRN."""
    if dynamics.ratio is None:
        return (
            "This network has no two rates to compare: reading A's leads to no attractor, or reading B's "
            "leaves no saddle."
        )
    times = language.multiplicities[1]
    undo = "one B must undo one A" if times == 1 else f"{times} B's must undo one A"
    return (
        f"Near the attractor of the A's each A leaves {dynamics.r_a:.3f} of the distance to it; near the "
        f"saddle of the B's each B makes the distance {dynamics.lambda_b:.3f} times as large. To come out "
        f"even, {undo}: the ratio of the logarithms would be {1 / times:g}. It is {dynamics.ratio:.2f}."
    )
