"""Has the model learned anything? Compared with always answering the most frequent class."""

from __future__ import annotations

from ppml_core.auditing.report import DatasetSummary, FrontierCell, TargetSummary
from ppml_core.auditing.wording import in_percent, percent

MARGIN = 0.01
"""By which the accuracy on the training records has to exceed that of a constant answer."""


def has_learned(dataset: DatasetSummary, model: TargetSummary | FrontierCell) -> bool:
    """False if the model is no better than a constant answer.

    That is where the interval of its accuracy on unseen records ends at or below
    the largest class's share, or where it is not above that share on unseen
    records nor, by more than one point, on those it was trained on. True where the
    share is not known.
    """
    share, interval = dataset.majority_share, model.test_accuracy_ci
    if share <= 0:
        return True
    if interval is not None and interval[1] <= share:
        return False
    return model.test_accuracy > share or model.train_accuracy > share + MARGIN


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
        f"{who[:1].upper() + who[1:]} is right on {percent(model.test_accuracy, 1)}"
        f"{in_percent(model.test_accuracy_ci)} of unseen records; always answering the most "
        f"frequent class would be right on {percent(dataset.majority_share, 1)}."
    )
