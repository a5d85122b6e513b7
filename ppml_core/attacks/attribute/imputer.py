"""The imputer: the sensitive value from the other columns and the label, without the model.

What it guesses, anybody could guess who knows the population. Attribute inference counts
only beyond it (Jayaraman and Evans 2022, CCS, "Are attribute inference attacks just
imputation?").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ppml_core._seeds import generator
from ppml_core.datasets.split import usual_label

FOLDS = 5
TREES = 60
LEAF = 5
FLOOR = 1e-3
"""Least probability of a value: a log-odds of infinity says more than a sample can know."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Imputed:
    """``log_p``: ``(n, V)``, log-probabilities for the attacked records, by a classifier
    fitted on all auxiliary ones. ``auxiliary_log_p``: ``(a, V)``, for each auxiliary record by
    a classifier fitted on other folds. ``chosen``: which classifier; ``log_loss``: its
    cross-validated loss in nats a record."""

    log_p: np.ndarray
    auxiliary_log_p: np.ndarray
    chosen: str
    log_loss: float


def known_columns(others: np.ndarray, labels: np.ndarray, n_classes: int) -> np.ndarray:
    """What the attacker knows of a record: the other columns and the label, one-hot."""
    return np.hstack([others.astype(np.float64), np.eye(n_classes)[labels]])


def impute(
    auxiliary: np.ndarray,
    codes: np.ndarray,
    attacked: np.ndarray,
    *,
    values: int,
    seed: int,
    units: np.ndarray | None = None,
    check: Callable[[], None] = lambda: None,
) -> Imputed:
    """Fit on ``auxiliary (a, d)`` with its ``codes (a,)`` (0 .. values - 1, each at least
    ``FOLDS`` times), guess for ``attacked (n, d)``.

    Logistic regression or a random forest, whichever has the lower cross-validated loss.
    ``units (a,)``, numbers 0 .. u - 1: records that stay in one fold, as they are copies of one
    another or of one person; None where all are independent. ``check`` is called before every
    fit and may raise.
    """
    fold = _folds(codes, seed) if units is None else _unit_folds(codes, units, seed)
    best: tuple[float, str, np.ndarray] | None = None
    for name in ("logistic regression", "random forest"):
        out = np.empty((len(codes), values))
        for number in range(FOLDS):
            check()
            held = fold == number
            out[held] = _fit_predict(name, auxiliary[~held], codes[~held], auxiliary[held], values)
        loss = float(-out[np.arange(len(codes)), codes].mean())
        if best is None or loss < best[0]:
            best = loss, name, out
    assert best is not None
    loss, name, out = best
    check()
    log_p = _fit_predict(name, auxiliary, codes, attacked, values)
    return Imputed(log_p=log_p, auxiliary_log_p=out, chosen=name, log_loss=loss)


def _folds(codes: np.ndarray, seed: int) -> np.ndarray:
    """A fold for each record; each value is spread evenly."""
    order = generator(seed, "imputer folds").permutation(len(codes))
    order = order[np.argsort(codes[order], kind="stable")]
    fold = np.empty(len(codes), dtype=np.int64)
    fold[order] = np.arange(len(codes)) % FOLDS
    return fold


def _unit_folds(codes: np.ndarray, units: np.ndarray, seed: int) -> np.ndarray:
    """The same by unit, as far as units leave each fold's complement every value."""
    return _folds(usual_label(codes, units), seed)[units]


def _fit_predict(
    name: str, x: np.ndarray, codes: np.ndarray, unseen: np.ndarray, values: int
) -> np.ndarray:
    """Log-probabilities ``(len(unseen), values)``, floored."""
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if name == "random forest":
        model = RandomForestClassifier(TREES, min_samples_leaf=LEAF, random_state=0, n_jobs=1)
    else:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=2000))
    model.fit(x, codes)
    p = np.zeros((len(unseen), values))
    p[:, model.classes_] = model.predict_proba(unseen)
    p = np.maximum(p, FLOOR)
    return np.log(p / p.sum(axis=1, keepdims=True))
