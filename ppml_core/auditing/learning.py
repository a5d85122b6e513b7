"""Has the model learned anything? Compared with always answering the most frequent class."""

from __future__ import annotations

from typing import Literal

from ppml_core.auditing.report import DatasetSummary, FrontierCell, TargetSummary
from ppml_core.auditing.wording import capital, in_percent, percent

MARGIN = 0.01
"""By which the accuracy on the training records has to exceed that of a constant answer."""

Learned = Literal["yes", "uncertain", "no"]


def learned(dataset: DatasetSummary, model: TargetSummary | FrontierCell) -> Learned:
    """Whether the model is surely better on unseen records than a constant answer.

    ``yes``: the lower end of its accuracy's interval exceeds the largest class's share (the
    accuracy itself where a report has no interval), or that share is not known. ``no``: the
    interval ends at or below it, or the accuracy is not above it nor, by more than one
    point, that on the training records. ``uncertain``: everything else.

    >>> data = DatasetSummary(name="digits", n=1797, sha256="", majority_share=0.102)
    >>> target = TargetSummary(
    ...     train_accuracy=0.14, test_accuracy=0.131, test_accuracy_ci=(0.097, 0.165)
    ... )
    >>> learned(data, target)
    'uncertain'
    """
    share, accuracy = dataset.majority_share, model.test_accuracy
    low, high = model.test_accuracy_ci or (accuracy, accuracy)
    if share <= 0 or low > share:
        return "yes"
    if high <= share or (accuracy <= share and model.train_accuracy <= share + MARGIN):
        return "no"
    return "uncertain"


def has_learned(dataset: DatasetSummary, model: TargetSummary | FrontierCell) -> bool:
    """Whether that is certain, which a pass needs."""
    return learned(dataset, model) == "yes"


def learned_nothing(
    dataset: DatasetSummary, model: TargetSummary | FrontierCell, who: str = "the model"
) -> str:
    """What :func:`learned` found, as a sentence; empty for ``yes``."""
    found = learned(dataset, model)
    if found == "yes":
        return ""
    if found == "no":
        return f"{capital(who)} has learned nothing."
    return f"It is not certain that {who} has learned anything."


def nothing_learned_sentence(
    dataset: DatasetSummary, model: TargetSummary | FrontierCell, who: str = "the model"
) -> str:
    """The accuracy beside that of a constant answer.

    >>> data = DatasetSummary(name="digits", n=1797, sha256="", majority_share=0.102)
    >>> target = TargetSummary(train_accuracy=0.1, test_accuracy=0.098)
    >>> nothing_learned_sentence(data, target)
    'The model is right on 9.8 % of unseen records; always answering the most frequent class \
would be right on 10.2 %.'
    """
    return (
        f"{capital(who)} is right on {percent(model.test_accuracy, 1)}"
        f"{in_percent(model.test_accuracy_ci)} of unseen records; always answering the most "
        f"frequent class would be right on {percent(dataset.majority_share, 1)}."
    )
