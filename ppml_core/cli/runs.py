"""``ppml audit``, ``frontier``, ``attributes`` and ``invert``: ask, run, show."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from ppml_core.auditing.report import (
    AttributesReport,
    AuditReport,
    FrontierReport,
    InversionReport,
    Report,
    encode,
)
from ppml_core.cli.arguments import UsageError
from ppml_core.cli.inputs import build_request, read_data
from ppml_core.cli.interrupted import left_behind
from ppml_core.cli.invert import invert_json, invert_table
from ppml_core.cli.progress import ProgressLine
from ppml_core.errors import RunCancelled
from ppml_core.storage.files import atomic
from ppml_core.storage.home import open_home

STANDARD_OUTPUT = "-"


def run_command(arguments: argparse.Namespace) -> None:
    """Run the request in this process and print the report's table.

    What would spoil the result at the end (an unwritable output) is looked at first.
    """
    _check_output("--json", arguments.json)
    sheet = getattr(arguments, "png", None)
    if sheet == STANDARD_OUTPUT:
        raise UsageError("--png - is no file; name one")
    _check_output("--png", sheet)
    build_request(arguments, arguments.dataset)  # ranges before data
    home = _open_store(arguments.store)
    data = read_data(arguments, home)
    request = build_request(arguments, data.ref)
    from ppml_core.jobs.local import run_here

    progress = ProgressLine(sys.stderr)
    try:
        report = run_here(request, home, progress, dataset=data.dataset)
    except (KeyboardInterrupt, RunCancelled):
        progress.clear()
        print(left_behind(request, home, data.dataset), file=sys.stderr)
        raise
    finally:
        progress.clear()
    for note in data.notes:
        print(f"Note: {note}", file=sys.stderr)
    if sheet is not None and isinstance(report, InversionReport):
        from ppml_core.cli.contact_sheet import contact_sheet

        _write(Path(sheet).resolve(), contact_sheet(report))
    _deliver(report, arguments.json)


def _deliver(report: Report, out: str | None) -> None:
    """The table on standard output, or the JSON in its place; a JSON file beside it."""
    from ppml_core.cli.tables import audit_table, frontier_table

    if out is not None and out != STANDARD_OUTPUT:
        _write(Path(out).resolve(), json_of(report))
    if out == STANDARD_OUTPUT:
        sys.stdout.write(json_of(report).decode())
    elif isinstance(report, AuditReport):
        print(audit_table(report))
    elif isinstance(report, FrontierReport):
        print(frontier_table(report))
    elif isinstance(report, AttributesReport):
        from ppml_core.cli.attributes import attributes_table

        print(attributes_table(report))
    elif isinstance(report, InversionReport):
        print(invert_table(report))


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all; a device or a pipe is written to and not replaced."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    with atomic(path) as file:
        file.write(data)


def json_of(report: Report) -> bytes:
    """The report as the pages have it, indented for people."""
    if isinstance(report, InversionReport):
        return invert_json(report)
    import msgspec

    return msgspec.json.format(encode(report), indent=2) + b"\n"


def _open_store(named: str | None) -> Path:
    """The directory of the runs, made where it is missing."""
    return open_home(Path(named) if named else None).root


def _check_output(option: str, out: str | None) -> None:
    """An output that cannot be written is said before the work and not after it."""
    if out is None or out == STANDARD_OUTPUT:
        return
    try:
        path = Path(out).resolve()
    except (ValueError, OSError, RuntimeError):  # a zero character, links in a circle
        raise UsageError(f"{option} {out!r} is a name that no file can have") from None
    if path.is_dir():
        raise UsageError(f"{option} {out} is a directory; name a file")
    if not path.parent.is_dir():
        raise UsageError(f"{option} {out}: there is no directory {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{option} {out}: no permission to write there")
