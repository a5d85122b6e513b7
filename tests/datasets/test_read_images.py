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


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format=kind, **options)
    return buffer.getvalue()


def last(zipped, png, name: str, data: bytes) -> tuple[np.ndarray, tuple[str, ...]]:
    """The picture ``name`` as it is read beside plain ones, in 0 to 255, and the notes."""
    path = zipped(folders(png) | {f"dog/z{name}": data})
    dataset = prepare(path, "p.zip", Preparation())
    warnings = inspect(path, "p.zip").warnings
    assert set(warnings) <= set(dataset.notes)  # what the preview says is kept
    return dataset.features[-1] * 255, warnings


@pytest.mark.parametrize(("largest", "value"), [(65535, 257 * 40), (1000, 157), (4095, 642)])
def test_sixteen_bit_pgm_is_scaled_by_its_own_largest(zipped, png, largest, value) -> None:
    data = f"P5 6 5 {largest}\n".encode() + value.to_bytes(2, "big") * 30
    found, _ = last(zipped, png, ".pgm", data)
    np.testing.assert_allclose(found, 40, atol=0.51)


def test_sixteen_bit_tiff(zipped, png) -> None:
    picture = Image.fromarray(np.full((5, 6), 257 * 40, dtype=np.uint16))
    np.testing.assert_allclose(last(zipped, png, ".tif", encoded(picture, "TIFF"))[0], 40)


def test_floats_are_read_from_0_to_1_and_nothing_else(zipped, png) -> None:
    inside = Image.fromarray(np.full((5, 6), 40 / 255, dtype=np.float32))
    np.testing.assert_allclose(last(zipped, png, ".tif", encoded(inside, "TIFF"))[0], 40)
    for value in (40.0, -0.5, np.nan):
        picture = Image.fromarray(np.full((5, 6), value, dtype=np.float32))
        with pytest.raises(UploadRejected, match=r"black and white are not known.*dog/z.tif"):
            last(zipped, png, ".tif", encoded(picture, "TIFF"))


def test_32_bit_whole_numbers_are_refused(zipped, png) -> None:
    picture = Image.fromarray(np.full((5, 6), 70_000, dtype=np.int32))
    with pytest.raises(UploadRejected, match="32-bit whole numbers"):
        last(zipped, png, ".tif", encoded(picture, "TIFF"))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_shown_on_white_and_said(zipped, png, mode: str) -> None:
    colour = {"RGBA": (0, 0, 0, 0), "LA": (0, 0), "P": 0}[mode]
    options = {"transparency": 0} if mode == "P" else {}
    found, said = last(
        zipped, png, ".png", encoded(Image.new(mode, (6, 5), colour), "PNG", **options)
    )
    np.testing.assert_allclose(found, 255)
    assert "1 of 25 pictures are transparent in places and shown on white." in said


def test_half_transparent_is_half_white(zipped, png) -> None:
    picture = Image.new("RGBA", (6, 5), (0, 0, 0, 128))
    np.testing.assert_allclose(last(zipped, png, ".png", encoded(picture, "PNG"))[0], 127, atol=1)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright(zipped, png, orientation: int) -> None:
    """Of whatever orientation: the same as turned by hand (the EXIF standard, tag 0x0112)."""
    seen = np.zeros((5, 6), dtype=np.uint8)
    seen[0, 0], seen[0, -1] = 255, 100
    turns = [lambda a: a, np.fliplr, lambda a: np.rot90(a, 2), np.flipud]
    turns += [np.transpose, lambda a: np.rot90(a, 1), lambda a: np.rot90(a, 2).T]
    stored = np.ascontiguousarray([*turns, lambda a: np.rot90(a, -1)][orientation - 1](seen))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(Image.fromarray(stored), "PNG", exif=exif)
    found, said = last(zipped, png, ".png", data)
    np.testing.assert_array_equal(np.rint(found), seen)
    assert any("turned upright" in sentence for sentence in said) == (orientation > 1)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "TIFF", "WEBP"])
def test_of_several_frames_the_first_is_used_and_said(zipped, png, kind: str) -> None:
    frames = [Image.new("L", (6, 5), shade) for shade in (200, 10, 90)]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    found, said = last(zipped, png, f".{kind.lower()}", data)
    np.testing.assert_allclose(found, 200, atol=1)
    assert any("several frames or pages, of which the first is used" in line for line in said)


def test_inks_and_palettes(zipped, png) -> None:
    red = Image.new("RGB", (6, 5), (255, 0, 0))
    for data, name in (
        (encoded(red.convert("CMYK"), "TIFF"), ".tif"),
        (encoded(red.convert("P"), "PNG"), ".png"),
        (encoded(red, "GIF"), ".gif"),
    ):
        found, _ = last(zipped, png, name, data)
        np.testing.assert_allclose(found[0, 0], [255, 0, 0], atol=2)


def test_the_size_that_is_said_is_the_size_that_is_used(zipped, png) -> None:
    """Also where all are of one size that is too large."""
    for entries in (
        folders(png) | {"dog/wide.png": png(width=20)},
        folders(png, width=200, height=150),
    ):
        said = inspect(zipped(entries), "p.zip").warnings[-1]
        side = limits.RESIZED_SIDE
        assert f"will be resized to {side} x {side} unless another size is chosen" in said
        assert prepare(zipped(entries), "p.zip", Preparation()).image_shape == (side, side)
