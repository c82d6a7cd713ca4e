"""The figures of the sequences study with their captions: what to see, and what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hidden_units.report.chapters import sequences_findings as findings
from hidden_units.report.chapters.sequences_names import (
    LSTM_TASK,
    SRN_TASK,
    language_name,
    main_tasks,
    task_name,
)
from hidden_units.report.elements import Figure, View, figure
from hidden_units.report.evidence import Study
from hidden_units.report.wording import amount, capitalised, confidence, count, decimal
from hidden_units.sequences.languages import parse_language
from hidden_units.statistics.intervals import wilson

FOLDER = "sequences/figures"


@dataclass(frozen=True)
class Drawn:
    """The figures of a run.

    `tasks`: success.json of each task by its name; `srn`, `lstm`: dynamics.json of the main tasks; each may
    be missing.
    """

    study: Study
    tasks: Mapping[str, Mapping[str, Any]]
    srn: Mapping[str, Any] | None
    lstm: Mapping[str, Any] | None

    def all(self) -> dict[str, Any]:
        """Every figure by a short name; `learning` holds one for each main task."""
        return {
            "survival": self.survival(),
            "failures": self.failures(),
            "learning": [self.learning(task) for task in main_tasks()],
            "losses": self.losses(SRN_TASK),
            "generalisation": self.generalisation(),
            "states": self.states(),
            "steps": self.steps(),
            "maps": self.maps(),
            "automaton": self.automaton(),
            "ratios": self.ratios(),
            "hidden": self.space("hidden"),
            "cells": self.space("cells"),
            "traces": self.traces(),
            "decoding": self.decoding(),
            "intervention": self.intervention(),
        }

    def make(self, id: str, file: str, alt: str, *caption: str, view: View | None = None) -> Figure:
        """A figure from its file in the study's folder."""
        return figure(
            self.study.evidence,
            id,
            f"{FOLDER}/{file}.svg",
            alt.strip(),
            " ".join(filter(None, caption)),
            view,
        )

    def who(self, report: Mapping[str, Any] | None, task: str) -> str:
        """The representative network of a task in words."""
        if not report:
            return f"the representative {task_name(task)}"
        kind = "first solved seed" if report["solved"] else "no seed solved the task, so the first of all"
        return f"the {task_name(task)}, seed {report['seed']} ({kind})"

    def survival(self) -> Figure:
        """When restarts solve their task."""
        ends = "; ".join(
            f"{row['name']}, {count(row['restarts'] - row['ever_solved'])} of {count(row['restarts'])}"
            for row in self.tasks.values()
        )
        finding = f"Never right on every example at any logged step: {ends}." if ends else ""
        return self.make(
            "survival",
            "survival",
            f"Falling step curves, one a task: the share of restarts not yet solved. {finding}",
            "Share of the restarts of each task that have not yet been right on every example, against "
            f"training steps; bands are Wilson’s {confidence(wilson)} intervals for other restarts.",
            finding,
        )

    def failures(self) -> Figure:
        """How restarts end."""
        kinds = {
            task: self.study.evidence.rows(f"sequences/{task}/failure_kinds.csv") for task in main_tasks()
        }
        return self.make(
            "failures",
            "failures",
            "Stacked bars, one a task, with how many restarts end solved or in each way of failing. "
            f"{findings.failures(kinds)}",
            "How the restarts of each task end. The ways of failing follow by rule from the first error in "
            "each string, read from the initial state.",
        )

    def learning(self, task: str) -> Figure:
        """Learning curves of a main task."""
        losses = self.study.evidence.rows(f"sequences/{task}/losses.csv")
        perfect = next((row for row in losses if row["predictor"] == "count-aware"), {})
        report = self.tasks.get(task)
        ends = (
            f" In the end {count(report['solved'])} of {count(report['restarts'])} make no error."
            if report
            else ""
        )
        return self.make(
            f"learning-{task}",
            f"learning_{task}",
            f"Three line charts over the steps for the {task_name(task)}: published loss, excess NLL, "
            f"strings without an error; blue lines are restarts solved at the end, red ones failed.{ends}",
            f"Every restart of the {task_name(task)} on a fixed set of examples, a thin line each, medians "
            "thick: the published loss, the negative log-likelihood (NLL) above that of a perfect predictor, "
            "and the share of strings without an error. The perfect predictor is dashed.",
            view=View(
                "restarts",
                "Read its values",
                {"perfect": {name: perfect.get(name) for name in ("nominal_error", "excess_nll")}},
            ),
        )

    def losses(self, task: str) -> Figure:
        """The published loss against the honest one."""
        tables = {task: self.study.evidence.rows(f"sequences/{task}/losses.csv")}
        restarts = {task: self.study.evidence.rows(f"sequences/{task}/restarts.csv")}
        return self.make(
            f"losses-{task}",
            f"losses_{task}",
            f"Scatter plot of excess NLL against published loss, a dot a restart of the {task_name(task)}, "
            f"with the perfect and the constant predictor. {findings.losses(tables, restarts)}",
            f"The {task_name(task)}: published loss of each restart at the last step (to the right: worse) "
            "against its excess NLL (upwards: worse). If the published loss could be trusted, the star would "
            "stand furthest to the left.",
        )

    def generalisation(self) -> Figure:
        """Longer strings."""
        finding = findings.generalisation(list(self.tasks.values()))
        return self.make(
            "generalisation",
            "generalisation",
            f"Left, curves of the share of solved restarts right on the string of each n, falling past the "
            f"trained sizes; right, bars of the largest n. {finding}",
            "Left, solved restarts that are right on the string of each n, read from the initial state; the "
            f"shaded sizes were trained, and bands are Wilson’s {confidence(wilson)} intervals for other "
            "restarts that solve the task. Right, the largest n with all strings up to it right.",
        )

    def states(self) -> Figure:
        """The state space of the SRN."""
        return self.make(
            "srn-states",
            f"states_{SRN_TASK}",
            f"Two square plots of the two hidden units of {self.who(self.srn, SRN_TASK)}: the states as "
            "coloured dots in ringed clusters, and the longest string as arrows between them. "
            f"{findings.home(self.srn)}",
            f"State space of {self.who(self.srn, SRN_TASK)}. Left, every state, coloured by the count of the "
            "published pictures, in the clusters of its automaton: A by how many were read, B by how many "
            "are still due. Right, the longest trained string, an arrow a symbol, with the fixed points of "
            "both maps. The cross is the initial state.",
            view=View(
                "space",
                "Walk a string",
                {
                    **walk_settings(SRN_TASK, ["h1", "h2"], "hidden unit"),
                    "ramp": True,
                    "frame": 1.12,
                    "string": trained_largest(SRN_TASK),
                    "orbits": orbits(self.srn),
                },
            ),
        )

    def steps(self) -> Figure:
        """Distances and step lengths of the SRN."""
        return self.make(
            "srn-steps",
            f"steps_{SRN_TASK}",
            "Two line charts over the symbols read, a line for each n: distance from the start, and length "
            f"of each step, of {self.who(self.srn, SRN_TASK)}. {findings.walk(self.srn)}",
            "Distance from the initial state (left) and length of each step (right) along the trained "
            "strings. A walk in equal steps would be a straight line up and down on the left, two levels on "
            "the right.",
        )

    def maps(self) -> Figure:
        """The two maps of the SRN."""
        return self.make(
            "srn-maps",
            f"maps_{SRN_TASK}",
            f"Two arrow fields over the state space of {self.who(self.srn, SRN_TASK)}: where an A and where "
            f"a B moves each state. {findings.maps(self.srn)}",
            "Where reading an A (left) and a B (right) moves each state; the darker an arrow, the longer the "
            "step. Filled marks attract, the lines through a saddle are the direction along which it draws "
            "in (dashed) and pushes off (solid).",
        )

    def automaton(self) -> Figure:
        """The automaton of the SRN."""
        found = self.study.evidence.json(f"sequences/{SRN_TASK}/automaton.json")
        finding = (
            f"It has {amount(found['states'], 'state')}; the smallest that is right has "
            f"{count(found['minimal_states'])}."
            if found
            else ""
        )
        return self.make(
            "srn-automaton",
            f"automaton_{SRN_TASK}",
            f"A graph of circles and arrows, the automaton of {self.who(self.srn, SRN_TASK)}. {finding}",
            "The finite automaton that this network behaves as: a circle a state, filled by what is "
            "predicted there, an arrow a symbol with how often it was taken; ×2 marks two clusters that no "
            "continuation tells apart.",
            finding,
        )

    def ratios(self) -> Figure:
        """Approach and departure."""
        return self.make(
            "ratios",
            "ratios",
            "Scatter plot of the rate of departure against the rate of approach and histogram of the ratio "
            f"of their logarithms, beside what theory asks for. {findings.ratio(self.srn)}",
            "Left, the rate at which each solved SRN leaves the saddle of its B-map against the rate at "
            "which it approaches where A’s lead; the dashed line is what counting would need. Right, the "
            "ratio of the logarithms over the seeds.",
        )

    def space(self, name: str) -> Figure:
        """Hidden or cell space of the LSTM."""
        words = {"hidden": "hidden units", "cells": "cells"}[name]
        return self.make(
            f"lstm-{name}",
            f"{name}_{LSTM_TASK}",
            f"The three {words} of {self.who(self.lstm, LSTM_TASK)} in space and as three flat projections: "
            f"states after A, B and C as dots, one string as a path. {findings.spaces(self.lstm)}",
            f"{capitalised(words)} of {self.who(self.lstm, LSTM_TASK)}, in space and as three projections: "
            "states of all examples as dots, one string as a path from the cross.",
            view=View(
                "space",
                "Turn it, and walk a string",
                {**walk_settings(LSTM_TASK, [f"{name[0]}{k}" for k in (1, 2, 3)], words[:-1]), "string": 3},
            ),
        )

    def traces(self) -> Figure:
        """Cells over time."""
        return self.make(
            "lstm-traces",
            f"traces_{LSTM_TASK}",
            f"Line charts over the symbols read: cells and forget gates of {self.who(self.lstm, LSTM_TASK)}, "
            f"the phases as background. {findings.cells(self.lstm)}",
            "Cells (above) and forget gates (below) along three strings. A counter would be a straight line "
            "within a phase; a forget gate below one bends it.",
        )

    def decoding(self) -> Figure:
        """What can be read off linearly."""
        return self.make(
            "lstm-decoding",
            f"decoding_{LSTM_TASK}",
            "Dot plots of the R² of linear read-outs from cell and hidden state, for trained sizes and "
            f"beyond them. {findings.decoding(self.lstm)}",
            f"How well counts are found by a linear read-out of the LSTMs that solved "
            f"{language_name(LSTM_TASK)}, fitted on trained sizes: medians over restarts with their middle "
            "half. One is perfect; nought is no better than always giving the mean.",
        )

    def intervention(self) -> Figure:
        """Another count put in."""
        followed = findings.swaps(self.lstm)
        share = self.lstm["summary"]["medians"].get("follows_cell") if self.lstm else None
        note = (
            f"In the median over restarts the share of bold ones is {decimal(share['median'], 2)}."
            if (share and share["median"] is not None)
            else ""
        )
        return self.make(
            "lstm-intervention",
            f"intervention_{LSTM_TASK}",
            f"Three tables of numbers: the B’s expected after n A’s with the state of another count put in. "
            f"{followed}",
            "B’s that the network reads before it expects another symbol, after n A’s (rows) with the state "
            "of another count (columns) put in; bold where the number is that of the state put in, italic "
            "where it is that of the A’s read. "
            f"This is {self.who(self.lstm, LSTM_TASK)}.",
            note,
        )


# what the browser is told


def trained_largest(task: str) -> int:
    """The largest n of the strings in training."""
    return parse_language(task.partition("-")[2]).largest


def walk_settings(task: str, units: Sequence[str], name: str) -> dict[str, Any]:
    """Of a space in which strings can be walked: its columns, what they are called, what was trained."""
    return {
        "units": list(units),
        "name": name,
        "trained": trained_largest(task),
        "label": f"The {len(units)} {name}s of the {task_name(task)}, states as dots, one string as a path; "
        "the slider below walks it and says what is read, in which state, and what is predicted.",
    }


def orbits(report: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Fixed points and 2-cycles of both maps of the representative SRN; none without its measures."""
    return [
        {
            "map": letter,
            "period": orbit["period"],
            "type": orbit["type"],
            "attracting": orbit["type"].endswith("attracting"),
            "points": orbit["points"],
        }
        for letter in ("A", "B")
        if report
        for orbit in (
            *report["representative"][f"{letter.lower()}_map"]["fixed_points"],
            *report["representative"][f"{letter.lower()}_map"]["two_cycles"],
        )
    ]
