"""Bundles as zip files: what is written, and what is not unpacked."""

from __future__ import annotations

import random
import stat
import struct
import warnings
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from slactl.evidence.bundle.reading import Limits, Unpacked, unpack
from slactl.evidence.bundle.writing import Content, write_bundle
from slactl.ports.archive import EvidenceFailure

FILES: dict[str, Content] = {
    "README.txt": "Però\n".encode(),
    "report/slactl-2026-10.json": b'{"value": 1}\n' * 200,
    "evidence/counts/account=1/day=2026-10-01/counts-0.parquet": bytes(range(256)) * 8,
    "config/empty.yaml": b"",
}


def unpacked(bundle: Path, limits: Limits | None = None) -> Unpacked:
    root = bundle.parent / "root"
    root.mkdir()
    return unpack(bundle, root, limits)


def refused(bundle: Path, word: str, limits: Limits | None = None) -> None:
    before = {path for path in bundle.parent.rglob("*") if path.is_file()}
    with pytest.raises(EvidenceFailure, match=word) as caught:
        unpacked(bundle, limits)
    assert caught.value.hint
    assert {path for path in bundle.parent.rglob("*") if path.is_file()} == before, "nothing was unpacked"


def zipped(path: Path, *entries: tuple[ZipInfo | str, bytes]) -> Path:
    with warnings.catch_warnings(), ZipFile(path, "w", ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # zipfile warns of what is written twice; that is the point here
        for entry, body in entries:
            archive.writestr(entry, body)
    return path


def test_what_is_written_comes_out_again(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b.zip", FILES)
    found = unpacked(tmp_path / "b.zip")
    assert {name: found.read(name) for name in found.files} == FILES
    assert found.damaged == {}
    assert found.read("absent") is None


def test_the_same_files_give_the_same_bytes_wherever_they_lie(tmp_path: Path) -> None:
    write_bundle(tmp_path / "a.zip", FILES)
    lying: dict[str, Content] = {}
    for number, (name, content) in enumerate(reversed(FILES.items())):
        assert isinstance(content, bytes)
        lying[name] = tmp_path / str(number)
        (tmp_path / str(number)).write_bytes(content)
    write_bundle(tmp_path / "b.zip", lying)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_other_tools_read_it(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b.zip", FILES)
    with ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(FILES)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {stat.filemode(entry.external_attr >> 16) for entry in archive.infolist()} == {"-rw-r--r--"}


def test_a_bundle_is_whole_or_absent(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"before")
    with pytest.raises(FileNotFoundError):
        write_bundle(tmp_path / "b.zip", {**FILES, "z": tmp_path / "absent"})
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]
    assert (tmp_path / "b.zip").read_bytes() == b"before"


@pytest.mark.parametrize("name", ["../a", "/a", "a//b", "a/", "", "a\\b", "C:/a", "a/./b", "a\nb", "a./b", "x" * 256])
def test_a_name_that_nobody_would_unpack_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvidenceFailure, match="a bundle can't hold"):
        write_bundle(tmp_path / "b.zip", {name: b""})
    assert list(tmp_path.iterdir()) == []


def test_names_that_differ_in_case_only_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(EvidenceFailure, match="both A and a"):
        write_bundle(tmp_path / "b.zip", {"A": b"", "a": b""})


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "a/../../evil", "/etc/evil", "..", "a\\..\\evil", "C:\\evil", "C:evil", "a/\x1b[2J", "a//b", "./a",
        "x/../../../../tmp/evil",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    refused(zipped(tmp_path / "b.zip", ("good", b"1"), (ZipInfo(name), b"2")), "the bundle is refused: it holds")


def test_a_name_with_a_nul_is_refused(tmp_path: Path) -> None:
    bundle = zipped(tmp_path / "b.zip", ("aXb", b"1"))
    bundle.write_bytes(bundle.read_bytes().replace(b"aXb", b"a\x00b"))
    refused(bundle, "the bundle is refused|no whole zip")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_what_is_no_regular_file_is_refused(tmp_path: Path, kind: int) -> None:
    entry = ZipInfo("link")
    entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
    refused(zipped(tmp_path / "b.zip", (entry, b"/etc/passwd")), "is a link or no regular file")


@pytest.mark.parametrize(("first", "second"), [("a", "a"), ("a", "A"), ("caf\u00e9", "cafe\u0301")])
def test_a_name_that_stands_twice_is_refused(tmp_path: Path, first: str, second: str) -> None:
    refused(zipped(tmp_path / "b.zip", (first, b"1"), (second, b"2")), "twice")


def test_a_file_below_a_file_is_refused(tmp_path: Path) -> None:
    refused(zipped(tmp_path / "b.zip", ("a/b", b"1"), ("a", b"2")), "below a file")


def test_folders_that_other_tools_write_are_passed_over(tmp_path: Path) -> None:
    found = unpacked(zipped(tmp_path / "b.zip", ("a/", b""), ("a/b", b"1")))
    assert list(found.files) == ["a/b"]


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        (Limits(files=1), "2 entries, more than 1"),
        (Limits(file=1 << 20), "more than 1 MB"),
        (Limits(total=3 << 20, ratio=5000), "more than 3 MB"),
        (Limits(ratio=100), "more than 100 times its size"),
    ],
)
def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path, limits: Limits, word: str) -> None:
    refused(zipped(tmp_path / "b.zip", ("a", bytes(2 << 20)), ("b", bytes(2 << 20))), word, limits)


def test_a_bomb_is_refused_by_the_usual_limits(tmp_path: Path) -> None:
    refused(zipped(tmp_path / "b.zip", ("a", bytes(30 << 20))), "more than 250 times its size")


def test_a_bomb_that_lies_about_its_size_unpacks_to_no_more_than_it_says(tmp_path: Path) -> None:
    bundle = zipped(tmp_path / "b.zip", ("a", bytes(8 << 20)))
    size = struct.pack("<L", 8 << 20)
    assert bundle.read_bytes().count(size) == 2
    bundle.write_bytes(bundle.read_bytes().replace(size, struct.pack("<L", 100)))
    found = unpacked(bundle)
    assert list(found.damaged) == ["a"]
    assert list(found.root.iterdir()) == []


def test_entries_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """How a few kilobytes unpack to terabytes: many entries lead to the same bytes."""
    bundle = zipped(tmp_path / "b.zip", ("aa", b"1" * 5000), ("bb", b"2"))
    body = bytearray(bundle.read_bytes())
    first, second = (found for found in range(len(body)) if body[found : found + 4] == b"PK\x01\x02")
    body[second + 42 : second + 46] = body[first + 42 : first + 46]
    bundle.write_bytes(bytes(body))
    refused(bundle, "shares bytes|no whole zip")


def test_uncommon_packing_and_encryption_are_refused(tmp_path: Path) -> None:
    entry = ZipInfo("a")
    entry.compress_type = ZIP_BZIP2
    refused(zipped(tmp_path / "b.zip", (entry, b"1")), "packed in an uncommon way")
    secret = zipped(tmp_path / "c.zip", ("a", b"1"))
    body = bytearray(secret.read_bytes())
    body[body.index(b"PK\x01\x02") + 8] |= 1
    secret.write_bytes(bytes(body))
    with pytest.raises(EvidenceFailure, match="is encrypted"):
        unpack(secret, tmp_path / "root")


@pytest.mark.parametrize("body", [b"", b"PK", b"no zip at all" * 100])
def test_what_is_no_zip_file_is_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(body)
    refused(tmp_path / "b.zip", "is no whole zip file")


def test_half_a_bundle_is_refused(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b.zip", FILES)
    body = (tmp_path / "b.zip").read_bytes()
    (tmp_path / "b.zip").write_bytes(body[: len(body) // 2])
    refused(tmp_path / "b.zip", "is no whole zip file")


def test_a_damaged_file_is_named_and_the_others_come_out(tmp_path: Path) -> None:
    write_bundle(tmp_path / "b.zip", FILES)
    body = bytearray((tmp_path / "b.zip").read_bytes())
    body[body.index(bytes(range(200))) + 5] ^= 1
    (tmp_path / "b.zip").write_bytes(bytes(body))
    found = unpacked(tmp_path / "b.zip")
    assert [*found.damaged] == ["evidence/counts/account=1/day=2026-10-01/counts-0.parquet"]
    assert found.files.keys() | found.damaged.keys() == FILES.keys()
    assert not (found.root / next(iter(found.damaged))).exists()


def test_nothing_that_was_bent_does_worse_than_be_refused(tmp_path: Path) -> None:
    """Any bytes changed anywhere: it is refused, or what comes out lies where it belongs."""
    write_bundle(tmp_path / "b.zip", FILES)
    whole, chance = (tmp_path / "b.zip").read_bytes(), random.Random(7)
    for number in range(400):
        body = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            # The headers are where it matters: most blows fall on the last kilobyte.
            place = chance.randrange(len(body)) if chance.random() < 0.3 else len(body) - 1 - chance.randrange(700)
            body[place] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])
        bent, root = tmp_path / "bent.zip", tmp_path / f"root{number}"
        bent.write_bytes(bytes(body))
        root.mkdir()
        try:
            found = unpack(bent, root)
        except EvidenceFailure:
            continue
        assert {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} == set(found.files)
