"""Names from files are bounded wherever they are stored, and stay different."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppml_core import limits
from ppml_core.datasets import ingest
from ppml_core.datasets.card_maker import make_card
from ppml_core.datasets.names import short_names
from ppml_core.datasets.preparation import Preparation
from ppml_core.errors import UploadRejected

HUGE = "x" * 200_000


@given(st.sets(st.text("ab", max_size=8)), st.integers(2, 6))
def test_short_names_are_short_and_different(names, length):
    found = short_names(sorted(names), length)
    assert len(set(found)) == len(names)
    assert all(len(name) <= length + len(" (999)") for name in found)
    assert all(a == b for a, b in zip(sorted(names), found, strict=True) if len(a) <= length)


def longest(value: object) -> int:
    """The longest text in plain values."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return max(map(longest, (*value, *value.values())), default=0)
    return max(map(longest, value), default=0) if isinstance(value, list | tuple) else 0


def test_a_huge_class_and_category_end_in_no_card_and_no_preview(tmp_path):
    path = tmp_path / "people.csv"
    rows = [f"{i},{HUGE if i % 3 else 'y'}{i % 2},{HUGE}{i % 2}\n" for i in range(40)]
    path.write_text("age,town,label\n" + "".join(rows))
    preview = ingest.inspect(path, path.name)
    shown = (preview.rows, preview.warnings, [c.examples for c in preview.columns])
    assert longest(list(shown)) <= limits.SENTENCE_LENGTH
    made = ingest.prepare(path, path.name, Preparation(label="label"))
    card = make_card(made, "upload:x")
    assert made.n_classes == len(set(made.label_names)) == 2  # "...0" and "...1" stay apart
    assert np.bincount(made.labels).tolist() == [20, 20]
    texts = (card.label_names, card.columns, card.rows, card.notes, made.feature_names)
    assert longest([*texts, card.private_statistics]) <= limits.SENTENCE_LENGTH
    assert longest([card.label_names, made.feature_names]) <= limits.NAME_LENGTH + 4


def test_a_huge_column_name_is_refused_in_few_words(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(f"age,{HUGE}\n" + "".join(f"{i},{i % 2}\n" for i in range(40)))
    with pytest.raises(UploadRejected, match="column 2 has 200,000 characters") as refused:
        ingest.inspect(path, path.name)
    assert len(str(refused.value)) < 300


def test_a_refusal_repeats_little_of_the_file():
    assert len(str(UploadRejected(HUGE, where=HUGE, fix="Do."))) < 1300
