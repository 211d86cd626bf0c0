"""What every shelf does: a directory, and S3 (moto behind real boto3), with and without versions and locks.

The one rule: each case says the same of all of them; what only one can do is tested beside its store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from slactl.evidence.store.local import LocalShelf
from slactl.evidence.store.s3 import ObjectLock, S3Shelf
from slactl.evidence.store.shelf import Absent, Shelf
from tests.evidence.store.stores import shared_client

BUCKET = "example-evidence"
AT = 1_900_000_000
DATA = "counts/day=2030-03-17/counts-0123456789ab.parquet"


def bucket(versions: bool, locked: bool) -> Callable[[], Any]:
    client = shared_client()
    place: Any = {"LocationConstraint": "eu-west-1"}
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=locked)
    if versions and not locked:
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return lambda: client


@pytest.fixture(params=["directory", "s3", "s3 at the top", "s3 with versions", "s3 with locks"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    if request.param == "directory":
        yield LocalShelf(tmp_path / "evidence")
        return
    with mock_aws():
        locked = request.param.endswith("locks")
        make = bucket(request.param.endswith("versions"), locked)
        place = f"s3://{BUCKET}" + ("" if request.param.endswith("top") else "/one/two")
        made = S3Shelf(place, make, ObjectLock("governance", 30) if locked else None)
        yield made
        made.close()


def test_nothing_is_there_at_first(shelf: Shelf) -> None:
    assert not shelf.exists()
    assert list(shelf.list()) == []
    with pytest.raises(Absent):
        shelf.get(DATA)
    with pytest.raises(Absent):
        shelf.file(DATA)
    shelf.delete(DATA)
    assert shelf.held_until(DATA) is None


def test_what_is_put_is_read_back(shelf: Shelf) -> None:
    shelf.put(DATA, b"\x00\xff", AT)
    assert shelf.exists()
    assert shelf.get(DATA) == b"\x00\xff"
    assert shelf.file(DATA).read_bytes() == b"\x00\xff"
    shelf.put("empty-0123456789ab", b"", AT)
    assert shelf.get("empty-0123456789ab") == b""


def test_to_put_again_changes_nothing_and_mends_what_was_changed(shelf: Shelf) -> None:
    shelf.put(DATA, b"one", AT)
    shelf.put(DATA, b"one", AT)
    assert shelf.get(DATA) == b"one"
    shelf.put(DATA, b"two", AT)
    assert shelf.get(DATA) == b"two"


def test_only_the_first_creates(shelf: Shelf) -> None:
    assert shelf.create("manifest/00000001.json", b"first", AT)
    assert not shelf.create("manifest/00000001.json", b"second", AT)
    assert shelf.get("manifest/00000001.json") == b"first"


def test_a_listing_is_in_order_and_whole(shelf: Shelf) -> None:
    paths = [f"manifest/{number:08d}.json" for number in range(1, 12)]
    for path in [*reversed(paths), DATA]:
        shelf.put(path, path.encode(), AT)
    assert [each.path for each in shelf.list("manifest/")] == paths
    assert [each.path for each in shelf.list()] == [DATA, *paths]
    assert [each.path for each in shelf.list("manifest/0000001")] == paths[9:]
    assert all(each.regular and each.size == len(each.path) for each in shelf.list())
    assert list(shelf.get_all(paths)) == [path.encode() for path in paths]
    assert list(shelf.get_all([])) == []


def test_one_that_is_missing_among_many_is_told(shelf: Shelf) -> None:
    shelf.put("manifest/00000001.json", b"", AT)
    with pytest.raises(Absent, match="00000002"):
        list(shelf.get_all(["manifest/00000001.json", "manifest/00000002.json"]))


def test_what_is_deleted_is_gone(shelf: Shelf) -> None:
    shelf.put(DATA, b"one", AT)
    shelf.delete(DATA)
    assert list(shelf.list()) == []
    with pytest.raises(Absent):
        shelf.get(DATA)
    shelf.put(DATA, b"one", AT)
    assert shelf.get(DATA) == b"one"


def test_names_with_blanks_and_letters_of_any_script(shelf: Shelf) -> None:
    path = "proofs/CHG%201042%20%C3%A8-0123456789ab.eml"
    shelf.put(path, b"mail", AT)
    assert [each.path for each in shelf.list("proofs/")] == [path]
    assert shelf.get(path) == b"mail"


def test_sweeping_takes_what_nobody_recorded(shelf: Shelf) -> None:
    shelf.put(DATA, b"one", AT)
    orphans = list(shelf.list())
    with shelf.exclusive(1.0):
        assert shelf.sweep(orphans, orphans[0].modified + 1) == 1
    assert list(shelf.list()) == []


def test_whoever_keeps_others_out_can_still_work(shelf: Shelf) -> None:
    with shelf.exclusive(1.0), shelf.exclusive(1.0):
        shelf.put(DATA, b"one", AT)
    with shelf.exclusive(1.0):
        assert shelf.get(DATA) == b"one"
