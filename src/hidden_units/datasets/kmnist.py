"""The official KMNIST files: what they are, and how they are fetched.

Data set: Clanuwat, Bober-Irizar, Kitamoto, Lamb, Yamamoto and Ha, Deep Learning for Classical Japanese
Literature, 2018. The hash decides whether a file is the right one, so any mirror is as safe as another.
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import os
import socket
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from hidden_units.datasets.idx import looks_like_web_page
from hidden_units.errors import StudyError
from hidden_units.files import replacing


@dataclass(frozen=True)
class SourceFile:
    """One file as its publisher offers it: its name, its size in bytes and its SHA-256 in hexadecimal."""

    name: str
    bytes: int
    sha256: str


# The files as corrected in February 2019.
KMNIST_FILES = {
    "train_images": SourceFile(
        name="train-images-idx3-ubyte.gz",
        bytes=18_165_135,
        sha256="51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
    ),
    "train_labels": SourceFile(
        name="train-labels-idx1-ubyte.gz",
        bytes=29_497,
        sha256="e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
    ),
    "test_images": SourceFile(
        name="t10k-images-idx3-ubyte.gz",
        bytes=3_041_136,
        sha256="edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
    ),
    "test_labels": SourceFile(
        name="t10k-labels-idx1-ubyte.gz",
        bytes=5_120,
        sha256="20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    ),
}
MIRRORS = (
    "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    "https://storage.googleapis.com/kuzushiji-mnist/",
)
# For `check_dataset`: what to say where images are empty or stand in both parts.
KMNIST_REMEDY = "the corrected files of February 2019 have none, so fetch those"

# Below this average a server counts as stalled; it also bounds the time that one attempt can take.
MINIMUM_BYTES_PER_SECOND = 20_000
PROGRESS_BYTES = 5_000_000

_CHUNK_BYTES = 2**16
_PASSING_STATUSES = {408, 425, 429}
_UNREACHABLE = {
    errno.ECONNREFUSED,
    errno.ENETUNREACH,
    errno.ENETDOWN,
    errno.EHOSTUNREACH,
    errno.EHOSTDOWN,
    errno.EADDRNOTAVAIL,
    errno.EACCES,  # a sandbox that forbids connections
    errno.EPERM,
}


class _Refused(Exception):
    """Why one source did not give the file: in brief, whether to ask it again, whether it was reached."""

    def __init__(self, brief: str, *, final: bool = False, reached: bool = True):
        super().__init__(brief)
        self.final = final
        self.reached = reached


def is_official(hashes: Mapping[str, str]) -> bool:
    """Whether the SHA-256 of the four parts, keyed as KMNIST_FILES, are those of the official files."""
    return {part: digest.lower() for part, digest in hashes.items()} == {
        part: source.sha256 for part, source in KMNIST_FILES.items()
    }


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

    The mirrors are asked in order, in up to `attempts` rounds with a pause that doubles between rounds: a
    mirror that answers is reached before a silent one is asked again. Answers that will not change (404, a
    web page, another size) are not asked for twice. The destination appears complete or not at all. One
    request, redirections included, takes at most two time-outs plus size / MINIMUM_BYTES_PER_SECOND.

    Args:
        destination: where the file is to stand; its folder is made where missing.
        local_folder: a folder that may hold the file under its name, or None.
        mirrors: base addresses, http or https, to which the name is added.
        timeout_seconds: how long to wait for a connection and for each piece of the answer.
        pause_seconds: the pause after the first round.
        report: is given one line of text for each source, failure and step of progress.

    Returns:
        The path or address it came from.

    Raises:
        StudyError: no source gave the file (the sentence says what each answered), or the disk is full.
    """
    answers: dict[str, str] = {}
    if local_folder is not None:
        path = Path(local_folder) / source.name
        try:
            _store(_read_local(path), source, destination, report)
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
            address = f"{mirror.rstrip('/')}/{urllib.parse.quote(source.name)}"
            report(f"{source.name}: asking {address} (attempt {attempt} of {attempts})")
            try:
                _store(_download(address, source, timeout_seconds), source, destination, report)
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
    told = "; ".join(f"{place}: {answer}" for place, answer in answers.items()) or "no source given"
    raise StudyError(
        f"{source.name}: could not be fetched{silence} ({told}); put the four official files in a folder and "
        "name it in the config under `dataset: path:` (other IDX files run as dataset `idx`), or run the "
        "embedded data, which need no download, with `make report` (dataset `brush`)."
    )


def _store(
    chunks: Generator[bytes, None, None], source: SourceFile, destination: Path, report: Callable[[str], None]
) -> None:
    """Write chunks to the destination, which appears only if they are the file byte for byte."""
    digest = hashlib.sha256()
    received = 0
    with closing(chunks), replacing(destination) as temporary, temporary.open("wb") as stream:
        for chunk in chunks:
            if not received and looks_like_web_page(chunk):
                raise _Refused("a web page in place of the file", final=True)
            digest.update(chunk)
            stream.write(chunk)
            before, received = received, received + len(chunk)
            if received > source.bytes:
                raise _Refused(f"more than the expected {source.bytes:,} bytes", final=True)
            if received // PROGRESS_BYTES > before // PROGRESS_BYTES:
                report(f"{source.name}: {received / 1e6:.0f} of {source.bytes / 1e6:.0f} MB")
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


class _Deadline:
    """Ends a request whose time is over, whatever it is waiting for: a handshake, the head, the body.

    A socket's own time-out cannot: it begins anew with each byte that drips in.
    """

    def __init__(self, seconds: float):
        self.start = time.monotonic()
        self.seconds = seconds  # may be raised as long as the request goes on
        self.has_passed = False
        self._connection: socket.socket | None = None
        self._guard = threading.Lock()
        self._over = threading.Event()

    def __enter__(self) -> _Deadline:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        with self._guard:
            self._forget()

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.start

    def connect(self, address: tuple[str, int], timeout: float, source_address=None) -> socket.socket:
        """A connection as http.client asks for it; all addresses of a name share the time that is left."""
        failure: OSError = TimeoutError()
        for *_, place in socket.getaddrinfo(*address, type=socket.SOCK_STREAM):
            left = self.seconds - self.elapsed
            if left <= 0:
                break
            try:
                connection = socket.create_connection(place[:2], min(timeout, left), source_address)
            except OSError as error:
                failure = error
                continue
            connection.settimeout(timeout)
            with self._guard:
                self._forget()
                # A second name of the same connection: TLS takes the first away.
                self._connection = connection.dup()
                if self.has_passed:
                    self._shut()
            return connection
        raise failure

    def _watch(self) -> None:
        while (left := self.seconds - self.elapsed) > 0:
            if self._over.wait(left):
                return
        with self._guard:
            self.has_passed = True
            self._shut()

    def _shut(self) -> None:
        if self._connection is not None:
            with suppress(OSError):  # the server was faster
                self._connection.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _WatchedHandler(urllib.request.HTTPSHandler, urllib.request.HTTPHandler):
    """Opens http and https addresses by connections that a deadline can end."""

    def __init__(self, deadline: _Deadline):
        super().__init__()
        self.deadline = deadline

    def do_open(self, http_class, request, **options):
        def connection(*arguments, **more):
            made = http_class(*arguments, **more)
            # The one place where http.client makes a socket, before TLS and the tunnel of a proxy.
            made._create_connection = self.deadline.connect
            return made

        return super().do_open(connection, request, **options)


def _download(address: str, source: SourceFile, timeout_seconds: float) -> Generator[bytes, None, None]:
    """Yield the bytes that an address answers with, in time; every failure becomes a _Refused."""
    received = 0
    # Twice: a server that says nothing at all has its own, clearer end by the socket's time-out.
    with _Deadline(2 * timeout_seconds) as deadline:
        try:
            for chunk in _answer(address, source, timeout_seconds, deadline):
                received += len(chunk)
                deadline.seconds += len(chunk) / MINIMUM_BYTES_PER_SECOND
                yield chunk
        except _Refused:
            if not deadline.has_passed:
                raise
        if deadline.has_passed and received < source.bytes:
            raise _Refused(f"too slow, {received:,} bytes in {deadline.elapsed:.0f} s")


def _answer(
    address: str, source: SourceFile, timeout_seconds: float, deadline: _Deadline
) -> Generator[bytes, None, None]:
    """Yield the bytes that an address answers with; every failure of the network becomes a _Refused."""
    received = 0
    try:
        if urllib.parse.urlsplit(address).scheme not in ("http", "https"):
            raise _Refused("not an http or https address", final=True)
        request = urllib.request.Request(
            address, headers={"User-Agent": "hidden-units", "Accept-Encoding": "identity"}
        )
        opener = urllib.request.build_opener(_WatchedHandler(deadline))
        with opener.open(request, timeout=timeout_seconds) as response:
            announced = _announced_size(response)
            # Not read(): it would gather a whole chunk, however slowly the bytes drip in.
            while chunk := response.read1(_CHUNK_BYTES):
                if announced not in (None, source.bytes) and not looks_like_web_page(chunk):
                    raise _Refused(f"{announced:,} bytes, expected {source.bytes:,}", final=True)
                received += len(chunk)
                yield chunk
    except urllib.error.HTTPError as error:
        error.close()
        final = 400 <= error.code < 500 and error.code not in _PASSING_STATUSES
        phrase = http.client.responses.get(error.code, "")
        raise _Refused(f"HTTP {error.code} {phrase}".rstrip(), final=final) from error
    except urllib.error.URLError as error:
        raise _no_connection(error.reason, timeout_seconds) from error
    except TimeoutError as error:
        raise _Refused(f"no answer within {timeout_seconds:g} s after {received:,} bytes") from error
    except http.client.InvalidURL as error:
        raise _Refused("not a valid address", final=True) from error
    except (http.client.HTTPException, OSError) as error:
        raise _Refused(f"broke off after {received:,} bytes ({_one_line(error)})") from error
    except ValueError as error:
        raise _Refused(f"not a valid address ({_one_line(error)})", final=True) from error


def _announced_size(response: http.client.HTTPResponse) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdecimal() else None


def _no_connection(reason: object, timeout_seconds: float) -> _Refused:
    """What to say where no connection came about; `reason` is urllib's, an exception or a text."""
    if isinstance(reason, socket.gaierror):
        return _Refused("the server's name could not be resolved", reached=False)
    if isinstance(reason, TimeoutError):
        return _Refused(f"no connection within {timeout_seconds:g} s", reached=False)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return _Refused(f"its certificate is not trusted ({reason.verify_message})", final=True)
    if isinstance(reason, OSError) and reason.errno in _UNREACHABLE:
        return _Refused(os.strerror(reason.errno).lower(), reached=False)
    return _Refused(f"no connection ({_one_line(reason)})")


def _one_line(reason: object) -> str:
    """A reason in one short line; it may quote whatever the server sent."""
    return " ".join(str(reason).split())[:80] or type(reason).__name__
