"""Compare finished runs: `make compare RUNS="kmnist mine"`, or python -m hidden_units.compare kmnist mine."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from hidden_units.compare import figures
from hidden_units.compare.page import render_comparison
from hidden_units.compare.runs import FinishedRun, read_runs
from hidden_units.compare.tables import (
    comparisons,
    configuration,
    in_several,
    learning_curves,
    sweep,
    verdicts,
)
from hidden_units.errors import StudyError
from hidden_units.files import write_csv, write_text
from hidden_units.plotting import draw_figures
from hidden_units.run_control import RESULTS_LOCK, hold, refuse_special

RESULTS = Path("results")
FOLDER = "compare"
PAGE = "compare.html"


def write_comparison(runs: Sequence[FinishedRun], folder: Path) -> None:
    """Write the page, tables and figures of a comparison into a folder."""
    compared, settings, judged = comparisons(runs), configuration(runs), verdicts(runs)
    tables = {"comparisons": compared.table, "configuration": settings, "verdicts": judged}
    for name, table in tables.items():
        write_csv(folder / f"{name}.csv", table)
    curves = {"sweep": sweep(runs), "learning_curves": learning_curves(runs)}
    drawn = {name: shown for name, table in curves.items() if len(shown := table[in_several(table)])}
    functions = {
        name: lambda name=name, table=table: (getattr(figures, name)(table), table)
        for name, table in drawn.items()
    }
    draw_figures(functions, {name: [folder / f"{name}.svg", folder / f"{name}.csv"] for name in drawn})
    swept_once = curves["sweep"][~in_several(curves["sweep"])]
    page = render_comparison(runs, compared, settings, judged, folder, list(drawn), swept_once)
    write_text(folder / PAGE, page)


def replace_folder(folder: Path, runs: Sequence[FinishedRun]) -> None:
    """Write a comparison next to its place, and put it there as a whole.

    Raises:
        StudyError: the place holds something else, or cannot be written.
    """
    place = folder.parent
    if (place / "config.yaml").exists():
        raise StudyError(
            f"{place}: is the folder of a run, expected one for comparisons alone; rename that run's folder."
        )
    # With the lock of a run's folder, so that make clean removes it, and no two write at once.
    hold(place / RESULTS_LOCK, str(place))
    refuse_special(folder)
    draft, before = (place / f".{folder.name}.{word}" for word in ("new", "old"))
    try:
        for rest in (draft, before):
            shutil.rmtree(rest, ignore_errors=True)
        draft.mkdir(parents=True)
        write_comparison(runs, draft)
        if folder.exists():
            folder.rename(before)
        draft.rename(folder)
    except OSError as error:
        raise StudyError(
            f"{folder}: cannot be written ({error.strerror}), expected a folder of your own with room; free "
            "some space, make it writable or compare fewer runs at once."
        ) from None
    finally:
        for rest in (draft, before):
            shutil.rmtree(rest, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare finished runs and print where the page is.

    Raises:
        SystemExit: with one sentence, where they cannot be compared.
    """
    parser = argparse.ArgumentParser(prog="make compare", description=__doc__)
    parser.add_argument("runs", nargs="*", help="names of finished runs; each is compared with the first")
    # Of make they come as one word.
    names = " ".join(parser.parse_args(arguments).runs).split()
    try:
        runs = read_runs(names, RESULTS)
        folder = RESULTS / FOLDER / "--".join(names)
        replace_folder(folder, runs)
    except StudyError as error:
        raise SystemExit(str(error)) from None
    print(f"Comparison: {folder / PAGE}")


if __name__ == "__main__":
    main()
