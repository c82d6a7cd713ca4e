"""What the recurrent networks do, in sentences: computed, so that they hold for any run.

Each function returns an empty sentence where its data are missing. `srn` and `lstm` are the dynamics.json of
the two main tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from hidden_units.report.chapters.sequences_names import LSTM_TASK, SRN_TASK, language_name, task_name
from hidden_units.report.wording import (
    NO_BREAK,
    amount,
    capitalised,
    confidence,
    count,
    decimal,
    interval,
    listing,
    percent_in_text,
)
from hidden_units.statistics.intervals import fewest_for_median, wilson

Rows = Sequence[Mapping[str, Any]]
Report = Mapping[str, Any] | None


def interval_of(entry: Mapping[str, Any], digits: int) -> str:
    """`[0.44, 0.45]`, empty where there is none."""
    if entry["low"] is None:
        return ""
    return f"[{decimal(entry['low'], digits)},{NO_BREAK}{decimal(entry['high'], digits)}]"


def median_of(entry: Mapping[str, Any], digits: int) -> str:
    """A median with its interval: `0.44 [0.43, 0.45]`."""
    return f"{decimal(entry['median'], digits)} {interval_of(entry, digits)}".strip()


def question(*entries: Mapping[str, Any]) -> str:
    """What the intervals of medians in a sentence answer, to stand in it; empty where there are none."""
    if all(entry["low"] is None for entry in entries):
        return ""
    return f" (in brackets, {confidence(fewest_for_median)} intervals of the median for other restarts)"


def known(report: Report, block: str, *names: str) -> list[Mapping[str, Any]] | None:
    """The entries of a block of the summary, None unless all of them have a median."""
    entries = [report["summary"][block].get(name) for name in names] if report else [None]
    return entries if all(entry and entry["median"] is not None for entry in entries) else None


def success(tasks: Rows) -> str:
    """How often the main tasks were solved, and when."""
    sentences = []
    for row in tasks:
        if row["task"] not in (SRN_TASK, LSTM_TASK):
            continue
        sentence = (
            f"The {row['network']} solved {language_name(row['task'])} in {count(row['solved'])} of "
            f"{amount(row['restarts'], 'restart')} ({percent_in_text(row['rate'], 0)}, "
            f"{share_interval(row)})"
        )
        if row["ever_solved"]:
            sentence += (
                f"; {count(row['ever_solved'])} had solved it at some logged step, the median of them first "
                f"at step {count(row['median_first_step'])}"
            )
        if row["lost"]:
            sentence += f", and {count(row['lost'])} lost it again"
        sentences.append(f"{sentence}.")
    return " ".join(sentences)


def share_interval(row: Mapping[str, Any]) -> str:
    """The interval of a share of restarts in per cent and its question, or why there is none."""
    bounds = interval(row["low"], row["high"], 0, "restart")
    return bounds if row["low"] is None else f"{confidence(wilson)} interval for other restarts {bounds}"


def failures(kinds: Mapping[str, Rows]) -> str:
    """What the restarts that failed do most often, and how many had solved the task before."""
    sentences = []
    for task, rows in kinds.items():
        failed = sorted(
            (row for row in rows if row["kind"] != "solved"), key=lambda row: row["restarts"], reverse=True
        )
        total = sum(row["restarts"] for row in failed)
        if not total:
            sentences += [f"No restart of the {task_name(task)} failed."] if rows else []
            continue
        before = sum(row["once_solved"] for row in failed)
        first = failed[0]
        alone = first["restarts"] == 1 and total > 1
        most = (
            "no two in the same way"
            if alone
            else f"{count(first['restarts'])} of them in one way, “{first['kind']}”"
        )
        sentences.append(
            f"Of the {task_name(task)}, {amount(total, 'restart')} failed, {most}; {count(before)} of the "
            f"{count(total)} had solved the task at an earlier logged step."
        )
    return " ".join(sentences)


def losses(tables: Mapping[str, Rows], restarts: Mapping[str, Rows]) -> str:
    """Whether the published loss tells good from bad."""
    sentences = []
    for task, rows in tables.items():
        found = {row["predictor"]: row for row in rows}
        if not found:
            continue
        ideal, constant = found["count-aware"], found["constant"]
        sentences.append(
            f"On {language_name(task)} a perfect predictor has a published loss of "
            f"{decimal(ideal['nominal_error'], 4)}, one that gives the same probabilities after every A a "
            f"loss of {decimal(constant['nominal_error'], 0)}, though it is worse by "
            f"{decimal(constant['excess_nll'], 4)} nats a symbol."
        )
        solved = [row["nominal_error"] for row in restarts[task] if row["solved"]]
        failed = [row["nominal_error"] for row in restarts[task] if not row["solved"]]
        if solved and failed:
            middle = median(solved)
            below = sum(value < middle for value in failed)
            sentences.append(
                f"Among trained restarts it does tell who solved the task: {count(below)} of "
                f"{amount(len(failed), 'failed restart')} "
                f"{'has' if below == 1 else 'have'} a lower published loss than the median solved one, "
                f"{decimal(middle, 4)}."
                if below < len(failed) / 2
                else f"Among trained restarts it does not tell who solved the task: {count(below)} of "
                f"{amount(len(failed), 'failed restart')} "
                f"{'has' if below == 1 else 'have'} a lower published loss than the median solved one, "
                f"{decimal(middle, 4)}."
            )
    return " ".join(sentences)


def generalisation(tasks: Rows) -> str:
    """To which n the solved restarts of the main tasks count."""
    sentences = []
    for row in tasks:
        if row["task"] in (SRN_TASK, LSTM_TASK) and row["n_max"]:
            sizes = listing(f"{count(seeds)} up to {n}" for n, seeds in row["n_max"].items())
            sentences.append(
                f"Of the {amount(row['solved'], 'solved restart')} of the {row['network']}, trained on n up "
                f"to {row['largest']}, count without an error: {sizes}."
            )
    return " ".join(sentences)


def home(srn: Report, verdict: str = "") -> str:
    """Whether strings begin and end in one place.

    Args:
        verdict: the ledger's on claim 13.
    """
    entries = known(srn, "walk", "home_offset", "home_spread", "home_gap")
    if not entries:
        return ""
    offset, spread, gap = (entry["median"] for entry in entries)
    judged = (
        f" By the rule of claim 13, that start and ends form one cluster is {verdict}." if verdict else ""
    )
    return (
        f"In the median the initial state lies {decimal(offset, 3)} from the centre of the end-of-string "
        f"states, whose spread is {decimal(spread, 3)}, and the nearest other state lies {decimal(gap, 2)} "
        f"away.{judged}"
    )


def walk(srn: Report) -> str:
    """Whether the distance grows with the count, and whether the walk turns round."""
    entries = known(srn, "walk", "count_correlation", "count_proportional", "turn_degrees")
    if not entries:
        return ""
    correlation, proportional, turn = entries
    return (
        "During the A’s the distance from the start grows with the count (median correlation "
        f"{decimal(correlation['median'], 3)}; as a proportion, R² {decimal(proportional['median'], 2)}). "
        f"At the first B the direction of the step changes by {median_of(turn, 1)} degrees{question(turn)}; "
        f"to go straight back would be {count(180)}."
    )


def step_ratio(srn: Report, control: Report, verdict: str = "") -> str:
    """B-steps against A-steps, under each definition.

    Args:
        verdict: the ledger's on claim 18.
    """
    entries = known(srn, "walk", "step_ratio", "step_ratio_within", "step_ratio_longest")
    if not entries:
        return ""
    every, within, longest = entries
    judged = f"; by the rule of claim 18 it is {verdict}" if verdict else ""
    sentences = [
        "How much longer B-steps are than A-steps depends on which steps are counted: over all steps the "
        f"median ratio is {median_of(every, 2)}; without the first A and the first B of each string, which "
        f"come from elsewhere, {median_of(within, 2)}; the same in the longest string alone, "
        f"{median_of(longest, 2)}{question(*entries)}.",
        f"The plain reading of “twice the step size” is all steps{judged}.",
    ]
    other = known(control, "walk", "step_ratio")
    if other:
        sentences.append(
            f"On the control aⁿbⁿ, where nothing asks for longer B-steps, it is {median_of(other[0], 2)} "
            f"over all steps{question(other[0])}."
        )
    return " ".join(sentences)


def maps(srn: Report) -> str:
    """What the maps of the representative SRN hold."""
    if not srn:
        return ""
    own = srn["representative"]
    sentence = (
        f"In the representative SRN (seed {srn['seed']}) the A-map holds: {own['a_map']['description']}; "
        f"the B-map: {own['b_map']['description']}."
    )
    settled = own["settled"]
    if settled:
        place = "a fixed point" if settled["period"] == 1 else f"a cycle of {settled['period']} states"
        sentence += f" If A’s went on for ever its state would settle on {place}."
    return sentence


def ratio(srn: Report) -> str:
    """The measured ratio of the rates beside what theory asks for."""
    if not srn or not srn["summary"]["ratio"]["count"]:
        return ""
    entry = srn["summary"]["ratio"]
    sentence = (
        f"The ratio log|λ| ∕ −log r has a median of {median_of(entry, 3)} over the {count(entry['count'])} "
        f"of {amount(entry['solved'], 'solved restart')} in which both rates exist, from "
        f"{decimal(entry['least'], 2)} to {decimal(entry['greatest'], 2)}; counting by approach and "
        f"departure would need {decimal(entry['theory'], 1)}"
    )
    if entry["low"] is None:
        return f"{sentence}."
    inside = entry["low"] <= entry["theory"] <= entry["high"]
    return (
        f"{sentence}, which the interval, {confidence(fewest_for_median)} of the median for other restarts, "
        f"{'holds' if inside else 'does not hold'}."
    )


def approach(srn: Report) -> str:
    """Whether trained strings come near to what the rates are about."""
    entries = known(srn, "rates", "settled_distance", "saddle_distance")
    if not entries:
        return ""
    settled, saddle = entries
    return (
        "The rates describe what happens near a fixed point or cycle. After the last A of the longest string "
        f"the state is still {median_of(settled, 2)} from where A’s would lead it, in a space that is "
        f"{count(2)} wide; its B-states pass the saddle of the B-map at "
        f"{median_of(saddle, 2)}{question(*entries)}."
    )


def controls(reports: Mapping[str, Report]) -> str:
    """In how many solved restarts of the other SRN tasks the ratio exists."""
    sentences = []
    for task, report in reports.items():
        if not report or "ratio" not in report["summary"]:
            continue
        entry = report["summary"]["ratio"]
        name = capitalised(task_name(task))
        if not entry["solved"]:
            sentences.append(
                f"{name}: no restart is solved at the last step, so there is nothing to compare."
            )
        elif not entry["count"]:
            sentences.append(
                f"{name}: of {amount(entry['solved'], 'solved restart')} none has both an approach and a "
                f"saddle of its B-map, so the ratio, {decimal(entry['theory'], 1)} in theory, "
                "does not exist."
            )
        else:
            sentences.append(
                f"{name}: the ratio exists in {count(entry['count'])} of "
                f"{amount(entry['solved'], 'solved restart')}, median "
                f"{median_of(entry, 3)}{question(entry)}, "
                f"{decimal(entry['theory'], 1)} in theory."
            )
    return " ".join(sentences)


def automata(rows: Rows, one: Report) -> str:
    """How many solved SRNs behave as the smallest automaton."""
    if not rows or not one:
        return ""
    alike = sum(bool(row["equivalent"]) for row in rows)
    which = "All" if alike == len(rows) else count(alike) if alike else "None"
    clusters = median(row["clusters"] for row in rows)
    least = min(row["determinism"] for row in rows)
    return (
        f"{which} of the {amount(len(rows), 'solved SRN')} reduce to the smallest automaton for the trained "
        f"sizes, {amount(one['minimal_states'], 'state')}; in the median "
        f"{amount(round(clusters), 'cluster')} of states were told apart on the way. In every one of them at "
        f"least {percent_in_text(least, 1)} of the transitions go where the automaton says."
    )


# LSTM


def spaces(lstm: Report) -> str:
    """Whether states keep apart by phase, in the hidden and in the cell space."""
    entries = known(lstm, "medians", "silhouette_h", "silhouette_c", "path_gap_h", "path_gap_c")
    if not entries:
        return ""
    hidden, cells, gap_hidden, gap_cells = entries
    space = "hidden" if hidden["median"] > cells["median"] else "cell"
    return (
        f"Over solved restarts the median silhouette by phase is {median_of(hidden, 2)} in the hidden space "
        f"and {median_of(cells, 2)} in the cell space{question(*entries)}, so the phases stand further apart "
        f"in the {space} space. The widest gap between states, with intervals for other restarts too, is "
        f"{median_of(gap_hidden, 2)} mean steps in the hidden space "
        f"and {median_of(gap_cells, 2)} in the cell space."
    )


def cells(lstm: Report) -> str:
    """In how many restarts a cell goes out with the A's and back with B's and C's."""
    if not lstm or not lstm["summary"]["seeds"]:
        return ""
    found, solved = lstm["summary"]["with_monotone_cell"], lstm["summary"]["seeds"]
    which = "Not one" if not found else count(found)
    return (
        f"{which} of {amount(solved, 'solved restart')} {'have' if found > 1 else 'has'} a cell that moves "
        "one way during the A’s and the other way during both the B’s and the C’s."
    )


def counters(lstm: Report) -> str:
    """How near single cells and combinations of cells come to counters."""
    names = ("residual_B", "residual_C", "explained_A-B", "explained_A-C", "explained_B-C")
    entries = known(lstm, "medians", *names)
    if not entries:
        return ""
    end_b, end_c, a_b, a_c, b_c = entries
    return (
        f"The best single cell misses by {percent_in_text(end_b['median'], 0)} at the end of the B’s and by "
        f"{percent_in_text(end_c['median'], 0)} at the end of the C’s (medians, of all that it moved); the "
        "second says little, for any cell that begins each string alike comes back. What tells a counter is "
        "that its steps are alike within a phase: of these, the best linear combinations give "
        f"{percent_in_text(a_b['median'], 0)} of an ideal counter that links A’s and B’s, "
        f"{percent_in_text(a_c['median'], 0)} of one for A’s and C’s and {percent_in_text(b_c['median'], 0)} "
        "of one for B’s and C’s."
    )


def decoding(lstm: Report) -> str:
    """What can be read off the cells beyond trained sizes."""
    names = ("beyond_c_A_position", "beyond_c_B_position", "beyond_c_C_remaining", "beyond_c_C_n")
    entries = known(lstm, "medians", *names)
    if not entries:
        return ""
    a_read, b_read, c_due, n_in_c = (entry["median"] for entry in entries)
    hidden = known(lstm, "medians", "beyond_h_A_position", "beyond_h_B_position", "beyond_h_C_remaining")
    sentence = (
        "On sizes that training never showed, a linear read-out of the cell state has a median R² of "
        f"{decimal(a_read, 2)} for the number of A’s, {decimal(b_read, 2)} for the B’s read so far, "
        f"{decimal(c_due, 2)} for the C’s still due and {decimal(n_in_c, 1)} for n during the C’s"
    )
    sentence += "; a value at or below nought means that it cannot be read." if n_in_c <= 0 else "."
    if hidden:
        sentence += (
            " From the hidden state the first three are "
            f"{listing(decimal(entry['median'], 2) for entry in hidden)}."
        )
    return sentence


def swaps(lstm: Report) -> str:
    """Whether the cell state alone carries the count."""
    entries = known(lstm, "medians", "follows_cell", "follows_hidden")
    if not entries:
        return ""
    by_cell, by_hidden = (entry["median"] for entry in entries)
    return (
        "With the cell state of another count put in after the A’s, the number of B’s follows it in "
        f"{percent_in_text(by_cell, 0)} of the pairs of counts in the median; with the hidden state put in, "
        f"in {percent_in_text(by_hidden, 0)}."
        + (
            " In most pairs neither of them alone decides the number exactly."
            if by_cell + by_hidden < 0.5
            else ""
        )
    )
