"""A page with a figure of each kind that can be looked at closely, from results whose numbers are known."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from markupsafe import Markup

from hidden_units.checkerboard.models import network_from_mapping
from hidden_units.encoders.training import Encoder
from hidden_units.names import LSTM_TASK, SRN_TASK, family_of
from hidden_units.plotting import save_data
from hidden_units.report.chapters.checkerboard import surfaces_view
from hidden_units.report.chapters.encoders import snapshots_view
from hidden_units.report.chapters.sequences_views import orbits_of, restarts_view, space_view, walk_view
from hidden_units.report.elements import Figure, Outline, View
from hidden_units.report.evidence import Evidence, Study
from hidden_units.report.fonts import font_faces
from hidden_units.report.provenance import Commit
from hidden_units.report.render import environment, packed_plotly
from hidden_units.sequences.languages import Language
from hidden_units.sequences.measures.trajectories import strings_table
from hidden_units.sequences.networks import LSTM, SRN

ROOT = Path(__file__).parents[2]
WIDTHS, SEEDS, EPOCHS, STEPS = (20, 110), 3, 4, 5
MODELS = ("netlin", "netfull-110", "netconv")
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="518.4pt" height="200pt"></svg>'
DESIGNED = {
    "hidden": {"weights": [[1, 1], [1, -1], [-1, -1], [-1, 1]], "biases": ["-5/2", -0.5, 1.5, -0.5]},
    "output": {"weights": [1, 1, 1, 1], "bias": -1.5},
}
ORBIT = {"period": 1, "type": "saddle", "points": [[0.5, 0.25]], "multipliers": []}
CYCLE = {"period": 2, "type": "attracting", "points": [[0.9, -0.9], [-0.9, 0.9]], "multipliers": []}
ORBITS = orbits_of(
    {
        "a_map": {"fixed_points": [ORBIT], "two_cycles": [CYCLE]},
        "b_map": {"fixed_points": [], "two_cycles": []},
    }
)
PAGE = Markup("""<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Look closer</title><link rel="icon" href="data:,"><style>{fonts}{style}</style></head>
<body><main><header><h1>Look closer</h1></header>
<section class="chapter"><h2>Figures</h2>{body}</section></main>
<script type="application/gzip" id="plotly">{plotly}</script>
<script>{scripts}</script></body>
</html>""")
FIGURES = (
    '{% import "macros.html.j2" as m with context %}'
    "{% for item in figures %}{{ m.figure(item, alt=item.id) }}{% endfor %}"
)


@dataclass(frozen=True)
class Known:
    """What the page is made from: tables as the figures' files hold them, and the networks behind them."""

    sweep: pd.DataFrame
    history: pd.DataFrame
    curves: pd.DataFrame
    strings: dict[str, pd.DataFrame]
    snapshots: dict[int, Encoder]
    table: np.ndarray


def known() -> Known:
    """Small results, the same each time."""
    random = np.random.default_rng(0)
    sweep = pd.DataFrame(list(product(WIDTHS, range(SEEDS))), columns=["hidden", "seed"])
    sweep["parameters"] = sweep["hidden"] * 795 + 10
    sweep["accuracy"] = 0.8 + sweep["hidden"] / 1000 + 0.01 * (sweep["seed"] - 1)
    sweep["loss"] = 0.5
    for name, shift in (("mean", 0.0), ("low", -0.0248), ("high", 0.0248), ("reported", 0.004)):
        column = name if name == "reported" else f"accuracy_{name}"
        sweep[column] = 0.8 + sweep["hidden"] / 1000 + shift
    rows = list(product(MODELS, range(SEEDS), range(1, EPOCHS + 1)))
    history = pd.DataFrame(rows, columns=["model", "seed", "epoch"])
    history["train_loss"], history["test_loss"] = 1 / history["epoch"], 1.2 / history["epoch"]
    history["accuracy"] = 0.6 + 0.02 * history["epoch"] + 0.001 * history["seed"]

    curves = pd.DataFrame(list(product(range(9), range(STEPS))), columns=["seed", "step"])
    curves["step"] *= 1000
    curves["nominal_error"] = 0.2 / (1 + curves["step"] / 1000) + 0.001 * curves["seed"]
    curves["excess_nll"] = 2 * curves["nominal_error"]
    curves["right_strings"] = curves["step"] / curves["step"].max()
    curves["solved"] = curves["seed"] % 3 != 1

    srn = SRN.from_vector(random.normal(size=SRN.parameters(2, 2)), 2, 2)
    lstm = LSTM.from_vector(random.normal(size=LSTM.parameters(3, 3)), 3, 3)
    strings = {
        SRN_TASK: strings_table(srn, Language((1, 2)), 6),
        LSTM_TASK: strings_table(lstm, Language((1, 2, 3)), 6),
    }
    snapshots = {
        epoch: Encoder(
            random.normal(scale=size, size=(4, 2)),
            np.zeros(2),
            random.normal(size=(4, 2)),
            random.normal(size=4),
        )
        for epoch, size in ((50, 0.01), (1500, 1.0), (20000, 2.0))
    }
    return Known(sweep, history, curves, strings, snapshots, np.eye(4, dtype=int))


def write_results(folder: Path, known: Known) -> Study:
    """The files that figures and captions read, in a run's folder."""

    def write(name: str, table: pd.DataFrame) -> None:
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        save_data(path, table)
        path.with_suffix(".svg").write_text(PICTURE, encoding="utf-8")

    write("characters/figures/sweep", known.sweep)
    write("characters/figures/learning_curves", known.history)
    write(f"sequences/figures/learning_{SRN_TASK}", known.curves)
    srn = known.strings[SRN_TASK]
    clusters = (
        srn.query("string <= 4").drop(columns="string").assign(letter=lambda rows: rows["letter"].fillna("S"))
    )
    write(f"sequences/figures/states_{SRN_TASK}", pd.concat([clusters, srn], ignore_index=True))
    lstm = known.strings[LSTM_TASK]
    spaces = pd.concat([lstm.query("string <= 4").drop(columns="string"), lstm], ignore_index=True)
    write(f"sequences/figures/hidden_{LSTM_TASK}", spaces)
    write(f"sequences/figures/cells_{LSTM_TASK}", spaces)
    parts = []
    for epoch, network in known.snapshots.items():
        parts += [
            pd.DataFrame(network.codes, columns=["h1", "h2"]).assign(part="dot", epoch=epoch),
            pd.DataFrame(network.lines, columns=["w1", "w2", "bias"]).assign(part="line", epoch=epoch),
        ]
    write("encoders/figures/snapshots_identity-4", pd.concat(parts, ignore_index=True))
    write("encoders/identity-4/table", pd.DataFrame(known.table, columns=["o1", "o2", "o3", "o4"]))
    write(
        "checkerboard/figures/surfaces",
        pd.DataFrame({"panel": ["k = 1"], "x1": [0], "x2": [0], "output": [0.5]}),
    )
    evidence = Evidence.of_folder(folder)
    return Study(
        evidence, {"characters": {"hidden": 110}}, pd.DataFrame(), {}, Commit(), "", {}, pd.DataFrame()
    )


def figures(study: Study) -> list[Figure]:
    """A figure of each kind, as the chapters make them."""
    names = {"names": {model: family_of(model) for model in MODELS}}
    perfect = {"nominal_error": 0.0274, "excess_nll": 0.0}
    hidden, cells = space_view(LSTM_TASK, "h", "hidden unit"), space_view(LSTM_TASK, "c", "cell")
    snapshots = snapshots_view("an encoder", study.evidence.table("encoders/identity-4/table.csv"))
    surfaces = surfaces_view(DESIGNED, {"solves": 1.9803991631563946, "near": 9.514350451673645})
    return [
        study.figure("characters", "sweep", view=View("sweep", "Read its values")),
        study.figure("characters", "learning_curves", view=View("learning", "Read its values", names)),
        study.figure("sequences", "learning", SRN_TASK, restarts_view(perfect)),
        study.figure("sequences", "states", SRN_TASK, walk_view(SRN_TASK, ORBITS), "srn-states"),
        study.figure("sequences", "hidden", LSTM_TASK, hidden, "lstm-hidden"),
        study.figure("sequences", "cells", LSTM_TASK, cells, "lstm-cells"),
        study.figure("encoders", "snapshots", "identity-4", snapshots),
        study.figure("checkerboard", "surfaces", view=surfaces),
    ]


def designed_outputs(k: float) -> np.ndarray:
    """What the network of the checkerboard says at the nine points."""
    return network_from_mapping(DESIGNED).sigmoid(k).output()


def views_page(study: Study) -> str:
    """The page with all of them."""
    template = environment(ROOT / "report/templates").from_string(FIGURES)
    body = Markup(template.render(figures=figures(study), outline=Outline()))
    browser = ROOT / "report/browser"
    style = "\n".join(path.read_text("utf-8") for path in (ROOT / "report/style.css", browser / "views.css"))
    sources = [browser / "page.js", browser / "stage.js", *sorted(browser.glob("views_*.js"))]
    scripts = "\n".join(path.read_text("utf-8") for path in sources)
    fonts = font_faces(body + scripts)
    return PAGE.format(
        fonts=Markup(fonts), style=Markup(style), body=body, plotly=packed_plotly(), scripts=Markup(scripts)
    )
