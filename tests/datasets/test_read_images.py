"""Pictures in folders."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ppml_core import limits
from ppml_core.datasets.ingest import inspect, prepare
from ppml_core.datasets.preparation import Preparation
from ppml_core.errors import UploadRejected


def folders(png, n: int = 12, **picture: object) -> dict[str, bytes]:
    """n dark cats and n light dogs."""
    return {
        f"{name}/{i}.png": png(shade=shade + i, **picture)
        for name, shade in (("cat", 0), ("dog", 200))
        for i in range(n)
    }


def test_pictures_become_a_dataset(zipped, png) -> None:
    path = zipped(folders(png))
    dataset = prepare(path, "pets.zip", Preparation())
    assert dataset.features.shape == (24, 5, 6)
    assert dataset.label_names == ("cat", "dog")
    assert dataset.private_statistics == ()
    assert dataset.name == "pets"
    shades = [*range(12), *range(200, 212)]
    expected = np.array(shades, dtype=np.float32) / np.float32(255)
    np.testing.assert_array_equal(dataset.features[:, 0, 0], expected)
    assert dataset.labels.tolist() == [0] * 12 + [1] * 12


def test_preview(zipped, png) -> None:
    entries = folders(png) | {"README.txt": b"hello", "__MACOSX/cat/._1.png": b"junk"}
    preview = inspect(zipped(entries), "pets.zip")
    assert (preview.kind, preview.n) == ("images", 24)
    assert preview.classes == (("cat", 12), ("dog", 12))
    assert preview.sizes == ("6 x 5",)
    assert "1 files are not pictures and not used: README.txt" in preview.warnings[0]


def test_a_folder_around_the_classes_is_fine(zipped, png) -> None:
    entries = {f"pets/train/{name}": data for name, data in folders(png).items()}
    assert prepare(zipped(entries), "p.zip", Preparation()).label_names == ("cat", "dog")


def test_colour_and_the_order_of_colours(zipped, png) -> None:
    entries = folders(png) | {f"red/{i}.png": png(mode="RGB", shade=(255, 0, 51)) for i in range(9)}
    dataset = prepare(zipped(entries), "p.zip", Preparation())
    assert dataset.image_shape == (5, 6, 3)
    np.testing.assert_allclose(dataset.features[-1, 0, 0], [1.0, 0.0, 0.2])
    assert dataset.feature_names[2] == "row 0, column 0, blue"


def test_different_sizes_are_resized_and_said(zipped, png) -> None:
    entries = folders(png) | {"dog/wide.png": png(width=20, shade=255)}
    dataset = prepare(zipped(entries), "p.zip", Preparation(image_side=8))
    assert dataset.image_shape == (8, 8)
    assert "Pictures were resized to 8 x 8 pixels." in dataset.notes
    assert "2 different sizes" in inspect(zipped(entries), "p.zip").warnings[0]


@pytest.mark.parametrize("kind", ["JPEG", "BMP", "GIF", "WEBP", "TIFF"])
def test_other_formats(zipped, png, kind: str) -> None:
    entries = folders(png) | {f"dog/x.{kind.lower()}": png(shade=100, kind=kind)}
    dataset = prepare(zipped(entries), "p.zip", Preparation())
    assert dataset.features[-1].mean() == pytest.approx(100 / 255, abs=0.02)


def test_sixteen_bits(zipped, png) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.full((5, 6), 257 * 40, dtype=np.uint16)).save(buffer, format="PNG")
    dataset = prepare(
        zipped(folders(png) | {"dog/deep.png": buffer.getvalue()}), "p.zip", Preparation()
    )
    assert dataset.features[-1, 0, 0] == np.float32(40) / np.float32(255)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"1.png": None}, r"in no folder.*entry '1.png'"),
        ({"cat/broken.png": b"\x89PNG\r\n\x1a\n nonsense"}, "cannot be read.*cat/broken.png"),
        ({"cat/text.png": b"not a picture at all"}, "cannot be read.*cat/text.png"),
    ],
)
def test_bad_entries_are_named(zipped, png, entries: dict, message: str) -> None:
    entries = {name: data if data is not None else png() for name, data in entries.items()}
    with pytest.raises(UploadRejected, match=message):
        inspect(zipped(folders(png) | entries), "p.zip")


def test_a_picture_cut_off_in_the_middle(zipped) -> None:
    rng = np.random.default_rng(0)
    whole = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, (40, 40), dtype=np.uint8)).save(whole, format="PNG")
    entries = {f"{name}/{i}.png": whole.getvalue() for name in "ab" for i in range(12)}
    entries["a/5.png"] = whole.getvalue()[:700]
    with pytest.raises(UploadRejected, match=r"cannot be read \(entry 'a/5.png'\)"):
        prepare(zipped(entries), "p.zip", Preparation())


def test_no_pictures_at_all(zipped) -> None:
    with pytest.raises(UploadRejected, match=r"no pictures in it \(it has data.csv\)"):
        inspect(zipped({"data.csv": b"a,b\n1,2\n"}), "p.zip")


def test_one_class_and_too_few(zipped, png) -> None:
    with pytest.raises(UploadRejected, match="one class only, 'cat'"):
        prepare(zipped({f"cat/{i}.png": png() for i in range(30)}), "p.zip", Preparation())
    with pytest.raises(UploadRejected, match="only 4 usable"):
        inspect(zipped(folders(png, n=2)), "p.zip")


def bomb(side: int) -> bytes:
    """A PNG of side x side black pixels, small as a file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + crc

    size = side.to_bytes(4, "big")
    header = chunk(b"IHDR", size + size + bytes([8, 0, 0, 0, 0]))
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + header + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [limits.IMAGE_SIDE + 1, 12_000, 30_000])
def test_decompression_bombs_are_refused_by_their_header(zipped, png, side: int) -> None:
    with pytest.raises(UploadRejected, match=r"pixels.*dog/b.png.*At most 512"):
        inspect(zipped(folders(png) | {"dog/b.png": bomb(side)}), "p.zip")


def test_too_large_a_side_is_refused(zipped, png) -> None:
    with pytest.raises(UploadRejected, match="choose a smaller size"):
        prepare(zipped(folders(png)), "p.zip", Preparation(image_side=400))


def test_the_sample_pictures() -> None:
    path = Path(__file__).parents[2] / "assets" / "samples" / "digits.zip"
    dataset = prepare(path, path.name, Preparation())
    assert dataset.features.shape == (300, 8, 8)
    assert dataset.label_names == tuple("0123456789")
