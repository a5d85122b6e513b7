"""Verdict, tone, headline and finding of every study follow one size, and agree."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core.auditing.attribute_findings import attribute_findings
from ppml_core.auditing.attribute_report import AttributeColumn, AttributesReport
from ppml_core.auditing.attribute_sentences import attribute_sentence
from ppml_core.auditing.attribute_size import verdict
from ppml_core.auditing.conclusions import TONES
from ppml_core.auditing.gradients_findings import gradients_findings
from ppml_core.auditing.gradients_report import GradientCell
from ppml_core.auditing.inversion_findings import find_inversion
from ppml_core.auditing.inversion_report import InversionCell, SwapSummary
from ppml_core.auditing.report import DatasetSummary, TargetSummary
from ppml_core.auditing.report_parts import Estimate
from ppml_core.auditing.study_conclusions import of_attributes, of_gradients, of_inversion
from ppml_core.statistics.intervals import clopper_pearson, wilson

DATA = DatasetSummary(name="made", n=400, sha256="", members=100, majority_share=0.5)
TARGET = TargetSummary(train_accuracy=1.0, test_accuracy=0.9, test_accuracy_ci=(0.85, 0.94))
UNLEARNED = replace(TARGET, test_accuracy=0.5, test_accuracy_ci=(0.45, 0.55))


def interval(low: float, wide: float) -> tuple[float, float]:
    return low, low + wide


INTERVALS = st.builds(interval, st.floats(-0.3, 0.4), st.floats(0.001, 0.4))


def attributes(members, extra, *, stored: str | None = None, target=TARGET) -> AttributesReport:
    """A report with these gains."""
    return AttributesReport(
        imputer_auc=0.6, model_auc=0.6, fused_auc=0.6 + sum(members) / 2,
        delta_members=sum(members) / 2, delta_members_ci=members,
        delta_nonmembers=0.0, delta_nonmembers_ci=(-0.01, 0.01),
        extra=sum(extra) / 2, extra_ci=extra,
        verdict=stored or verdict(members, extra), request={}, dataset=DATA, target=target,
        guarantee=None,
        column=AttributeColumn(
            name="bit", values=("0", "1"), counts=(1, 1), scored=2, records=2, how=""
        ),
    )  # fmt: skip


def leak_of(report: AttributesReport) -> str | None:
    """The severity of the finding about a leak."""
    found = [f for f in attribute_findings(report, 100) if f.code == "LS032"]
    return found[0].severity if found else None


def agrees(tone: str, severity: str | None, text: str) -> None:
    """No part of a report is louder or milder than another."""
    assert (tone == "grave") == (severity == "grave") == ("and grave" in text)
    assert (tone == "warning") == (severity == "warning")
    assert (tone in ("grave", "warning")) == ("leak is visible" in text)
    assert (tone == "open") == ("not a pass" in text)


@given(members=INTERVALS, extra=INTERVALS)
def test_an_attributes_report_never_contradicts_itself(members, extra) -> None:
    report = attributes(members, extra)
    said = of_attributes(report)
    agrees(said.tone, leak_of(report), attribute_sentence(report))
    if said.tone == "clear":
        assert min(members[1], extra[1]) < 0.05
        assert members[1] >= 0 and extra[1] >= 0
    if said.tone == "grave":
        assert min(members[0], extra[0]) >= 0.25


@given(members=INTERVALS, extra=INTERVALS, more=st.floats(0, 0.5))
def test_a_larger_gain_is_never_milder(members, extra, more) -> None:
    """Once a leak is seen."""
    first = of_attributes(attributes(members, extra))
    if first.tone in ("grave", "warning"):
        larger = [(low + more, high + more) for low, high in (members, extra)]
        second = of_attributes(attributes(*larger))
        assert TONES.index(second.tone) <= TONES.index(first.tone)


@given(members=INTERVALS, extra=INTERVALS, stored=st.sampled_from(["inconclusive", "did-not-run"]))
def test_what_is_undecided_is_never_green(members, extra, stored) -> None:
    assert of_attributes(attributes(members, extra, stored=stored)).tone == "open"
    unlearned = attributes(members, extra, target=UNLEARNED)
    assert of_attributes(unlearned).tone != "clear"


@pytest.mark.parametrize(
    ("members", "extra", "label", "tone"),
    [
        ((0.010, 0.026), (0.009, 0.027), "Visible, slight", "warning"),
        ((0.01, 0.2), (0.01, 0.2), "Inconclusive", "open"),
        ((0.04, 0.2), (0.04, 0.2), "Visible, size open", "warning"),
        ((0.1, 0.2), (0.1, 0.2), "Visible, material", "warning"),
        ((0.3, 0.4), (0.3, 0.4), "Visible, grave", "grave"),
        ((-0.02, 0.03), (-0.02, 0.03), "No material leak", "clear"),
        ((-0.09, -0.03), (-0.09, -0.03), "Inconclusive", "open"),
    ],
)
def test_the_word_follows_what_is_surely_gained(members, extra, label, tone) -> None:
    said = of_attributes(attributes(members, extra))
    assert (said.label, said.tone) == (label, tone)


def test_reports_of_older_versions_are_shown_by_their_intervals() -> None:
    """These once were green, and grave."""
    worse = attributes((-0.2, -0.1), (-0.2, -0.1), stored="population-only")
    assert of_attributes(worse).tone == "open"
    assert "not a pass" in attribute_sentence(worse)
    slight = attributes((0.010, 0.026), (0.009, 0.027), stored="leaks-about-members")
    assert of_attributes(slight).label == "Visible, slight"


def test_a_printed_interval_that_excludes_zero_does_not_touch_it() -> None:
    assert "+0.001 to" in attribute_sentence(attributes((0.001, 0.03), (0.001, 0.03)))


def swap(wins: int, pairs: int = 100) -> SwapSummary:
    return SwapSummary(wins=wins, pairs=pairs, rate=wins / pairs, ci=wilson(wins, pairs))


def inversion(single: int, together: int, verdict: str = "individual-leakage", **more):
    return InversionCell(
        target=TARGET, swap=swap(single), side_by_side=swap(together), verdict=verdict, **more
    )


def ls101(cells):
    found = find_inversion(DATA, cells, unit="record", members=10, chance=0.1)
    return next((f for f in found if f.code == "LS101"), None)


@given(cells=st.lists(st.tuples(st.integers(0, 100), st.integers(65, 100)), min_size=1, max_size=4))
def test_an_inversions_finding_is_of_its_worst_setting(cells) -> None:
    made = [inversion(*each, looks=len(cells), evidence=f"{each}") for each in cells]
    tones = [of_inversion(cell).tone for cell in made]
    found = ls101(made)
    assert found.severity == min(tones, key=TONES.index)
    # As many wins of single pictures: the side by side decides.
    worst = made[max(range(len(cells)), key=cells.__getitem__)]
    if of_inversion(worst).tone == "grave":
        assert worst.evidence in found.evidence
    assert ("other setting" in found.evidence) == (len(made) > 1)


@given(single=st.integers(0, 99), together=st.integers(0, 100))
def test_more_wins_are_never_milder(single, together) -> None:
    first, second = (of_inversion(inversion(n, together)) for n in (single, single + 1))
    assert TONES.index(second.tone) <= TONES.index(first.tone)
    both = inversion(single, together, "class-average")
    if of_inversion(both).tone == "clear":
        assert all(t.ci[0] <= 0.5 <= t.ci[1] for t in (both.swap, both.side_by_side))
    for name in ("inconclusive", "did-not-run"):
        assert of_inversion(inversion(single, together, name)).tone == "open"


def test_what_shows_only_side_by_side_is_a_warning_and_slight() -> None:
    cell = inversion(52, 90)
    assert (of_inversion(cell).label, ls101([cell]).severity) == ("Visible, slight", "warning")
    assert of_inversion(inversion(100, 100)).tone == "grave"


def gradients(hits: int, verdict: str = "individual-leakage", n: int = 60, looks: int = 6):
    share = Estimate(value=hits / n, ci=clopper_pearson(hits, n), n=n, unit="pictures")
    return GradientCell(recognised=share, verdict=verdict, looks=looks)


@given(hits=st.lists(st.integers(1, 60), min_size=1, max_size=4), chance=st.floats(0.001, 0.1))
def test_a_gradients_finding_is_as_grave_as_its_worst_setting(hits, chance) -> None:
    cells = [gradients(each) for each in hits]
    tones = [of_gradients(cell, chance).tone for cell in cells]
    (found,) = gradients_findings(cells, chance)
    assert found.severity == min(tones, key=TONES.index)
    assert tones[hits.index(max(hits))] == found.severity
    assert of_gradients(gradients(hits[0], "inconclusive"), chance).tone == "open"


def test_nothing_recovered_from_few_pictures_is_no_pass() -> None:
    assert of_gradients(gradients(0, "nothing-recovered", n=4), 0.01).tone == "open"
    assert of_gradients(gradients(0, "nothing-recovered", n=12), 0.01).tone == "clear"
    assert gradients_findings([gradients(0, "nothing-recovered")], 0.01) == ()
