"""What gradients revealed, in plain sentences computed from the report."""

from __future__ import annotations

from ppml_core.auditing.gradients_report import GradientCell, GradientsReport
from ppml_core.auditing.report_parts import Estimate

EXACT_DB = 119.95
"""PSNRs are capped at 120 dB."""


def gradients_sentence(report: GradientsReport) -> str:
    """What the whole grid shows: what leaks untouched, and from which noise on nothing does."""
    if not report.cells:
        return "No gradient has been attacked yet."
    plain = [cell for cell in report.cells if cell.noise == 0]
    first = _plain(report, plain) if plain else ""
    return " ".join(part for part in (first, _clipping(plain), _noise(report)) if part)


def cell_sentence(report: GradientsReport, cell: GradientCell) -> str:
    """What one cell shows, against what an attacker has without any gradient."""
    return (
        f"{setting_words(cell)}: {picked_words(cell.recognised, report.line_up)}. The "
        f"reconstructions reach {decibels(cell.psnr)}; {null_words(report)}. "
        f"{_conclusion(report, cell)}"
    )


def setting_words(cell: GradientCell) -> str:
    """``Clipping norm 1 and noise 0.001``."""
    clip = "No clipping" if cell.clip is None else f"Clipping norm {cell.clip:g}"
    noise = "no noise" if cell.noise == 0 else f"noise {cell.noise:g}"
    return f"{clip}, {noise}"


def count_words(share: Estimate) -> str:
    """``9 of 12 pictures (75 %, 95 % interval 43 to 95 %)``."""
    if share.value is None or share.ci is None:
        return f"an unknown share ({share.reason})"
    low, high = (100 * end for end in share.ci)
    return (
        f"{_count(share)} of {share.n} picture{'s' if share.n != 1 else ''} "
        f"({100 * share.value:.0f} %, 95 % interval {low:.0f} to {high:.0f} %)"
    )


def picked_words(share: Estimate, line_up: int) -> str:
    """How many are recognised, and among how many others."""
    verb = "can" if _count(share) else "could"
    return f"{count_words(share)} {verb} be picked out of a line-up with {line_up:,} others"


def decibels(estimate: Estimate) -> str:
    """``31.6 dB (29.8 to 33.4)``, or why there is no interval."""
    if estimate.value is None:
        return f"no PSNR ({estimate.reason})"
    if estimate.value > EXACT_DB:
        return "120 dB, which is exact"
    if estimate.ci is None:
        return f"{estimate.value:.1f} dB"
    return f"{estimate.value:.1f} dB (95 % interval {estimate.ci[0]:.1f} to {estimate.ci[1]:.1f})"


def null_words(report: GradientsReport) -> str:
    """What is possible without the gradient."""
    return (
        f"the attacker's mean picture has {report.mean_psnr.value or 0:.1f} dB without any "
        f"gradient, the nearest of their own {report.nearest_psnr.value or 0:.1f} dB"
    )


def evidence(share: Estimate, chance: float, line_up: int) -> str:
    """What a verdict on this share of recognised pictures rests on."""
    return (
        f"{count_words(share)} come first, by likeness to the reconstruction, in a line-up with "
        f"{line_up:,} pictures that were not shared. Knowing the label alone, at most "
        f"{100 * chance:.2g} % would."
    )


def _plain(report: GradientsReport, plain: list[GradientCell]) -> str:
    """What an untouched gradient gives away."""
    cell = next((c for c in plain if c.clip is None), plain[0])
    whose = "one picture" if report.batch == 1 else f"{report.batch} pictures together"
    return (
        f"From the gradient of {whose}, without noise, "
        f"{picked_words(cell.recognised, report.line_up)}."
    )


def _clipping(plain: list[GradientCell]) -> str:
    """Whether clipping alone changed anything."""
    free = next((c for c in plain if c.clip is None), None)
    tight = [c for c in plain if c.clip is not None and c.clipped > 0.5]
    if free is None or not tight or free.recognised.value is None:
        return ""
    if free.recognised.value == 0:
        return ""
    if all(c.recognised.value == free.recognised.value for c in tight):
        return "Clipping alone changes nothing: it keeps the direction."
    return ""


def _noise(report: GradientsReport) -> str:
    """The least noise from which on this attack recovers nothing, at each clipping norm."""
    if not any(c.noise > 0 for c in report.cells):
        return ""
    found = []
    for clip in dict.fromkeys(c.clip for c in report.cells):
        column = sorted((c for c in report.cells if c.clip == clip), key=lambda c: c.noise)
        stops = _stops(column)
        if stops is not None:
            found.append((stops, "no clipping" if clip is None else f"clipping norm {clip:g}"))
    if not found:
        return "At none of the noises does it stop altogether."
    ends = dict.fromkeys((min(found), max(found)))
    listed = " and ".join(f"{noise:g} ({where})" for noise, where in ends)
    return (
        f"By this attack no picture was recognised from a noise of {listed} on, which does not "
        "mean that none can be."
    )


def _stops(column: list[GradientCell]) -> float | None:
    """The least noise with nothing recovered at it and above; None if there is none."""
    least = None
    for cell in reversed(column):
        if cell.recognised.value != 0 or cell.noise == 0:
            break
        least = cell.noise
    return least


def _conclusion(report: GradientsReport, cell: GradientCell) -> str:
    """The verdict as a sentence; a failed attack certifies nothing."""
    if cell.verdict == "individual-leakage":
        return f"From the label alone at most {100 * report.chance:.2g} % would be recognised."
    if cell.verdict == "nothing-recovered":
        return "No recovery by this attack, which does not mean that none is possible."
    return "Too little data to conclude: this is not a pass."


def _count(share: Estimate) -> int:
    """How many of ``n``."""
    return round((share.value or 0.0) * share.n)
