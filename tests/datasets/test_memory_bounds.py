"""Files that are small on disk and huge once read: refused with words, in little memory.

Each is read in a process of its own, whose peak is asked of the system.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import huge_files
import numpy as np
import pytest

from ppml_core import limits
from ppml_core.datasets import isolated

PEAK_MIB = 260
"""Libraries take about 120 of it."""

_CODE = """
import re, sys
from pathlib import Path
from ppml_core.datasets import worker
print(worker.answer(sys.argv[1]).get("error", "read"))
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def peak(command: dict[str, object]) -> tuple[str, int]:
    """The answer's sentence and the peak in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, json.dumps(command)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **isolated._environment()},
    )
    said, size = done.stdout.strip().splitlines()
    return said, int(size)


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "zeros.parquet": (huge_files.zeros_parquet, "400,000 rows and 600 columns takes 2.7 GiB"),
    "long.parquet": (huge_files.long_text_parquet, "A text has 200,000 characters"),
    "wide.npz": (huge_files.wide_npz, "takes 5.6 GiB of memory"),
    "crowded.zip": (huge_files.crowded_zip, "has 200,000 entries"),
    "padded.csv": (huge_files.padded_csv, "1,000,001 rows and 2,000 columns takes 22.4 GiB"),
    "giant.csv": (huge_files.giant_cell_csv, "A line has 40 MB (line 32)"),
    "one-hot.csv": (huge_files.one_hot_csv, "10,000 features, 3.7 GiB of at most 512 MiB"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_small_file_takes_little_memory(tmp_path: Path, name: str) -> None:
    make, expected = FILES[name]
    path = make(tmp_path / name)
    preparation = {"label": "y" if name == "one-hot.csv" else None}
    paths = {"path": str(path), "out": str(tmp_path / "out")}
    said, size = peak(
        {"do": "prepare", "filename": name, "preparation": preparation, "ref": "r", **paths}
    )
    assert expected in said
    assert size < PEAK_MIB


def test_what_is_accepted_fits_into_the_process_that_reads_it() -> None:
    """The table, the dataset made of it, and libraries."""
    libraries = 0.5 * 2**30
    assert limits.TABLE_BYTES + limits.ENCODED_BYTES + libraries < limits.READER_BYTES
    assert limits.READER_BYTES < 4 * 2**30


def test_numbers_of_an_npz_are_held_once(tmp_path: Path) -> None:
    """Bytes that become 64 MiB of columns, held once, and 32 MiB of features, which are
    copied where equal records are looked for."""
    path = tmp_path / "x.npz"
    y = np.arange(20_000) % 2
    np.savez_compressed(path, X=np.zeros((20_000, 419), np.int8), y=y)
    empty = tmp_path / "small.npz"
    np.savez_compressed(empty, X=np.zeros((20, 419), np.int8), y=y[:20])
    command = {"do": "prepare", "preparation": {}, "ref": "r", "out": str(tmp_path / "out")}
    sizes = [peak({**command, "path": str(p), "filename": "x.npz"}) for p in (empty, path)]
    assert [said for said, _ in sizes] == ["read", "read"]
    assert sizes[1][1] - sizes[0][1] < 64 + 3 * 32 + 40
