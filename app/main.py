"""Entry point: ``streamlit run app/main.py`` finds this server and starts it."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # streamlit puts only app/ there
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

from app import shell  # noqa: E402
from app.uploads_gate import UploadsGate  # noqa: E402

shell.stay_inside()
server = st.App(
    ROOT / "app" / "dashboard.py",
    routes=shell.routes(),
    middleware=[*shell.middleware(), Middleware(UploadsGate)],
    lifespan=shell.lifespan,
    exception_handlers={500: shell.failed},
)
