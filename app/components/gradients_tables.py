"""The grid and the pictures of page Gradients as tables."""

from __future__ import annotations

from app.components import gradients_words as words
from app.components.tables import Row
from app.figures import gradients_values as values
from ppml_core.auditing.gradients_report import GradientCell, GradientsReport


def rows(report: GradientsReport) -> list[Row]:
    """Every cell, as people read it."""
    return [_row(cell, report.chance) for cell in report.cells]


def _row(cell: GradientCell, chance: float) -> Row:
    """One cell as text."""
    row: Row = {
        "Clipping norm": words.clip_text(cell.clip),
        "Noise": words.noise_text(cell.noise),
    }
    for key, one in values.MEASURES.items():
        found = values.estimate(cell, key)
        text, interval = values.number(found.value, key), values.interval(found, key)
        row[one.label] = f"{text} ({interval})" if interval else text
    row["Verdict"] = words.verdict(cell, chance)[0]
    row["Epsilon"] = "–" if cell.guarantee is None else f"{cell.guarantee.epsilon:.3g}"
    return row


def file_rows(report: GradientsReport) -> list[Row]:
    """Plain numbers of every cell, for the CSV; shares are fractions."""
    found = []
    for cell in report.cells:
        row: Row = {
            "clip": cell.clip,
            "noise": cell.noise,
            "noise_multiplier": cell.noise_multiplier,
        }
        for key in values.MEASURES:
            one = values.estimate(cell, key)
            row[key] = one.value
            row[f"{key}_low"] = one.ci[0] if one.ci else None
            row[f"{key}_high"] = one.ci[1] if one.ci else None
        row |= {
            "pictures": cell.psnr.n,
            "clipped": cell.clipped,
            "verdict": cell.verdict,
            "epsilon": cell.guarantee.epsilon if cell.guarantee else None,
            "epsilon_protects_one": cell.guarantee.unit if cell.guarantee else None,
            "delta": cell.guarantee.delta if cell.guarantee else None,
        }
        found.append(row)
    return found


def picture_rows(report: GradientsReport) -> list[Row]:
    """Every shown picture in every cell, as numbers."""
    return [
        {
            "clip": cell.clip,
            "noise": cell.noise,
            "client": report.pictures[one.of].client + 1,
            "record_id": report.pictures[one.of].record_id,
            "label": report.pictures[one.of].label,
            "psnr": one.psnr,
            "correlation": one.correlation,
            "place": one.rank,
            "line_up": report.line_up + 1,
            "mean_psnr": report.pictures[one.of].mean_psnr,
            "nearest_psnr": report.pictures[one.of].nearest_psnr,
        }
        for cell in report.cells
        for one in cell.reconstructions
    ]


def null_of(report: GradientsReport, key: str) -> str:
    """What is reached without any gradient."""
    if key == "psnr":
        mean, nearest = report.mean_psnr.value or 0.0, report.nearest_psnr.value or 0.0
        return f"Without gradient: mean picture {mean:.1f} dB, nearest other {nearest:.1f} dB"
    if key == "recognised":
        return f"Knowing the label only: at most {100 * report.chance:.2g} %"
    return ""
