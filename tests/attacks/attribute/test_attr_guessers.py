"""The three guessers against closed forms and reference implementations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from ppml_core.attacks.attribute.column import Sensitive
from ppml_core.attacks.attribute.fusion import Fusion, fit_fusion
from ppml_core.attacks.attribute.imputer import impute, known_columns
from ppml_core.attacks.attribute.likelihood import (
    by_value,
    filled,
    label_log_likelihood,
    one_against_rest,
)

BIT = Sensitive(
    name="bit",
    values=("0", "1"),
    codes=np.array([0, 1, 1]),
    columns=np.array([1]),
    fills=np.array([[0.0], [1.0]], dtype=np.float32),
    fill_of=np.array([0, 1]),
    weights=np.ones(2),
    how="",
)


def test_filling_in_changes_the_sensitive_column_alone() -> None:
    matrix = np.arange(9, dtype=np.float32).reshape(3, 3)
    made = filled(matrix, BIT, 1)
    assert made[:, 1].tolist() == [1, 1, 1]
    assert (made[:, [0, 2]] == matrix[:, [0, 2]]).all()
    assert matrix[0, 1] == 1 and matrix[1, 1] == 4  # the original is untouched


def test_label_likelihood_is_exact_where_float32_probabilities_are_not() -> None:
    logits = np.array([[[0.0, 60.0], [0.0, -60.0]]], dtype=np.float32)
    found = label_log_likelihood(logits, np.array([1, 1]))
    assert found[0, 0] == pytest.approx(-np.exp(-60.0), rel=1e-6)
    assert found[0, 1] == pytest.approx(-60.0)


def test_a_value_of_several_fills_has_their_weighted_mean_likelihood() -> None:
    rest = replace(BIT, fill_of=np.array([1, 0, 0]), weights=np.array([1.0, 0.25, 0.75]))
    p = np.array([[0.9], [0.2], [0.6]])
    assert np.exp(by_value(np.log(p), rest)) == pytest.approx(np.array([[0.5, 0.9]]))


def test_one_against_rest_of_three() -> None:
    p = np.array([0.2, 0.3, 0.5])
    assert one_against_rest(np.log(p)) == pytest.approx(np.log(p / (1 - p)))


def population(rho: float, n: int = 1200) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n, 4))
    codes = (rho * x[:, 0] + rng.normal(size=n) > 0).astype(np.int64)
    return known_columns(x, rng.integers(0, 2, n), 2), codes


@pytest.mark.parametrize(("rho", "low", "high"), [(0.0, 0.45, 0.55), (3.0, 0.93, 0.99)])
def test_the_imputer_knows_what_the_columns_tell(rho: float, low: float, high: float) -> None:
    known, codes = population(rho)
    made = impute(known[:600], codes[:600], known[600:], values=2, seed=0)
    assert low < roc_auc_score(codes[600:], made.log_p[:, 1]) < high
    assert low < roc_auc_score(codes[:600], made.auxiliary_log_p[:, 1]) < high


def test_a_records_own_value_is_never_in_its_imputation() -> None:
    """Columns that name each record: whoever looked up its value would guess it."""
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 2, 200)
    made = impute(rng.normal(size=(200, 300)), codes, np.zeros((1, 300)), values=2, seed=0)
    assert 0.4 < roc_auc_score(codes, made.auxiliary_log_p[:, 1]) < 0.6


def test_the_label_helps_the_imputer() -> None:
    rng = np.random.default_rng(2)
    codes = rng.integers(0, 2, 300)
    labels = np.where(rng.random(300) < 0.9, codes, 1 - codes)
    known = known_columns(rng.normal(size=(300, 3)), labels, 2)
    made = impute(known[:200], codes[:200], known[200:], values=2, seed=0)
    assert roc_auc_score(codes[200:], made.log_p[:, 1]) > 0.8


def test_probabilities_sum_to_one_and_are_never_zero() -> None:
    known, codes = population(50.0)
    made = impute(known[:600], codes[:600], known[600:], values=3, seed=0)
    assert np.exp(made.log_p).sum(axis=1) == pytest.approx(np.ones(600))
    assert np.isfinite(made.log_p).all()


def pair(seed: int, n: int, weights: tuple[float, float]) -> tuple[np.ndarray, ...]:
    """Log-odds of two guessers, and codes drawn with these weights."""
    rng = np.random.default_rng(seed)
    imputer, model = rng.normal(0, 1.5, n), rng.normal(0, 3.0, n)
    codes = (rng.random(n) < expit(weights[0] * imputer + weights[1] * model)).astype(np.int64)
    two = [np.stack([-z / 2, z / 2], axis=1) for z in (imputer, model)]
    return *two, codes


def test_the_fusion_is_logistic_regression_on_log_odds() -> None:
    imputer, model, codes = pair(0, 20_000, (0.7, 0.4))
    found = fit_fusion(imputer, model, codes)
    odds = np.stack([np.diff(part)[:, 0] for part in (imputer, model)], axis=1)
    reference = LogisticRegression(C=np.inf, fit_intercept=False).fit(odds, codes).coef_[0]
    assert [found.imputer, found.model] == pytest.approx(reference, rel=0.01)
    assert [found.imputer, found.model] == pytest.approx([0.7, 0.4], rel=0.1)


def test_a_model_that_tells_nothing_hardly_counts() -> None:
    imputer, model, codes = pair(1, 2000, (1.0, 0.0))
    found = fit_fusion(imputer, model, codes)
    assert abs(found.model) < 0.05
    assert found.imputer == pytest.approx(1.0, abs=0.2)


def test_repeated_pairs_count_as_the_records_they_are_of() -> None:
    imputer, model, codes = pair(2, 60, (1.0, 1.0))
    once = fit_fusion(imputer, model, codes)
    again = [np.tile(part, (8, *[1] * (part.ndim - 1))) for part in (imputer, model, codes)]
    assert fit_fusion(*again[:2], again[2].ravel(), records=60).model == pytest.approx(once.model)
    assert fit_fusion(*again[:2], again[2].ravel()).model != pytest.approx(once.model)


def test_outputs_that_do_not_move_change_nothing() -> None:
    imputer, _, codes = pair(3, 100, (1.0, 0.0))
    flat = np.full_like(imputer, -0.7)
    fusion = fit_fusion(imputer, flat, codes)
    order = fusion.log_posterior(imputer, flat[None])[0, :, 1].argsort()
    assert (order == imputer[:, 1].argsort()).all()


def test_the_posterior_is_the_product_of_powers() -> None:
    p, q = np.array([[0.2, 0.3, 0.5]]), np.array([[[0.6, 0.5, 0.1]]])
    expected = p * q[0] ** 2
    found = Fusion(imputer=1.0, model=2.0).log_posterior(np.log(p), np.log(q))
    assert np.exp(found[0]) == pytest.approx(expected / expected.sum())
