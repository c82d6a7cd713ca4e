"""`brush`: ten hiragana drawn by a simulated brush, so that the whole study runs with no download.

Each character has several skeletons (`brush_strokes.yaml`): strokes given by points with pressure, and a
smooth curve through them. An image takes one skeleton, lets its points wander, turns, slants and stretches
it, fits it to the frame, and lays round dabs of ink along the curve, as wide as the pressure there. The data
set is synthetic: its figures say nothing about KMNIST.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter

from hidden_units.datasets.classes import KMNIST_CLASSES
from hidden_units.datasets.shape import SIDE

SKELETON_FILE = Path(__file__).with_name("brush_strokes.yaml")
BLOCK = 100  # images that share one random stream; a multiple of ten keeps the classes balanced
TRAIN, TEST, SPARE = range(3)  # the parts, each with streams of its own

CELLS = 2  # grid cells along a pixel while drawing
MARGIN = 6  # cells around the frame, and the largest dab
STEPS = 32  # distances on the grid are held in 1/32 of a cell
DAB_SPACING = 0.017  # of the unit square: about a cell, so that dabs run together into a stroke
LEAST_RADIUS = 0.5  # pixels: a hairline still shows
STROKE_ROOM = 3.0  # pixels: about the width of a stroke, kept free around the middle line
USUAL_DABS = 200  # in a character
WOBBLE = 0.043  # standard deviation of a point's wandering, in units of the character's size
TILT = 0.15  # standard deviation of the turn, and of the slant, in radians
DRYNESS = 0.25  # 0: the brush is always full; 1: strokes often end nearly dry
STRAY_PROBABILITY = 0.15  # of strokes of a neighbouring character reaching into the frame
WANDER_LENGTH = 0.3  # of the unit square: points of a stroke this far apart wander nearly on their own


@dataclass(frozen=True)
class BrushSettings:
    """How many images to draw, and from which seed."""

    train: int
    test: int
    seed: int = 0


@dataclass(frozen=True)
class Form:
    """One way of writing a character: strokes as arrays of rows (x, y, pressure)."""

    weight: float
    strokes: list[np.ndarray]


@dataclass(frozen=True)
class Character:
    """A class of the data set."""

    kana: str
    romaji: str
    forms: list[Form]


@dataclass(frozen=True)
class Trace:
    """A form made ready for drawing: what is linear in its P points, as matrices for S dabs.

    `curve @ points` are the dabs, `tangent @ points` the directions of the brush there, and
    `wander @ normals` a smooth displacement of the points from independent normal numbers.
    """

    points: np.ndarray  # (P, 3): x, y, pressure
    curve: np.ndarray  # (S, P)
    tangent: np.ndarray  # (S, P)
    wander: np.ndarray  # (P, P)
    travel: np.ndarray  # (S,): way of the brush up to each dab, 0 to 1


@dataclass(frozen=True)
class Dabs:
    """Dabs of ink for a batch of images, one after the other in flat arrays."""

    image: np.ndarray  # place of the image in the batch
    x: np.ndarray  # pixels from the left edge
    y: np.ndarray  # pixels from the top edge
    radius: np.ndarray  # pixels
    ink: np.ndarray  # 1 for a full brush


def draw_dataset(settings: BrushSettings) -> dict[str, np.ndarray]:
    """Draw `train_images` (N, 28, 28), `train_labels` (N,), `test_images` and `test_labels`, all uint8.

    Ink is white on black. An image depends on the seed, its part and its place alone: the training
    part is the same for any `test`, and a smaller part is the beginning of a larger one. The classes are
    balanced to within one. No image is empty, and none is in both parts.
    """
    train_images, train_labels = draw_part(TRAIN, settings.train, settings.seed)
    test_images, test_labels = draw_part(TEST, settings.test, settings.seed)
    known = {image.tobytes() for image in train_images}
    for place in [k for k, image in enumerate(test_images) if image.tobytes() in known]:
        stream = np.random.default_rng([settings.seed, SPARE, place])
        while test_images[place].tobytes() in known:
            test_images[place] = draw_characters(test_labels[place : place + 1], stream)[0]
    return {
        "train_images": train_images,
        "train_labels": train_labels,
        "test_images": test_images,
        "test_labels": test_labels,
    }


def draw_part(part: int, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (count, 28, 28) and labels (count,) of one part; every ten in a row are one of each class."""
    images, labels = [], []
    for block in range(-(-count // BLOCK)):
        stream = np.random.default_rng([seed, part, block])
        decades = np.tile(np.arange(len(KMNIST_CLASSES), dtype=np.uint8), (BLOCK // len(KMNIST_CLASSES), 1))
        labels.append(stream.permuted(decades, axis=1).ravel())
        images.append(draw_characters(labels[-1], stream))
    return np.concatenate(images)[:count], np.concatenate(labels)[:count]


def draw_characters(labels: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """One image (28, 28) uint8 for each label, drawn with numbers from `stream`.

    An image is never empty: the character is fitted to the frame, and every dab has a least radius and ink.
    """
    count = len(labels)
    dabs = write_characters(labels, stream)
    strayed = np.flatnonzero(stream.random(count) < STRAY_PROBABILITY)
    if strayed.size:
        neighbours = write_characters(stream.integers(len(KMNIST_CLASSES), size=strayed.size), stream)
        dabs = join_dabs(dabs, push_aside(neighbours, strayed, stream))
    return develop(dabs, count, stream)


def push_aside(neighbours: Dabs, images: np.ndarray, stream: np.random.Generator) -> Dabs:
    """Push the neighbour of each of `images` nearly out of the frame, so that only some ink reaches in."""
    count = len(images)
    away = stream.uniform(0.72, 0.95, count) * stream.choice([-1, 1], count)
    aside = stream.normal(0, 0.1, count)
    # Columns of kana run downwards: the neighbour is above or below, less often at a side.
    vertical = stream.random(count) < 0.75
    shift_x, shift_y = SIDE * np.where(vertical, [aside, away], [away, aside])
    own = neighbours.image
    return replace(
        neighbours, image=images[own], x=neighbours.x + shift_x[own], y=neighbours.y + shift_y[own]
    )


def join_dabs(*parts: Dabs) -> Dabs:
    """All dabs of several parts as one."""
    return Dabs(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Dabs)))


def write_characters(labels: np.ndarray, stream: np.random.Generator) -> Dabs:
    """The dabs of one character for each label, fitted to the frame, each by a hand and brush of its own."""
    count = len(labels)
    form = choose_forms(labels, stream)
    turn, slant = TILT * np.clip(stream.standard_normal((2, count, 1)), -2, 2)
    slant = slant - turn / 2  # writers who turn the paper tend to keep the verticals upright
    stretch = np.exp(0.15 * stream.standard_normal((count, 1)))
    extent = SIDE - stream.uniform(0.5, 3.5, (count, 1))
    place = stream.uniform(-1, 1, (2, count, 1))
    width = np.exp(stream.normal(0.5, 0.16, (count, 1)))
    nib, nib_angle = stream.uniform(0, 0.35, (count, 1)), stream.normal(0.75, 0.3, (count, 1))
    fading = DRYNESS * np.abs(stream.standard_normal((count, 1)))

    batches = []
    for number in np.unique(form):
        images = np.flatnonzero(form == number)
        trace = load_traces()[number]
        noise = stream.standard_normal((images.size, *trace.points.shape))
        # einsum rather than BLAS, whose sums may depend on its number of threads.
        wander = np.einsum("pq,iqc->ipc", trace.wander, noise) * WOBBLE * [1, 1, 3]
        across, down, pressure = np.moveaxis(trace.points + wander, -1, 0)
        across, down = tilt_points(across - 0.5, down - 0.5, turn[images], slant[images], stretch[images])
        x, y, pressure = (np.einsum("sp,ip->is", trace.curve, axis) for axis in (across, down, pressure))
        dx, dy = (np.einsum("sp,ip->is", trace.tangent, axis) for axis in (across, down))
        # A flat tip draws a broad line across its edge and a thin one along it.
        tip = 1 - nib[images] * np.cos(2 * (np.arctan2(dy, dx) + nib_angle[images]))
        radius = width[images] * tip * (0.1 + 1.1 * np.clip(pressure, 0, 1) ** 1.5)
        # Characters of many strokes are written with less pressure, or they would close up.
        radius = radius * (USUAL_DABS / len(trace.travel)) ** 0.4
        radius = np.clip(radius, LEAST_RADIUS, (MARGIN - 0.5) / CELLS)
        x, y = fit_to_frame(x, y, extent[images], place[:, images])
        ink = 1 - fading[images] * trace.travel
        image = np.broadcast_to(images[:, None], x.shape)
        batches.append(Dabs(*(flat.ravel() for flat in (image, x, y, radius, ink))))
    return join_dabs(*batches)


def choose_forms(labels: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """A form for each label, as its place in `load_traces()`, drawn by the weights of the class's forms."""
    forms = np.zeros(len(labels), dtype=np.intp)
    first = 0
    for label, character in enumerate(load_skeletons()):
        own = labels == label
        weights = np.array([form.weight for form in character.forms], dtype=float)
        forms[own] = first + stream.choice(len(weights), size=own.sum(), p=weights / weights.sum())
        first += len(weights)
    return forms


def tilt_points(
    across: np.ndarray, down: np.ndarray, turn: np.ndarray, slant: np.ndarray, stretch: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Slant, stretch sideways and turn the points (images, P) about the middle; angles in radians."""
    across = (across - np.tan(slant) * down) * stretch
    return np.cos(turn) * across - np.sin(turn) * down, np.sin(turn) * across + np.cos(turn) * down


def fit_to_frame(
    x: np.ndarray, y: np.ndarray, extent: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Scale the dabs (images, S) so that their longer side spans `extent` pixels, ink included.

    `place`, from -1 to 1 along x and y, is the position of the character in the remaining room, at most two
    pixels off the middle.
    """
    half_width, half_height = np.ptp(x, axis=1, keepdims=True) / 2, np.ptp(y, axis=1, keepdims=True) / 2
    scale = (extent - STROKE_ROOM) / 2 / np.maximum(half_width, half_height)
    fitted = []
    for axis, half, where in ((x, half_width, place[0]), (y, half_height, place[1])):
        room = np.minimum((SIDE - STROKE_ROOM) / 2 - scale * half, 2)
        fitted.append(SIDE / 2 + where * room + scale * (axis - axis.min(axis=1, keepdims=True) - half))
    return fitted[0], fitted[1]


def develop(dabs: Dabs, count: int, stream: np.random.Generator) -> np.ndarray:
    """Turn dabs into images (count, 28, 28) uint8: covered area times ink, blurred a little by the paper."""
    images = cover(dabs, count)
    ink = spread_ink(dabs, count)
    grain = gaussian_filter(stream.standard_normal((count, SIDE, SIDE)), sigma=(0, 0.6, 0.6), truncate=2)
    softness = stream.uniform(0, 1, (count, 1, 1))
    images *= np.clip(ink + grain * np.clip(1 - ink, 0, 1), 0.1, 1)
    images += softness * 0.5 * (gaussian_filter(images, sigma=(0, 0.8, 0.8), truncate=1.5) - images)
    return np.rint(255 * np.clip(1.3 * images, 0, 1)).astype(np.uint8)


def cover(dabs: Dabs, count: int) -> np.ndarray:
    """Share (count, 28, 28) of each pixel under the union of the dabs, which are discs.

    The depth of a grid cell inside the union is the largest (radius - distance) of all dabs. Each dab writes
    it into the four cells around its centre; from there it falls by one a cell in all directions, so the rest
    is one pass of shifted maxima over the whole batch.
    """
    side = CELLS * SIDE + 2 * MARGIN
    x, y = (CELLS * axis + MARGIN - 0.5 for axis in (dabs.x, dabs.y))
    inside = (x >= 0) & (x < side - 1) & (y >= 0) & (y < side - 1)
    x, y, image, radius = x[inside], y[inside], dabs.image[inside], CELLS * dabs.radius[inside]
    column, row = x.astype(np.intp), y.astype(np.intp)
    depth = np.full(count * side * side, -STEPS * 100, np.int16)
    for down in (0, 1):
        for right in (0, 1):
            value = STEPS * (radius - np.hypot(column + right - x, row + down - y))
            np.maximum.at(
                depth, (image * side + row + down) * side + column + right, np.rint(value).astype(np.int16)
            )

    # The margin takes what a shift carries over the end of a row or an image.
    reach = MARGIN * (side + 1)
    spread = depth[reach:-reach].copy()
    shifted = np.empty_like(spread)
    for down in range(-MARGIN, MARGIN + 1):
        for right in range(-MARGIN, MARGIN + 1):
            distance = np.hypot(down, right)
            if 0 < distance <= MARGIN:
                start = reach + down * side + right
                np.subtract(
                    depth[start : start + spread.size], np.int16(np.rint(STEPS * distance)), out=shifted
                )
                np.maximum(spread, shifted, out=spread)
    depth[reach:-reach] = spread
    frame = depth.reshape(count, side, side)[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
    covered = np.clip(frame / STEPS + 0.5, 0, 1)
    return covered.reshape(count, SIDE, CELLS, SIDE, CELLS).mean(axis=(2, 4))


def spread_ink(dabs: Dabs, count: int) -> np.ndarray:
    """Ink (count, 28, 28) near each pixel: the mean over the dabs around, 1 for a full brush."""
    column, row = np.floor(dabs.x).astype(np.intp), np.floor(dabs.y).astype(np.intp)
    inside = (column >= 0) & (column < SIDE) & (row >= 0) & (row < SIDE)
    cell = ((dabs.image * SIDE + row) * SIDE + column)[inside]
    shape = (count, SIDE, SIDE)
    amount, weight = (
        gaussian_filter(np.bincount(cell, values, minlength=np.prod(shape)).reshape(shape), sigma=(0, 1, 1))
        for values in (dabs.ink[inside], np.ones(cell.size))
    )
    return np.divide(amount, weight, out=np.ones(shape), where=weight > 1e-9)


def trace_form(form: Form) -> Trace:
    """Lay a natural cubic spline with centripetal knots (Lee 1989) through the points of each stroke."""
    points = np.concatenate(form.strokes)
    curve, tangent = [], []
    wander = np.zeros((len(points), len(points)))
    first = 0
    for stroke in form.strokes:
        own = np.arange(first, first + len(stroke))
        first += len(stroke)
        steps = np.hypot(*np.diff(stroke[:, :2], axis=0).T)
        way = np.concatenate([[0], np.cumsum(steps)])
        kernel = np.exp(-(((way[:, None] - way) / WANDER_LENGTH) ** 2))
        wander[np.ix_(own, own)] = kernel / np.sqrt((kernel**2).sum(axis=1, keepdims=True))
        corners = np.flatnonzero(steps == 0)
        for start, end in zip([0, *(corners + 1)], [*corners, len(stroke) - 1], strict=True):
            knots = np.concatenate([[0], np.cumsum(np.sqrt(steps[start:end]))])
            spline = CubicSpline(knots, np.eye(len(points))[own[start : end + 1]], bc_type="natural")
            # Dabs at equal lengths of the way, not at equal times.
            times = np.linspace(0, knots[-1], 200)
            path = np.einsum("sp,pc->sc", spline(times), points[:, :2])
            gone = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
            times = np.interp(np.linspace(0, gone[-1], int(gone[-1] / DAB_SPACING) + 2), gone, times)
            curve.append(spline(times))
            tangent.append(spline(times, 1))
    travel = np.linspace(0, 1, sum(map(len, curve)))
    return Trace(points, np.concatenate(curve), np.concatenate(tangent), wander, travel)


@cache
def load_traces() -> tuple[Trace, ...]:
    """The traces of all forms, class after class."""
    return tuple(trace_form(form) for character in load_skeletons() for form in character.forms)


@cache
def load_skeletons() -> tuple[Character, ...]:
    """The characters in class order."""
    written = yaml.safe_load(SKELETON_FILE.read_text(encoding="utf-8"))
    characters = []
    for entry in KMNIST_CLASSES:
        forms = written[entry["kana"]]
        weights = forms.pop("weights")
        made = [Form(weights[name], [np.array(stroke, float) for stroke in forms[name]]) for name in forms]
        characters.append(Character(entry["kana"], entry["romaji"], made))
    return tuple(characters)
