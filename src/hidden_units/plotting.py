"""One look for all figures, and saving that gives the same bytes each time."""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from importlib.resources import files
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex, to_rgb
from matplotlib.image import AxesImage
from matplotlib.legend import Legend
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import Bbox

from hidden_units.errors import StudyError
from hidden_units.files import write_bytes, write_text
from hidden_units.svg import PART, compact

# Okabe and Ito (2008): eight colours that people with any colour vision can tell apart. Orange and sky are
# darker than theirs, so that thin lines of them have a contrast of 3 on white; yellow is for areas alone.
COLOURS = {
    "blue": "#0072B2",
    "orange": "#C28000",
    "green": "#009E73",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#3D9BD6",
    "yellow": "#F0E442",
    "black": "#1d2530",
}
BLACK = COLOURS["black"]
GREY = "#55606d"
GRID = "#d3d9e0"
# Areas under text: a little of each colour on white.
PALE = {colour: to_hex(0.15 * np.array(to_rgb(colour)) + 0.85) for colour in (*COLOURS.values(), GREY)}
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")

TEXT_FONT_FILES = [
    ("font_source_sans_pro", f"files/SourceSansPro-{face}.ttf")
    for face in ("Regular", "Semibold", "Bold", "It")
]
KANA_FONT_FILE = ("matplotlib_fontja", "fonts/ipaexg.ttf")
FULL_WIDTH_INCHES = 7.2
# A picture without parts, or a part of one, that is no wider has letters of 9 points in full on a phone.
PHONE_WIDTH_INCHES = 4.8
MOST_MARKS = 20
# Where a point's name may be: how many points away, and how it is aligned.
SIDES = {
    "above": ((0, 8), "center"),
    "below": ((0, -14), "center"),
    "left": ((-6, -3), "right"),
    "right": ((6, -3), "left"),
    "above to the left": ((3, 8), "right"),
    "above to the right": ((-3, 8), "left"),
    "below to the left": ((3, -14), "right"),
    "below to the right": ((-3, -14), "left"),
}
MOST_TICKS = 12
POINTS_PER_INCH = 72
# Boxes that share less are two, tops that differ by less are of one row, and around each is a little paper.
OVERLAP_INCHES, ROW_INCHES, PADDING_INCHES = 0.04, 0.2, 0.03


def use_style() -> None:
    """Set the look: Source Sans with IPAex Gothic for kana, thin axes, nothing decorative."""
    for package, name in [*TEXT_FONT_FILES, KANA_FONT_FILE]:
        font_manager.fontManager.addfont(str(files(package) / name))
    # IPAex Gothic has one weight; matplotlib would warn of it for every bold title.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    plt.rcdefaults()
    plt.rcParams.update(
        {
            "font.family": ["Source Sans Pro", "IPAexGothic", "DejaVu Sans"],
            "font.size": 10,
            "axes.titlesize": 11,
            "axes.titleweight": "semibold",
            "axes.titlelocation": "left",
            "axes.labelsize": 10,
            "axes.edgecolor": GREY,
            "axes.labelcolor": COLOURS["black"],
            "text.color": COLOURS["black"],
            "xtick.color": GREY,
            "ytick.color": GREY,
            "xtick.labelcolor": COLOURS["black"],
            "ytick.labelcolor": COLOURS["black"],
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.linewidth": 0.8,
            "axes.prop_cycle": plt.cycler(color=list(COLOURS.values())),
            "axes.unicode_minus": True,
            "grid.color": GRID,
            "grid.linewidth": 0.6,
            "lines.linewidth": 1.6,
            "lines.markersize": 5,
            "legend.frameon": False,
            "figure.constrained_layout.use": True,
            "figure.figsize": (FULL_WIDTH_INCHES, 4.0),
            "savefig.dpi": 200,
            # Text as text, to be found, read and edited; `compact` adds the fonts.
            "svg.fonttype": "none",
            **{f"mathtext.{kind}": "Source Sans Pro" for kind in ("rm", "it", "bf", "sf")},
            "mathtext.fontset": "custom",
            "svg.hashsalt": "hidden-units",
            "image.interpolation": "none",
        }
    )


def ink_on(colour: str | Sequence[float]) -> str:
    """Black or white, whichever stands out more from a colour (contrast as in WCAG 2), by night too."""
    light = luminance(colour)
    if 1.05 / (light + 0.05) <= (light + 0.05) / (luminance(BLACK) + 0.05):
        return fixed(BLACK)
    # Colours of the palette are light by night, so that white on them has to turn dark.
    return "white" if isinstance(colour, str) else fixed("white")


def fixed(colour: str) -> str:
    """The colour for what is drawn on a picture: a page by night changes the palette's, not these."""
    # A step off.
    red, green, blue = (round(255 * share) for share in to_rgb(colour))
    return f"#{red:02x}{green:02x}{blue ^ 1:02x}"


def label_cells(axes: Axes, image: AxesImage, labels: np.ndarray, **style: Any) -> np.ndarray:
    """Write a label on each cell of an image, in the ink that stands out; returns the texts, shaped alike."""
    colours = image.to_rgba(image.get_array())[..., :3]
    texts = np.empty(labels.shape, dtype=object)
    for (row, column), label in np.ndenumerate(labels):
        ink = ink_on(colours[row, column])
        texts[row, column] = axes.text(column, row, label, ha="center", va="center", color=ink, **style)
    return texts


def luminance(colour: str | Sequence[float]) -> float:
    """Relative luminance of a colour in sRGB, 0 for black and 1 for white."""
    shares = np.array(to_rgb(colour))
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def small_multiples(
    count: int, columns: int, row_inches: float, rest_inches: float = 0.0
) -> tuple[plt.Figure, np.ndarray]:
    """A figure of full width with `count` axes in rows of `columns`; what is left of the grid stays empty."""
    rows = -(-count // columns)
    size = (FULL_WIDTH_INCHES, row_inches * rows + rest_inches)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for ax in axes.ravel()[count:]:
        ax.axis("off")
    return figure, axes.ravel()[:count]


def draw_line(ax: Axes, a: float, b: float, c: float, **style: Any) -> None:
    """The line a x + b y + c = 0; nothing where both a and b are 0."""
    a, b, c = float(a), float(b), float(c)
    if a or b:
        foot = -c * np.array([a, b]) / (a**2 + b**2)
        ax.axline(foot, foot + np.array([-b, a]), **style)


def mark_every(points: Sized) -> int:
    """Every how many points a line gets a mark: marks of many points would run into a band."""
    return math.ceil(len(points) / MOST_MARKS)


def label_points(axes: Axes, names: Iterable[tuple[str, tuple[float, float], str]]) -> None:
    """Write names next to points, each where it covers no other name and the fewest marks and lines.

    The axes must hold all else already, in their final scales.

    Args:
        names: of each point its name, its place, and the side, of `SIDES`, that is best.
    """
    axes.get_figure(root=True).draw_without_rendering()
    marks = np.concatenate([axes.transData.transform(line.get_xydata()) for line in axes.lines])
    paths = [
        line.get_transform().transform_path(line.get_path())
        for line in axes.lines
        if line.get_linestyle() != "None"
    ]
    taken = [legend.get_window_extent()] if (legend := axes.get_legend()) else []
    for name, point, first in names:
        sides = dict.fromkeys([first, *SIDES])
        texts = [
            axes.annotate(name, point, offset, textcoords="offset points", ha=aligned, fontsize=9)
            for offset, aligned in map(SIDES.get, sides)
        ]
        # Wider by half a mark.
        boxes = [text.get_window_extent().padded(4) for text in texts]
        badness = []
        for box in boxes:
            is_inside = all(axes.bbox.contains(*corner) for corner in (box.min, box.max))
            crossed = sum(path.intersects_bbox(box, filled=False) for path in paths)
            worst = box.count_overlaps(taken) + (not is_inside)
            badness.append(box.count_contains(marks) + crossed + len(marks) * worst)
        best = badness.index(min(badness))
        taken.append(boxes[best])
        for text in texts[:best] + texts[best + 1 :]:
            text.remove()


def percent_axis(axis: Axis) -> None:
    """Fractions shown as per cent, as the report's text writes it: `95 %`."""
    axis.set_major_formatter(FuncFormatter(lambda fraction, _: f"{round(100 * fraction, 6):g} %"))


def ends_of(table: pd.DataFrame | pd.Series) -> tuple[Any, Any]:
    """The ends of intervals of accuracies, cut as the text cuts them at what an accuracy can be."""
    return tuple(np.clip(table[f"accuracy_{end}"], 0, 1) for end in ("low", "high"))


def equal_steps(axes: Axes, values: Sequence[float], panels: int = 1) -> None:
    """Name the places 0, 1, ... of an axis by these values, only as many as have room.

    Args:
        panels: next to each other in the figure.
    """
    shown = range(0, len(values), math.ceil(len(values) * panels / MOST_TICKS))
    axes.set_xticks(shown, [f"{values[place]:.10g}" for place in shown])


def figure_bytes(figure: plt.Figure) -> bytes:
    """A figure as SVG, without date or version; it is closed."""
    buffer = io.BytesIO()
    # As the file has it, so that what is measured afterwards is where it was drawn.
    figure.set_dpi(POINTS_PER_INCH)
    for number, artist in enumerate(parts_of(figure)):
        artist.set_gid(f"{PART}{number}")
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    shown = panels(figure)
    plt.close(figure)
    return compact(buffer.getvalue(), shown)


def parts_of(figure: plt.Figure) -> list[Artist]:
    """All that is drawn of a figure: its axes, and titles and legends of all axes."""
    seen = [ax for ax in figure.axes if ax.get_visible()]
    drawn = [ax for ax in seen if ax.axison or ax.has_data() or ax.texts or ax.get_legend()]
    return drawn + [each for part in (figure, *figure.subfigs) for each in (*part.texts, *part.legends)]


def panels(figure: plt.Figure) -> list[tuple[list[float], list[int]]]:
    """Boxes that together hold a figure that was drawn, in the order of reading.

    One for each axes with its labels and colour bar, each title, and each column of a legend of all axes.

    Returns:
        Left, top, width and height of each in points, from the top left, and the numbers of the parts in it;
        none if one box holds all, or there is nothing.
    """
    renderer = figure.canvas.get_renderer()
    found: list[tuple[Bbox, list[int]]] = []
    for number, artist in enumerate(parts_of(figure)):
        owners = getattr(artist, "_colorbar_info", {}).get("parents", [])
        for piece in columns_of(artist) if isinstance(artist, Legend) else [artist]:
            together = [piece, *owners] if len(owners) == 1 else [piece]
            box, parts = Bbox.union([each.get_tightbbox(renderer) for each in together]), {number}
            while near := [one for one in found if overlap(box, one[0]) > figure.dpi * OVERLAP_INCHES]:
                found = [one for one in found if one not in near]
                box = Bbox.union([box, *(other for other, _ in near)])
                parts = parts.union(*(others for _, others in near))
            found.append((box, sorted(parts)))
    if len(found) < 2:
        return []
    found.sort(key=lambda one: -one[0].y1)
    boxes = [box for box, _ in found]
    rows = np.cumsum(np.diff([box.y1 for box in boxes], prepend=boxes[0].y1) < -figure.dpi * ROW_INCHES)
    shown = []
    for place in np.lexsort(([box.x0 for box in boxes], rows)):
        box = Bbox.intersection(boxes[place].padded(figure.dpi * PADDING_INCHES), figure.bbox)
        shown.append(([box.x0, figure.bbox.y1 - box.y1, box.width, box.height], found[place][1]))
    return shown


def columns_of(legend: Legend) -> list[Artist]:
    """The columns of a legend, each of which can be shown without the others."""
    return legend._legend_handle_box.get_children()


def overlap(one: Bbox, other: Bbox) -> float:
    """Width or height of what two boxes share, whichever is less; negative where they are apart."""
    return float((np.minimum(one.max, other.max) - np.maximum(one.min, other.min)).min())


def draw_figures(functions: Mapping[str, Callable], outputs: Mapping[str, Sequence[str]]) -> None:
    """Draw every figure of a study by the function of its name, and write its numbers next to it.

    Args:
        functions: by name. Each returns a figure and the table of its numbers; where there are several of a
            figure, it is called with what each is of, such as a model.
        outputs: by name of a figure, <name>.svg and <name>.csv, or both for each <name>_<what it is of>.

    Raises:
        StudyError: a figure that no function draws.
    """
    use_style()
    for name, paths in outputs.items():
        if name not in functions:
            raise StudyError(
                f"{paths[0]}: the rule's script has no function {name!r}, which would draw it; "
                "add one, or take the figure from the rule's list."
            )
        for drawing, data in zip(paths[::2], paths[1::2], strict=True):
            instance = Path(drawing).stem.removeprefix(name).removeprefix("_")
            figure, table = functions[name](*[instance] if instance else [])
            write_bytes(drawing, figure_bytes(figure))
            # To the six digits that a picture can show at most.
            write_text(data, table.to_csv(index=False, lineterminator="\n", float_format="%.6g"))
