"""How tests spoil what a person or a network may hand in, and what they ask of the answer."""

from __future__ import annotations

import copy
import datetime
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from hidden_units.errors import StudyError

LONGEST_SENTENCE = 1500
# Of each property that reads what a person hands in.
INPUTS = 1000


def outcome(action: Callable[..., Any], *arguments: Any, tally: Counter) -> Any:
    """What an action returns, or the StudyError that it raises, which must be one printable sentence.

    Any other exception goes through and fails the test.
    """
    try:
        result = action(*arguments)
    except StudyError as error:
        text = str(error)
        assert text.isprintable() or text.replace("\N{NO-BREAK SPACE}", " ").isprintable()
        assert text.endswith((".", "?")) and len(text) <= LONGEST_SENTENCE
        tally["refused"] += 1
        return error
    tally["accepted"] += 1
    return result


def check_tally(
    name: str, tally: Counter, inputs: int = INPUTS, refused: int = 100, accepted: int = 20
) -> None:
    """Print what a property was tried on; both outcomes must occur, or it proves little."""
    print(f"{name}: {tally.total()} inputs, {tally['refused']} refused, {tally['accepted']} accepted")
    assert tally.total() >= inputs
    assert tally["refused"] >= refused and tally["accepted"] >= accepted


# Values of configurations

HUGE = [10**9, 10**18, 2**63, 2**64, 10**400, 1e300, 1e-320]
BOUNDARY = [0, -1, 1, 0.0, -0.0, 0.5, 1.0, 2.5, float("inf"), float("-inf"), float("nan")]
NAMES = [
    "../x", "..", ".", "/etc/passwd", "a/b", "a\\b", "x\n", "\nx", "x y", "con", "nul", "aux", "com1", "CON",
    "~root", "~nobody-here/x", "%2e%2e", "x\0", "\u202etxt", "İ", "ﬁ", "١", "x" * 300, "-x", "--cores", "",
    "kmnist", "{config}", "{{x}}", "<results>", "$HOME", "`id`", "$(id)", "*", "?", "\ud800", "é", "e\u0301",
]  # fmt: skip
TEXTS = [
    *("yes", "1e-3", "1_000", "0x10", "1:30", "=", "<<", "NaN", "null", "?eval", "💀"),
    *("1/0", "1/2", "-0/7"),
]
JUNK = [
    *(None, True, False, [], {}, [[]], [None], {"a": {"b": []}}, {1: 2}, {None: 1}),
    *(datetime.date(2001, 2, 3), b"x"),
]


def endless() -> list:
    """A list that holds itself, as an alias may make it."""
    values: list = [1]
    values.append(values)
    return values


def bomb() -> list:
    """Ten thousand million values in ten lists, as aliases may make it."""
    values: list = [1] * 10
    for _ in range(9):
        values = [values] * 10
    return values


class Folded(list):
    """A list that nobody should write out, not even for a failing example."""

    __repr__ = object.__repr__


hostile_values = st.one_of(
    st.sampled_from([*HUGE, *BOUNDARY, *NAMES, *TEXTS, *JUNK]),
    st.integers(),
    st.floats(),
    st.text(st.characters(codec=None), max_size=12),
    st.builds(lambda: Folded(endless())),
    st.builds(lambda: Folded(bomb())),
    st.lists(st.sampled_from([*BOUNDARY, *NAMES, *JUNK]), max_size=3),
    st.dictionaries(st.sampled_from([*NAMES, "name", "path", 1]), st.sampled_from(BOUNDARY), max_size=2),
)


def paths_of(config: Any, path: tuple = ()) -> list[tuple]:
    """The path of every value in a nested configuration, blocks and lists included."""
    inside = (
        config.items() if isinstance(config, dict) else enumerate(config) if isinstance(config, list) else ()
    )
    return [path, *(below for key, value in inside for below in paths_of(value, (*path, key)))]


def paths_below(place: dict | list) -> Any:
    """The keys of a block, the positions of a list."""
    return place if isinstance(place, dict) else range(len(place))


@st.composite
def spoiled_configs(draw: st.DrawFn, originals: list[dict]) -> dict:
    """A configuration with one to three values replaced, removed, moved, or put in under another key."""
    config = copy.deepcopy(draw(st.sampled_from(originals)))
    places = paths_of(config)[1:]
    for _ in range(draw(st.integers(1, 3))):
        *above, key = draw(st.sampled_from(places))
        place = config
        for step in above:
            place = place[step] if isinstance(place, dict | list) and step in paths_below(place) else None
        if not isinstance(place, dict | list) or key not in paths_below(place):
            continue  # an earlier change took it away
        match draw(st.sampled_from(["replace", "replace", "replace", "scale", "remove", "unknown"])):
            case "replace":
                place[key] = draw(hostile_values)
            case "scale" if isinstance(place[key], int | float):
                place[key] = place[key] * draw(st.sampled_from([-1, 0, 10, 1000, 10**12, 0.5]))
            case "remove":
                del place[key]
            case "unknown" if isinstance(place, dict):
                place[draw(st.sampled_from([*NAMES, *TEXTS]) | st.text(max_size=6))] = draw(hostile_values)
    return config


# Texts

FRAGMENTS = [
    "&a ", "*a", "<<: *a", "<<: [*a, *a]", "!!python/object/apply:os.system [id]", "!!python/name:os.system",
    "!!binary x", "!!int x", "!!float x", "!!set {a, a}", "!!timestamp 1", "!!omap [1]", "!x ", "2001-99-99",
    "9" * 400, "0x" + "f" * 400, "1e999999999", "1.0e+400", ".nan", ".inf", "- ", "\n- ", ": ", "? ", "[",
    "]", "{", "}", "[" * 60, "|\n", ">\n", "#", "%YAML 3.0\n", "---\n", "...\n", "\t", "\0", "\u2028",
    "\ufeff", '"\\ud800"', '"\\0"', "'", '"', "\r", "\n", ",", "0", "1", "x", "é", "__use_yte__: true\n",
    "?if True: 1", "1:2:3", "~",
]  # fmt: skip


@st.composite
def spoiled_texts(draw: st.DrawFn, originals: list[str]) -> str:
    """A text with one to four pieces cut out, doubled, turned round, or put in."""
    text = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        piece = text[start:end]
        match draw(st.sampled_from(["cut", "double", "reverse", "insert", "insert", "end"])):
            case "cut":
                text = text[:start] + text[end:]
            case "double":
                text = text[:end] + piece + text[end:]
            case "reverse":
                text = text[:start] + piece[::-1] + text[end:]
            case "insert":
                text = text[:start] + draw(st.sampled_from(FRAGMENTS)) + text[start:]
            case "end":
                text = text[:start]
    return text


# Bytes


@st.composite
def spoiled_bytes(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """Bytes with bits turned, a piece cut out or put in, an end missing or added; the start suffers most."""
    content = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 3))):
        last = max(0, len(content) - 1)
        place = draw(st.integers(0, min(24, last)) | st.integers(0, last))
        match draw(st.sampled_from(["flip", "flip", "set", "cut", "insert", "end", "append"])):
            case "flip" if content:
                content[place] ^= 1 << draw(st.integers(0, 7))
            case "set" if content:
                content[place : place + 4] = draw(
                    st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"])
                )
            case "cut":
                del content[place : place + draw(st.integers(1, 40))]
            case "insert":
                content[place:place] = draw(st.binary(min_size=1, max_size=8))
            case "end":
                del content[place:]
            case "append":
                content += draw(st.binary(min_size=1, max_size=40))
    return bytes(content)
