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
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import requests
import urllib3

from hidden_units.datasets.idx import looks_like_web_page
from hidden_units.datasets.kmnist import SourceFile
from hidden_units.errors import StudyError
from hidden_units.files import replacing

# Below this average a server counts as stalled; it also bounds the time that one attempt can take.
MINIMUM_BYTES_PER_SECOND = 20_000

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
    report: Callable[[str], None],
) -> str:
    """Fetch one file: from the local folder, else from the mirrors, and only if size and SHA-256 are right.

    The mirrors are tried in order, in up to `attempts` rounds with a pause that doubles between rounds: a
    mirror that answers is reached before a silent one is tried again. Answers that will not change (404, a
    web page, another size) are not requested twice. The destination appears complete or not at all. One
    request, redirections included, takes at most two time-outs plus size / MINIMUM_BYTES_PER_SECOND.

    Args:
        destination: where the file is to be written; its folder is made where missing.
        local_folder: a folder that may hold the file under its name, or None.
        mirrors: base addresses, http or https, to which the name is added.
        timeout_seconds: how long to wait for a connection and for each piece of the answer.
        pause_seconds: the pause after the first round.
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
            _store(_read_local(path), source, destination)
        except _Refused as refused:
            answers[f"folder {local_folder}"] = str(refused)
            report(f"{source.name}: not taken from folder {local_folder} ({refused}); asking the mirrors")
        else:
            report(f"{source.name}: taken from {path}, size and SHA-256 right")
            return str(path)

    remaining = list(mirrors)
    reached = False
    for attempt in range(1, attempts + 1):
        for mirror in list(remaining):
            address = f"{mirror.rstrip('/')}/{source.name}"
            report(f"{source.name}: asking {address} (attempt {attempt} of {attempts})")
            try:
                _store(_download(address, timeout_seconds), source, destination)
            except _Refused as refused:
                report(f"{source.name}: {address}: {refused}")
                answers[mirror] = str(refused)
                reached = reached or refused.reached
                if refused.final:
                    remaining.remove(mirror)
            else:
                report(f"{source.name}: fetched from {address}, size and SHA-256 right")
                return address
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


def _store(chunks: Generator[bytes, None, None], source: SourceFile, destination: Path) -> None:
    """Write chunks to the destination, which appears only if they are the file byte for byte."""
    digest = hashlib.sha256()
    received = 0
    with closing(chunks), replacing(destination) as temporary, temporary.open("wb") as stream:
        for chunk in chunks:
            if not received and looks_like_web_page(chunk):
                raise _Refused("a web page in place of the file", final=True)
            digest.update(chunk)
            stream.write(chunk)
            received += len(chunk)
            if received > source.bytes:
                raise _Refused(f"more than the expected {source.bytes:,} bytes", final=True)
        if received < source.bytes:
            raise _Refused(f"{received:,} of the expected {source.bytes:,} bytes")
        if digest.hexdigest() != source.sha256:
            raise _Refused(f"SHA-256 {digest.hexdigest()[:12]}..., expected {source.sha256[:12]}...")
        # On the disk before the new name is: a power cut must not leave the name without the content.
        stream.flush()
        os.fsync(stream.fileno())


def _read_local(path: Path) -> Generator[bytes, None, None]:
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


def _download(address: str, timeout_seconds: float) -> Generator[bytes, None, None]:
    """Yield the bytes that an address answers with, in time.

    A time-out of a socket begins anew with each byte that drips in, and each redirection, address of a name
    and handshake has its own. So the request is made by a thread, and its answer is waited for no longer
    than the whole may take; a thread that is given up ends with its next byte, or with the process.
    """
    answers: queue.SimpleQueue[bytes | Exception | None] = queue.SimpleQueue()
    is_over = threading.Event()

    def ask() -> None:
        try:
            for chunk in _answer(address, timeout_seconds):
                if is_over.is_set():
                    return
                answers.put(chunk)
            answers.put(None)
        except Exception as error:  # raised where it is waited for
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    start, received = time.monotonic(), 0
    # Twice: a server that says nothing at all has its own, clearer end by the socket's time-out.
    seconds = 2 * timeout_seconds
    try:
        while True:
            elapsed = time.monotonic() - start
            try:
                answer = answers.get(timeout=max(0, seconds - elapsed))
            except queue.Empty:
                raise _Refused(f"too slow, {received:,} bytes in {elapsed:.0f} s") from None
            if answer is None:
                return
            if isinstance(answer, Exception):
                raise answer
            received += len(answer)
            seconds += len(answer) / MINIMUM_BYTES_PER_SECOND
            yield answer
    finally:
        is_over.set()


def _answer(address: str, timeout_seconds: float) -> Iterator[bytes]:
    """Yield the bytes that an address answers with; every failure of the network becomes a _Refused."""
    received = 0
    try:
        with requests.get(address, headers=_HEADERS, timeout=timeout_seconds, stream=True) as response:
            if not response.ok:
                raise _refused_status(response.status_code)
            # `_store` counts the bytes.
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
    return " ".join(str(reason).split())[:80] or type(reason).__name__
