"""Compilation of the training kernels: numba, where it keeps its cache, and an exponential of our own.

The cache outlives a job, so each machine compiles once. It is in the user's cache folder rather than
next to the source, which may be read-only, in a folder named after the kernels' source text and numba's
version: numba itself does not notice a change in a function that another file calls.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np

from hidden_units.errors import StudyError

try:
    import numba
except ImportError as error:
    raise StudyError(
        "numba: not installed, but the recurrent networks are trained by kernels that it compiles; "
        "install the versions of envs/requirements.lock."
    ) from error


def cache_folder() -> Path:
    """A folder for compiled kernels that can be written to, made if missing."""
    folder = Path(__file__).parent
    source = b"".join((folder / file).read_bytes() for file in ("compilation.py", "kernels.py"))
    key = hashlib.sha256(source + numba.__version__.encode()).hexdigest()[:16]
    candidates = [
        Path(os.environ[name]) for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME") if os.environ.get(name)
    ]
    if os.environ.get("HOME"):
        candidates.append(Path(os.environ["HOME"]) / ".cache")
    candidates.append(Path(tempfile.gettempdir()) / f"cache-{os.getuid()}")
    for candidate in candidates:
        chosen = candidate / "hidden-units" / f"numba-{key}"
        try:
            chosen.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        # What is loaded from here is executed, so it must be nobody else's.
        if os.access(chosen, os.W_OK) and chosen.stat().st_uid == os.getuid():
            return chosen
    raise StudyError(
        f"compiled kernels: none of {', '.join(map(str, candidates))} can be written to; "
        "set XDG_CACHE_HOME or NUMBA_CACHE_DIR to a folder of yours."
    )


# numba looks at this when a function is decorated, so it must be set before the first kernel is.
numba.config.CACHE_DIR = str(cache_folder())

# No fastmath: additions stay in the order written, so a restart has the same bits on every machine. The
# interpreter lock is released, so restarts can run side by side as threads of one process.
compiled = numba.njit(cache=True, nogil=True)
inlined = numba.njit(inline="always")

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93145751953125e-1
LN2_LOW = 1.42860682030941723212e-6
# 1.5 * 2**52: adding it rounds to the nearest integer, and leaves that integer in the low bits.
ROUND = 6755399441055744.0
ONE_BITS = 0x3FF << 52


@inlined
def exponential(x):
    """exp(x) within one unit in the last place, for x cut to [-700, 700]; NaN stays NaN.

    exp(x) = 2^k exp(r), |r| <= ln(2) / 2, by Taylor's series of degree 13, in pieces that do not wait for
    each other (Estrin 1960). Unlike the C library's it has no branches, so that the compiler handles several
    numbers at once, and the same bits on every machine.
    """
    x = -700.0 if x < -700.0 else (700.0 if x > 700.0 else x)
    shifted = x * LOG2_E + ROUND
    k = shifted - ROUND
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    r2 = r * r
    r4 = r2 * r2
    low = (1.0 / 2.0 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0))
    middle = (1.0 / 720.0 + r * (1.0 / 5040.0)) + r2 * (1.0 / 40320.0 + r * (1.0 / 362880.0))
    high = (1.0 / 3628800.0 + r * (1.0 / 39916800.0)) + r2 * (1.0 / 479001600.0 + r * (1.0 / 6227020800.0))
    series = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)))
    power_bits = (np.float64(shifted).view(np.int64) << 52) + ONE_BITS
    return series * np.int64(power_bits).view(np.float64)


@inlined
def logistic(x):
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + exponential(-x))


@inlined
def hyperbolic_tangent(x):
    """tanh(x), exact to about 1e-16 absolute."""
    return 1.0 - 2.0 / (exponential(2.0 * x) + 1.0)
