"""Cards show records in their own units and pictures from every class."""

from __future__ import annotations

import base64
import io

import msgspec
import numpy as np
from PIL import Image
from sklearn.datasets import load_wine

from ppml_core.datasets.card import DatasetCard
from ppml_core.datasets.card_maker import make_card, png
from ppml_core.datasets.catalogue import load_dataset
from ppml_core.datasets.dataset import Dataset


def test_rows_are_unscaled() -> None:
    card = make_card(load_dataset("wine"), "wine")
    first = [float(text) for text in card.rows[0][:-1]]
    np.testing.assert_allclose(first, load_wine()["data"][0], rtol=1e-5)
    assert card.rows[0][-1] == "class_0"
    assert (card.title, card.kind, len(card.rows), card.columns[0]) == (
        *("Wine", "table", 20, "alcohol"),
    )


def test_class_counts_and_json_round_trip() -> None:
    card = make_card(load_dataset("digits"), "digits")
    assert sum(card.class_counts) == 1797
    assert card.image_shape == (8, 8)
    assert msgspec.json.decode(msgspec.json.encode(card), type=DatasetCard) == card


def test_thumbnails_come_from_all_classes_and_are_the_records() -> None:
    card = make_card(load_dataset("digits"), "digits")
    assert [card.thumbnail_labels.count(str(digit)) for digit in range(10)] == [4] * 10
    picture = Image.open(io.BytesIO(base64.b64decode(card.thumbnails[0])))
    assert picture.size == (8, 8)


def test_png_is_the_image() -> None:
    image = np.array([[0.0, 1.0], [0.2, 0.4]], dtype=np.float32)
    picture = Image.open(io.BytesIO(base64.b64decode(png(image))))
    assert np.asarray(picture).tolist() == [[0, 255], [51, 102]]


def test_one_hot_columns_are_shown_as_one() -> None:
    dataset = Dataset(
        name="t",
        features=np.array([[0, 1, 0.5], [1, 0, 1.0]], dtype=np.float32),
        labels=np.array([0, 1]),
        feature_names=("town=Graz", "town=Linz", "age"),
        label_names=("a", "b"),
        record_ids=np.arange(2),
        bounds=((0, 1), (0, 1), (20, 60)),
    )
    card = make_card(dataset, "upload:x", title="towns.csv")
    assert card.columns == ("town", "age", "label")
    assert card.rows == (("Linz", "40", "a"), ("Graz", "60", "b"))
    assert card.title == "towns.csv"


def test_a_number_whose_name_has_an_equals_sign_stays_a_number() -> None:
    dataset = Dataset(
        name="t",
        features=np.array([[0.25], [0.5]], dtype=np.float32),
        labels=np.array([0, 1]),
        feature_names=("dose=mg",),
        label_names=("a", "b"),
        record_ids=np.arange(2),
    )
    card = make_card(dataset, "upload:x")
    assert card.columns == ("dose=mg", "label")
    assert card.rows == (("0.25", "a"), ("0.5", "b"))
