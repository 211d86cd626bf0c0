"""What every archive does: the one in memory that inner rooms are tested with, and stores in a directory and in S3.

The one rule: the fake may know less than a store, never something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from slactl.model.evidence import Dropped, Item, Kind, NewItem, Place
from slactl.ports.archive import EvidenceFailure
from slactl.workflows.collecting.holdings import Store
from tests.evidence.store.stores import AT, counts, in_s3, local
from tests.fakes_archive import MemoryStore


@pytest.fixture(params=["memory", "directory", "s3"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
    elif request.param == "directory":
        with local(tmp_path / "evidence")(create=True) as store:
            yield store
    else:
        with mock_aws(), in_s3()(create=True) as store:
            yield store


def kept(archive: Store, service: str | None = None, when: str | None = None) -> list[tuple[str, str, bytes]]:
    found = archive.items(Kind.COUNTS, service, when)
    return [(item.place.service, item.place.when, archive.body(item)) for item in found]


def test_what_is_committed_is_there_in_order_of_place(archive: Store) -> None:
    new = [counts("2026-11-01", b"c"), counts("2026-10-31", b"b"), counts("2026-10-31", b"a", "api", final=True)]
    items = archive.commit("run", AT, new)
    assert [(item.place, item.size, item.facts) for item in items] == [(each.place, 1, each.facts) for each in new]
    assert kept(archive) == [("api", "2026-10-31", b"a"), ("shop", "2026-10-31", b"b"), ("shop", "2026-11-01", b"c")]
    assert kept(archive, "shop", "2026-10") == [("shop", "2026-10-31", b"b")]
    assert kept(archive, "nobody") == kept(archive, when="2027") == []
    assert archive.items(Kind.RUN) == ()


def test_the_same_twice_is_there_once(archive: Store) -> None:
    first = archive.commit("run", AT, [counts()])
    assert archive.commit("run", AT, [counts()]) == first
    assert len(archive.items(Kind.COUNTS)) == 1
    assert archive.commit("run", AT, []) == ()


def test_other_facts_of_the_same_bytes_take_the_place_of_those_before(archive: Store) -> None:
    [first] = archive.commit("run", AT, [counts(final=False)])
    archive.commit("again", AT, [counts(final=True)], [Dropped(first, "superseded")])
    assert [(item.facts, archive.body(item)) for item in archive.items(Kind.COUNTS)] == [({"final": True}, b"rows")]


def test_what_is_dropped_is_gone(archive: Store) -> None:
    one, two = archive.commit("run", AT, [counts("2026-10-01", b"1"), counts("2026-10-02", b"2")])
    archive.commit("again", AT, [counts("2026-10-01", b"3")], [Dropped(one, "superseded")])
    assert kept(archive) == [("shop", "2026-10-01", b"3"), ("shop", "2026-10-02", b"2")]
    with pytest.raises(EvidenceFailure):
        archive.body(one)
    assert archive.body(two) == b"2"


def test_a_commit_that_drops_what_is_not_kept_keeps_nothing(archive: Store) -> None:
    stranger = Item(Place(Kind.COUNTS, name="x"), "counts/x-0123456789ab", "0" * 64, 1)
    with pytest.raises(EvidenceFailure):
        archive.commit("run", AT, [counts()], [Dropped(stranger, "superseded")])
    assert kept(archive) == []


def test_one_place_may_hold_several_files(archive: Store) -> None:
    """A configuration as it was, and as it is."""
    place = Place(Kind.CONFIG, name="slactl.yaml")
    archive.commit("run", AT, [NewItem(place, b"version: 1\n"), NewItem(place, b"version: 1 # mended\n")])
    assert sorted(archive.body(item) for item in archive.items(Kind.CONFIG)) == [
        b"version: 1\n",
        b"version: 1 # mended\n",
    ]


def test_a_run_may_commit_and_sweep_while_it_keeps_others_out(archive: Store) -> None:
    with archive.exclusive():
        archive.commit("run", AT, [counts()])
        assert archive.sweep(AT) == 0
    assert len(archive.items(Kind.COUNTS)) == 1
