"""What the comparisons show, in sentences: computed, so that they hold on any data.

Each function returns an empty sentence where its data are missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hidden_units.report.comparability import Comparability
from hidden_units.report.wording import (
    NO_BREAK,
    amount,
    class_name,
    count,
    decimal,
    family_of,
    is_absent,
    listing,
    model_name,
    percent_in_text,
    points,
    points_interval,
)

Rows = Sequence[Mapping[str, Any]]

OTHER_SEEDS, OTHER_IMAGES = "other seeds", "other test images"
# Of the p-values, as the tables of the field have it.
SIGNIFICANT = 0.05


def p_value(p: float | None) -> str:
    """A p-value with four decimals, `<0.0001` below them, a dash where there is none."""
    return "<0.0001" if not is_absent(p) and p < 0.0001 else decimal(p, 4)


def size(model: str) -> str:
    """The hidden units in the name of a NetFull: `110`."""
    return count(int(model.partition("-")[2]))


def networks(rows: Rows) -> str:
    """Which pairs of networks differ, over other seeds and over other test images.

    Args:
        rows: characters/comparisons.csv.
    """
    own = [row for row in rows if row["family"] == "networks"]
    seeds = [row for row in own if row["question"] == OTHER_SEEDS and row["method"] != "bootstrap"]
    images = [row for row in own if row["question"] == OTHER_IMAGES]
    sentences = []
    if seeds:
        sentences.append(
            decided(seeds, "Over other seeds")
            if all(row["seeds"] > 1 for row in seeds)
            else "With one seed a network, nothing can be said of other seeds."
        )
    if images:
        sentences.append(decided(images, "Over other test images, for the representative runs"))
    return " ".join(sentences)


def told(row: Mapping[str, Any]) -> bool:
    """Whether a difference is told from none; without scatter there is no test, and it is not."""
    return not is_absent(row["p_holm"]) and row["p_holm"] < SIGNIFICANT


def decided(rows: Rows, where: str) -> str:
    """How many pairs differ after Holm's correction, which do not, and the smallest difference that does."""
    sure = [row for row in rows if told(row)]
    unsure = [row for row in rows if not told(row)]
    if not sure:
        return f"{where}, no two networks are told apart."
    least = min(sure, key=lambda row: abs(row["difference"]))
    below, above = (least["a"], least["b"]) if least["difference"] > 0 else (least["b"], least["a"])
    sentence = (
        f"{where}, {count(len(sure))} of {amount(len(rows), 'difference')} "
        f"{'is' if len(sure) == 1 else 'are'} larger than chance explains after Holm’s correction; the "
        f"smallest such is {decimal(100 * abs(least['difference']), 2)} points, from {family_of(below)} up "
        f"to {family_of(above)}."
    )
    if unsure:
        pairs = listing(f"{family_of(row['a'])} and {family_of(row['b'])}" for row in unsure)
        sentence += f" Not told apart: {pairs}."
    return sentence


def next_widths(rows: Rows) -> str:
    """Which steps from one hidden size to the next change the accuracy.

    Args:
        rows: characters/comparisons.csv.
    """
    steps = [row for row in rows if row["family"] == "widths" and row["method"] != "bootstrap"]
    if not steps:
        return ""
    if any(row["seeds"] < 2 for row in steps):
        return "With one seed a size, no step from one size to the next can be judged."
    sure = [row for row in steps if told(row)]
    largest = max(steps, key=lambda row: abs(row["difference"]))
    most = (
        f"the largest, from {size(largest['a'])} to {size(largest['b'])}, is {points(largest['difference'])} "
        f"points {points_interval(largest['low'], largest['high'], largest['seeds'])}"
    )
    if not sure:
        which = "that step is not" if len(steps) == 1 else f"none of the {count(len(steps))} steps is"
        return (
            f"Over other seeds, from one size to the next, {which} told from 0 after Holm’s correction; "
            f"{most}."
        )
    named = listing(f"{size(row['a'])} to {size(row['b'])} ({points(row['difference'])})" for row in sure)
    return (
        f"Over other seeds, from one size to the next, {count(len(sure))} of {amount(len(steps), 'step')} "
        f"{'differs' if len(sure) == 1 else 'differ'} from 0 after Holm’s correction: {named}; {most}."
    )


def held_out(answer: Mapping[str, Any] | None) -> str:
    """What the named size reaches on the test images, where it was chosen on others; else nothing."""
    if answer is None or answer.get("chosen_on") != "validation images":
        return ""
    sentence = (
        "All of this is about images that were held out from training; the test accuracies in other tables "
        "had no part in it."
    )
    if answer["test_accuracy"] is None:
        return sentence
    named = amount(answer["smallest_equivalent"], "hidden unit")
    return f"{sentence} On the test images {named} reach {percent_in_text(answer['test_accuracy'])}."


def plateau(answer: Mapping[str, Any] | None, widths: Rows) -> str:
    """The smallest hidden size that is equivalent to the best, or why none is named.

    Args:
        answer: characters/plateau.json.
        widths: characters/plateau.csv.
    """
    if answer is None:
        return ""
    best, margin = amount(answer["best"], "unit"), margin_in_words(answer["margin"])
    if answer["verdict"] == "one seed":
        return (
            f"The highest accuracy is at {best}, but with one seed a size nothing is known of how it "
            "scatters, so no size is named."
        )
    if answer["verdict"] == "no scatter":
        return (
            f"The highest accuracy is at {best}, but all {amount(answer['seeds'], 'seed')} of each size gave "
            "the same, so that nothing is known of how others would scatter, and no size is named."
        )
    if answer["verdict"] == "one width":
        return f"Only {best} were trained, so there is nothing to compare."
    equivalent, worse = ([row for row in widths if row[name]] for name in ("equivalent", "worse"))
    found = answer["smallest_equivalent"]
    if answer["verdict"] == "width":
        sentence = (
            f"The answer is {amount(found, 'hidden unit')}: this size is shown to lie less than {margin} "
            f"below the best, which is {best} in these means"
        )
        narrower = [row for row in worse if row["hidden"] < found]
        if narrower:
            sentence += f", and {every_size(narrower)} shown to lie further below."
            if found < max(row["hidden"] for row in widths):
                return sentence
            return f"{sentence} It is also the widest that was tried, so the accuracy may rise beyond it."
        return f"{sentence}; it is the smallest that was tried, so a smaller one may do as well."
    sentence = "The answer is undecided. "
    if found is None:
        sentence += (
            f"The best mean is at {best}, but no size is shown to lie less than {margin} below the best"
        )
    else:
        between = [row for row in widths if row["hidden"] < found and not row["worse"]]
        sentence += (
            f"{amount(found, 'hidden unit')} are shown to lie less than {margin} below the best, but "
            f"{listing(count(row['hidden']) for row in between)}, which "
            f"{'is' if len(between) == 1 else 'are'} narrower, {'is' if len(between) == 1 else 'are'} shown "
            "neither to do so nor to lie further below"
        )
    rest = f"; {listing(count(row['hidden']) for row in worse)} shown worse" if worse else ""
    close = f"; {listing(count(row['hidden']) for row in equivalent)} shown equivalent" if equivalent else ""
    return f"{sentence}{close}{rest}. More seeds would narrow the bounds."


def every_size(rows: Rows) -> str:
    """`the narrower one, 50, is` or `the narrower ones, 50 and 80, are`."""
    names = listing(count(row["hidden"]) for row in rows)
    return f"the narrower one, {names}, is" if len(rows) == 1 else f"the narrower ones, {names}, are"


def margin_in_words(margin: float) -> str:
    """The margin of equivalence: `0.3 points`."""
    return f"{100 * margin:g}{NO_BREAK}points"


def distribution(answer: Mapping[str, Any] | None, widths: Rows) -> str:
    """Which sizes resampled seeds choose, and what the one-standard-error rule says."""
    if answer is None or not widths:
        return ""
    ranked = sorted((row for row in widths if row["share_chosen"]), key=lambda row: -row["share_chosen"])
    shares = listing(
        f"{count(row['hidden'])} ({percent_in_text(row['share_chosen'], 0)})" for row in ranked[:3]
    )
    best = max(widths, key=lambda row: row["share_best"])
    return (
        f"In {count(answer['resamples'])} resamples of the seeds, the smallest size within the margin of "
        f"the best is most often {shares}; the highest mean is most often at {count(best['hidden'])} "
        f"({percent_in_text(best['share_best'], 0)}). The one-standard-error rule, which is a habit and not "
        f"a test, takes {count(answer['one_standard_error'])}."
    )


def economy(rows: Rows) -> str:
    """Which classifiers are on the Pareto front, and what a step along it brings."""
    if not rows:
        return ""
    front = sorted((row for row in rows if row["on_front"]), key=lambda row: row["stored_numbers"])
    sentences = [
        f"On the Pareto front {'is' if len(front) == 1 else 'are'} {listing(map(short_name, front))}: no "
        "other classifier keeps as few numbers and is as accurate."
    ]
    steps = [row for row in front if row["gain_per_thousand"] is not None]
    if steps:
        gains = listing(f"{short_name(row)} {decimal(row['gain_per_thousand'], 3)}" for row in steps)
        sentences.append(
            "Points gained for each further thousand numbers, over the next smaller one on the front: "
            f"{gains}."
        )
    unsure = [row for row in front if row["share_on_front"] is not None and row["share_on_front"] < 0.95]
    if unsure:
        sentences.append(
            "With the seeds drawn anew, some of them would leave it: "
            + listing(
                f"{short_name(row)} stays in {percent_in_text(row['share_on_front'], 0)}" for row in unsure
            )
            + " of the resamples."
        )
    return " ".join(sentences)


def short_name(row: Mapping[str, Any]) -> str:
    """A classifier inside a list: `NetFull 110`, `NetConv`, `4 nearest neighbours`."""
    model = row["model"]
    return f"NetFull{NO_BREAK}{size(model)}" if model.startswith("netfull-") else model_name(model)


def reported(rows: Rows, comparability: Comparability) -> str:
    """How the reported figures stand to the measured ones.

    Args:
        rows: the table of the section, see `comparisons.reported_rows`.
    """
    sentences = []
    counted = [
        row for row in rows if row["parameters"] is not None and row["reported_parameters"] is not None
    ]
    wrong = [row for row in counted if row["parameters"] != row["reported_parameters"]]
    if counted and not wrong:
        names = listing(short_name(row) for row in counted)
        sentences.append(f"The numbers of parameters reported for {names} are those counted here.")
    elif wrong:
        names = listing(short_name(row) for row in wrong)
        sentences.append(f"The numbers of parameters reported for {names} are not those counted here.")
    known = [row for row in rows if row["one_more"] and row["reported_accuracy"] is not None]
    if comparability.comparable and known:
        outside = [
            row
            for row in known
            if not row["one_more"].low <= row["reported_accuracy"] <= row["one_more"].high
        ]
        inside = len(known) - len(outside)
        sentence = (
            f"Of the {amount(len(known), 'reported accuracy', 'reported accuracies')}, {count(inside)} "
            f"{'lies' if inside == 1 else 'lie'} where one more run of these would be expected"
        )
        if outside:
            sentence += "; outside: " + listing(
                f"{short_name(row)} ({points(row['difference'])} points measured minus reported)"
                for row in outside
            )
        sentences.append(f"{sentence}.")
    if not comparability.comparable:
        sentences.append("Accuracies and losses stand beside each other for orientation only.")
    return " ".join(sentences)


def confusion_difference(cells: Rows, classes: Rows) -> str:
    """The confusions that lie furthest above and below the published rates.

    Args:
        cells: target, chosen, difference of each pair of classes, the diagonal included.
    """
    mistakes = [cell for cell in cells if cell["target"] != cell["chosen"]]
    if not mistakes or not classes:
        return ""
    above, below = (choose(mistakes, key=lambda cell: cell["difference"]) for choose in (max, min))

    def named(cell: Mapping[str, Any]) -> str:
        pair = (class_name(classes[cell[role]]) for role in ("target", "chosen"))
        return f"{' taken for '.join(pair)} ({points(cell['difference'], 1)})"

    return (
        f"Furthest above the published rate is {named(above)}, furthest below {named(below)}, in points of "
        "the target’s images."
    )
