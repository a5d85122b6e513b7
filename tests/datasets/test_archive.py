"""Archives from strangers."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from ppml_core import limits
from ppml_core.datasets import archive
from ppml_core.datasets.archive import open_archive
from ppml_core.errors import UploadRejected


def read_all(path: Path, times: int = 1) -> list[bytes]:
    """Open, check, and read every entry."""
    with open_archive(path) as archive:
        return [archive.read(info) for info in archive.entries * times]


@pytest.mark.parametrize(
    "name", ["../evil.png", "a/../../evil.png", "/etc/evil.png", "C:\\evil.png", "a\\..\\..\\b.png"]
)
def test_names_that_lead_outside(zipped, name: str) -> None:
    path = zipped({"a/1.png": b"", name: b"x"})
    with pytest.raises(UploadRejected, match="leads outside"):
        read_all(path)


def test_two_dots_inside_a_name_are_fine(zipped) -> None:
    assert read_all(zipped({"a..b/1..png": b"x"})) == [b"x"]


def test_symbolic_links(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("a/link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "l.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UploadRejected, match=r"symbolic link \(entry 'a/link.png'\)"):
        read_all(path)


def test_encrypted(zipped) -> None:
    path = zipped({"a/1.png": b"secret"})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    path.write_bytes(data)
    with pytest.raises(UploadRejected, match="encrypted"):
        read_all(path)


def test_too_many_entries(zipped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_ENTRIES", 3)
    path = zipped({f"a/{i}.png": b"" for i in range(4)})
    with pytest.raises(UploadRejected, match="4 entries"):
        read_all(path)


def test_entries_are_counted_across_the_pieces_in_which_a_file_is_read(
    zipped, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped({f"a/{i}.png": b"x" for i in range(9)})
    monkeypatch.setattr(limits, "ARCHIVE_ENTRIES", 8)
    for chunk in range(4, 60):
        monkeypatch.setattr(archive, "_CHUNK", chunk)
        with pytest.raises(UploadRejected, match="has 9 entries"):
            archive.check_entries(path)


def test_one_name_twice(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as file:
        file.writestr("a/1.png", b"x")
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("a/1.png", b"y")
    with pytest.raises(UploadRejected, match=r"two entries of one name \(entry 'a/1.png'\)"):
        read_all(tmp_path / "t.zip")


def test_entries_that_share_their_bytes(zipped) -> None:
    """The second entry says that it begins where the first does."""
    path = zipped({"a/1.png": b"x" * 50, "a/2.png": b"x" * 50})
    data = bytearray(path.read_bytes())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second + 42 : second + 46] = bytes(4)
    path.write_bytes(data)
    with pytest.raises(UploadRejected, match="damaged"):
        read_all(path)


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_choose_their_own_memory(tmp_path: Path, way: int) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w", way) as file:
        file.writestr("a/1.png", b"x")
    with pytest.raises(UploadRejected, match="packed in a way that cannot be read here"):
        read_all(tmp_path / "t.zip")


def test_a_bomb_that_admits_it(zipped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 10**6)
    path = zipped({f"a/{i}.png": bytes(600_000) for i in range(2)})
    assert path.stat().st_size < 5_000
    with pytest.raises(UploadRejected, match="unpacks to"):
        read_all(path)


def test_the_allowance_is_shared_while_streaming(zipped, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the same entry again and again, as overlapping entries would."""
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 10**6)
    path = zipped({"a/1.png": bytes(600_000)})
    assert read_all(path) == [bytes(600_000)]
    with pytest.raises(UploadRejected, match="unpacks to more than"):
        read_all(path, times=2)


def test_a_bomb_that_lies_about_its_size(zipped, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped({"a/1.png": bytes(3_000_000)})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(signature) + offset, 1000)
    path.write_bytes(data)
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 10**6)
    with pytest.raises(UploadRejected, match=r"damaged|unpacks to"):
        read_all(path)


@pytest.mark.parametrize("damage", ["cut", "contents"])
def test_cut_off_or_damaged(zipped, damage: str) -> None:
    path = zipped({"a/1.png": bytes(range(256)) * 40})
    data = bytearray(path.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    else:
        data[60] ^= 255
    path.write_bytes(data)
    with pytest.raises(UploadRejected, match="cut off or damaged"):
        read_all(path)


def test_an_entry_without_a_name_is_damage(zipped) -> None:
    path = zipped({"a": b"x"})
    data = path.read_bytes().replace(b"a", b"\x00")
    path.write_bytes(data)
    with pytest.raises(UploadRejected, match="cut off or damaged"):
        read_all(path)
