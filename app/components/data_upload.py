"""Bringing in one's own file: receive it, look at it, decide about its columns, prepare it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app import escape, scripts, session
from app.components import (
    data_choices,
    data_preview,
    data_roles,
    data_uploads,
    formats,
    heading,
    states,
)
from app.service import workbench
from ppml_core import limits
from ppml_core.datasets.preparation import Preparation
from ppml_core.datasets.preview import UploadPreview
from ppml_core.errors import PPMLError

_SEEN, _TOKEN, _PREVIEW = "upload.seen", "upload.token", "upload.preview"
_PROBLEM = "upload.problem"
_DONE = "upload.done"
Decided = tuple[data_roles.Roles, data_choices.Choices, int | None]
SOURCE = "Bring your own"
"""This way to records, as page Data names it."""
_SIDES = {None: "As they are", 16: "16 x 16", 28: "28 x 28", 32: "32 x 32", 64: "64 x 64"}


def show() -> None:
    """The uploader, then what is in the file, then the decisions."""
    limit = limits.UPLOAD_BYTES // 2**20
    file = st.file_uploader(
        f"A table (CSV, TSV, Parquet, NPZ) or a ZIP of pictures, one folder a class; "
        f"up to {limit} MB",
        key="upload.file",
        max_upload_size=limit,
    )
    st.html(scripts.tag(scripts.DROPZONE), unsafe_allow_javascript=True)
    heading.small(
        "It is read in a separate process, never executed, and stays on this machine. Only "
        "this browser session lists it, unless you pass on its link."
    )
    if file is not None and session.get(_SEEN) != file.file_id:
        session.put(_SEEN, file.file_id)
        _receive(file)
    if session.get(_PROBLEM):
        st.error(escape.markdown(session.get(_PROBLEM)))
    forget = session.take(data_uploads.FORGET)
    if forget and forget == session.get(_TOKEN):
        for note in (_TOKEN, _PREVIEW, _DONE):
            session.take(note)
    preview: UploadPreview | None = session.get(_PREVIEW)
    if preview is not None:
        _decide(preview, str(session.get(_TOKEN)))
    data_uploads.show()


def _receive(file: UploadedFile) -> None:
    """Store and inspect a new file. One that cannot be used leaves everything as it was."""
    bench = workbench()
    try:
        with st.spinner(f"Reading {escape.markdown(file.name)}…", show_time=True):
            token = bench.save_upload(file, file.name, session=session.session_id())
            mine, told = session.session_id(), states.tell_waiting()
            preview = bench.inspect_upload(token, session=mine, on_wait=told)
            if preview.headless:
                session.set_choice(data_choices.header_key(token), False)
                preview = bench.inspect_upload(token, session=mine, header=False, on_wait=told)
    except PPMLError as error:
        session.put(_PROBLEM, f"{file.name} cannot be used. {error}")
        return
    session.take(_PROBLEM)
    session.take(_DONE)
    session.put(_TOKEN, token)
    session.put(_PREVIEW, preview)


def _read_again() -> None:
    """The first row is, or is not, names of columns after all; for callbacks."""
    token = str(session.get(_TOKEN))
    header = bool(session.choice(data_choices.header_key(token), True))
    try:
        with st.spinner("Reading it again…", show_time=True):
            mine, told = session.session_id(), states.tell_waiting()
            preview = workbench().inspect_upload(token, session=mine, header=header, on_wait=told)
    except PPMLError as error:
        session.put(_PROBLEM, f"It cannot be read this way. {error}")
        session.set_choice(data_choices.header_key(token), not header)
        return
    session.take(_PROBLEM)
    session.put(_PREVIEW, preview)


def _decide(preview: UploadPreview, token: str) -> None:
    """What is in the file, the column roles, the other choices, and the button."""
    st.header(f"What is in {escape.markdown(preview.filename)}", anchor=False)
    st.html(f'<p class="lab-small">{escape.html(summary(preview))}</p>')
    for warning in preview.warnings:
        states.notice("About this file", warning, tone="warning")
    data_choices.first_row(preview, token, _read_again)
    header = bool(session.choice(data_choices.header_key(token), True))
    if preview.headless and not header:
        states.notice(
            "The first row looks like a record",
            "So it was taken for one, and the columns are numbered. Tick the box above if it "
            "names them.",
            tone="warning",
        )
    if preview.rows:
        shown = [column.name for column in preview.columns][: len(preview.rows[0])]
        st.html(
            data_preview.table(shown, preview.rows[:8], label=f"First rows of {preview.filename}")
        )
    decided = _decided(preview, token, header)
    if st.button(
        "Prepare these records",
        key="upload.prepare",
        type="primary",
        on_click=session.take,
        args=(_PROBLEM,),
    ):
        _prepare(token, decided)
    if session.get(_DONE) == token:
        states.notice("Prepared", "These records are chosen for the next run; their card is below.")


def _decided(preview: UploadPreview, token: str, header: bool) -> Decided:
    """What the widgets say; columns of another name are other widgets."""
    scope = token if header else f"{token}-records"
    if preview.kind == "images":
        return data_roles.Roles(), data_choices.Choices(), _side(preview, token)
    if not preview.columns:
        return data_roles.Roles(), data_choices.Choices(), None
    roles = data_roles.edit(preview, scope)
    choices = data_choices.ask(preview, scope, roles.label, roles.leave_out)
    return roles, replace(choices, header=header), None


def _side(preview: UploadPreview, token: str) -> int | None:
    """The size of pictures."""
    key = f"side-{token}"
    session.sticky(key, None if len(preview.sizes) == 1 else limits.RESIZED_SIDE)
    side: int | None = st.selectbox(
        "Size of the pictures",
        list(_SIDES),
        format_func=lambda value: _SIDES[value],
        key=key,
        help="Small pictures train faster. Pictures of different sizes must be resized.",
    )
    return side


def _prepare(token: str, decided: Decided) -> None:
    """Make the dataset; on success it is the chosen one. Nothing is lost on failure."""
    try:
        with st.spinner("Preparing the records…", show_time=True):
            made = preparation(*decided)
            card = workbench().prepare_upload(
                token, made, session=session.session_id(), on_wait=states.tell_waiting()
            )
    except PPMLError as error:
        st.error(escape.markdown(error))
        return
    session.put(_DONE, token)
    session.choose_dataset(card.ref)


def preparation(
    roles: data_roles.Roles, choices: data_choices.Choices, side: int | None
) -> Preparation:
    """The decisions as the library takes them. Raises ``InvalidValue``."""
    return Preparation(
        label=roles.label,
        header=choices.header,
        leave_out=roles.leave_out,
        categorical=roles.categorical,
        numbers=roles.numbers,
        grouped=roles.grouped,
        hashed=roles.hashed,
        dates=choices.dates,
        missing_words=choices.missing_words,
        missing=choices.missing,
        merge_classes=choices.merge_classes,
        person=roles.person,
        bounds=roles.bounds,
        image_side=side,
    )


def unprepared() -> str | None:
    """The name of a file that was read in this session and not prepared; None if there is none."""
    preview: UploadPreview | None = session.get(_PREVIEW)
    if preview is None or session.get(_DONE) == session.get(_TOKEN):
        return None
    return preview.filename


def refused() -> bool:
    """Whether the last file could not be used, so that what was chosen before still is."""
    return session.get("data.source") == SOURCE and bool(session.get(_PROBLEM))


def summary(preview: UploadPreview) -> str:
    """Kind, size and counts in one line."""
    size = megabytes(preview.file_bytes)
    digest = f"SHA-256 {preview.file_sha256[:12]}…"
    if preview.kind == "images":
        return (
            f"{formats.count(preview.n)} pictures in {len(preview.classes)} classes, "
            f"{', '.join(preview.sizes[:3])} · {size} · {digest}"
        )
    return (
        f"{formats.count(preview.n)} rows, {formats.count(len(preview.columns))} columns, "
        f"{formats.count(preview.missing)} missing values · {size} · {digest}"
    )


def megabytes(size: int) -> str:
    """A file size for people.

    >>> megabytes(17_700), megabytes(5_300_000)
    ('17.3 KB', '5.1 MB')
    """
    return f"{size / 2**10:,.1f} KB" if size < 2**20 else f"{size / 2**20:,.1f} MB"
