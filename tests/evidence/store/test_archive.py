"""What a store keeps, shows and refuses, wherever it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slactl.evidence.store.layout import MARKED, MARKER, manifest_path
from slactl.evidence.store.manifest import digest_of
from slactl.model.evidence import Dropped, Item, Kind, NewItem, Place
from slactl.ports.archive import Archive, EvidenceFailure, Overtaken
from tests.evidence.store.stores import AT, Opener, a_week, counts, local, superseded


def paths(opener: Opener) -> list[str]:
    with opener() as archive:
        return [each.path for each in archive.shelf.list()]


def test_a_store_begins_with_its_first_commit(opener: Opener) -> None:
    with pytest.raises(EvidenceFailure, match="there is no evidence store at"):
        opener()
    with opener(create=True) as archive:
        assert archive.items(Kind.COUNTS) == ()
        assert str(archive.head) == "0"
        assert archive.commit("run", AT, []) == ()
        assert list(archive.shelf.list()) == []
        [item] = archive.commit("run", AT, [counts()])
    assert paths(opener) == [item.path, manifest_path(1), MARKER]
    with opener(create=True) as archive:
        assert archive.shelf.get(MARKER) == MARKED
        assert archive.items(Kind.COUNTS) == (item,)


def test_what_is_kept_is_read_back(opener: Opener) -> None:
    new = counts(body=b"\x00rows", start=1, final=True, rungs=("100", "999.999"), note=None, name="è")
    with opener(create=True) as archive:
        [item] = archive.commit("run", AT, [new])
    assert item == Item(new.place, item.path, digest_of(new.body), 5, new.facts)
    assert item.path == (
        f"counts/account=123456789012/region=eu-west-1/service=shop/day=2026-10-07/counts-{item.sha256[:12]}.parquet"
    )
    with opener() as archive:
        port: Archive = archive
        assert port.items(Kind.COUNTS) == (item,)
        assert port.body(item) == b"\x00rows"
        copy = port.path(item)
        assert copy.read_bytes() == b"\x00rows"
        assert port.path(item) == copy


def test_a_store_is_asked_by_kind_service_and_time(opener: Opener) -> None:
    answers = NewItem(Place(Kind.ANSWERS, service="shop", when="2026-10", name="answers.parquet"), b"x")
    annual = NewItem(Place(Kind.REPORT, when="2026", name="report-r1.json"), b"{}")
    plain = NewItem(Place(Kind.CONFIG, name="slactl.yaml"), b"version: 1\n")
    days = [counts("2026-11-01"), counts("2026-10-31"), counts("2026-10-30", service="api"), counts("2026-10-02")]
    with opener(create=True) as archive:
        archive.commit("run", AT, [*days, answers, plain, annual])
        found = [(each.place.service, each.place.when) for each in archive.items(Kind.COUNTS)]
        assert found == [
            ("api", "2026-10-30"),
            ("shop", "2026-10-02"),
            ("shop", "2026-10-31"),
            ("shop", "2026-11-01"),
        ]
        assert [each.place.when for each in archive.items(Kind.COUNTS, "shop", "2026-10")] == [
            "2026-10-02",
            "2026-10-31",
        ]
        assert [each.path.rpartition("-")[0] for each in archive.items(Kind.ANSWERS)] == [
            "answers/service=shop/month=2026-10/answers"
        ]
        assert [each.path.rpartition("-")[0] for each in archive.items(Kind.CONFIG)] == ["config/slactl"]
        assert [each.path.rpartition("-r1")[0] for each in archive.items(Kind.REPORT, when="2026")] == [
            "reports/year=2026/report"
        ]


def test_the_same_again_is_not_kept_twice(opener: Opener) -> None:
    with opener(create=True) as archive:
        first = archive.commit("run", AT, [counts(), counts()])
        head = archive.head
        assert archive.commit("again", AT + 1, [counts()]) == first[:1]
        assert archive.head == head
    with opener() as archive:
        assert archive.items(Kind.COUNTS) == tuple(first)


def test_the_same_bytes_may_be_known_better(opener: Opener) -> None:
    """Read again after three days: nothing changed, and now it is final."""
    with opener(create=True) as archive:
        [first] = archive.commit("run", AT, [counts(final=False)])
        [second] = archive.commit("again", AT + 1, [counts(final=True)], [superseded(first)])
        assert first.path == second.path
        assert archive.body(second) == b"rows"
    with opener() as archive:
        assert [item.facts for item in archive.items(Kind.COUNTS)] == [{"final": True}]
        assert archive.body(second) == b"rows"


def test_what_is_superseded_leaves(opener: Opener) -> None:
    kept = a_week(opener)
    with opener() as archive:
        assert archive.items(Kind.COUNTS) == tuple(kept)
        assert archive.body(kept[1]) == b"day 2, later"
        assert archive.head.number == 6
    assert len(paths(opener)) == 5 + 6 + 1


def test_only_what_is_kept_can_be_dropped(opener: Opener) -> None:
    kept = a_week(opener)
    with opener(create=True) as archive:
        archive.commit("purge", AT, [], [Dropped(kept[0], "purged")])
        with pytest.raises(EvidenceFailure, match="is not kept"):
            archive.commit("purge", AT, [counts("2026-11-01")], [Dropped(kept[0], "purged")])
        with pytest.raises(EvidenceFailure, match="was kept, and is missing"):
            archive.body(kept[0])
    assert not [path for path in paths(opener) if "2026-11-01" in path]


def test_two_that_keep_different_things_both_do(opener: Opener) -> None:
    with opener(create=True) as one, opener(create=True) as two:
        one.commit("one", AT, [counts("2026-10-01")])
        two.commit("two", AT, [counts("2026-10-02")])
        one.commit("one", AT, [counts("2026-10-03"), counts("2026-10-02")])
        assert one.head.number == 3
    with opener() as archive:
        assert [each.place.when for each in archive.items(Kind.COUNTS)] == ["2026-10-01", "2026-10-02", "2026-10-03"]


def test_two_that_keep_the_same_place_are_told(opener: Opener) -> None:
    [first, *_] = a_week(opener)
    with opener(create=True) as one, opener(create=True) as two:
        one.commit("one", AT, [counts("2026-10-01", b"one")], [superseded(first)])
        two.commit("two", AT, [counts("2026-10-09", b"other")])
        with pytest.raises(Overtaken, match=r"day=2026-10-01"):
            two.commit("two", AT, [counts("2026-10-01", b"two")], [superseded(first)])
        [now] = two.items(Kind.COUNTS, when="2026-10-01")
        assert two.body(now) == b"one"
        two.commit("two", AT, [counts("2026-10-01", b"two")], [superseded(now)])
    with opener() as archive:
        [last] = archive.items(Kind.COUNTS, when="2026-10-01")
        assert archive.body(last) == b"two"


def test_whoever_looks_anew_is_not_overtaken(opener: Opener) -> None:
    with opener(create=True) as one, opener(create=True) as two:
        one.commit("one", AT, [counts(body=b"one")])
        with two.exclusive():
            [seen] = two.items(Kind.COUNTS)
            two.commit("two", AT, [counts(body=b"two")], [superseded(seen)])
    with opener() as archive:
        assert [archive.body(item) for item in archive.items(Kind.COUNTS)] == [b"two"]


def test_a_reader_sees_the_store_as_it_was_opened(opener: Opener) -> None:
    a_week(opener)
    with opener() as reader, opener(create=True) as writer:
        seen = reader.items(Kind.COUNTS)
        writer.commit("run", AT, [counts("2026-11-01")])
        assert reader.items(Kind.COUNTS) == seen
        reader.refresh()
        assert len(reader.items(Kind.COUNTS)) == len(seen) + 1


def test_bytes_that_changed_are_not_given_out(opener: Opener) -> None:
    kept = a_week(opener)
    with opener() as archive:
        archive.shelf.put(kept[0].path, b"day X", AT)
        with pytest.raises(EvidenceFailure, match="is not what was kept"):
            archive.body(kept[0])
        with pytest.raises(EvidenceFailure, match="is not what was kept"):
            archive.path(kept[0])
        archive.shelf.delete(kept[2].path)
        with pytest.raises(EvidenceFailure, match="is missing"):
            archive.path(kept[2])


def test_what_a_killed_run_left_is_swept(opener: Opener) -> None:
    a_week(opener)
    before = paths(opener)
    with opener(create=True) as archive:
        archive.shelf.put("counts/service=shop/day=2026-12-01/counts-0123456789ab.parquet", b"orphan", AT)
        archive.shelf.put("notes.txt", b"somebody's", AT)
        modified = max(each.modified for each in archive.shelf.list())
        assert archive.sweep(modified + 86_401) == 1
    assert paths(opener) == sorted([*before, "notes.txt"])


def test_other_things_are_no_store(opener: Opener) -> None:
    with opener(create=True) as archive:
        archive.shelf.put("holiday.jpg", b"x", AT)
    for create in (True, False):
        with pytest.raises(EvidenceFailure, match=r"holds other things and no slactl-evidence\.json"):
            opener(create=create)


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        (b'{"schema": "slactl.evidence/2"}', r"was written by a later slactl \(slactl.evidence/2\)"),
        (b'{"schema": "slactl.evidence/1.5"}', "is no marker of an evidence store"),
        (b'{"schema": "terraform/1"}', "is no marker of an evidence store"),
        (b"[1]", "is no marker of an evidence store"),
        (b"", "is no marker of an evidence store"),
        (b"[" * 5000, "is no marker of an evidence store"),
    ],
)
def test_a_marker_must_be_one_that_is_known(marker: bytes, told: str, tmp_path: Path) -> None:
    opener = local(tmp_path / "evidence")
    with opener(create=True) as archive:
        archive.shelf.put(MARKER, marker, AT)
    with pytest.raises(EvidenceFailure, match=told):
        opener()


def edited(opener: Opener, link: int, **changes: object) -> None:
    """A manifest with other values, written as slactl writes it."""
    with opener() as archive:
        path = manifest_path(link)
        document = json.loads(archive.shelf.get(path)) | changes
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
        archive.shelf.put(path, text.encode(), AT)


ITEM = {
    "path": "counts/service=shop/day=2026-10-01/counts-0123456789ab.parquet",
    "sha256": "0123456789ab" + "0" * 52,
    "size": 1,
    "place": {
        "kind": "counts",
        "account": "",
        "region": "",
        "service": "shop",
        "when": "2026-10-01",
        "name": "counts.parquet",
    },
    "facts": {},
}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"schema": "slactl.evidence-manifest/2"}, "written by a later slactl"),
        ({"schema": "slactl.other/1"}, "broken at manifest/00000003.json: it is no manifest"),
        ({"number": 4}, "it says that its number is 4"),
        ({"number": "3"}, "a field has the wrong type"),
        ({"previous": "0" * 64}, "does not follow from manifest 2"),
        ({"previous": "x"}, "no SHA-256"),
        ({"at": 1.5}, "a field has the wrong type"),
        ({"more": 1}, "not written as slactl writes it"),
        ({"added": [ITEM | {"path": "../../etc/passwd"}]}, "is not that of its place and digest"),
        ({"added": [ITEM | {"path": "/etc/passwd"}]}, "is not that of its place and digest"),
        ({"added": [ITEM | {"facts": {"share": 0.5}}]}, "a fact is neither"),
        ({"added": [ITEM | {"size": "1"}]}, "a size is no number"),
        ({"added": [ITEM | {"place": {**ITEM["place"], "kind": "secrets"}}]}, "secrets"),  # type: ignore[dict-item]
        ({"added": [ITEM | {"place": {**ITEM["place"], "when": "../.."}}]}, "neither a day, a month nor a year"),  # type: ignore[dict-item]
        (
            {"dropped": [{"path": "counts/x", "sha256": "0" * 64, "why": "purged"}]},
            "drops counts/x, which was not kept",
        ),
        ({"added": None}, "it is no manifest"),
    ],
)
def test_a_manifest_that_was_edited_is_refused(changes: dict[str, object], told: str, tmp_path: Path) -> None:
    opener = local(tmp_path / "evidence")
    a_week(opener)
    edited(opener, 3, **changes)
    with pytest.raises(EvidenceFailure, match=told):
        opener()


def test_a_chain_with_a_gap_says_nothing(opener: Opener) -> None:
    a_week(opener)
    with opener() as archive:
        archive.shelf.delete(manifest_path(3))
    with pytest.raises(EvidenceFailure, match=r"broken at manifest/00000003.json: it is missing"):
        opener()


@pytest.mark.parametrize("when", ["26", "2026-", "2026-13", "2026-1-1", "../x", "2026-10-07/.."])
def test_a_place_without_a_sound_time_is_refused(when: str, tmp_path: Path) -> None:
    opener = local(tmp_path / "evidence")
    with opener(create=True) as archive, pytest.raises(ValueError, match="neither a day, a month nor a year"):
        archive.commit("run", AT, [NewItem(Place(Kind.COUNTS, when=when, name="x.json"), b"")])


@pytest.mark.parametrize(
    ("name", "stands"),
    [
        ("../../etc/passwd", "..%2F..%2Fetc%2Fpasswd-{}"),
        ("CHG 1042 (è).eml", "CHG%201042%20%28%C3%A8%29-{}.eml"),
        ("archive.tar.gz", "archive.tar-{}.gz"),
        (".profile", "-{}.profile"),
        ("a\nb=c", "a%0Ab%3Dc-{}"),
        ("mail.eml\n", "mail.eml%0A-{}"),
        ("è" * 300 + ".eml", "%C3%A8" * 25 + "-{}.eml"),
    ],
)
def test_any_name_is_a_safe_name(name: str, stands: str, tmp_path: Path) -> None:
    opener = local(tmp_path / "evidence")
    with opener(create=True) as archive:
        [item] = archive.commit("run", AT, [NewItem(Place(Kind.PROOF, name=name), b"mail")])
    assert item.path == "proofs/" + stands.format(item.sha256[:12])
    with opener() as archive:
        assert [archive.body(each) for each in archive.items(Kind.PROOF)] == [b"mail"]
        assert archive.items(Kind.PROOF)[0].place.name == name
