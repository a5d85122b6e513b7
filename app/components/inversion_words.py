"""What the words of model inversion mean: attacks, verdicts, nulls. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ppml_core.auditing.inversion_report import InversionCell, Reconstruction
from ppml_core.auditing.report_parts import Estimate
from ppml_core.auditing.study_conclusions import of_inversion


@dataclass(frozen=True, kw_only=True)
class AttackWords:
    """An attack's name, what the attacker can see, and what it does, in one sentence."""

    title: str
    access: str
    sentence: str


ATTACKS: dict[str, AttackWords] = {
    "gradient": AttackWords(
        title="Gradient ascent on pixels",
        access="white box: the weights",
        sentence="Changes the pixels, step by step, until the model is surest that it sees "
        "the person (Fredrikson et al. 2015).",
    ),
    "pca": AttackWords(
        title="Gradient ascent in a space of pictures",
        access="white box: the weights, and other pictures of the same kind",
        sentence="The same, but only among pictures that look like the attacker's own: it "
        "moves in their principal components.",
    ),
    "vae": AttackWords(
        title="Gradient ascent in a learned space",
        access="white box: the weights, and other pictures of the same kind",
        sentence="The same among the pictures that a small generative model can draw; it is "
        "trained on the attacker's own pictures.",
    ),
    "black-box": AttackWords(
        title="Search by scores",
        access="black box: the model's scores, and other pictures of the same kind",
        sentence="Sends pictures to the model, sees the scores, and breeds better ones; no "
        "weights, no gradients (CMA-ES).",
    ),
    "label-only": AttackWords(
        title="Search by labels",
        access="labels only: the predicted class, and other pictures of the same kind",
        sentence="Sees nothing but the predicted class, and moves away from the border at "
        "which it changes.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class VerdictWords:
    """A verdict's name, a mark that is no colour, its tone, and what it means."""

    title: str
    mark: str
    tone: str
    meaning: str


VERDICTS: dict[str, VerdictWords] = {
    "individual-leakage": VerdictWords(
        title="Individual leakage",
        mark="▲",
        tone="warning",
        meaning="Models that were trained on this very one give a picture nearer to it than "
        "models that were not.",
    ),
    "class-average": VerdictWords(
        title="Only the class average",
        mark="◆",
        tone="calm",
        meaning="It resembles the truth, and no more than pictures that never had anything to "
        "do with it.",
    ),
    "adversarial-noise": VerdictWords(
        title="Adversarial noise",
        mark="▒",
        tone="calm",
        meaning="The model is sure of it, and it resembles nobody.",
    ),
    "inconclusive": VerdictWords(
        title="Inconclusive",
        mark="?",
        tone="warning",
        meaning="Too little data for an answer, which is not a pass.",
    ),
    "did-not-run": VerdictWords(
        title="Attack did not run",
        mark="–",
        tone="warning",
        meaning="There is no reconstruction to judge, which is not a pass.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class NullWords:
    """A null's name and what it is."""

    title: str
    meaning: str


NULLS: dict[str, NullWords] = {
    "auxiliary-mean": NullWords(
        title="Auxiliary mean", meaning="the average of the attacker's own pictures"
    ),
    "nearest-auxiliary": NullWords(
        title="Nearest auxiliary",
        meaning="the attacker's own picture that is most like the truth: a lookalike",
    ),
    "model-without": NullWords(
        title="Model without",
        meaning="the same attack on a model that never saw the truth",
    ),
    "prior-sample": NullWords(
        title="Prior sample", meaning="what the attacker would draw without asking any model"
    ),
}


def verdict(name: str) -> VerdictWords:
    """The words of a verdict; one that is not known is shown by its name."""
    unknown = VerdictWords(title=name, mark="?", tone="warning", meaning="")
    return VERDICTS.get(name, unknown)


def told(cell: InversionCell) -> VerdictWords:
    """The words of a setting's verdict, its tone by how large the leak surely is."""
    said, end = verdict(cell.verdict), of_inversion(cell)
    tone = "calm" if end.tone == "clear" else "grave" if end.tone == "grave" else "warning"
    if cell.verdict == "individual-leakage":
        return replace(said, title=f"{said.title}: {end.label.lower()}", tone=tone)
    if end.tone == "open" and said.tone == "calm":
        return replace(VERDICTS["inconclusive"], title="Inconclusive")
    return replace(said, tone=tone)


def several(unit: str) -> str:
    """The unit's plural.

    >>> several("person"), several("copy"), several("record")
    ('people', 'copies', 'records')
    """
    return {"person": "people", "copy": "copies"}.get(unit, f"{unit}s")


def attack_title(name: str) -> str:
    """The name a reader knows."""
    return ATTACKS[name].title if name in ATTACKS else name


def correlation(value: float, digits: int = 2) -> str:
    """Two digits, with a proper minus, and none at zero.

    >>> correlation(-0.034), correlation(0.8), correlation(-0.001)
    ('−0.03', '0.80', '0.00')
    """
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")


def estimate(one: Estimate, digits: int = 2) -> str:
    """``0.81 (0.76 to 0.86)``, or why there is no number."""
    if one.value is None:
        return one.reason or "not measured"
    text = correlation(one.value, digits)
    return f"{text} ({interval(one, digits)})" if one.ci else text


def interval(one: Estimate, digits: int = 2) -> str:
    """``0.76 to 0.86``, or nothing."""
    return " to ".join(correlation(end, digits) for end in one.ci or ())


def p_value(value: float | None) -> str:
    """A p-value as far as it can be read.

    >>> p_value(0.00001), p_value(0.034), p_value(None)
    ('p < 0.001', 'p = 0.034', 'no test')
    """
    if value is None:
        return "no test"
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"


def best_null(one: Reconstruction) -> tuple[str, float] | None:
    """The null that comes nearest to the truth, and how near."""
    return max(one.baselines.items(), key=lambda pair: pair[1], default=None)


def evidence(one: Reconstruction) -> str:
    """Wins against models without the person, then the correlation beside the best null."""
    parts = []
    if one.trials:
        parts.append(f"Won {one.wins} of {one.trials}, {p_value(one.p_value)}")
    best = best_null(one)
    if best is not None:
        title = NULLS[best[0]].title.lower() if best[0] in NULLS else best[0]
        parts.append(
            f"{correlation(one.correlation)} with the truth, best null {correlation(best[1])} "
            f"({title})"
        )
    return "".join(f"{part}. " for part in parts).strip()
