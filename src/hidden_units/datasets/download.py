"""Fetching a file of known size and hash: from a local folder, else from mirrors.

The hash decides whether a file is the right one, so any mirror is as safe as another.
"""

from __future__ import annotations

import hashlib
import http
import os
import queue
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from hidden_units.datasets.idx import looks_like_web_page
from hidden_units.datasets.kmnist import SourceFile
from hidden_units.errors import StudyError, printable
from hidden_units.files import replacing, write_text

# Below this average a server counts as stalled; it also bounds the time that one attempt can take.
MINIMUM_BYTES_PER_SECOND = 20_000
# A server that has this long been silent or stalled is still waited for, but the next one is asked as well.
SECONDS_OF_SILENCE = 2.0
SECONDS_BETWEEN_LOOKS = 0.1

_CHUNK_BYTES = 2**16
_PASSING_STATUSES = {408, 425, 429}
# Bytes as they are: an answer that is unpacked on the way has another size and hash.
_HEADERS = {"User-Agent": "hidden-units", "Accept-Encoding": "identity"}


class _Refused(Exception):
    """Why one source did not give the file: a short reason, whether to retry, whether it was reached."""

    def __init__(self, brief: str, *, final: bool = False, reached: bool = True):
        super().__init__(brief)
        self.final = final
        self.reached = reached


def fetch(
    source: SourceFile,
    destination: Path,
    *,
    local_folder: Path | None,
    mirrors: Sequence[str],
    attempts: int = 3,
    timeout_seconds: float = 30,
    pause_seconds: float = 2,
    memory: Path | None = None,
    report: Callable[[str], None],
) -> str:
    """Fetch one file: from the local folder, else from the mirrors, and only if size and SHA-256 are right.

    The mirrors are tried in order, in up to `attempts` rounds with a pause that doubles between rounds. While
    one is silent or stalled the next is asked too, and the first whole file is taken. Answers that will not
    change (404, a web page, another size) are not requested twice. The destination appears complete or not at
    all. One request, redirections included, takes at most two time-outs plus
    size / MINIMUM_BYTES_PER_SECOND.

    Args:
        destination: where the file is to be written; its folder is made where missing.
        local_folder: a folder that may hold the file under its name, or None.
        mirrors: base addresses, http or https, to which the name is added.
        timeout_seconds: how long to wait for a connection and for each piece of the answer.
        pause_seconds: the pause after the first round.
        memory: a file that keeps which mirror gave the last file, and so is asked first for the next.
        report: is given one line of text for each source and failure.

    Returns:
        The path or address it came from.

    Raises:
        StudyError: no source gave the file (the sentence says what each answered), or the disk is full.
    """
    answers: dict[str, str] = {}
    if local_folder is not None:
        path = Path(local_folder) / source.name
        try:
            _store(_checked(_read_local(path), source), destination)
        except _Refused as refused:
            answers[f"folder {local_folder}"] = str(refused)
            report(f"{source.name}: not taken from folder {local_folder} ({refused}); asking the mirrors")
        else:
            report(f"{source.name}: taken from {path}, size and SHA-256 right")
            return str(path)

    best = _remembered(memory)
    remaining = sorted(mirrors, key=lambda mirror: mirror != best)
    reached = False
    for attempt in range(1, attempts + 1):
        asking = [_Asking(mirror, source, timeout_seconds, mirrors) for mirror in remaining]
        round_of = f"attempt {attempt} of {attempts}"
        with closing(_outcomes(asking, round_of, report)) as outcomes:
            for asked, outcome in outcomes:
                if isinstance(outcome, bytes):
                    _store(outcome, destination)
                    _remember(memory, asked.mirror)
                    report(f"{source.name}: fetched from {asked.address}, size and SHA-256 right")
                    return asked.address
                if not isinstance(outcome, _Refused):
                    raise outcome
                report(f"{source.name}: {asked.address}: {outcome}")
                answers[asked.mirror] = str(outcome)
                reached = reached or outcome.reached
                if outcome.final:
                    remaining.remove(asked.mirror)
        if not remaining:
            break
        if attempt < attempts:
            pause = pause_seconds * 2 ** (attempt - 1)
            report(f"{source.name}: asking again in {pause:g} s")
            time.sleep(pause)

    silence = "" if reached or not mirrors else " because no server could be reached, as without a network"
    found = "; ".join(f"{place}: {answer}" for place, answer in answers.items()) or "no source given"
    raise StudyError(
        f"{source.name}: could not be fetched{silence} ({found}); put the four official files in a folder "
        "and name it in the config under `dataset: path:` (other IDX files run as dataset `idx`), or run the "
        "embedded data, which need no download, with `make report` (dataset `brush`)."
    )


def _remembered(memory: Path | None) -> str | None:
    """The mirror that gave the last file, if that is known."""
    with suppress(OSError):
        return memory.read_text("utf-8", errors="replace") if memory else None
    return None


def _remember(memory: Path | None, mirror: str) -> None:
    """Keep which mirror gave a file, if that can be."""
    with suppress(OSError, StudyError):
        if memory:
            write_text(memory, mirror)


def _checked(chunks: Iterable[bytes], source: SourceFile) -> bytes:
    """The bytes of chunks if they are the file byte for byte."""
    content = bytearray()
    for chunk in chunks:
        if not content and looks_like_web_page(chunk):
            raise _Refused("a web page in place of the file", final=True)
        content += chunk
        if len(content) > source.bytes:
            raise _Refused(f"more than the expected {source.bytes:,} bytes", final=True)
    if len(content) < source.bytes:
        raise _Refused(f"{len(content):,} of the expected {source.bytes:,} bytes")
    digest = hashlib.sha256(content).hexdigest()
    if digest != source.sha256:
        raise _Refused(f"SHA-256 {digest[:12]}..., expected {source.sha256[:12]}...")
    return bytes(content)


def _store(content: bytes, destination: Path) -> None:
    """Write the file, on the disk before its name is: a power cut must not leave a name without content."""
    with replacing(destination) as temporary, temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _read_local(path: Path) -> Iterator[bytes]:
    """Yield a local file's bytes."""
    if not path.parent.is_dir():
        raise _Refused("no such folder")
    if not path.is_file():
        raise _Refused("no such file there")
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise _Refused(f"cannot be read, {error.strerror or error}") from error


class _Asking:
    """One mirror being asked for a file, by a thread of its own.

    A time-out of a socket begins anew with each byte that drips in, and each redirection, address of a name
    and handshake has its own. So the answer is waited for no longer than the whole may take; a thread that is
    given up ends with its next byte, or with the process.
    """

    def __init__(self, mirror: str, source: SourceFile, timeout_seconds: float, mirrors: Sequence[str]):
        self.mirror, self.address = mirror, f"{mirror.rstrip('/')}/{source.name}"
        self.source, self.timeout_seconds, self.mirrors = source, timeout_seconds, mirrors
        self.is_over = threading.Event()
        self.start, self.received = 0.0, 0

    def begin(self, outcomes: queue.SimpleQueue[tuple[_Asking, bytes | Exception]]) -> None:
        """Ask; the file, or why it did not come, is put into the queue."""

        def ask() -> None:
            try:
                outcomes.put((self, _checked(self.chunks(), self.source)))
            except Exception as error:  # raised where it is waited for
                outcomes.put((self, error))

        self.start = time.monotonic()
        threading.Thread(target=ask, daemon=True).start()

    def chunks(self) -> Iterator[bytes]:
        """The bytes as they come, counted, until nobody wants them."""
        for chunk in _answer(self.address, self.timeout_seconds, self.mirrors):
            if self.is_over.is_set():
                return
            self.received += len(chunk)
            yield chunk

    @property
    def elapsed(self) -> float:
        """Seconds since it was asked."""
        return time.monotonic() - self.start

    @property
    def is_promising(self) -> bool:
        """Whether there is no need yet to ask another."""
        return self.elapsed < SECONDS_OF_SILENCE or self.received >= MINIMUM_BYTES_PER_SECOND * self.elapsed

    @property
    def is_late(self) -> bool:
        """Whether it has had all the time that it may have."""
        # Twice: a server that says nothing at all has its own, clearer end by the socket's time-out.
        return self.elapsed > 2 * self.timeout_seconds + self.received / MINIMUM_BYTES_PER_SECOND


def _outcomes(
    waiting: list[_Asking], round_of: str, report: Callable[[str], None]
) -> Generator[tuple[_Asking, bytes | Exception], None, None]:
    """Ask mirrors in order, the next where those before are silent; yield what each comes to."""
    outcomes: queue.SimpleQueue[tuple[_Asking, bytes | Exception]] = queue.SimpleQueue()
    running: list[_Asking] = []
    try:
        while waiting or running:
            if waiting and not any(asked.is_promising for asked in running):
                asked = waiting.pop(0)
                running.append(asked)
                report(f"{asked.source.name}: asking {asked.address} ({round_of})")
                asked.begin(outcomes)
            try:
                asked, outcome = outcomes.get(timeout=SECONDS_BETWEEN_LOOKS)
            except queue.Empty:
                for late in (asked for asked in running if asked.is_late):
                    seconds = f"{late.received:,} bytes in {late.elapsed:.0f} s"
                    outcomes.put((late, _Refused(f"too slow, {seconds}")))
                continue
            if asked in running:
                running.remove(asked)
                asked.is_over.set()
                yield asked, outcome
    finally:
        for asked in running:
            asked.is_over.set()


class _Session(requests.Session):
    """A session that follows no redirection to a host that is not a mirror's."""

    def __init__(self, mirrors: Sequence[str]):
        super().__init__()
        self.hosts = set(map(_host, mirrors))

    def get_redirect_target(self, response: requests.Response) -> str | None:
        """Where the answer redirects to; requests asks this before it follows."""
        target = super().get_redirect_target(response)
        if target:
            host = _host(urljoin(response.url, target))
            if host not in self.hosts:
                raise _Refused(f"redirects to {_one_line(host)}, which is no mirror's host", final=True)
        return target


def _host(address: str) -> str | None:
    """The host of an address, None where it has none."""
    with suppress(ValueError):
        return urlsplit(address).hostname
    return None


def _answer(address: str, timeout_seconds: float, mirrors: Sequence[str]) -> Iterator[bytes]:
    """Yield the bytes that an address answers with; every failure of the network becomes a _Refused."""
    received = 0
    try:
        with (
            _Session(mirrors) as session,
            session.get(address, headers=_HEADERS, timeout=timeout_seconds, stream=True) as response,
        ):
            if not response.ok:
                raise _refused_status(response.status_code)
            # `_checked` counts the bytes.
            response.raw.enforce_content_length = False
            # Not iter_content: it would gather a whole chunk, however slowly the bytes drip in.
            while chunk := response.raw.read1(_CHUNK_BYTES):
                received += len(chunk)
                yield chunk
    except requests.ConnectTimeout as error:
        raise _Refused(f"no connection within {timeout_seconds:g} s", reached=False) from error
    except (requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError) as error:
        raise _Refused(f"no answer within {timeout_seconds:g} s after {received:,} bytes") from error
    # requests' InvalidURL, InvalidSchema and MissingSchema are such, and what urllib3 cannot parse.
    except ValueError as error:
        raise _Refused("not a valid http or https address", final=True) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise _no_answer(error, received) from error


def _refused_status(status: int) -> _Refused:
    """A status other than success; of the client's errors only a few pass by waiting."""
    phrase = next((f" {known.phrase}" for known in http.HTTPStatus if known == status), "")
    return _Refused(f"HTTP {status}{phrase}", final=status < 500 and status not in _PASSING_STATUSES)


def _no_answer(error: BaseException, received: int) -> _Refused:
    """What to say where a connection failed, did not come about or broke off."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, urllib3.exceptions.NameResolutionError):
            return _Refused("the server's name could not be resolved", reached=False)
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _Refused(f"its certificate is not trusted ({cause.verify_message})", final=True)
    last = causes[-1]
    if any(isinstance(cause, urllib3.exceptions.NewConnectionError) for cause in causes):
        reason = os.strerror(last.errno).lower() if getattr(last, "errno", None) else _one_line(last)
        return _Refused(reason, reached=False)
    return _Refused(f"broke off after {received:,} bytes ({_one_line(last)})")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it was made from, the innermost last."""
    while error is not None:
        yield error
        inside = [getattr(error, "reason", None), *error.args, error.__cause__]
        error = next((cause for cause in inside if isinstance(cause, BaseException)), None)


def _one_line(reason: object) -> str:
    """A reason in one short line; it may quote whatever the server sent."""
    words = printable(" ".join(str(reason).split()))
    return words[:80] or type(reason).__name__
