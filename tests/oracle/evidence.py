"""What the studies of the oracle share: files of a run, and statistics that more than one of them needs."""

import csv
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

KINDS = {"F32": np.float32, "F64": np.float64, "I64": np.int64, "BOOL": np.bool_}
Z = stats.norm.ppf(0.975)


class Band(NamedTuple):
    """Where a resampled bound may be: own resamples and the report's differ by chance."""

    low: float
    high: float


class AtLeast(NamedTuple):
    """A bound or threshold that must be printed rounded upwards, or it would not hold as printed."""

    value: float


def tensors(path: Path) -> tuple[dict[str, np.ndarray], dict]:
    """Arrays and settings of a safetensors file: 8 bytes of length, a header in JSON, the arrays."""
    raw = path.read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    settings = json.loads(next(iter(header.pop("__metadata__", {"": "{}"}).values())))
    arrays = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        data = np.frombuffer(raw[start + first : start + last], KINDS[entry["dtype"]])
        arrays[name] = data.reshape(entry["shape"])
    return arrays, settings


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV file, a mapping a row."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def setting(run: Path, *keys: str) -> str:
    """One plain value of config.yaml, found by its indentation."""
    text = (run / "config.yaml").read_text(encoding="utf-8")
    for depth, key in enumerate(keys):
        text = re.split(rf"(?m)^{'  ' * depth}{key}:", text, maxsplit=1)[1]
        text = re.split(rf"(?m)^{'  ' * depth}[^\s-]", text, maxsplit=1)[0]
    return text.strip()


def wilson(right: int, of: int) -> tuple[float, float] | None:
    """Score interval of a share, in per cent (Wilson, 1927); none of a single run."""
    if of < 2:
        return None
    share, spread = right / of, Z * np.sqrt(right * (of - right) / of + Z**2 / 4)
    centre = (right + Z**2 / 2) / (of + Z**2)
    low, high = centre - spread / (of + Z**2), centre + spread / (of + Z**2)
    return 100 * (0.0 if share == 0 else low), 100 * (1.0 if share == 1 else high)


def t_interval(values: np.ndarray, one_more: bool = False) -> tuple[float, float] | None:
    """Student's interval of the mean, or of one more value (Hahn and Meeker, 1991)."""
    n = len(values)
    if n < 2 or np.ptp(values) < 1e-12:
        return None
    half = stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) * np.sqrt(1 / n + one_more)
    return np.mean(values) - half, np.mean(values) + half


def auc(lower: np.ndarray, higher: np.ndarray) -> tuple[float, float, float] | None:
    """How probably a value of one group is below one of the other, ties half (Mann and Whitney, 1947).

    With the interval that solves the score equation (Newcombe, 2006, method 5).
    """
    if min(len(lower), len(higher)) < 1:
        return None
    ahead = np.subtract.outer(higher, lower)
    share, more = (np.sum(ahead > 0) + np.sum(ahead == 0) / 2) / ahead.size, sum(ahead.shape) / 2 - 1

    def excess(theta: float) -> float:
        spread = 1 + more * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return abs(share - theta) - Z * np.sqrt(theta * (1 - theta) * spread / ahead.size)

    low = optimize.brentq(excess, 0, share - 1e-9) if share > 0 else 0.0
    return share, low, optimize.brentq(excess, share + 1e-9, 1) if share < 1 else 1.0


def median(values: np.ndarray) -> float | None:
    """The median of those that exist."""
    values = np.asarray(values, float)[np.isfinite(values)]
    return float(np.median(values)) if len(values) else None


def median_interval(values: np.ndarray) -> tuple | None:
    """The median, and where the bounds of its 95 % percentile bootstrap (Efron, 1979) may be.

    None from fewer than six values, of which no interval of a median has 95 %.
    """
    values = np.asarray(values, float)[np.isfinite(values)]
    if len(values) < 6:
        return None
    drawn = np.random.default_rng(7).choice(values, (10_000, len(values)))
    return (float(np.median(values)), *quantiles(np.median(drawn, axis=1), 0.025, 0.975))


def quantiles(drawn: np.ndarray, *places: float, give: float = 0.006) -> tuple[Band, ...]:
    """Quantiles of resamples, with what another 10,000 resamples might give."""
    return tuple(Band(*np.quantile(drawn, np.clip([place - give, place + give], 0, 1))) for place in places)


def lower_median(values: dict[int, float]) -> int:
    """The seed with the median value, the lower of two, the lowest seed among equals."""
    middle = sorted(values.values())[(len(values) - 1) // 2]
    return min(seed for seed, value in values.items() if value == middle)


def percent(part: int, whole: int) -> Fraction:
    """An exact share in per cent: what is exact has exact ties, which are rounded upwards."""
    return Fraction(100 * int(part), int(whole))
