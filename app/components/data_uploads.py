"""One's own uploads: what there is, how long it stays, and Delete, which asks first."""

from __future__ import annotations

import time

import streamlit as st

from app import escape, session
from app.components import formats
from app.service import workbench
from ppml_core import limits
from ppml_core.errors import PPMLError
from ppml_core.jobs.uploads import UploadView

_ASKED, _PROBLEM, FORGET = "uploads.delete", "uploads.delete-problem", "uploads.forget"
_MB = 2**20


def show() -> None:
    """The list, what it takes, and the dialog while it is open. Nothing where there is none."""
    problem = session.take(_PROBLEM)
    if problem:
        st.error(escape.markdown(problem))
    have = workbench().brought(session=session.session_id())
    if have:
        st.subheader("Your uploads", anchor=False)
        st.html(f'<p class="lab-small">{escape.html(usage(have))}</p>')
        for upload in have:
            _row(upload)
    if session.get(_ASKED):
        st.dialog("Delete this upload?", on_dismiss=_keep)(_body)()


def usage(have: list[UploadView]) -> str:
    """How much is used of how much, and when it goes by itself."""
    used = sum(upload.size for upload in have) / _MB
    hours, days = limits.UNPREPARED_SECONDS // 3600, limits.UNUSED_SECONDS // 86400
    return (
        f"{len(have)} of {limits.UPLOADS_SESSION} files, {used:,.1f} of "
        f"{limits.UPLOADS_SESSION_BYTES // _MB:,} MB. What is not prepared goes after "
        f"{hours} hours, what is prepared {days} days after it was last used."
    )


def _row(upload: UploadView) -> None:
    """One upload and its button."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        state = "prepared" if upload.prepared else "not prepared"
        goes = time.strftime("%Y-%m-%d %H:%M", time.localtime(upload.expires))
        size = formats.count(-(-upload.size // 1024))
        words = f"{upload.filename} · {size} KB · {state} · goes on {goes} if not used"
        st.html(f"<p>{escape.html(words)}</p>")
        st.button(
            "Delete",
            key=f"delete-upload-{upload.token}",
            on_click=session.put,
            args=(_ASKED, upload.token),
            help=f"Delete {escape.markdown(upload.filename)}",
        )


def _body() -> None:
    """What goes with it, and the two answers."""
    token = str(session.get(_ASKED) or "")
    have = workbench().brought(session=session.session_id())
    upload = next((each for each in have if each.token == token), None)
    if upload is None:
        session.take(_ASKED)
        st.rerun()  # answered: a dialog closes by a full rerun, after its callback ran
    st.html(
        f"<p><strong>{escape.html(upload.filename)}</strong></p><p>The file, the records prepared "
        "of it and the models kept of it are removed, its link leads nowhere, and runs on it that "
        "wait or are running are stopped. Reports of runs on it that have ended stay: delete them "
        "on page Runs.</p>"
    )
    with st.container(horizontal=True):
        st.button(
            "Delete it", key="delete-upload-yes", type="primary", on_click=_delete, args=(token,)
        )
        st.button("Keep it", key="delete-upload-no", on_click=_keep)


def _delete(token: str) -> None:
    """The answer was yes."""
    session.take(_ASKED)
    try:
        workbench().delete_upload(token, session=session.session_id())
    except PPMLError as error:
        session.put(_PROBLEM, str(error))
        return
    session.put(FORGET, token)
    if session.dataset() == f"upload:{token}":
        session.choose_dataset(session.DEFAULT_DATASET)


def _keep() -> None:
    """The answer was no, or the dialog was dismissed."""
    session.take(_ASKED)
