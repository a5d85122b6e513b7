"""The product as a visitor meets it: ``streamlit run`` on a store of its own."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psutil

from ppml_core.auditing.report import Report
from ppml_core.jobs.requests import Request
from ppml_core.jobs.service import Workbench

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0
"""A deadline for what must happen, not a claim about how fast it is."""
SETUP = "the tests themselves"
Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found], what: str, seconds: float = PATIENCE) -> Found:
    """Poll until ``condition()`` is true, and return it; fail if it never is."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"It never happened: {what}"
        time.sleep(0.05)
    return value


class Lab:
    """One server on one port and one home; it may be killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: subprocess.Popen[bytes] | None = None
        self._bench: Workbench | None = None

    @property
    def bench(self) -> Workbench:
        """The same store, from this process."""
        if self._bench is None:
            self._bench = Workbench(self.home, 1)
        return self._bench

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        place = ["--server.address", "127.0.0.1", "--server.port", str(self.port)]
        with (self.home / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app/main.py", *place],
                cwd=ROOT,
                env={**os.environ, "PPML_HOME": str(self.home), "PPML_WORKERS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        wait_for(self._answers, f"the server answers; its log:\n{self.log()[-2000:]}")

    def kill(self) -> None:
        """SIGKILL the server, as a power cut or the kernel would. Workers are left alone."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def stop(self) -> None:
        """End the server and every process that works on its home."""
        self.kill()
        if self._bench is not None:
            self._bench.close()
        for process in psutil.process_iter(["cmdline"]):
            if str(self.home) in (process.info["cmdline"] or []):
                _end(process)

    def log(self) -> str:
        """What the server wrote."""
        path = self.home / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def finished(self, request: Request) -> tuple[str, Report]:
        """The run of ``request``, computed by now."""
        run = self.bench.submit(request, session=SETUP)
        wait_for(lambda: not self.bench.view(run).live, f"run {run} ends")
        view = self.bench.view(run)
        assert view.state == "finished", view
        report = self.bench.report(run)
        assert report is not None
        return run, report

    def forget(self, kind: str) -> None:
        """Delete all runs of a kind, whoever asked for them, so that they are new again."""
        for run, session in self._rows(
            "SELECT run_id, session FROM run_sessions JOIN runs USING (run_id) "
            "WHERE kind = ? AND NOT hidden",
            kind,
        ):
            self.bench.delete(run, session=session)

    def runs(self, kind: str) -> dict[str, str]:
        """Id to state of every run of a kind in the store, whoever asked for it."""
        return dict(self._rows("SELECT run_id, state FROM runs WHERE kind = ?", kind))

    def _rows(self, query: str, *values: str) -> list[tuple[str, str]]:
        connection = sqlite3.connect(self.bench.store.home.database, timeout=30)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def _answers(self) -> bool:
        """Whether the server says that it is well."""
        assert self._server is None or self._server.poll() is None, self.log()[-2000:]
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _end(process: psutil.Process) -> None:
    try:
        process.kill()
        process.wait(10)
    except psutil.Error:
        return
