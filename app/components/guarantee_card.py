"""The privacy guarantee of a model with all its assumptions, or plainly that there is none."""

from __future__ import annotations

import streamlit as st

from app import escape
from app.components import formats, glossary, heading
from ppml_core.accounting.guarantee import PrivacyGuarantee

_ADJACENCY = {"add-or-remove-one": "add or remove one record"}
_SAMPLING = {"poisson": "Poisson"}


def guarantee_card(
    guarantee: PrivacyGuarantee | None,
    *,
    title: str = "Guarantee",
    conclusion: str | None = None,
    compact: bool = False,
) -> None:
    """A framed card. None is a statement too: nothing bounds what the model reveals.
    ``compact`` folds the meaning of the assumptions away, for narrow places."""
    with st.container(border=True):
        heading.section(title)
        if guarantee is None:
            st.html(
                "<p><strong>No guarantee.</strong> This model was trained without differential "
                "privacy. Nothing bounds what it can reveal about one record; a failed attack "
                "does not mean that none can succeed.</p>"
            )
            return
        left, right = st.columns(2)
        left.metric(
            "Epsilon, at most" if compact else "Epsilon, proven upper bound",
            formats.epsilon(guarantee.epsilon),
            help=glossary.help_for("epsilon"),
        )
        right.metric(
            "Delta", formats.small_number(guarantee.delta), help=glossary.help_for("delta")
        )
        if conclusion:
            st.html(f"<p>{escape.html(conclusion)}</p>")
        if guarantee.group is not None:
            st.html(_together(guarantee))
        st.html(_brief(guarantee) if compact else _assumptions(guarantee))
        if compact:
            with st.expander("What these mean", key="guarantee-terms"):
                st.html(_assumptions(guarantee))
        for caveat in guarantee.caveats:
            st.html(f'<p class="lab-caveat"><strong>But:</strong> {escape.html(caveat)}</p>')


def _together(guarantee: PrivacyGuarantee) -> str:
    """What remains for all rows of one person, or all copies of one record."""
    group = guarantee.group
    assert group is not None
    who = "person" if group.unit == "person" else "record with all its exact copies"
    much = f"up to {formats.count(group.records)} training records"
    if group.delta is None:
        said = (
            f"epsilon {formats.epsilon(group.epsilon)} and a delta of 1 or more, which "
            "guarantees nothing"
        )
    else:
        delta = formats.small_number(min(rounded_up(group.delta), 1.0))
        said = f"epsilon {formats.epsilon(group.epsilon)} at delta {delta}"
    words = (
        f"For a whole {who} ({much}): {said}. This is group privacy, worked out from the "
        "guarantee for one record, if nobody has more of them."
    )
    return f'<p class="lab-caveat">{escape.html(words)}</p>'


def rounded_up(value: float) -> float:
    """Three digits, never less than the value: a guarantee may not improve on its way.

    >>> rounded_up(0.00636853), rounded_up(0.5)
    (0.00637, 0.5)
    """
    shown = float(f"{value:.3g}")
    return shown if shown >= value else float(f"{value * 1.005:.3g}")


def rows(guarantee: PrivacyGuarantee) -> list[tuple[str, str, str]]:
    """(name, value, glossary term) of every assumption, in reading order."""
    relation, how = guarantee.neighboring_relation, guarantee.sampling
    found = [
        ("Adjacency", _ADJACENCY.get(relation, relation), "adjacency"),
        ("Unit", guarantee.unit, "unit"),
        ("Sampling", _SAMPLING.get(how, how), "sampling"),
        ("Clipping norm", f"{guarantee.max_grad_norm:g}", "clip"),
        ("Noise multiplier", f"{guarantee.noise_multiplier:.4g}", "noise_multiplier"),
        ("Sample rate", f"{guarantee.sample_rate:.4g}", "sample_rate"),
        ("Steps", formats.count(guarantee.steps), "steps"),
        ("Accountant", guarantee.accountant, "accountant"),
    ]
    if guarantee.rdp_epsilon is not None:
        found.append(("Cross-check (RDP)", f"epsilon {guarantee.rdp_epsilon:.3g}", "rdp"))
    return found


def _assumptions(guarantee: PrivacyGuarantee) -> str:
    """The assumptions as a list of terms with their meaning."""
    items = "".join(
        f"<div><dt>{escape.html(name)}</dt><dd>{escape.html(value)}"
        f"<span>{escape.html(glossary.help_for(term))}</span></dd></div>"
        for name, value, term in rows(guarantee)
    )
    return f'<dl class="lab-terms">{items}</dl>'


def _brief(guarantee: PrivacyGuarantee) -> str:
    """The assumptions alone, in two columns."""
    items = "".join(
        f"<div><dt>{escape.html(name)}</dt><dd>{escape.html(value)}</dd></div>"
        for name, value, _ in rows(guarantee)
    )
    return f'<dl class="lab-terms lab-brief">{items}</dl>'
