"""Fetching: right bytes from wherever they can be had, else one sentence, and never half a file."""

import errno
import gzip
import hashlib
import os
import socket
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from hidden_units.datasets import download
from hidden_units.datasets.download import fetch
from hidden_units.datasets.kmnist import KMNIST_FILES, MIRRORS, SourceFile
from hidden_units.errors import StudyError
from tests.refusals import sentence

CONTENT = gzip.compress(np.random.default_rng(2).bytes(200_000), mtime=0)
NAME = "train-labels-idx1-ubyte.gz"
SOURCE = SourceFile(NAME, len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
FLIPPED = CONTENT[:5000] + bytes([CONTENT[5000] ^ 1]) + CONTENT[5001:]
PAGE = b"<!DOCTYPE html><html><title>Please sign in</title></html>"


class Handler(BaseHTTPRequestHandler):
    """Answers by the first part of the address: /good/NAME, /cut/NAME and so on."""

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        _, way, name = self.path.split("/")
        self.server.asked[way] += 1
        if self.server.asked[way] > 2 and way == "busy":
            way = "good"
        match way:
            case "good":
                self.answer(CONTENT)
            case "missing":
                self.send_error(404, "a phrase. Of the server's own")
            case "busy":
                self.send_error(503)
            case "throttled":
                self.send_error(429)
            case "moved" | "astray" | "circle":
                self.send_response(302)
                target = {"moved": "good", "astray": "page", "circle": "circle"}[way]
                self.send_header("Location", f"/{target}/{name}")
                self.end_headers()
            case "elsewhere":
                self.send_response(302)
                self.send_header("Location", f"http://localhost:{self.server.server_port}/good/{name}")
                self.end_headers()
            case "file" | "ftp":
                self.send_response(302)
                self.send_header("Location", f"{way}://{self.headers['Host'].split(':')[0]}/etc/hostname")
                self.end_headers()
            case "escapes":
                self.wfile.write(b"HTTP/1.0 2\x1b]0;x\x07\x1b[2J OK\r\n\r\n")
            case "page":
                self.answer(PAGE)
            case "cut":
                self.answer(CONTENT[:-100], announced=len(CONTENT))
            case "long":
                self.answer(CONTENT + bytes(10_000_000))
            case "unsized":
                self.answer(CONTENT, announced=None)
            case "flipped":
                self.answer(FLIPPED)
            case "rubbish":
                self.wfile.write(b"SSH-2.0-OpenSSH\r\n")
            case "silent":
                self.server.closing.wait()
            case "stalled":
                self.answer(CONTENT[:1000], announced=len(CONTENT))
                self.wfile.flush()
                self.server.closing.wait()
            case "dripping":
                self.answer(b"", announced=len(CONTENT))
                while not self.server.closing.wait(0.02):
                    self.wfile.write(b"\0")
            case "dripping-head":
                self.wfile.write(b"HTTP/1.0 200 OK\r\nX: ")
                while not self.server.closing.wait(0.02):
                    self.wfile.write(b"x")

    def answer(self, content, announced=-1):
        self.send_response(200)
        if announced is not None:
            self.send_header("Content-Length", str(len(content) if announced == -1 else announced))
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        pass  # a client that hangs up is what these tests are about


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with Server(("127.0.0.1", 0), Handler) as running:
        running.asked, running.closing = defaultdict(int), threading.Event()
        running.at = lambda way: f"http://127.0.0.1:{running.server_port}/{way}/"
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield running
        running.closing.set()
        running.shutdown()


@pytest.fixture
def closed_port(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.fixture
def destination(tmp_path):
    return tmp_path / "data" / "sources" / NAME


def ask(destination, *mirrors, local_folder=None, report=lambda line: None, **options):
    return fetch(
        SOURCE,
        destination,
        local_folder=local_folder,
        mirrors=mirrors,
        report=report,
        **{"timeout_seconds": 5, "pause_seconds": 0.001, **options},
    )


def refusal(destination, *mirrors, **options):
    """The sentence that a fetch ends in, with nothing left behind."""
    text = sentence(ask, destination, *mirrors, **options)
    assert not destination.parent.exists() or list(destination.parent.iterdir()) == []
    assert text.startswith(f"{NAME}: could not be fetched")
    assert "`dataset: path:`" in text and "`make report`" in text
    return text


def has_arrived_alone(destination):
    return list(destination.parent.iterdir()) == [destination] and destination.read_bytes() == CONTENT


# From mirrors


@pytest.mark.parametrize("way", ["good", "unsized", "moved"])
def test_right_bytes_arrive(server, destination, way):
    assert ask(destination, server.at(way)) == server.at(way) + NAME
    assert has_arrived_alone(destination)


@pytest.mark.parametrize(
    ("way", "brief", "requests"),
    [
        ("missing", "HTTP 404 Not Found", 1),
        ("throttled", "HTTP 429 Too Many Requests", 3),
        ("page", "a web page in place of the file", 1),
        ("long", f"more than the expected {len(CONTENT):,} bytes", 1),
        ("cut", f"{len(CONTENT) - 100:,} of the expected {len(CONTENT):,} bytes", 3),
        (
            "flipped",
            f"SHA-256 {hashlib.sha256(FLIPPED).hexdigest()[:12]}..., expected {SOURCE.sha256[:12]}",
            3,
        ),
        ("rubbish", "broke off after 0 bytes (SSH-2.0-OpenSSH)", 3),
    ],
)
def test_wrong_answers_are_named_and_asked_again_only_where_that_may_help(
    server, destination, way, brief, requests
):
    assert f"({server.at(way)}: {brief}" in refusal(destination, server.at(way))
    assert server.asked[way] == requests


def test_server_that_recovers_is_asked_again(server, destination):
    lines = []
    ask(destination, server.at("busy"), report=lines.append)
    assert server.asked["busy"] == 3 and has_arrived_alone(destination)
    assert sum("HTTP 503 Service Unavailable" in line for line in lines) == 2


@pytest.mark.parametrize("way", ["missing", "astray", "circle", "flipped", "silent", "dripping"])
def test_second_mirror_gives_what_the_first_does_not(server, destination, way):
    options = {"timeout_seconds": 1.5} if way in ("silent", "dripping") else {}
    assert ask(destination, server.at(way), server.at("good"), **options) == server.at("good") + NAME
    assert server.asked["good"] == 1 and has_arrived_alone(destination)
    assert server.asked[way] == 1 or way == "circle"


@pytest.mark.parametrize(
    ("way", "brief"),
    [
        ("silent", "no answer within 0.4 s after 0 bytes"),
        ("stalled", "no answer within 0.4 s after 1,000 bytes"),
        ("dripping", "too slow"),
        ("dripping-head", "too slow, 0 bytes"),
    ],
)
def test_stalled_server_runs_into_the_time_out(server, destination, way, brief):
    text = refusal(destination, server.at(way), timeout_seconds=0.4, attempts=2)
    assert brief in text and "without a network" not in text and server.asked[way] == 2


# Nobody waits as long as this: a test that had to would not end.
HOUR = 3600


@pytest.mark.parametrize("way", ["silent", "stalled", "dripping", "dripping-head"])
def test_the_next_mirror_is_asked_while_those_before_are_silent_and_first_for_the_next_file(
    server, destination, tmp_path, monkeypatch, way
):
    monkeypatch.setattr(download, "SECONDS_OF_SILENCE", 0.05)
    mirrors, memory = [server.at(way), server.at("silent"), server.at("good")], tmp_path / "mirror"
    lines = []
    options = {"timeout_seconds": HOUR, "memory": memory, "report": lines.append}
    assert ask(destination, *mirrors, **options) == server.at("good") + NAME
    assert has_arrived_alone(destination) and server.asked["good"] == 1
    asked_before = dict(server.asked)
    assert sum(": asking " in line for line in lines) == 3
    destination.unlink()
    ask(destination, *mirrors, **options)
    assert server.asked == asked_before | {"good": 2}, "silent ones are not asked again"


def test_a_name_that_is_looked_up_forever_does_not_hold_the_others_up(server, destination, monkeypatch):
    monkeypatch.setattr(download, "SECONDS_OF_SILENCE", 0.05)
    usual = socket.getaddrinfo

    def lookup(host, *arguments, **options):
        if host == "slow.invalid":
            server.closing.wait()
        return usual(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    ask(destination, "http://slow.invalid/", server.at("good"), timeout_seconds=HOUR)
    assert has_arrived_alone(destination)


def test_a_host_that_takes_no_connection_does_not_hold_the_others_up(server, destination, monkeypatch):
    monkeypatch.setattr(download, "SECONDS_OF_SILENCE", 0.05)
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for client in (first, second):
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        full_address = f"http://127.0.0.1:{full.getsockname()[1]}/"
        ask(destination, full_address, server.at("good"), timeout_seconds=HOUR)
    assert has_arrived_alone(destination)


def test_a_mirror_that_answers_is_alone_in_being_asked(server, destination):
    ask(destination, server.at("good"), server.at("silent"))
    assert server.asked == {"good": 1}


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"http://another/", None])
def test_a_memory_of_mirrors_that_says_nothing_useful_is_ignored(server, destination, tmp_path, content):
    memory = tmp_path / "mirror"
    if content is None:
        memory.mkdir()
    else:
        memory.write_bytes(content)
    ask(destination, server.at("missing"), server.at("good"), memory=memory)
    assert has_arrived_alone(destination) and server.asked == {"missing": 1, "good": 1}


def test_a_redirection_to_a_host_that_is_no_mirrors_is_not_followed(server, destination):
    text = refusal(destination, server.at("elsewhere"), "http://[::1")
    assert "redirects to localhost, which is no mirror's host" in text
    assert server.asked == {"elsewhere": 1}


@pytest.mark.parametrize("scheme", ["file", "ftp"])
def test_a_redirection_of_a_mirror_to_itself_leaves_http_for_nothing_else(server, destination, scheme):
    assert "not a valid http or https address" in refusal(destination, server.at(scheme))


def test_what_a_server_sends_reaches_no_terminal_raw(server, destination):
    lines = []
    text = refusal(destination, server.at("escapes"), report=lines.append)
    assert all(line.isprintable() for line in [text, *lines]) and "\\x1b" in text


def test_pauses_double_between_rounds(server, destination, monkeypatch):
    pauses = []
    monkeypatch.setattr(download.time, "sleep", pauses.append)
    refusal(destination, server.at("cut"), server.at("flipped"), attempts=4, pause_seconds=2)
    assert pauses == [2, 4, 8] and server.asked == {"cut": 4, "flipped": 4}


# Without a network


def test_refused_connections_are_reported_as_no_network(closed_port, destination):
    text = refusal(destination, closed_port)
    assert "no server could be reached, as without a network" in text
    assert f"{closed_port}: connection refused" in text


def test_names_that_cannot_be_resolved_are_reported_as_no_network(destination, monkeypatch):
    def no_resolver(*arguments, **options):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", no_resolver)
    monkeypatch.setenv("no_proxy", "*")
    text = refusal(destination, *MIRRORS)
    assert "no server could be reached" in text
    assert all(f"{mirror}: the server's name could not be resolved" in text for mirror in MIRRORS)


def test_one_server_that_answers_is_a_network(server, closed_port, destination):
    text = refusal(destination, closed_port, server.at("missing"))
    assert "without a network" not in text
    assert "connection refused" in text and "HTTP 404 Not Found" in text


@pytest.mark.parametrize(
    "address", ["", "file:///etc/", "http://", "http://[::1", "http://\0", "http://\ud800"]
)
def test_addresses_of_another_kind_are_refused_without_asking(destination, address):
    assert "address" in refusal(destination, address)


# From a local folder


def test_local_file_is_taken_without_asking_anyone(tmp_path, server, destination):
    (tmp_path / NAME).write_bytes(CONTENT)
    assert ask(destination, server.at("good"), local_folder=tmp_path) == str(tmp_path / NAME)
    assert server.asked == {} and has_arrived_alone(destination)


@pytest.mark.parametrize(
    ("content", "brief"),
    [(FLIPPED, f"SHA-256 {hashlib.sha256(FLIPPED).hexdigest()[:12]}"), (None, "no such file there")],
    ids=["flipped", "absent"],
)
def test_wrong_local_file_is_reported_and_the_mirror_tried(tmp_path, server, destination, content, brief):
    if content is not None:
        (tmp_path / NAME).write_bytes(content)
    lines = []
    came_from = ask(destination, server.at("good"), local_folder=tmp_path, report=lines.append)
    assert came_from == server.at("good") + NAME and has_arrived_alone(destination)
    assert brief in lines[0] and str(tmp_path) in lines[0]
    destination.unlink()
    assert f"(folder {tmp_path}: {brief}" in refusal(destination, server.at("missing"), local_folder=tmp_path)


def test_local_folder_that_is_missing_is_named(tmp_path, closed_port, destination):
    folder = tmp_path / "absent"
    assert f"folder {folder}: no such folder" in refusal(destination, closed_port, local_folder=folder)


def test_full_disk_is_reported_as_such_and_not_blamed_on_the_mirror(server, destination, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(download.os, "fsync", full)
    with pytest.raises(StudyError, match="no room left on the disk"):
        ask(destination, server.at("good"))
    assert list(destination.parent.iterdir()) == [] and server.asked["good"] == 1


# The official files


def test_files_and_mirrors_are_those_that_torchvision_names():
    from torchvision.datasets import KMNIST

    names = [name for name, _ in KMNIST.resources]
    assert [source.name for source in KMNIST_FILES.values()] == names
    assert set(KMNIST.mirrors) <= set(MIRRORS)


@pytest.mark.skipif(
    "HIDDEN_UNITS_KMNIST" not in os.environ, reason="HIDDEN_UNITS_KMNIST names no folder of official files"
)
def test_official_files_have_the_md5_that_torchvision_names_and_our_sha256():
    from torchvision.datasets import KMNIST

    folder = Path(os.environ["HIDDEN_UNITS_KMNIST"])
    found = {name: folder / name for name, _ in KMNIST.resources if (folder / name).exists()}
    assert found
    for name, path in found.items():
        assert hashlib.md5(path.read_bytes()).hexdigest() == dict(KMNIST.resources)[name]
        (sha256,) = (source.sha256 for source in KMNIST_FILES.values() if source.name == name)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
