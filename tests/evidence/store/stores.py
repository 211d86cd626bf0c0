"""Small stores for tests: one that stands on a directory, one that stands on S3, and what is kept in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from slactl.aws.session import AwsWorld
from slactl.evidence.store import ObjectLock, ShelfArchive, open_archive
from slactl.model.catalogue import AwsSettings
from slactl.model.evidence import Dropped, Item, Kind, NewItem, Place
from tests.aws.clock import Clock

AT = 1_900_000_000
BUCKET = "example-evidence"
S3_PLACE = f"s3://{BUCKET}/kept"

Opener = Callable[..., ShelfArchive]
"""Opens one store, again and again: ``opener()`` as a reader, ``opener(create=True)`` as a writer."""


def counts(day: str = "2026-10-07", body: bytes = b"rows", service: str = "shop", **facts: Any) -> NewItem:
    """A day of a service."""
    place = Place(Kind.COUNTS, "123456789012", "eu-west-1", service, day, "counts.parquet")
    return NewItem(place, body, facts)


def superseded(item: Item) -> Dropped:
    return Dropped(item, "superseded")


def local(folder: Path) -> Opener:
    """A store in a directory."""

    def opener(*, create: bool = False) -> ShelfArchive:
        return open_archive(str(folder), create=create)

    return opener


def client_of_s3() -> Any:
    """A client as every command makes it; moto must stand in for S3."""
    return AwsWorld(AwsSettings(region="eu-west-1"), "test", Clock().timing).client("s3")


@cache
def shared_client() -> Any:
    """One client for all that leave it as it is: to make one takes a third of a second."""
    return client_of_s3()


def in_s3(*, locked: bool = False, lock: ObjectLock | None = None) -> Opener:
    """A store in a new bucket; moto must stand in for S3."""
    client = shared_client()
    place: Any = {"LocationConstraint": "eu-west-1"}
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=locked)

    def opener(*, create: bool = False) -> ShelfArchive:
        return open_archive(S3_PLACE, create=create, s3=lambda: client, lock=lock)

    return opener


def a_week(opener: Opener, days: int = 5) -> list[Item]:
    """Commits of some days, one each; the second day is read again by the last commit."""
    kept: list[Item] = []
    with opener(create=True) as archive:
        for day in range(1, days + 1):
            kept += archive.commit(f"run-{day}", AT + day, [counts(f"2026-10-{day:02d}", b"day %d" % day, final=False)])
        kept[1:2] = archive.commit(
            "again", AT + 99, [counts("2026-10-02", b"day 2, later", final=True)], [superseded(kept[1])]
        )
    return kept
