"""``ppml invert``: its options, its request, its table and its JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ppml_core.auditing.inversion_report import InversionCell, InversionReport
from ppml_core.auditing.inversion_sentences import group_delta, inversion_sentence
from ppml_core.auditing.report import Estimate, encode
from ppml_core.auditing.study_conclusions import of_inversion
from ppml_core.cli.tables import dataset_line, guarantee_lines
from ppml_core.cli.text import columns, decimal, duration, percent
from ppml_core.jobs.invert_request import (
    INVERSION_ATTACKS,
    INVERT_RECIPE,
    InvertRequest,
    invert_recipe,
)
from ppml_core.models.architecture import KINDS, Architecture
from ppml_core.training.recipe import DPSGDConfig

TITLES = {
    "individual-leakage": "individual leakage",
    "class-average": "only the class average",
    "adversarial-noise": "adversarial noise",
    "inconclusive": "inconclusive",
    "did-not-run": "did not run",
}


def add_options(parser: argparse.ArgumentParser, whole: Callable[[str], int]) -> None:
    """Everything but data and output, which all commands share."""
    usual, shown = InvertRequest(), "default: %(default)s"
    add = parser.add_argument_group("model").add_argument
    kind = INVERT_RECIPE.architecture.kind
    add("--model", choices=KINDS, default=kind, help=shown)
    add("--epochs", type=whole, metavar="N", help="default: the model's usual ones")
    add("--batch-size", type=whole, metavar="N", help="default: the model's usual one")
    add("--learning-rate", type=float, metavar="R", help="default: the model's usual one")
    add = parser.add_argument_group("attack").add_argument
    add("--attack", choices=INVERSION_ATTACKS, default=usual.attack, help=shown)
    add("--classes", type=whole, default=usual.slots, metavar="N", help="at most; " + shown)
    records = "records a class is trained on; " + shown
    each = usual.records_per_class
    add("--records-per-class", type=whole, default=each, metavar="N", help=records)
    add("--copies", type=whole, default=usual.copies, metavar="N", help="of a record; " + shown)
    add("--pairs", type=whole, default=usual.pairs, metavar="N", help="model pairs; " + shown)
    smooth = "weight of smoothness in the gradient attack; " + shown
    add("--total-variation", type=float, default=usual.total_variation, metavar="W", help=smooth)
    add("--seed", type=whole, default=usual.seed, metavar="S", help=shown)
    add = parser.add_argument_group("pictures").add_argument
    add("--png", metavar="OUT", help="write the contact sheet: truth, reconstruction, nulls")


def build(arguments: argparse.Namespace, ref: str, privacy: DPSGDConfig | None) -> InvertRequest:
    """The request. Raises ``InvalidValue``."""
    recipe = invert_recipe(Architecture(kind=arguments.model))
    given = {
        name: getattr(arguments, name)
        for name in ("epochs", "batch_size", "learning_rate")
        if getattr(arguments, name) is not None
    }
    return InvertRequest(
        dataset=ref,
        recipe=replace(recipe, privacy=privacy, **given),
        attack=arguments.attack,
        slots=arguments.classes,
        records_per_class=arguments.records_per_class,
        copies=arguments.copies,
        pairs=arguments.pairs,
        total_variation=arguments.total_variation,
        delta=arguments.delta,
        seed=arguments.seed,
    )


def invert_json(report: InversionReport) -> bytes:
    """The report with the figures of its first setting beside its own fields."""
    fields: dict[str, Any] = json.loads(encode(report))
    cell, own = report.cells[0], fields["cells"][0]
    fields["test_accuracy"] = cell.target.test_accuracy
    fields["guarantee"] = own["guarantee"]
    fields["correlation"] = _figure(cell.correlation)
    fields["baselines"] = {name: _figure(each) for name, each in cell.baselines.items()}
    for test in ("swap", "side_by_side"):
        fields[test] = {name: own[test][name] for name in ("wins", "pairs", "rate", "ci")}
    fields["verdict"] = cell.verdict
    fields["evidence"] = cell.evidence
    return (json.dumps(fields, indent=2) + "\n").encode()


def _figure(estimate: Estimate) -> dict[str, Any]:
    """An estimate as the command's JSON has it."""
    ci = list(estimate.ci) if estimate.ci else None
    return {"mean": estimate.value, "ci": ci, "n": estimate.n}


def invert_table(report: InversionReport) -> str:
    """Accuracy, guarantee, the swap test, likeness beside its nulls, one row a person."""
    cell = report.cells[0]
    target = cell.target
    head = [
        dataset_line(report.dataset),
        f"Attack: {report.attack} on {cell.models} models, {target.parameters:,} parameters; "
        f"{report.records_per_class} record{'s' * (report.records_per_class > 1)} a class, "
        f"one {report.unit} of each swapped",
        f"Accuracy: {percent(target.train_accuracy)} on training data, "
        f"{percent(target.test_accuracy, target.test_accuracy_ci)} on other data",
        *guarantee_lines(cell.guarantee),
        *_group_line(cell, report.unit),
    ]
    said = f"{TITLES[cell.verdict]} ({of_inversion(cell).label.lower()})"
    verdict = f"Verdict: {said}. {inversion_sentence(report)}"
    findings = [
        f"[{f.severity}] {f.code} {f.title}: {f.evidence} {f.advice}" for f in report.findings
    ]
    parts = [
        "\n".join(head),
        _tests(cell),
        _likeness(cell),
        _people(report, cell),
        verdict,
        "\n".join(findings),
        f"Brackets are 95 % intervals. Computed in {duration(report.seconds)}.",
    ]
    return "\n\n".join(parts)


def _tests(cell: InversionCell) -> str:
    """What one picture tells, and what the two of a pair tell beside each other."""
    swap, both = cell.swap, cell.side_by_side
    return (
        f"Swap test: {swap.wins} of {swap.pairs} model pairs, "
        f"{percent(swap.rate, swap.ci)}; chance is 50 %\n"
        f"Side by side: {both.wins} of {both.pairs}, {percent(both.rate, both.ci)}"
    )


def _group_line(cell: InversionCell, unit: str) -> list[str]:
    """The guarantee for everything of one person."""
    if cell.person_epsilon is None or cell.copies_of_person == 1:
        return []
    delta = group_delta(cell)
    return [
        f"  for all {cell.copies_of_person} copies of one {unit}: epsilon "
        f"{cell.person_epsilon:.3g} at {delta} (group privacy)"
    ]


def _likeness(cell: InversionCell) -> str:
    """Correlation with the truth, of the reconstruction and of every null."""
    rows = [("CORRELATION WITH THE TRUTH", "MEAN", "N")]
    named = {"reconstruction": cell.correlation, **cell.baselines}
    for name, estimate in named.items():
        rows.append((name, decimal(estimate.value, estimate.ci), str(estimate.n)))
    return columns(rows, right=(2,))


def _people(report: InversionReport, cell: InversionCell) -> str:
    """One row a person of the shown model."""
    rows = [("SHOWN", "CORRELATION", "WITHOUT", "AUXILIARY MEAN", "WINS", "P", "VERDICT")]
    for person, seen in zip(report.people, cell.reconstructions, strict=True):
        p_value = "-" if seen.p_value is None else f"{seen.p_value:.2g}"
        rows.append(
            (
                person.title,
                f"{seen.correlation:.2f}",
                f"{seen.baselines['model-without']:.2f}",
                f"{seen.baselines['auxiliary-mean']:.2f}",
                f"{seen.wins}/{seen.trials}",
                p_value,
                TITLES[seen.verdict],
            )
        )
    return columns(rows, right=(1, 2, 3, 4, 5))
