"""A process is known by its birth, whatever the clock is set to meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from ppml_core.jobs import processes
from ppml_core.storage import birth as births
from ppml_core.storage.birth import birth, same_birth


@pytest.fixture
def no_proc(monkeypatch, tmp_path):
    """A system that has nothing below /proc."""
    monkeypatch.setattr(births, "PROC", tmp_path)


def step(monkeypatch, seconds):
    """Set the clock: what follows it says other times of the same births."""
    told = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: told(self) + seconds)


needs_proc = pytest.mark.skipif(not births.BOOT_ID.exists(), reason="no /proc on this system")


@needs_proc
@pytest.mark.parametrize("seconds", [-86400.0, -3.0, 3.0, 3600.0])
def test_a_step_of_the_clock_kills_nobody(monkeypatch, seconds):
    me = processes.identity("token")
    step(monkeypatch, seconds)
    assert processes.alive(me.pid, me.born)


@needs_proc
def test_births_are_in_order_and_of_this_start_of_the_machine(monkeypatch):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        mine, others = birth(os.getpid()), birth(child.pid)
        assert mine.partition(":")[0] == others.partition(":")[0]
        assert int(mine.partition(":")[2]) <= int(others.partition(":")[2])
        child.kill()
        child.wait()
        assert birth(child.pid) is None
        assert not processes.alive(child.pid, others)
    monkeypatch.setattr(births, "_boot", lambda: "after the next start")
    assert not processes.alive(os.getpid(), mine)


@needs_proc
def test_a_zombie_is_not_alive():
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    born = birth(child.pid)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not processes.alive(child.pid, born)
    child.wait()


def test_without_proc_the_clock_is_asked_and_small_adjustments_are_forgiven(monkeypatch, no_proc):
    me = processes.identity("token")
    assert me.born.startswith("clock:")
    assert processes.alive(me.pid, me.born)
    step(monkeypatch, 1.0)
    assert processes.alive(me.pid, me.born)
    step(monkeypatch, 60.0)
    assert not processes.alive(me.pid, me.born)


def test_nobody_has_a_birth_of_a_number_that_is_not_in_use(no_proc):
    assert birth(2**22 + 1) is None
    assert birth(-1) is None
    assert not same_birth(None, None)


@pytest.mark.parametrize("name", ["(sleep)", "a) R 1 (b", "x y z", ")))"])
def test_names_of_programs_do_not_shift_the_fields(monkeypatch, tmp_path, name):
    (tmp_path / "7").mkdir()
    fields = " ".join(str(number) for number in range(4, 30))
    (tmp_path / "7" / "stat").write_text(f"7 ({name}) S {fields}")
    monkeypatch.setattr(births, "PROC", tmp_path)
    monkeypatch.setattr(births, "_boot", lambda: "boot")
    assert birth(7) == "boot:22"
