"""The evaluation classifier may say "none of them", and does."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from ppml_core import load_dataset
from ppml_core.attacks.inversion.evaluate import NONE, build_evaluator, true_name
from ppml_core.attacks.inversion.slots import SHARED, build_experiment
from ppml_core.datasets.dataset import Dataset


@pytest.mark.parametrize(("name", "records", "copies"), [("faces", 1, 7), ("digits", 20, 1)])
def test_it_accepts_who_it_knows_and_rejects_everything_else(name, records, copies):
    source = load_dataset(name)
    built = build_experiment(source, slots=20, records_per_class=records, copies=copies, seed=0)
    evaluator = build_evaluator(built, source, seed=1)
    rows = np.flatnonzero(built.testing)
    who = np.where(built.who == SHARED, 0, built.who)
    true = [true_name(built, int(built.dataset.labels[r]), int(who[r])) for r in rows]
    said = evaluator.names(built.dataset.features[rows])
    assert np.mean(said == true) > 0.9
    rng = np.random.default_rng(2)
    noise = rng.uniform(0, 1, (40, *source.image_shape))
    blotches = np.stack([gaussian_filter(each, 1.5) for each in noise])
    assert np.mean(evaluator.names(noise) == NONE) > 0.95
    assert np.mean(evaluator.names(blotches) == NONE) > 0.95
    assert np.mean(evaluator.names(built.auxiliary) == NONE) > 0.9
    if name == "faces":  # pictures that nobody has shown it
        assert np.mean(evaluator.names(source.features[source.labels == 0]) == NONE) > 0.9


def test_it_learns_from_nothing_that_a_model_is_trained_on():
    source = load_dataset("digits")
    built = build_experiment(source, slots=5, records_per_class=10, copies=1, seed=0)
    trained = {row for pair in built.candidates for c in pair for row in c.trained}
    trained |= {row for rows in built.plan.shared for row in rows}
    learned = {row for rows in built.plan.evaluated for row in rows}
    assert learned
    assert not learned & trained


@pytest.mark.parametrize("classes", [(3, 8), (0, 1, 2)])
def test_with_few_classes_their_auxiliary_pictures_are_not_called_nobody(classes):
    """Of two or three classes none can be left out: the auxiliary pictures are of theirs."""
    source = of_classes(*classes)
    built = build_experiment(source, slots=5, records_per_class=4, copies=1, seed=0)
    evaluator = build_evaluator(built, source, seed=1)
    for slot, rows in enumerate(built.plan.tested):
        assert np.mean(evaluator.names(source.features[list(rows)]) == slot) > 0.9
    noise = np.random.default_rng(2).uniform(0, 1, (40, *source.image_shape))
    assert np.mean(evaluator.names(noise) == NONE) > 0.95


def of_classes(*classes: int) -> Dataset:
    """Only these of the digits."""
    every = load_dataset("digits")
    rows = np.flatnonzero(np.isin(every.labels, classes))
    return Dataset(
        name="few digits",
        features=every.features[rows],
        labels=np.searchsorted(classes, every.labels[rows]).astype(np.int64),
        feature_names=every.feature_names,
        label_names=tuple(str(each) for each in classes),
        record_ids=np.arange(len(rows)),
    )
