"""Everything that is said of a report agrees: badge, headline, table, findings, figure."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ppml_core.accounting.guarantee import PrivacyGuarantee
from ppml_core.auditing import conclusions
from ppml_core.auditing.conclusions import TONES, of_attack, of_audit, of_cell, of_frontier
from ppml_core.auditing.evidence import evidence_words
from ppml_core.auditing.findings import SEVERITIES, find, find_frontier
from ppml_core.auditing.frontier_sentences import frontier_sentence
from ppml_core.auditing.membership_report import AgainstGuarantee
from ppml_core.auditing.report import (
    AttackSummary,
    AuditReport,
    DatasetSummary,
    Finding,
    FrontierCell,
    FrontierReport,
    TargetSummary,
    TprAtFpr,
)
from ppml_core.auditing.sentences import audit_sentence
from ppml_core.auditing.verdict import judge
from ppml_core.auditing.verdict_sentences import BROKEN, audit_verdict
from ppml_core.cli.tables import audit_table, frontier_table

DATA = DatasetSummary(
    name="digits", n=1797, sha256="0" * 64, members=800, nonmembers=800, majority_share=0.1
)
LEAKS = ("LS007", "LS022")
NO_PASS = ("LS007", "LS008", "LS012", "LS022", *BROKEN)
"""Findings beside which nothing is green."""
PASS_WORDS = ("No leak of the size that matters",)

GUARANTEE = PrivacyGuarantee(
    epsilon=2.0,
    delta=1e-5,
    noise_multiplier=1.0,
    max_grad_norm=1.0,
    sample_rate=0.1,
    steps=100,
)
QUIET_RATE = TprAtFpr(fpr=0.01, tpr=0.011, ci=(0.008, 0.014), fpr_ci=(0.005, 0.015))
QUIET = AttackSummary(
    name="lira", auc=0.5, auc_ci=(0.49, 0.51), advantage=0.0, advantage_ci=(-0.01, 0.01),
    tpr_at_fpr=(QUIET_RATE,), targets=8, n_members=4000, n_nonmembers=4000, n_records=1600,
    p_value=0.5,
)  # fmt: skip
shares = st.floats(0.0, 1.0)
widths = st.sampled_from((0.0005, 0.004, 0.01, 0.03, 0.1, 0.3))


@st.composite
def intervals(draw: st.DrawFn, low: float, high: float) -> tuple[float, tuple[float, float]]:
    """A value, often near chance, and an interval around it."""
    near = st.floats(-0.03, 0.12).map(lambda away: max(low, 0.5 if low == 0.0 else 0.0) + away)
    value = min(high, max(low, draw(st.one_of(st.floats(low, high), near))))
    width = draw(widths)
    return value, (max(low, value - width), min(high, value + width))


@st.composite
def rates(draw: st.DrawFn, fpr: float) -> TprAtFpr:
    """A TPR, or why there is none."""
    if draw(st.integers(0, 5)) == 0:
        return TprAtFpr(fpr=fpr, reason="needs more non-members")
    tpr = draw(st.one_of(shares, st.floats(0.0, 8 * fpr)))
    width = draw(widths) * 0.3
    return TprAtFpr(
        fpr=fpr,
        tpr=tpr,
        ci=(max(0.0, tpr - width), min(1.0, tpr + width)),
        fpr_ci=(0.5 * fpr, 1.5 * fpr),
        trials=draw(st.sampled_from((None, 200.0, 5000.0))),
    )


@st.composite
def attacks(draw: st.DrawFn, name: str, quiet: bool = False) -> AttackSummary:
    """What an attack may have found, before it is judged; ``quiet``: precisely nothing."""
    if draw(st.integers(0, 7)) == 0:
        return AttackSummary(name=name, not_applicable="It needs other records.")
    if quiet:
        return replace(QUIET, name=name)
    auc, auc_ci = draw(intervals(0.0, 1.0))
    advantage, advantage_ci = draw(intervals(-1.0, 1.0))
    return AttackSummary(
        name=name,
        auc=auc,
        auc_ci=auc_ci,
        advantage=advantage,
        advantage_ci=advantage_ci,
        tpr_at_fpr=(draw(rates(0.001)), draw(rates(0.01))),
        targets=8,
        n_members=4000,
        n_nonmembers=4000,
        n_records=1600,
        p_value=draw(st.sampled_from((1e-9, 1e-4, 0.01, 0.2, 1.0))),
    )


@st.composite
def audits(draw: st.DrawFn) -> AuditReport:
    """An audit as the pipeline makes it, of models that learned or did not."""
    quiet = draw(st.booleans())
    found = judge([draw(attacks(name, quiet)) for name in ("lira", "rmia", "loss")])
    right = draw(st.sampled_from((0.08, 0.11, 0.9)))
    target = TargetSummary(
        train_accuracy=min(1.0, right + 0.05),
        test_accuracy=right,
        test_accuracy_ci=(right - 0.02, right + 0.02),
    )
    findings = find(DATA, target, None, found)
    return AuditReport(
        request={}, dataset=DATA, target=target, guarantee=None, attacks=found, findings=findings
    )


@st.composite
def frontiers(draw: st.DrawFn) -> FrontierReport:
    """The model without protection and two settings, judged together."""
    names = ("lira", "loss")
    quiet = [draw(st.booleans()) for _ in range(3)]
    raw = [draw(attacks(name, one)) for one in quiet for name in names]
    judged = judge(raw)
    cells = []
    for k, (epsilon, clip) in enumerate((("inf", None), ("inf", 1.0), (2.0, 1.0))):
        right = draw(st.sampled_from((0.08, 0.11, 0.9)))
        cells.append(
            FrontierCell(
                epsilon=epsilon,
                clip=clip,
                test_accuracy=right,
                test_accuracy_ci=(right - 0.02, right + 0.02),
                train_accuracy=right,
                attacks=judged[2 * k : 2 * k + 2],
                guarantee=None if epsilon == "inf" else GUARANTEE,
                models=8,
            )
        )
    findings = find_frontier(DATA, cells[0], cells[1:])
    return FrontierReport(
        request={}, dataset=DATA, reference=cells[0], cells=tuple(cells[1:]), findings=findings
    )


def worst_leak(findings: tuple[Finding, ...]) -> str | None:
    """The severity of the gravest finding about a leak."""
    found = [f.severity for f in findings if f.code in LEAKS]
    return min(found, key=SEVERITIES.index, default=None)


def milder(first: str, second: str) -> bool:
    """Whether the first tone is milder."""
    return TONES.index(first) > TONES.index(second)


@given(audits())
def test_an_audits_badge_headline_table_and_findings_agree(report: AuditReport) -> None:
    said, headline, severity = of_audit(report), audit_verdict(report), worst_leak(report.findings)
    assert (severity is not None) == (said.tone in ("grave", "warning"))
    if severity is not None:
        assert said.tone == severity
        assert said.label.split(": ")[-1].lower() in headline
    passes = any(words in headline for words in PASS_WORDS)
    assert passes == (said.tone == "clear")
    if passes:
        assert not [f for f in report.findings if f.code in NO_PASS]
    else:
        assert said.tone in ("grave", "warning") or "pass" in headline or "nothing" in headline
    assert headline in audit_sentence(report)
    learned = conclusions.has_learned(report.dataset, report.target)
    lines, row = audit_table(report).splitlines(), {}
    for attack in report.attacks:
        row[attack.name] = next(line for line in lines if line.startswith(f"{attack.name} "))
        one = of_attack(attack, learned=learned)
        assert one.label in row[attack.name]
        assert not milder(said.tone, one.tone) or one.tone == "open"
        assert evidence_words(attack.evidence) in row[attack.name]


@given(frontiers())
def test_a_frontiers_badges_table_and_findings_agree(report: FrontierReport) -> None:
    said, severity = of_frontier(report), worst_leak(report.findings)
    assert report.reference is not None
    cells = (report.reference, *report.cells)
    assert (severity is not None) == (said.tone in ("grave", "warning"))
    if severity is not None:
        assert said.tone == severity
    tones = [of_cell(report.dataset, cell).tone for cell in cells]
    assert said.tone == min(tones, key=TONES.index)
    table = frontier_table(report)
    for attack in (a for cell in cells for a in cell.attacks):
        assert evidence_words(attack.evidence) in table
    if said.tone == "clear":
        assert not [f for f in report.findings if f.code in NO_PASS]


@given(attacks("lira"), st.floats(0.0, 0.3))
def test_a_larger_leak_is_never_said_more_mildly(attack: AttackSummary, more: float) -> None:
    """The same AUC interval farther from chance, all else equal."""
    if attack.auc is None or attack.auc_ci is None or attack.auc_ci[1] + more > 1:
        return
    if attack.auc_ci[0] <= 0.5:
        return
    low, high = attack.auc_ci
    larger = replace(attack, auc=attack.auc + more, auc_ci=(low + more, high + more))
    (before,), (after,) = judge([attack]), judge([larger])
    assert not milder(of_attack(after).tone, of_attack(before).tone)


@given(audits())
def test_what_is_undecided_is_never_green(report: AuditReport) -> None:
    ran = [a for a in report.attacks if a.not_applicable is None]
    if not ran or any(a.verdict != "no-leak-detected" for a in ran):
        assert of_audit(report).tone != "clear"
    for attack in ran:
        if attack.verdict == "inconclusive":
            assert of_attack(attack) == conclusions.INCONCLUSIVE


@given(audits(), st.sampled_from(BROKEN))
def test_beside_a_broken_guarantee_nothing_passes(report: AuditReport, code: str) -> None:
    broken = Finding(code=code, title="", severity="grave", evidence="", advice="")
    report = replace(report, findings=(broken, *report.findings))
    headline = audit_verdict(report)
    assert of_audit(report) == conclusions.BROKEN_GUARANTEE
    assert headline.startswith("An attack did better than the guarantee allows")
    assert not any(words in headline for words in PASS_WORDS)


def test_an_attack_beyond_the_guarantee_is_not_green_by_itself() -> None:
    against = AgainstGuarantee(
        adjacency="add-remove", fpr=0.0, tpr=0.01, allowed=0.001, p_value=1e-6, exceeds=True
    )
    (quiet,) = judge([QUIET])
    assert of_attack(quiet).tone == "clear"
    assert of_attack(replace(quiet, against_guarantee=against)).tone == "grave"


@given(frontiers())
def test_a_frontiers_headline_is_as_silent_as_its_cells(report: FrontierReport) -> None:
    """It never says that no attack finds members where a badge says that one does."""
    headline, (_, private) = frontier_sentence(report), report.cells
    leaking = of_cell(report.dataset, private).tone in ("grave", "warning")
    if "No attack finds members there" in headline:
        assert not leaking
    if "A leak stays there" in headline or "at every epsilon" in headline:
        assert leaking
    assert report.reference is not None
    if of_frontier(report).label.startswith(("Visible", "Wrong")) and "no attack finds" in headline:
        assert "leak" in headline
    if "Without protection no attack finds members" in headline:
        assert of_cell(report.dataset, report.reference).tone in ("clear", "open")
