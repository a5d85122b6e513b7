"""The missing record read off a converged model, exactly: no candidates needed.

Of softmax regression trained to the minimum of the mean cross-entropy plus
``decay / 2 |theta|^2`` (weights and biases alike), the gradient at the released weights
is zero. Whoever knows all records but one can work out what the missing one must have
added: the outer product of its error and ``(x, 1)``, from which x is a quotient (the
attack of Balle, Cherubin and Hayes 2022, "Reconstructing training data with informed
adversaries", on generalised linear models). Where training stopped early the gradient
is not zero, the remainder is no outer product (with two classes it always is one: then
the model's error on what was found is another than the remainder says), and nothing is
claimed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ppml_core._validate import in_range, non_negative
from ppml_core.errors import InvalidValue

RANK_ONE = 0.99
"""Least share of the remainder's squared norm in its largest singular value."""

CLOSED = 0.02
"""Most that the error may miss of summing to zero and of having one negative entry, relative."""

ALIKE = 0.1
"""Most that the error may differ from the one that the model makes on what was found, relative."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ClosedForm:
    """``record (d,)`` and ``label``, or None where the ``reason`` says that the precondition
    is not met: that is no sign of safety. ``rank_one``: share of the remainder in its
    largest singular value, 1 where the weights are exactly at the minimum."""

    record: np.ndarray | None
    label: int | None
    rank_one: float
    reason: str | None = None


def reconstruct(
    weights: np.ndarray,
    biases: np.ndarray,
    known: np.ndarray,
    labels: np.ndarray,
    *,
    decay: float = 0.0,
) -> ClosedForm:
    """The one record that ``known (n - 1, d)`` with ``labels`` lack, from released parameters.

    ``weights (classes, d)``, ``biases (classes,)``; ``decay >= 0`` as in the objective
    above. Computed in float64.
    """
    non_negative("decay", decay)
    if known.ndim != 2 or weights.shape != (len(biases), known.shape[1]):
        raise InvalidValue("weights", "(classes, d) like known (n - 1, d)", weights.shape)
    in_range("labels", int(labels.max()), 0, len(biases) - 1)
    theta = np.column_stack([weights, biases]).astype(np.float64)
    records = np.column_stack([known, np.ones(len(known))]).astype(np.float64)
    missing = -_gradient_sum(theta, records, labels) - decay * (len(known) + 1) * theta
    left, sizes, right = np.linalg.svd(missing, full_matrices=False)
    total = float((sizes**2).sum())
    share = float(sizes[0] ** 2) / total if total > 0 else 0.0
    if share < RANK_ONE or abs(right[0, -1]) < 1e-9:
        return _not_met(share, "what is missing from the gradient is not one record's")
    record = right[0, :-1] / right[0, -1]
    error = left[:, 0] * sizes[0] * right[0, -1]
    label = int(error.argmin())
    others = np.delete(error, label)
    size = float(np.abs(error).sum())
    if abs(error.sum()) > CLOSED * size or others.min() < -CLOSED * size:
        return _not_met(share, "what is missing from the gradient is no record's error")
    made = _errors(theta, np.append(record, 1.0)[None], np.array([label]))[0]
    if np.abs(made - error).sum() > ALIKE * np.abs(made).sum():
        return _not_met(share, "the model errs otherwise on what is missing from the gradient")
    return ClosedForm(record=record, label=label, rank_one=share)


def _gradient_sum(theta: np.ndarray, records: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Sum of the known records' cross-entropy gradients, ``(classes, d + 1)``."""
    return np.asarray(_errors(theta, records, labels).T @ records)


def _errors(theta: np.ndarray, records: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Derivatives of the records' cross-entropy by their logits, ``(n, classes)``."""
    logits = records @ theta.T
    errors = np.exp(logits - logits.max(axis=1, keepdims=True))
    errors /= errors.sum(axis=1, keepdims=True)
    errors[np.arange(len(labels)), labels] -= 1.0
    return np.asarray(errors)


def _not_met(share: float, why: str) -> ClosedForm:
    """Nothing is claimed."""
    reason = f"Precondition not met: {why}. Training stopped before its minimum, or added noise."
    return ClosedForm(record=None, label=None, rank_one=share, reason=reason)
