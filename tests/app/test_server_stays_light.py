"""What the web server imports: the pages' modules, and none of the heavy libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CODE = """
import sys, pkgutil, importlib
sys.path.insert(0, {root!r})
import app.components, app.figures, app.service
for package in (app.components, app.figures):
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{{package.__name__}}.{{module.name}}")
for heavy in ("torch", "opacus", "sklearn", "dp_accounting"):
    assert heavy not in sys.modules, heavy
"""


def test_no_heavy_library_is_imported_by_what_pages_use():
    done = subprocess.run(
        [sys.executable, "-c", _CODE.format(root=str(ROOT))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_streamlit_still_knows_the_message_that_stops_a_fragments_timer():
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = ForwardMsg()
    message.stop_auto_rerun.fragment_ids.append("x")
    assert message.WhichOneof("type") == "stop_auto_rerun"
