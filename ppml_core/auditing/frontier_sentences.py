"""What epsilon costs and what it buys, in sentences computed from the cells."""

from __future__ import annotations

from dataclasses import replace

from ppml_core.auditing.evidence import label_of
from ppml_core.auditing.learning import has_learned, learned_nothing
from ppml_core.auditing.report import AttackSummary, FrontierCell, FrontierReport
from ppml_core.auditing.sentences import (
    headline_rate,
    rate_at,
    strongest_of,
    title_of,
)
from ppml_core.auditing.verdict_sentences import broken_words
from ppml_core.auditing.wording import area, percent, rate_found

GONE = 0.75
"""Share of the attack's lead over chance that a bargain removes, at least."""


def frontier_sentence(report: FrontierReport) -> str:
    """The bargain, and where attacks fall silent.

    The bargain is the most accurate setting with a guarantee that takes away at
    least three quarters of what attacks gain over chance without protection;
    failing that, the most accurate one in which no attack finds members.
    """
    report = replace(report, cells=tuple(sorted(report.cells, key=place_of)))
    return f"{broken_words(report.findings)} {_bargain(report)}".strip()


def place_of(cell: FrontierCell) -> tuple[float, float]:
    """Where a cell stands, whatever the order it was asked for in: from little noise to much,
    from a small clipping norm to a large one."""
    noise = 0.0 if isinstance(cell.epsilon, str) else 1 / float(cell.epsilon)
    return noise, -1.0 if cell.clip is None else cell.clip


def _bargain(report: FrontierReport) -> str:
    """What :func:`frontier_sentence` says of cells in a fixed order."""
    private = [cell for cell in report.cells if cell.guarantee is not None]
    if not private:
        return _before_private(report)
    if report.reference is not None and not has_learned(report.dataset, report.reference):
        doubt = learned_nothing(report.dataset, report.reference).removesuffix(".")
        return (
            f"Without protection {doubt[:1].lower() + doubt[1:]}: it is not surely right more "
            "often than always answering the most frequent class. What attacks find on it, or do "
            "not find, says nothing about training that works."
        )
    if report.reference is not None and _finds_none(report.reference):
        return _nothing_to_protect(report, report.reference, private)
    quiet = _most_accurate([cell for cell in private if not _visible(cell)])
    bargain = None
    if report.reference is not None and _lead(report.reference) > 0:
        bound = (1 - GONE) * _lead(report.reference)
        bargain = _most_accurate([cell for cell in private if _lead(cell) <= bound])
    shown = bargain or quiet or min(private, key=_lead)
    said = f"{cell_sentence(report, shown)}{_unlearned(report, shown)}"
    if broken_words(report.findings):  # beside which nothing falls silent
        return said
    return f"{said} {_silence(shown, quiet)}"


def _finds_none(reference: FrontierCell) -> bool:
    """Attacks ran on the model without protection and none finds members, either way round."""
    return strongest_of(reference.attacks) is not None and not _visible(reference)


def _visible(cell: FrontierCell) -> bool:
    """Some attack finds members there, or their scores point the wrong way."""
    return _has(cell, "leaks") or _has(cell, "reversed")


def _nothing_to_protect(
    report: FrontierReport, reference: FrontierCell, private: list[FrontierCell]
) -> str:
    """No measurable leak without noise: only the price of noise is left to tell."""
    best = max(private, key=lambda cell: cell.test_accuracy)
    little = " with this little data" if _has(reference, "inconclusive") else ""
    return (
        f"Without protection no attack finds members{little}, so there is nothing that noise "
        f"could measurably take away. {_setting(best)} {_cost(reference, best)}."
        f"{_unlearned(report, best)}{_elsewhere(report)}"
    )


def _elsewhere(report: FrontierReport) -> str:
    """The first setting in which a leak is visible though none is without protection."""
    cell = next((cell for cell in report.cells if _visible(cell)), None)
    worst = strongest_of(cell.attacks) if cell else None
    if cell is None or worst is None:
        return ""
    return f" Yet a leak is visible with {setting_of(cell)} ({label_of(worst).lower()})."


def _unlearned(report: FrontierReport, cell: FrontierCell) -> str:
    """A warning where the model of this setting is useless."""
    doubt = learned_nothing(report.dataset, cell, "that model")
    if not doubt:
        return ""
    more = "does as well" if "nothing" in doubt else "may do as well"
    return f" {doubt.removesuffix('.')}: always answering the most frequent class {more}."


def _silence(shown: FrontierCell, quiet: FrontierCell | None) -> str:
    """What is still visible in the shown setting, and where, at what price, no attack finds
    members."""
    worst = strongest_of(shown.attacks)
    still = ""
    if worst is not None and _visible(shown):
        still = f"A leak stays there ({label_of(worst).lower()}). "
    return still + _quiet(shown, quiet)


def _quiet(shown: FrontierCell, quiet: FrontierCell | None) -> str:
    """Where no attack finds members."""
    if quiet is None:
        return "Attacks find members at every epsilon computed so far."
    doubt = ""
    if _has(quiet, "inconclusive"):
        doubt = ", though with so few models and records a leak cannot be ruled out"
    if quiet is shown:
        return f"No attack finds members there{doubt}."
    right = percent(quiet.test_accuracy, 1)
    return f"No attack finds members with {setting_of(quiet)} ({right} right){doubt}."


def _most_accurate(cells: list[FrontierCell]) -> FrontierCell | None:
    """None of none."""
    return max(cells, key=lambda cell: cell.test_accuracy, default=None)


def _lead(cell: FrontierCell) -> float:
    """What the best attack gains over chance: TPR at 1 % FPR beyond 1 %, in units of
    that; where it is not measured, AUC beyond one half."""
    leads = []
    for attack in cell.attacks:
        rate = rate_at(attack, 0.01)
        if rate is not None and rate.tpr is not None:
            leads.append(rate.tpr / rate.fpr - 1)
        elif attack.auc is not None:
            leads.append(2 * attack.auc - 1)
    return max(leads, default=0.0)


def cell_sentence(report: FrontierReport, cell: FrontierCell, attack: str | None = None) -> str:
    """Cost and gain of one setting against the reference without protection.

    The gain is measured by the attack of that name, or by the strongest of the cell.
    """
    measured = strongest_of(cell.attacks) if attack is None else _same_attack(cell, attack)
    gain = _gain(report.reference, cell, measured)
    return f"{_setting(cell)} {_cost(report.reference, cell)}; {gain}."


def setting_of(cell: FrontierCell) -> str:
    """``epsilon 2, clipping norm 1`` or ``no noise, clipping norm 1``."""
    noise = "no noise" if cell.epsilon == "inf" else f"epsilon {float(cell.epsilon):g}"
    return noise if cell.clip is None else f"{noise}, clipping norm {cell.clip:g}"


def _setting(cell: FrontierCell) -> str:
    """The sentence's start."""
    if cell.clip is None:
        return "Without protection the model"
    return f"With {setting_of(cell)} the model"


def _cost(reference: FrontierCell | None, cell: FrontierCell) -> str:
    """Accuracy on unseen records, and what is lost of it."""
    right = f"is right on {percent(cell.test_accuracy, 1)} of unseen records"
    if reference is None or cell.clip is None:
        return right
    lost = 100 * (reference.test_accuracy - cell.test_accuracy)
    if abs(lost) < 0.05:
        return f"{right}, as many as without protection"
    return (
        f"{right}, {abs(lost):.1f} points {'fewer' if lost > 0 else 'more'} than without protection"
    )


def _gain(reference: FrontierCell | None, cell: FrontierCell, attack: AttackSummary | None) -> str:
    """What the attack finds, and what it finds without protection."""
    if attack is None or attack.auc is None:
        return "no attack could run on it"
    before = _same_attack(reference, attack.name) if cell.clip is not None else None
    rate = headline_rate(attack)
    if rate is None or rate.tpr is None:
        told = f"{title_of(attack.name)} reaches {area(attack.auc, attack.auc_ci)}"
        old_auc = before.auc if before else None
        return told + (f" instead of {area(old_auc, before.auc_ci)}" if before and old_auc else "")
    told = (
        f"at {percent(rate.fpr)} false alarms {title_of(attack.name)} recognises "
        f"{rate_found(rate)} of the members"
    )
    old = rate_at(before, rate.fpr) if before else None
    return told + (f" instead of {rate_found(old)}" if old and old.tpr is not None else "")


def _same_attack(cell: FrontierCell | None, name: str) -> AttackSummary | None:
    """The attack of this name in another cell."""
    return next((a for a in cell.attacks if a.name == name), None) if cell else None


def _before_private(report: FrontierReport) -> str:
    """While no cell with noise is finished."""
    if report.reference is None:
        return "The first cell is being computed."
    start = cell_sentence(report, report.reference)
    return f"{start} No setting with a guarantee has been computed yet."


def _has(cell: FrontierCell, verdict: str) -> bool:
    """Any attack of the cell has this verdict; an attack that could not run has none."""
    return any(a.verdict == verdict for a in cell.attacks if a.not_applicable is None)
