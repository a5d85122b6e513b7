"""What pictures prove: about a person, about a class, about nothing, or nothing yet.

Pure: numbers in, a verdict and one sentence of evidence out. How alike pictures look
(SSIM, PSNR) plays no part.
"""

from __future__ import annotations

from dataclasses import dataclass

from ppml_core.attacks.inversion.swap import SwapResult
from ppml_core.statistics.intervals import Interval, wilson

LEVEL = 0.025
"""One-sided error of calling a leak what is none, for all settings of a run together."""

MATERIAL_RATE = 0.7
"""At chance is only what excludes a higher rate than this with 95 % confidence."""

PERSON_LEVEL = 0.05
PERSON_MATERIAL = 0.9
"""The same for one person, of whom there are few trials."""

SURE = 0.9
"""A model takes a picture for the class when its mean confidence is at least this."""

RECOGNISED_MOST = 0.5
"""At least this share recognised makes a picture of the class."""

Verdict = tuple[str, str]
"""One of ``auditing.inversion_report.VERDICTS``, and its evidence."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What one privacy setting showed.

    ``swap``, ``side_by_side``: the two tests over pairs. The second decides, because it
    finds what the first finds and more; the first says how much one picture tells.
    ``accuracy_ci``: of the models' test accuracy, beside ``chance``, that of a
    constant answer.
    ``ran``: share of inversions that left their start. ``confidence``: mean of the
    attacked models in their reconstructions. ``recognised``: share that the evaluation
    classifier takes for the class. ``correlation``: mean with the truth, beside that of
    the auxiliary mean. ``looks``: how many settings the run tests.
    """

    who: str
    swap: SwapResult
    side_by_side: SwapResult
    accuracy: float
    accuracy_ci: Interval
    chance: float
    ran: float
    confidence: float
    recognised: float
    correlation: float
    class_correlation: float
    looks: int = 1


def judge(seen: Seen) -> Verdict:
    """The verdict on a setting: what certainly leaks first, then why nothing can be said."""
    said, together = _tests(seen), seen.side_by_side
    if together.p_value <= LEVEL / seen.looks and together.ci[0] > 0.5:
        return "individual-leakage", f"{said}: {_strength(seen)}."
    if seen.ran < 0.5:
        return (
            "did-not-run",
            f"The attack left its start in only {seen.ran:.0%} of the inversions: "
            "nothing was attacked, so nothing is shown to be safe.",
        )
    if seen.accuracy_ci[0] <= seen.chance:
        return (
            "did-not-run",
            f"The models are right on {seen.accuracy:.1%} of test pictures "
            f"({_percent(seen.accuracy_ci)}), and guessing is right on {seen.chance:.1%}: it is "
            f"not certain that they have learned anything that could be inverted. {said}.",
        )
    if together.ci[1] > MATERIAL_RATE or together.ci[0] > 0.5 or seen.swap.ci[0] > 0.5:
        return "inconclusive", f"{said}: too few pairs to tell a leak from chance."
    if min(together.ci[1], seen.swap.ci[1]) < 0.5:
        return "inconclusive", (
            f"{said}: surely less often than by chance, so that whoever turns the answer round "
            "may gain by it. This is no pass."
        )
    return _without_leak(seen, said)


def _tests(seen: Seen) -> str:
    """Both tests in one sentence."""
    swap, together = seen.swap, seen.side_by_side
    return (
        f"The swap test, whether each reconstruction is nearer its own {seen.who}, is won in "
        f"{swap.wins} of {swap.pairs} model pairs ({_percent(swap.ci)}; chance is 50 %); side by "
        f"side, the two reconstructions of a pair tell who is where in {together.wins} of "
        f"{together.pairs} ({_percent(together.ci)})"
    )


def _strength(seen: Seen) -> str:
    """What certainly leaks: out of one picture, or only beside another."""
    if seen.swap.ci[0] > 0.5:
        return "the model gives away who was in it"
    return (
        f"there is a trace of the single {seen.who}. It is weak: it shows beside the model that "
        "had somebody else, and one picture alone is not surely better than guessing"
    )


def _without_leak(seen: Seen, said: str) -> Verdict:
    """Where the swap test is at chance: what then is on the pictures?"""
    clear = (
        f"no leak about the single {seen.who} is seen, and one that shows in more than "
        f"{MATERIAL_RATE:.0%} of pairs is excluded"
    )
    if seen.recognised >= RECOGNISED_MOST:
        return (
            "class-average",
            f"{said}: {clear}. An independent classifier "
            f"recognises the class on {seen.recognised:.0%} of the pictures: they show what the "
            "class looks like.",
        )
    if seen.correlation > 0 and seen.correlation >= seen.class_correlation:
        return (
            "class-average",
            f"{said}: {clear}. The pictures correlate "
            f"with the truth by {seen.correlation:.2f}, the mean of other people's pictures by "
            f"{seen.class_correlation:.2f}: they show what the class looks like.",
        )
    if seen.confidence >= SURE:
        return (
            "adversarial-noise",
            f"{said}. The attacked models are {seen.confidence:.0%} sure of their class, an "
            f"independent classifier recognises {seen.recognised:.0%}: the pictures convince the "
            "model and show nobody.",
        )
    return (
        "inconclusive",
        f"{said}, and neither the attacked models ({seen.confidence:.0%} sure) nor an independent "
        f"classifier ({seen.recognised:.0%} recognised) take the pictures for anything: the attack "
        "found nothing. That is no proof that there is nothing.",
    )


@dataclass(frozen=True, kw_only=True)
class PersonSeen:
    """One person of the shown sheet. ``p_value``: corrected for the number of people, None
    where too few models were inverted. ``smallest``: the smallest p-value there could be."""

    who: str
    wins: int
    trials: int
    p_value: float | None
    smallest: float
    correlation: float
    without: float
    auxiliary_mean: float
    ran: bool
    learned: bool
    confidence: float
    recognised: bool


def judge_person(seen: PersonSeen) -> Verdict:
    """The verdict on one person. Significant means above models without that person."""
    if not seen.ran:
        return "did-not-run", "The attack did not leave its start."
    if not seen.learned:
        return "did-not-run", "The models are not surely better than guessing: nothing to invert."
    if seen.trials == 0:
        return "inconclusive", "Only the pair that says who is shown was inverted: no other model."
    said = f"Nearer the {seen.who} in {seen.wins} of {seen.trials} models with than without them"
    if seen.p_value is None or seen.smallest > PERSON_LEVEL:
        return "inconclusive", f"{said}: too few models for a statement about one person."
    said += f" (p = {seen.p_value:.2g}, corrected for the others of this setting)"
    alike = (
        f"correlation {seen.correlation:.2f} with the truth; {seen.without:.2f} from a model "
        f"without them, {seen.auxiliary_mean:.2f} for the mean of others"
    )
    if seen.p_value <= PERSON_LEVEL and seen.correlation > seen.without:
        more = "" if seen.correlation > seen.auxiliary_mean else ", which is a closer likeness"
        return "individual-leakage", f"{said}; {alike}{more}."
    if seen.p_value < 1 or wilson(seen.wins, seen.trials)[1] > PERSON_MATERIAL:
        return "inconclusive", f"{said}; {alike}: too few models to tell."
    if seen.recognised:
        return "class-average", f"{said}, though an independent classifier accepts it; {alike}."
    if seen.confidence >= SURE:
        sure = f"the model is {seen.confidence:.0%} sure, an independent classifier says nobody"
        return "adversarial-noise", f"{said}; {sure}; {alike}."
    return "inconclusive", f"{said}; {alike}."


def _percent(ci: Interval) -> str:
    """``95 % interval 40 to 60 %``."""
    return f"95 % interval {100 * ci[0]:.0f} to {100 * ci[1]:.0f} %"
