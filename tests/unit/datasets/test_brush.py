"""The embedded data set: reproducible, balanced, distinct images that look like brush writing."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hidden_units.datasets import brush
from hidden_units.datasets.brush import BrushSettings, Dabs, draw_dataset, load_skeletons, load_traces

SMALL = BrushSettings(train=237, test=120)
FORMS = [(character, form) for character in load_skeletons() for form in character.forms]


@pytest.fixture(scope="module")
def small():
    return draw_dataset(SMALL)


@pytest.fixture(scope="module")
def larger():
    return draw_dataset(BrushSettings(train=3000, test=1000))


def digest(arrays):
    return hashlib.sha256(b"".join(arrays[name].tobytes() for name in sorted(arrays))).hexdigest()


# Reproducible


@pytest.mark.parametrize("threads", ["1", "3"])
def test_same_settings_give_same_bytes_in_another_process_with_any_number_of_threads(small, threads):
    program = (
        "import hashlib; from hidden_units.datasets.brush import BrushSettings, draw_dataset; "
        "arrays = draw_dataset(BrushSettings(train=237, test=120)); "
        "print(hashlib.sha256(b''.join(arrays[name].tobytes() for name in sorted(arrays))).hexdigest())"
    )
    counts = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], threads)
    source = str(Path(brush.__file__).parents[2])
    environment = {**os.environ, **counts, "PYTHONPATH": source, "PYTHONHASHSEED": threads}
    printed = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == digest(small)


def test_another_seed_gives_other_images_in_another_order(small):
    other = draw_dataset(BrushSettings(train=237, test=120, seed=1))
    assert not (other["train_images"] == small["train_images"]).all(axis=(1, 2)).any()
    assert (other["train_labels"] != small["train_labels"]).any()


@settings(max_examples=8, deadline=None)
@given(count=st.integers(10, 236))
def test_smaller_part_is_the_beginning_of_a_larger_one(small, count):
    images, labels = brush.draw_part(brush.TRAIN, count, SMALL.seed)
    assert np.array_equal(images, small["train_images"][:count])
    assert np.array_equal(labels, small["train_labels"][:count])


# Counts


def test_shapes_and_types_are_those_of_the_idx_data_sets(small):
    assert {name: (array.shape, array.dtype) for name, array in small.items()} == {
        "train_images": ((237, 28, 28), np.uint8),
        "train_labels": ((237,), np.uint8),
        "test_images": ((120, 28, 28), np.uint8),
        "test_labels": ((120,), np.uint8),
    }


@pytest.mark.parametrize(("count", "per_class"), [(10, {1}), (237, {23, 24}), (240, {24})])
def test_classes_are_balanced_to_within_one(count, per_class):
    labels = brush.draw_part(brush.TEST, count, SMALL.seed)[1]
    assert set(np.bincount(labels, minlength=10)) == per_class


def test_labels_are_shuffled_and_do_not_repeat_one_order(small):
    decades = {tuple(decade) for decade in small["train_labels"][:230].reshape(-1, 10)}
    assert len(decades) == 23
    assert not np.array_equal(small["train_labels"][:120], small["test_labels"])


# Distinct images with ink


def test_no_image_occurs_twice(larger):
    images = np.concatenate([larger["train_images"], larger["test_images"]])
    assert len({image.tobytes() for image in images}) == 4000


def test_test_image_that_is_in_the_training_part_is_drawn_anew(monkeypatch, small):
    honest = brush.draw_part

    def copying(part, count, seed):
        images, labels = honest(part, count, seed)
        if part == brush.TEST:
            images[[3, 70]], labels[[3, 70]] = small["train_images"][[5, 9]], small["train_labels"][[5, 9]]
        return images, labels

    monkeypatch.setattr(brush, "draw_part", copying)
    drawn = draw_dataset(SMALL)
    assert np.array_equal(drawn["train_images"], small["train_images"])
    known = {image.tobytes() for image in drawn["train_images"]}
    assert not any(image.tobytes() in known for image in drawn["test_images"])
    changed = (drawn["test_images"] != small["test_images"]).any(axis=(1, 2))
    assert np.flatnonzero(changed).tolist() == [3, 70]
    assert drawn["test_images"][3].any()
    assert digest(draw_dataset(SMALL)) == digest(drawn)


# Looks


def test_ink_is_white_on_black_and_fills_the_frame(larger):
    images = larger["train_images"]
    assert images.max(axis=(1, 2)).min() > 25  # none is empty
    assert 0.55 < (images < 32).mean() < 0.8
    assert 0.15 < (images > 127).mean() < 0.35
    assert (images.max(axis=(1, 2)) > 200).mean() > 0.99
    rows, columns = ((images > 64).any(axis=axis) for axis in (2, 1))
    height, width = (28 - side.argmax(axis=1) - side[:, ::-1].argmax(axis=1) for side in (rows, columns))
    assert (np.maximum(height, width) >= 22).mean() > 0.97


def test_images_of_a_class_resemble_each_other_but_not_all(larger):
    flat = {part: larger[f"{part}_images"].reshape(-1, 784).astype(float) for part in ("train", "test")}
    means = np.stack([flat["train"][larger["train_labels"] == label].mean(axis=0) for label in range(10)])
    distance = ((flat["test"][:, None] - means) ** 2).sum(axis=2)
    accuracy = (distance.argmin(axis=1) == larger["test_labels"]).mean()
    assert 0.4 < accuracy < 0.75


def test_strokes_of_neighbours_are_added_as_often_as_asked(monkeypatch):
    stream = np.random.default_rng(0)
    labels = np.tile(np.arange(10), 10)
    dabs = brush.write_characters(labels, stream)
    pushed = brush.push_aside(dabs, np.arange(100), stream)
    inside = (np.abs(pushed.x - 14) < 14) & (np.abs(pushed.y - 14) < 14)
    assert 0.02 < inside.mean() < 0.3

    def mean_ink(probability):
        monkeypatch.setattr(brush, "STRAY_PROBABILITY", probability)
        return brush.draw_part(brush.TRAIN, 1000, seed=0)[0].mean()

    never, half, always = map(mean_ink, (0, 0.5, 1))
    assert always > 1.05 * never
    assert (half - never) / (always - never) == pytest.approx(0.5, abs=0.2)


def test_dry_brush_leaves_less_ink_and_a_full_one_does_not_fade(monkeypatch):
    monkeypatch.setattr(brush, "DRYNESS", 1)
    dry = brush.draw_part(brush.TRAIN, 200, seed=0)[0].mean()
    monkeypatch.setattr(brush, "DRYNESS", 0)
    assert dry < 0.8 * brush.draw_part(brush.TRAIN, 200, seed=0)[0].mean()
    dabs = brush.write_characters(np.arange(10), np.random.default_rng(0))
    assert brush.spread_ink(dabs, 10) == pytest.approx(np.ones((10, 28, 28)))


def test_ink_is_the_mean_of_the_dabs_around():
    dabs = Dabs(np.zeros(3, int), np.array([5.5, 5.5, 20.5]), np.array([5.5, 5.5, 20.5]), *np.ones((2, 3)))
    ink = brush.spread_ink(replace(dabs, ink=np.array([1.0, 0.5, 0.2])), 1)[0]
    assert ink[5, 5] == pytest.approx(0.75)
    assert ink[20, 20] == pytest.approx(0.2)


# Drawing, against a second method


def test_cover_equals_the_distance_to_every_dab_worked_out_one_by_one():
    stream = np.random.default_rng(4)
    count, each = 5, 40
    dabs = Dabs(
        np.repeat(np.arange(count), each),
        *stream.uniform(-4, 32, (2, count * each)),
        stream.uniform(0.5, 2.5, count * each),
        np.ones(count * each),
    )
    centres = (np.arange(56) + 0.5) / 2
    exact = np.empty((count, 56, 56))
    for image in range(count):
        x, y, radius = (axis[dabs.image == image] for axis in (dabs.x, dabs.y, dabs.radius))
        distance = np.hypot(centres[None, :, None] - x, centres[:, None, None] - y)
        exact[image] = np.clip(2 * (radius - distance).max(axis=2) + 0.5, 0, 1)
    exact = exact.reshape(count, 28, 2, 28, 2).mean(axis=(2, 4))
    covered = brush.cover(dabs, count)
    # Over one of four cells around its centre, the way from a dab is up to a fifth of a cell too long.
    assert (covered - exact).max() < 0.02
    assert (exact - covered).max() < 0.22
    assert np.abs(covered - exact).mean() < 0.02


# Skeletons


def test_every_class_has_two_forms_or_more():
    assert all(len(character.forms) >= 2 for character in load_skeletons())
    assert all(form.weight > 0 for _, form in FORMS)


def test_every_form_is_drawn_as_often_as_its_weight_says():
    labels = np.tile(np.arange(10), 4000)
    forms = brush.choose_forms(labels, np.random.default_rng(0))
    drawn = np.bincount(forms, minlength=len(FORMS))
    expected = [4000 * form.weight / sum(f.weight for f in character.forms) for character, form in FORMS]
    assert drawn == pytest.approx(expected, rel=0.1)
    assert [FORMS[form][0].kana for form in forms] == [load_skeletons()[label].kana for label in labels]


@pytest.mark.parametrize(("character", "form"), FORMS)
def test_points_lie_in_the_unit_square_with_pressure_from_0_to_1(character, form):
    for stroke in form.strokes:
        assert stroke.shape[1] == 3 and len(stroke) >= 2
        assert stroke.min() >= 0
        assert stroke.max() <= 1


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_curve_runs_smoothly_through_every_point_and_stays_near_the_unit_square(number):
    trace = load_traces()[number]
    dabs = trace.curve @ trace.points[:, :2]
    gaps = np.hypot(*(trace.points[:, None, :2] - dabs).T).min(axis=0)
    assert gaps.max() < brush.DAB_SPACING
    assert dabs.min() > -0.05
    assert dabs.max() < 1.05
    steps = np.hypot(*np.diff(dabs, axis=0).T)
    jumps = len(FORMS[number][1].strokes) - 1
    assert (steps > 1.05 * brush.DAB_SPACING).sum() <= jumps


def test_a_straight_stroke_stays_straight_and_its_points_wander_together():
    form = brush.Form(1, (np.array([[0.1, 0.5, 1], [0.12, 0.5, 1], [0.9, 0.5, 1]]),))
    trace = brush.trace_form(form)
    assert trace.curve @ trace.points[:, 1] == pytest.approx(np.full(len(trace.curve), 0.5))
    correlation = trace.wander @ trace.wander.T
    assert np.diag(correlation) == pytest.approx(np.ones(3))
    assert correlation[0, 1] > 0.95
    assert abs(correlation[0, 2]) < 0.1
