"""Train: what model did I make, and what guarantee has it?"""

from __future__ import annotations

import streamlit as st

from app import navigation, session
from app.components import (
    adopt,
    data_form,
    downloads,
    findings,
    formats,
    glossary,
    heading,
    model_form,
    privacy_form,
    run_panel,
    states,
    submit,
)
from app.components.chart import Row, chart
from app.components.guarantee_card import guarantee_card
from app.components.metric import metric
from app.components.request_line import request_line
from app.figures.learning import learning
from ppml_core.auditing import sentences
from ppml_core.auditing.report import Report, TargetSummary, TrainReport
from ppml_core.jobs.requests import TrainRequest
from ppml_core.jobs.view import RunView


def form() -> None:
    """Data, model and privacy, and the button."""
    data, model, privacy = st.columns(3)
    with data, st.container(border=True, height="stretch"):
        data_form.draw()
    with model, st.container(border=True, height="stretch"):
        model_form.draw()
    with privacy, st.container(border=True, height="stretch"):
        privacy_form.draw()
        session.sticky("train.release", False)
        st.toggle("Train for release", key="train.release", help=glossary.help_for("release"))
    adopt.button()
    submit.button("Train the model", read, key="train-submit")


def read() -> TrainRequest:
    """The request that the form says."""
    return TrainRequest(
        dataset=session.dataset(),
        recipe=model_form.read_recipe(privacy_form.read_privacy()),
        split=data_form.read_split(),
        release=bool(session.choice("train.release", False)),
    )


def result(view: RunView, report: Report) -> None:
    """Curves, gap and guarantee of the trained model."""
    assert isinstance(report, TrainReport)
    heading.small(request_line(view.request, view.dataset_name))
    accuracies(report)
    curves(report.target, sentences.gap_sentence(report.target))
    guarantee_card(report.guarantee, conclusion=sentences.guarantee_sentence(report.guarantee))
    findings.findings(report.findings)
    if view.state == "finished":
        downloads.downloads(report, view.run_id, curve_rows(report.target))
        st.page_link(
            navigation.path("membership"),
            label="Attack this model: go to Membership",
            query_params=session.links(),
        )


def accuracies(report: TrainReport) -> None:
    """Training and test accuracy, and the gap that attacks live on."""
    target, data = report.target, report.dataset
    left, middle, right = st.columns(3)
    with left:
        metric(
            "Training accuracy",
            formats.percent(target.train_accuracy),
            term="train_accuracy",
            n=f"n = {formats.count(data.members)} members",
        )
    with middle:
        metric(
            "Test accuracy",
            formats.percent(target.test_accuracy),
            term="test_accuracy",
            interval=formats.percent_interval(target.test_accuracy_ci),
            n=f"n = {formats.count(data.n - data.members)} unseen records",
        )
    with right:
        metric(
            "Gap",
            formats.points(target.train_accuracy - target.test_accuracy),
            term="gap",
            n=f"{formats.count(target.parameters)} parameters",
        )


def curves(target: TargetSummary, sentence: str) -> None:
    """Learning curves, accuracy or loss."""
    if not target.epochs:
        return
    heading.sentence(sentence)
    session.sticky("train.curve", "Accuracy")
    chosen = st.segmented_control("Show", ("Accuracy", "Loss"), key="train.curve", required=True)
    chart(
        learning(target, dark=session.dark(), loss=chosen == "Loss"),
        key="learning",
        alt=f"{chosen} by epoch for training and unseen records. {sentence}",
        rows=curve_rows(target),
    )


def curve_rows(target: TargetSummary) -> list[Row]:
    """One row an epoch."""
    return [
        {
            "epoch": epoch,
            "train_accuracy": train,
            "test_accuracy": test,
            "train_loss": train_loss,
            "test_loss": test_loss,
        }
        for epoch, train, test, train_loss, test_loss in zip(
            target.epochs,
            target.train_accuracy_curve,
            target.test_accuracy_curve,
            target.train_loss,
            target.test_loss,
            strict=True,
        )
    ]


heading.heading("Train", "What model did I make, and what guarantee has it?")
run = session.run_id()
# The key changes with the run, so that the form closes when a run opens.
with st.expander("Set up a training", expanded=run is None, key=f"train-form-{run or 'new'}"):
    form()
if run is None:
    states.empty("No model yet", "Choose above and train; curves appear here as it learns.")
else:
    run_panel.watch(run, result, kind="train")
