"""Setting the form to what the open run was asked to do."""

from __future__ import annotations

import streamlit as st

from app import session
from app.components import (
    attack_form,
    attribute_choices,
    data_form,
    gradients_choices,
    inversion_choices,
    ladder_choices,
    model_form,
    privacy_form,
)
from app.components.run_panel import find
from ppml_core.jobs.requests import (
    AttributesRequest,
    AuditRequest,
    GradientsRequest,
    InvertRequest,
    LadderRequest,
    Request,
    TrainRequest,
)


def button() -> None:
    """Offers the open run's settings; nothing while no run is open."""
    run = session.run_id()
    view = find(run) if run else None
    if view is not None and view.readable:
        st.button(
            "Copy the settings of the open run",
            key="adopt",
            type="tertiary",
            on_click=adopt,
            args=(view.request,),
        )


def adopt(request: Request) -> None:
    """Set every group of the form; for callbacks.

    Uploaded records are not chosen: a link to results is not a link to the records.
    """
    if not request.dataset.startswith("upload:"):
        session.choose_dataset(request.dataset)
    if isinstance(request, InvertRequest):
        inversion_choices.set_to(request)
    if isinstance(request, GradientsRequest):
        gradients_choices.set_to(request)
        return
    if isinstance(request, LadderRequest):
        ladder_choices.set_to(request)
        return
    if isinstance(request, AttributesRequest):
        attribute_choices.set_to(request)
        return
    if not isinstance(request, TrainRequest):
        return
    data_form.adopt(request.split)
    model_form.adopt(request.recipe)
    privacy_form.adopt(request.recipe.privacy)
    if isinstance(request, AuditRequest):
        attack_form.adopt(request.attacks, request.shadows, request.seed)
    elif type(request) is TrainRequest:  # other kinds say nothing about a release
        session.set_choice("train.release", request.release)
