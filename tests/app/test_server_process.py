"""The real server: where it listens, and that it asks nobody outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0


@contextmanager
def outside() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy to the outside world: its address, and what was asked of it."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    client, _ = listener.accept()
                except TimeoutError:
                    continue
                with client:
                    client.settimeout(2)
                    asked.append(client.recv(200))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        finally:
            stop.set()
            thread.join()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def served(home: Path, proxy: str, folder: Path, *flags: str) -> Iterator[tuple[int, int]]:
    """``streamlit run app/main.py`` as the README says it; its port and process."""
    port = free_port()
    environment = {**os.environ, "PPML_HOME": str(home), "http_proxy": proxy, "https_proxy": proxy}
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app" / "main.py")]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--server.port", str(port), *flags],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        end = time.monotonic() + PATIENCE
        while not answers(port):
            assert process.poll() is None, (home / "log").read_text()
            assert time.monotonic() < end, "it never answered"
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.kill()
        process.wait()
        end_workers(home)


def end_workers(home: Path) -> None:
    """The server starts a worker, which outlives it."""
    for process in psutil.process_iter(["cmdline"]):
        if str(home) in (process.info["cmdline"] or []):
            with suppress(psutil.Error):
                process.kill()
                process.wait(10)


def get(port: int, path: str) -> int:
    """The status; asked directly, not by a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            assert answer.headers["X-Frame-Options"] == "DENY"
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code if error.headers["X-Frame-Options"] == "DENY" else -1


def answers(port: int) -> bool:
    try:
        return get(port, "/_stcore/health") == 200
    except OSError:
        return False


def is_refused(port: int, origin: str) -> bool:
    try:
        with connect(f"ws://127.0.0.1:{port}/_stcore/stream", origin=origin, proxy=None):
            return False
    except InvalidStatus as error:
        return error.response.status_code == 403


def listens_at(pid: int) -> set[str]:
    connections = psutil.Process(pid).net_connections(kind="inet")
    return {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}


@pytest.mark.parametrize("folder", ["root", "elsewhere"])
def test_without_an_address_it_listens_on_this_machine_only(tmp_path, folder):
    with (
        outside() as (proxy, asked),
        served(tmp_path, proxy, ROOT if folder == "root" else tmp_path) as (port, pid),
    ):
        assert listens_at(pid) == {"127.0.0.1"}
        assert get(port, "/train") == get(port, "/no-such-page") == 200
        assert get(port, "/_stcore/metrics") == get(port, "/train/_stcore/metrics") == 404
        assert is_refused(port, "http://evil.example")
        with connect(f"ws://127.0.0.1:{port}/_stcore/stream", proxy=None) as ours:
            assert "HttpOnly" in ours.response.headers["Set-Cookie"]
    assert asked == []
    assert f"PPML Lab: http://127.0.0.1:{port}" in (tmp_path / "log").read_text()


def test_an_address_that_is_asked_for_is_obeyed_and_nobody_outside_is_asked(tmp_path):
    flags = ("--server.address", "0.0.0.0", "--server.corsAllowedOrigins", "http://lab.example")
    with outside() as (proxy, asked), served(tmp_path, proxy, ROOT, *flags) as (port, pid):
        assert listens_at(pid) == {"0.0.0.0"}
        address = f"ws://127.0.0.1:{port}/_stcore/stream"
        with connect(address, origin="http://lab.example", proxy=None) as configured:
            assert configured.response.status_code == 101
        assert is_refused(port, "http://other.example")
    assert asked == []
