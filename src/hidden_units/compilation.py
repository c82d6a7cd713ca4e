"""Compilation of the training kernels: numba, where it keeps its cache, and an exponential of our own.

The cache outlives a job, so each machine compiles once. It is in the user's cache folder rather than
next to the source, which may be read-only, in a folder named after the kernels' source text and numba's
version: numba itself does not notice a change in a function that another file calls. It only saves time:
where it cannot be read, written or trusted, kernels are compiled anew, with a line in the log.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from hidden_units.errors import StudyError

try:
    import numba
    from numba.core import caching
    from numba.core.serialize import dumps
except ModuleNotFoundError as error:
    raise StudyError(
        "numba: not installed, but encoders and recurrent networks are trained by kernels that it compiles; "
        "install the versions of envs/requirements.lock."
    ) from error

LOG = logging.getLogger(__name__)


def cache_folder() -> Path | None:
    """A folder for compiled kernels that nobody else can change, made if missing; None if there is none."""
    folder = Path(__file__).parent
    source = b"".join(path.read_bytes() for path in (Path(__file__), *sorted(folder.glob("*/kernels.py"))))
    key = hashlib.sha256(source + numba.__version__.encode()).hexdigest()[:16]
    candidates = [
        Path(os.environ[name]) for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME") if os.environ.get(name)
    ]
    if os.environ.get("HOME"):
        candidates.append(Path(os.environ["HOME"]) / ".cache")
    candidates.append(Path(tempfile.gettempdir()) / f"cache-{os.getuid()}")
    for candidate in candidates:
        try:
            return own_folder(candidate / "hidden-units" / f"numba-{key}")
        except OSError as error:
            say_once(f"{candidate}: keeps no compiled kernels ({error.strerror or error})")
    return None


def own_folder(path: Path) -> Path:
    """A folder, made if missing, that nobody but this user and root can change or put another in place of.

    What is loaded from there is executed. Links are followed once, and all levels of what they lead to are
    checked, so the path that is returned cannot be led elsewhere.

    Raises:
        OSError: there is no such folder, and none can be made.
    """
    path = path.absolute()
    for level in (*reversed(path.parents), path):
        if not level.exists():
            level.mkdir(mode=0o700, exist_ok=True)
    path = path.resolve()
    for level in (path, *path.parents):
        state = level.stat()
        # Of a folder like /tmp, others may change no more than what is theirs.
        is_open = state.st_mode & 0o022 and not (level != path and state.st_mode & stat.S_ISVTX)
        if is_open or state.st_uid not in ({os.getuid()} if level == path else {os.getuid(), 0}):
            raise PermissionError(f"other users could change {level}")
    if not os.access(path, os.W_OK):
        raise PermissionError(f"{path} is read-only")
    return path


@cache
def say_once(sentence: str) -> None:
    """Log a sentence, once a process."""
    LOG.info("%s", sentence)


class ByPackage(caching.UserProvidedCacheLocator):
    """Keeps kernels under the name of their package, not of their path: clones share what one compiled."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """The part of the path below the cache's folder, which is named after the kernels' source."""
        return Path(py_file).parent.name


class CheckedKernel(caching.CompileResultCacheImpl):
    """A kernel in the cache with the hash of its bytes: one flipped bit could be another network."""

    _locator_classes = (ByPackage,)

    def reduce(self, cres: object) -> tuple[str, bytes]:
        """Hash and bytes of a compiled kernel."""
        content = dumps(super().reduce(cres))
        return hashlib.sha256(content).hexdigest(), content

    def rebuild(self, target_context: object, payload: tuple[str, bytes]) -> object:
        """The compiled kernel, unless its bytes have changed."""
        digest, content = payload
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError("changed bytes")
        return super().rebuild(target_context, pickle.loads(content))


class KernelCache(caching.Cache):
    """numba's cache, but what goes wrong with it is a line in the log and no end of the training."""

    _impl_class = CheckedKernel

    def load_overload(self, sig: object, target_context: object) -> object:
        """The kernel for these types; None, and the record of it dropped, where it cannot be read."""
        try:
            found = super().load_overload(sig, target_context)
            # Of two processes that keep kernels at once, one may write into the file that the other named.
            if found is not None and found.signature.args != tuple(sig):
                raise ValueError("is for other types")
            return found
        except Exception as error:
            self.say("is damaged and was compiled anew", error)
            try:
                self.flush()
            except OSError as obstacle:
                self.say("cannot be dropped", obstacle)
                self.disable()
        return None

    def save_overload(self, sig: object, data: object) -> None:
        """Keep a kernel if that can be."""
        try:
            super().save_overload(sig, data)
        except Exception as error:
            self.say("was not kept", error)

    def say(self, what: str, error: Exception) -> None:
        """Log what became of the cache, and why."""
        reason = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        say_once(f"{self.cache_path}: a compiled kernel {what} ({reason})")


# numba looks at these when a cache is made.
numba.config.CACHE_DIR = str(cache_folder() or "")
numba.config.CACHE_LOCATOR_CLASSES = ""
# Lines that do the same to neighbouring numbers become one instruction, which changes no bit.
numba.config.SLP_VECTORIZE = 1


def compiled(function):
    """Compile when called, kept in the cache where there is one.

    No fastmath: additions stay in the order written, so a restart has the same bits on every machine. The
    interpreter lock is released, so restarts can run side by side as threads of one process. Division is the
    processor's: Python's check of each divisor would keep several numbers from being divided at once.
    """
    kernel = numba.njit(nogil=True, error_model="numpy")(function)
    try:
        kernel._cache = KernelCache(function)
    except RuntimeError as error:  # numba finds no folder that it can write to
        say_once(f"{numba.config.CACHE_DIR or 'compiled kernels'}: nothing is kept ({error})")
    return kernel


@contextmanager
def compiling(what: str) -> Iterator[None]:
    """For a kernel's first call.

    Raises:
        StudyError: numba fails.
    """
    try:
        yield
    except numba.core.errors.NumbaError as error:
        raise StudyError(
            f"numba: compiling the kernel of the {what} failed with {type(error).__name__}, expected numba "
            "and llvmlite in the versions of envs/requirements.lock; install those."
        ) from error


inlined = numba.njit(inline="always")

LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93145751953125e-1
LN2_LOW = 1.42860682030941723212e-6
# 1.5 * 2**52: adding it rounds to the nearest integer, and leaves that integer in the low bits.
ROUND = 6755399441055744.0
ONE_BITS = 0x3FF << 52


@inlined
def reduced(x):
    """r and 2^k with exp(x) = 2^k exp(r), |r| <= ln(2) / 2, for x cut to [-700, 700]; NaN stays NaN."""
    x = -700.0 if x < -700.0 else (700.0 if x > 700.0 else x)
    shifted = x * LOG2_E + ROUND
    k = shifted - ROUND
    power_bits = (np.float64(shifted).view(np.int64) << 52) + ONE_BITS
    return (x - k * LN2_HIGH) - k * LN2_LOW, np.int64(power_bits).view(np.float64)


@inlined
def exponential(x):
    """exp(x) within one unit in the last place, for x cut to [-700, 700]; NaN stays NaN.

    exp(r) is by Taylor's series of degree 13, in pieces that do not wait for each other (Estrin 1960). Unlike
    the C library's it has no branches, so that the compiler handles several numbers at once, and the same
    bits on every machine.
    """
    r, power = reduced(x)
    r2 = r * r
    r4 = r2 * r2
    low = (1.0 / 2.0 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0))
    middle = (1.0 / 720.0 + r * (1.0 / 5040.0)) + r2 * (1.0 / 40320.0 + r * (1.0 / 362880.0))
    high = (1.0 / 3628800.0 + r * (1.0 / 39916800.0)) + r2 * (1.0 / 479001600.0 + r * (1.0 / 6227020800.0))
    series = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)))
    return series * power


@inlined
def logistic(x):
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + exponential(-x))


@inlined
def hyperbolic_tangent(x):
    """tanh(x), exact to about 1e-16 absolute."""
    return 1.0 - 2.0 / (exponential(2.0 * x) + 1.0)
