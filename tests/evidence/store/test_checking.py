"""Every way to tamper with a store, and what the check says of it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from slactl.evidence.store import open_archive
from slactl.evidence.store.checking import Checked, check
from slactl.evidence.store.layout import MARKER, manifest_number, manifest_path
from slactl.evidence.store.local import LocalShelf
from slactl.evidence.store.manifest import digest_of
from slactl.model.evidence import Item, Kind
from slactl.ports.archive import EvidenceFailure
from tests.evidence.store.stores import AT, Opener, a_week, counts, local

Tamper = Callable[[Path, list[Item]], object]
LAST = manifest_path(6)


def checked(opener: Opener, noted: str | None = None) -> Checked:
    with opener() as archive:
        return check(archive.shelf, noted)


def told(root: Path, noted: str | None = None) -> list[tuple[str, str]]:
    """Paths and codes of all findings."""
    return [(each.path, each.code) for each in check(LocalShelf(root), noted).findings]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Item]]:
    """A store, to be copied: every file of it was made safe on the disk, which takes its time."""
    root = tmp_path_factory.mktemp("made") / "evidence"
    return root, a_week(local(root))


@pytest.fixture
def root(made: tuple[Path, list[Item]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(made[0], tmp_path / "evidence"))


@pytest.fixture
def kept(made: tuple[Path, list[Item]]) -> list[Item]:
    return made[1]


def rewrite(root: Path, number: int, **changes: object) -> None:
    """A manifest with other values, written as slactl writes it."""
    path = root / manifest_path(number)
    document = json.loads(path.read_bytes()) | changes
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    path.write_text(text, encoding="utf-8")


def chain_anew(root: Path, number: int) -> None:
    """What a forger does after an edit: every later manifest follows from the one before it again."""
    while (root / manifest_path(number + 1)).exists():
        rewrite(root, number + 1, previous=digest_of((root / manifest_path(number)).read_bytes()))
        number += 1


def test_a_store_in_order(opener: Opener) -> None:
    kept = a_week(opener)
    found = checked(opener)
    with opener() as archive:
        assert found == Checked(archive.head, 6, 5, sum(item.size for item in kept), (), ())


def test_tampering_shows_wherever_the_store_stands(opener: Opener) -> None:
    kept = a_week(opener)
    with opener() as archive:
        archive.shelf.put(kept[0].path, b"day X", AT)
        archive.shelf.delete(kept[2].path)
        archive.shelf.put("counts/service=shop/day=2026-10-09/counts-0123456789ab.parquet", b"x", AT)
        archive.shelf.put("manifest/readme.txt", b"x", AT)
    assert [(each.path, each.code) for each in checked(opener).findings] == [
        (kept[0].path, "changed"),
        (kept[2].path, "missing"),
        ("counts/service=shop/day=2026-10-09/counts-0123456789ab.parquet", "added"),
        ("manifest/readme.txt", "added"),
    ]


@pytest.mark.parametrize("place", range(16))
def test_a_bit_that_flipped_anywhere_is_found(place: int, root: Path, kept: list[Item]) -> None:
    """In a file it names the file; in a manifest the manifest, the next one, or the head that was noted."""
    draw = random.Random(place)
    path = draw.choice(
        sorted(each for each in root.rglob("*") if each.is_file() and each.name not in {MARKER, ".lock"})
    )
    shown = path.relative_to(root).as_posix()
    content = bytearray(path.read_bytes())
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    head = str(check(LocalShelf(root)).head)
    path.write_bytes(content)
    found = dict(told(root, head))
    number = manifest_number(shown)
    if number is None:
        assert found == {shown: "changed"}
    else:
        after = manifest_path(number + 1) if shown != LAST else "manifest"
        assert found.get(shown) == "changed" or found.get(after) in {"chain", "head"}


def check_texts(root: Path) -> list[str]:
    return [str(each) for each in check(LocalShelf(root)).findings]


TRUNCATED = "it has 2 bytes instead of 5"


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (lambda root, kept: (root / kept[0].path).write_bytes(b"da"), "changed"),
        (lambda root, kept: (root / kept[0].path).write_bytes(b"day 1 and more"), "changed"),
        (lambda root, kept: (root / kept[0].path).write_bytes(b""), "changed"),
        (lambda root, kept: (root / kept[0].path).unlink(), "missing"),
        (lambda root, kept: (root / kept[3].path).replace(root / kept[0].path), "changed"),
    ],
)
def test_a_file_that_was_changed_is_named(tamper: Tamper, found: str, root: Path, kept: list[Item]) -> None:
    tamper(root, kept)
    assert (kept[0].path, found) in told(root)


def test_how_much_is_left_of_a_truncated_file(root: Path, kept: list[Item]) -> None:
    (root / kept[0].path).write_bytes(b"da")
    assert check_texts(root) == [f"{kept[0].path}: {TRUNCATED}"]


def test_a_link_in_place_of_a_file_is_not_followed(root: Path, kept: list[Item], tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes((root / kept[0].path).read_bytes())
    (root / kept[0].path).unlink()
    (root / kept[0].path).symlink_to(elsewhere)
    assert told(root) == [(kept[0].path, "changed")]
    with open_archive(str(root), create=False) as archive, pytest.raises(EvidenceFailure, match="is missing"):
        archive.body(kept[0])


def test_a_link_in_place_of_a_folder_is_not_followed(root: Path, kept: list[Item], tmp_path: Path) -> None:
    (root / "counts").rename(tmp_path / "elsewhere")
    (root / "counts").symlink_to(tmp_path / "elsewhere")
    assert told(root) == sorted([("counts", "added"), *((item.path, "missing") for item in kept)])
    with open_archive(str(root), create=True) as archive:
        with pytest.raises(EvidenceFailure, match="is missing"):
            archive.path(kept[0])
        with pytest.raises(EvidenceFailure, match="a symbolic link stands in the way"):
            archive.commit("run", AT, [counts("2026-10-20")])


def test_links_in_place_of_the_chain_are_refused(root: Path, kept: list[Item], tmp_path: Path) -> None:
    (root / "manifest").rename(tmp_path / "elsewhere")
    (root / "manifest").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EvidenceFailure, match="symbolic link"):
        open_archive(str(root), create=False)


def test_a_manifest_in_the_middle_that_is_missing(root: Path, kept: list[Item]) -> None:
    (root / manifest_path(3)).unlink()
    found = check(LocalShelf(root)).findings
    assert [(each.path, each.code) for each in found] == [(kept[2].path, "added"), (manifest_path(3), "missing")]
    assert "no manifest that can still be read" in found[0].what


def test_many_manifests_that_are_missing_are_one_finding(root: Path, kept: list[Item]) -> None:
    (root / "manifest/99999999.json").write_bytes((root / LAST).read_bytes())
    found = check_texts(root)
    assert found[0] == f"{manifest_path(7)}: the manifest is missing to manifest/99999998.json"
    assert found[1] == "manifest/99999999.json: it says that its number is 6"
    assert len(found) == 2


def test_a_manifest_that_was_edited_by_hand(root: Path, kept: list[Item]) -> None:
    path = root / manifest_path(2)
    path.write_text(json.dumps(json.loads(path.read_bytes()), indent=2), encoding="utf-8")
    assert (manifest_path(2), "changed") in told(root)


def test_a_manifest_that_was_edited_with_care(root: Path, kept: list[Item]) -> None:
    rewrite(root, 2, at=0)
    assert told(root) == [(manifest_path(3), "chain")]
    assert "does not follow from manifest/00000002.json" in check_texts(root)[0]
    rewrite(root, 1, previous="0" * 64)
    assert (manifest_path(1), "chain") in told(root)


def test_a_forged_chain_shows_against_a_head_that_was_noted(root: Path, kept: list[Item]) -> None:
    """Every later link is computed anew: the inside is in order, and only the noted head tells."""
    before = check(LocalShelf(root)).head
    forged = b"DAY 1"
    document = json.loads((root / manifest_path(1)).read_bytes())
    entry = document["added"][0]
    (root / entry["path"]).unlink()
    entry["sha256"] = digest_of(forged)
    entry["path"] = entry["path"].replace(kept[0].sha256[:12], entry["sha256"][:12])
    (root / entry["path"]).write_bytes(forged)
    rewrite(root, 1, added=[entry])
    chain_anew(root, 1)
    assert told(root) == []
    assert check(LocalShelf(root)).head.number == before.number
    for noted in (str(before), before.sha256):
        assert told(root, noted) == [("manifest", "head")]


def test_an_end_that_was_cut_off_shows_against_a_head_that_was_noted(root: Path, kept: list[Item]) -> None:
    before = check(LocalShelf(root)).head
    with open_archive(str(root), create=True) as archive:
        archive.commit("run", AT, [counts("2026-11-01")])
        after = archive.head
        [item] = archive.items(Kind.COUNTS, when="2026-11")
    assert told(root, str(before)) == []
    assert told(root, before.sha256) == []
    (root / manifest_path(7)).unlink()
    (root / item.path).unlink()
    assert told(root) == []
    assert told(root, str(after)) == told(root, after.sha256) == [("manifest", "head")]
    assert told(root, "0") == []


def test_a_manifest_that_drops_what_was_never_kept(root: Path, kept: list[Item]) -> None:
    rewrite(root, 6, dropped=[{"path": "counts/x", "sha256": "0" * 64, "why": "purged"}])
    assert (LAST, "chain") in told(root)


def test_a_store_that_lost_its_marker(root: Path, kept: list[Item]) -> None:
    (root / MARKER).unlink()
    assert told(root) == [(MARKER, "missing")]


def test_what_could_not_be_deleted_is_no_finding(root: Path, kept: list[Item]) -> None:
    with open_archive(str(root), create=False) as archive:
        first = json.loads(archive.shelf.get(manifest_path(2)))["added"][0]["path"]
        archive.shelf.put(first, b"day 2", AT)
    found = check(LocalShelf(root))
    assert (found.findings, found.leftovers) == ((), (first,))
    with open_archive(str(root), create=True) as archive:
        assert archive.sweep(AT) == 1
    assert check(LocalShelf(root)).leftovers == ()


def test_a_later_version_is_not_judged(root: Path, kept: list[Item]) -> None:
    rewrite(root, 6, schema="slactl.evidence-manifest/2")
    with pytest.raises(EvidenceFailure, match="later slactl"):
        check(LocalShelf(root))


def test_what_is_no_store_is_not_judged(tmp_path: Path) -> None:
    with pytest.raises(EvidenceFailure, match="there is no evidence store"):
        check(LocalShelf(tmp_path / "nowhere"))
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(EvidenceFailure, match="holds other things"):
        check(LocalShelf(tmp_path))
    with pytest.raises(EvidenceFailure, match="is no directory"):
        check(LocalShelf(tmp_path / "photo.jpg"))


@pytest.mark.parametrize("noted", ["x", "6", "6:abc", "", f"-1:{'0' * 64}", f"6:{'0' * 64}\n"])
def test_a_head_must_be_one(noted: str, root: Path, kept: list[Item]) -> None:
    with pytest.raises(ValueError, match="is no head"):
        check(LocalShelf(root), noted)


def test_progress_reaches_its_end(root: Path, kept: list[Item]) -> None:
    steps: list[tuple[int, int]] = []
    check(LocalShelf(root), progress=lambda done, total: steps.append((done, total)))
    assert steps == [(5, 5)]
