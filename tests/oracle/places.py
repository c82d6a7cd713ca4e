"""Where the report prints each number: the one table to change when it says it in other words.

`PLACES` has, by the name of a number: the places on the page, of which the first that is there is read; its
place in the files, where there is one; and which of its keys name it in the output. `{...}` and, in patterns,
`<...>` are keys.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple

from evidence import rows
from page import Page

N = r"([+−-]?\d[\d,]*(?:\.\d+)?)"  # a number
I = rf"{N}(?: %|°)? (\[[^\]]*\])"  # noqa: E741 and its interval


class Cells(NamedTuple):
    """Cells of a row by its first cells, and by the heads of their columns, `upper | lower`."""

    table: str
    row: tuple[str, ...]
    columns: tuple[str, ...]
    marked: bool = False

    def read(self, page: Page, keys: dict) -> str | None:
        row = tuple(part.format(**keys) for part in self.row)
        found = [page.cell(self.table, row, column.format(**keys)) for column in self.columns]
        if found[0] is None:
            return None
        # After a dagger stands the interval from the scatter of the other sizes.
        side = 2 if self.marked else 0
        return " ".join(text.partition("†")[side].strip() for text in found if text not in (None, "–"))


class Says(NamedTuple):
    """What the groups of a pattern match in the text below an id or a heading."""

    id: str
    pattern: str

    def read(self, page: Page, keys: dict) -> str | None:
        pattern = self.pattern
        for key, value in keys.items():
            pattern = pattern.replace(f"<{key}>", re.escape(str(value)))
        return page.sentence(self.id.format(**keys), pattern)


class File(NamedTuple):
    """Columns, times `scale`, of the row of a CSV file with the given values; or entries of a JSON file."""

    path: str
    where: dict[str, str]
    columns: tuple[str, ...]
    scale: float = 1

    def read(self, run: Path, keys: dict) -> list[str] | None:
        path = run / self.path.format(**keys)
        if not path.exists():
            return None
        where = {column: value.format(**keys) for column, value in self.where.items()}
        if path.suffix == ".json":
            found = [json.loads(path.read_text(encoding="utf-8"))]
        else:
            found = [
                row for row in rows(path) if all(row[column] == value for column, value in where.items())
            ]
        if len(found) != 1:
            return None
        texts = [found[0].get(column.format(**keys)) for column in self.columns]
        texts = ["" if text is None else str(text) for text in texts]
        return [str(float(text) * self.scale) if self.scale != 1 and text else text for text in texts]


class Place(NamedTuple):
    """Where a number is: on the page, in a file; and the keys that name it."""

    page: tuple = ()
    file: File | None = None
    says: tuple[str, ...] = ("model", "title", "units", "rate", "cap", "k", "n", "end", "rank")
    # Where the page, and not the file, cuts an interval.
    bounds: tuple[float, float] | None = None


def cell(table: str, row: tuple | str, *columns: str, file: File | None = None) -> Place:
    """A place in a table."""
    return Place((Cells(f"table-{table}", (row,) if isinstance(row, str) else row, columns),), file)


def says(where: str, *patterns: str, file: File | None = None) -> Place:
    """A place in a sentence."""
    return Place(tuple(Says(where, pattern) for pattern in patterns), file)


def measure(table: str, row: str, *others: Says) -> Place:
    """A median with its interval in a table of measures, or elsewhere."""
    return Place((*others, Cells(f"table-sequence-{table}", (row,), ("median", "95 % interval"))))


def headline(column: str, file: File) -> Place:
    """A cell of the first table, whose measured columns have a common head only next to reported ones."""
    heads = f"measured | {column}", column
    return Place(tuple(Cells("table-headline", ("{title}",), (head,)) for head in heads), file)


def means(of: str, *columns: str) -> File:
    return File(
        "characters/means.csv", {"model": "{model}", "measure": of}, columns, 100 if of[0] == "a" else 1
    )


def pair(column: str, *columns: str, method: str = "Welch", scale: float = 1) -> Place:
    """A comparison of two networks."""
    question = "other seeds" if method == "Welch" else "other test images"
    where = {"family": "networks", "question": question, "method": method, "a": "{a}", "b": "{b}"}
    file = File("characters/comparisons.csv", where, columns, scale)
    table = Cells("table-network-differences", ("{pair}", question, method), (column,))
    return Place((table,), file, ("pair",))


def flat(column: str, name: str) -> Place:
    """A width against the best."""
    file = File("characters/plateau.csv", {"hidden": "{width}"}, (name,), 100)
    return Place((Cells("table-plateau", ("{width}",), (column,)),), file, ("width",))


def fewest(column: str, name: str, row: str = "{units}") -> Place:
    return cell("fewest", row, column, file=File("checkerboard/fewest_units.csv", {"hidden": row}, (name,)))


def restarts(column: str, *columns: str, scale: float = 1) -> Place:
    where = {"hidden": "{units}", "learning_rate": "{rate}"}
    file = File("checkerboard/success.csv", where, columns, scale)
    return cell("restarts", ("{units}", "{rate}"), column, file=file)


def overview(column: str, name: str) -> Place:
    return cell(
        "encoder-overview",
        "{title}",
        column,
        file=File("encoders/overview.csv", {"table": "{table}"}, (name,)),
    )


def learned(column: str, *columns: str, scale: float = 1) -> Place:
    file = File("encoders/success.csv", {"rows": "{size}", "cap": "{epoch}"}, columns, scale)
    return cell("encoder-success", "{size}", f"{{cap}} epochs | {column}", file=file)


def loss(column: str, name: str) -> Place:
    file = File("sequences/{task}/losses.csv", {"predictor": "trained, {end}"}, (name,))
    return cell("sequence-losses", ("{title}", "trained, {end} (median)"), column, file=file)


def beyond(read: str) -> Place:
    """A read-out from the cells on sizes beyond the trained ones."""
    return cell("sequence-decoding", read, "from the cell state")


SUMMARY = File("characters/summary.csv", {"model": "{model}"}, ("parameters",))
NEXT = File("sequences/{task}/generalisation.csv", {"n": "{n}"}, ("in_company",))

PLACES = {
    # the findings of the first page
    "NetConv, found": says("finding-shape", rf"everywhere, and reads {N} %"),
    "larger NetFull, found": says("finding-shape", rf"NetFull with {N} hidden units? .*?reads {N} %"),
    "solved in all, found": says("finding-design", rf"Of the {N} networks? that learned"),
    "designed lines, found": says("finding-design", r"checkerboard, (none|[\d,]+) draw"),
    "picture, found": says("finding-drawing", r"(None|[\d,]+) of [\d,]+ networks? learned the whole"),
    "picture, runs": says("finding-drawing", rf"of {N} networks? learned the whole"),
    "limit, at first": says("finding-limit", r"stopped, (none|[\d,]+) of [\d,]+ networks? <title> "),
    "limit, later": says("finding-limit", r"same training, (none|[\d,]+) had"),
    "counting, found": says("finding-counting", rf"{N} simple recurrent networks? \("),
    "counting no further, found": says("finding-counting", r"longer string, (none|[\d,]+) of them"),
    # characters
    "parameters, first": cell("headline", "{title}", "parameters", file=SUMMARY),
    "parameters, other": cell("sweep", "{width}", "parameters", file=SUMMARY),
    "accuracy, first": headline("accuracy, %", means("accuracy", "mean")),
    "accuracy, other": cell("sweep", "{width}", "accuracy, %", file=means("accuracy", "mean")),
    "interval, first": headline("95 % interval", means("accuracy", "low", "high"))._replace(bounds=(0, 100)),
    "interval, other": cell(
        "sweep", "{width}", "95 % interval", file=means("accuracy", "low", "high")
    )._replace(bounds=(0, 100)),
    "interval from the others’ scatter": Place(
        (Cells("table-sweep", ("{width}",), ("† pooled, %",), marked=True),),
        File("characters/scatter.csv", {"model": "{model}"}, ("pooled_low", "pooled_high"), 100),
        bounds=(0, 100),
    ),
    "loss, first": headline("loss", means("loss", "mean")),
    "loss, other": cell("sweep", "{width}", "loss", file=means("loss", "mean")),
    "one more run": cell("reported", "{title}", "accuracy, % | one more run")._replace(bounds=(0, 100)),
    "standard deviation": cell(
        "seeds", ("{title}", "accuracy, %"), "standard deviation", file=means("accuracy", "sd")
    ),
    "bootstrap of the mean": cell(
        "seeds",
        ("{title}", "accuracy, %"),
        "bootstrap (BCa)",
        file=means("accuracy", "bootstrap_low", "bootstrap_high"),
    ),
    "representative seed": Place((), File("characters/representatives.json", {}, ("{model}",))),
    "representative seed, printed": cell("intervals", "{title}", "representative seed | seed"),
    "right of the images": cell("intervals", "{title}", "representative seed | right, of all"),
    "Wilson's interval": cell("intervals", "{title}", "representative seed | other test images"),
    "confused pair": cell(
        "pairs",
        "{rank}",
        "{title} | images",
        file=File("characters/confused_pairs.csv", {"model": "{model}", "rank": "{rank}"}, ("count_mean",)),
    ),
    "largest mistake of the matrix": says("figure-confusion-{model}", rf"Most often .*?: {N} images? here"),
    "trace of the matrix": says("claim-name-10", rf"the traces,.*?{N} \(<claimed>\)"),
    "recall": cell("per-class", "{label}", "{title} | recall"),
    "precision": cell("per-class", "{label}", "{title} | precision"),
    "Welch, difference": pair("difference", "difference", scale=100),
    "Welch, interval": pair("interval", "low", "high", scale=100)._replace(bounds=(-100, 100)),
    "Welch, p": pair("p, corrected", "p_holm"),
    "second better": pair("second better, %", "probability_b_better", scale=100),
    "McNemar, difference": pair("difference", "difference", method="paired bootstrap, McNemar", scale=100),
    "McNemar, p": pair("p, corrected", "p_holm", method="paired bootstrap, McNemar"),
    "Spearman": cell(
        "likeness",
        "{title}",
        "correlation",
        file=File("characters/likeness.csv", {"model": "{model}"}, ("spearman",)),
    ),
    "most alike": says("figure-likeness", rf"most alike are.*?\(correlation {N}\)"),
    "below the best": flat("below the best", "difference"),
    "below the best, lower": flat("lower bound", "lower"),
    "below the best, upper": flat("upper bound", "upper"),
    "highest": flat("highest, %", "share_best"),
    "smallest within": flat("smallest within, %", "share_chosen"),
    "nearest neighbours": cell(
        "baselines",
        "{title}",
        "accuracy, %",
        file=File("characters/baselines.csv", {"model": "{model}"}, ("accuracy",), 100),
    ),
    "accuracy of moved images": says(
        "moved",
        rf"After 2 pixels,.*?<word> (?:still reads |reads )?{N} %",
        file=File(
            "characters/shifts_summary.csv", {"model": "{model}", "pixels": "2"}, ("accuracy_mean",), 100
        ),
    ),
    "neighbours and NetFull": says("who-reads", rf"to do so, reads {N} % .*?NetFull reads {N} %"),
    # checkerboard
    "step network": cell(
        "activations",
        "{point}",
        "target",
        *(f"this run | {unit}" for unit in ("h₁", "h₂", "h₃", "h₄", "output")),
    ),
    "points right at k": cell(
        "scaling",
        "{k}",
        "of nine right",
        file=File("checkerboard/scaling.csv", {"scale": "{k}"}, ("correct",)),
    ),
    "margin at k": cell(
        "scaling", "{k}", "margin", file=File("checkerboard/scaling.csv", {"scale": "{k}"}, ("margin",))
    ),
    "right from k": says(
        "figure-scaling",
        rf"points are right from k = {N}",
        file=File("checkerboard/thresholds.json", {}, ("solves",)),
    ),
    "within 0.01 from k": says(
        "figure-scaling",
        rf"of its target from k = {N}",
        file=File("checkerboard/thresholds.json", {}, ("near",)),
    ),
    "divisions by a line": fewest("divisions by a line", "splits", "1"),
    "choices of divisions": fewest("choices of divisions", "arrangements"),
    "most points right": fewest("most points right", "best_correct"),
    "choices that reach it": fewest("choices that reach it", "arrangements_at_best"),
    "restarts solved": restarts("solved", "solved", "restarts"),
    "restarts, interval": restarts("95 % interval, %", "low", "high", scale=100),
    "lower quartile": restarts("first epoch | lower quartile", "first_epoch_lower"),
    "median epoch": restarts("first epoch | median", "first_epoch_median"),
    "upper quartile": restarts("first epoch | upper quartile", "first_epoch_upper"),
    "designed lines": says("checkerboard-learned", r"(None|[\d,]+) of the [\d,]+ solved restarts? f"),
    "solved in all": says("checkerboard-learned", rf"of the {N} solved restarts? f"),
    "smallest, solved": says("checkerboard-learned", rf"Of the {N} solved restarts? with the fewest"),
    "smallest, no arrangement": says("checkerboard-learned", rf"units that steps need, {N} could not"),
    "another arrangement": says("checkerboard-learned", rf"{N} found another arrangement"),
    "no arrangement": says("checkerboard-learned", rf"step units could use, {N} found none"),
    "fewer than 4 divisions": says("checkerboard-learned", rf"In {N} of all [\d,]+ the hidden units divide"),
    # encoders
    "learned the table": overview("solved", "solved"),
    "stopped by the loss": overview("stopped", "stopped"),
    "median epochs": overview("epochs", "epochs_median"),
    "median codes": overview("codes", "distinct_codes_median"),
    "median margin": overview("margin", "smallest_margin_median"),
    "convex": overview("convex", "convex_position"),
    "learned N-2-N": learned("solved", "solved", "seeds"),
    "learned N-2-N, interval": learned("interval", "low", "high", scale=100),
    "learned by longer training": cell(
        "encoder-longer", "{title}", "solved", "seeds", "least epochs", "most epochs"
    ),
    "failures stopped by the loss": says(
        "encoders-limit", rf"For N = <size> it is the stop loss that decides: it ended {N} runs?"
    ),
    "encoders in the summary": says("table-headlines", rf"with N = <size> .*?{N} of {N} \({N} %\)"),
    "encoders in the summary, interval": says("table-headlines", r"with N = <size> .*? of .*?(\[.*?\])"),
    "encoders in the summary, cap": says("table-headlines", r"with N = <size> [^\[]*?([\d,]+) epochs"),
    "merged codes": cell("encoder-merged", "{title}", "runs"),
    "stopped with mistakes": says("encoders-loss", rf"stopped [^.;]*?{N} runs? of <title> with {N} outputs?"),
    "exponent of N": says("figure-encoder-stopping", rf"N to the power {N}"),
    "side at epoch 50": says("figure-snapshots-{table}", rf"within a square of side {N}"),
    "seed of the snapshots": says("figure-snapshots-{table}", r", seed (\d+)\."),
    # sequences
    "parameters of a task": cell("sequence-tasks", "{title}", "parameters"),
    "least loss": cell("sequence-tasks", "{title}", "least loss"),
    "solved": cell("sequence-success", "{title}", "solved", "of"),
    "solved, interval": cell("sequence-success", "{title}", "interval, %"),
    "ever solved": cell("sequence-success", "{title}", "ever"),
    "solved and lost": cell("sequence-success", "{title}", "lost"),
    "first step": cell("sequence-success", "{title}", "first step"),
    "solved in the summary": says("table-headlines", rf"<network>s that make no .*?{N} of {N} \({N} %\)"),
    "published loss": loss("published loss", "nominal_error"),
    "excess NLL": loss("excess, nats", "excess_nll"),
    "AUC of the published loss": cell("sequence-auc", "{title}", "by published loss"),
    "seed shown": says("{figure}", r", seed (\d+) \("),
    "alone up to n": cell("sequence-longer", ("{title}", "alone, up to n"), "n = {n}"),
    "in company": cell("sequence-longer", ("{title}", "in company"), "n = {n}", "solved"),
    "share in company": Place((), NEXT),
    "step ratio in the summary": says("table-headlines", rf"median of those that solve their task {N}"),
    "offset": measure("walk", "distance of the initial state from the centre of the end-of-string states"),
    "spread": measure("walk", "spread of the end-of-string states about their centre"),
    "gap": measure("walk", "distance from that centre to the nearest other state"),
    "radius": says("claim-name-13", rf"The radius is {I}"),
    "exponent": says("claim-name-14", rf"The exponent is {I}"),
    "proportional, R²": measure("walk", "the same as a proportion: R² of a line through the origin"),
    "turn, all strings": says("claim-name-15", rf"The walk turns by {I}"),
    "turn, longest": measure(
        "walk", "angle between the last A-step and the first B-step, longest string, degrees"
    ),
    "step ratio": measure("walk", "B-step over A-step, mean lengths: all steps"),
    "step ratio within": measure("walk", "the same without the first A and the first B of a string"),
    "step ratio, longest": measure("walk", "the same without the first ones, in the longest string alone"),
    "least probability": says("claim-name-16", rf"The least probability is {I}"),
    "least probability, A": says("claim-name-16", rf"{N} among the A’s"),
    "mean probability": says("claim-name-16", rf"mean over the positions is {N}"),
    "return": says("claim-name-17", rf"What is left at the end is {I}"),
    "ratio of rates": measure("rates", "ratio log|λ| ∕ −log r"),
    "ratio, known in": says("sequence-dynamics", rf"exists in {N} of {N} solved restarts?\."),
    "ratio, range": cell("sequence-rates", "ratio log|λ| ∕ −log r", "least", "greatest"),
    "rate of approach": measure("rates", "rate of approach r, a step"),
    "rate of departure": measure("rates", "rate of departure |λ|, a step"),
    "last A": measure("rates", "distance of the last A of the longest string from where A’s lead"),
    "saddle": measure("rates", "least distance of its B-states from the saddle of the B-map"),
    "least determinism": says("sequence-automaton", rf"at least {N} % of the transitions"),
    "silhouette, h": measure("cells", "silhouette of the hidden states by phase"),
    "silhouette, c": measure("cells", "silhouette of the cell states by phase"),
    "gap, h": measure("cells", "widest gap over mean step, hidden states"),
    "gap, c": measure("cells", "widest gap over mean step, cell states"),
    "A position": beyond("the A’s read"),
    "B position": beyond("the B’s read"),
    "B remaining": beyond("the B’s still due"),
    "B n": beyond("n during the B’s"),
    "C position": beyond("the C’s read"),
    "C remaining": beyond("the C’s still due"),
    "C n": beyond("n during the C’s"),
    "B n, trained": says("claim-name-22", rf"n during the B’s {I}"),
    "C n, trained": says("claim-name-22", rf"n during the C’s {I}"),
    "counting cell": says("claim-name-21", rf"Such a cell is found in {N} of {N}"),
}
