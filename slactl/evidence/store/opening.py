"""Opens a store by its name: a directory or ``s3://bucket/prefix``.

The one rule: what has no marker is no store, and what holds other things never becomes one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from slactl.evidence.store.archive import ShelfArchive
from slactl.evidence.store.layout import MARKER, SCHEMA
from slactl.evidence.store.local import LocalShelf
from slactl.evidence.store.manifest import UPGRADE
from slactl.evidence.store.s3 import SCHEME, ObjectLock, S3Shelf
from slactl.evidence.store.shelf import Absent, Irregular, Shelf
from slactl.ports.archive import EvidenceFailure


def open_archive(
    place: str, *, create: bool, s3: Callable[[], Any] | None = None, lock: ObjectLock | None = None
) -> ShelfArchive:
    """The store; use it as a context manager.

    Args:
        place: a directory or ``s3://bucket/prefix``.
        create: whether a store may begin where nothing is yet; its first commit writes the marker.
        s3: makes a boto3 client of S3; needed for an S3 store only.
        lock: the Object Lock of what is written to S3; None leaves it to the bucket.

    Raises:
        EvidenceFailure: if there is no store, or a later version's, or its chain is broken.
    """
    shelf = shelf_at(place, s3, lock)
    try:
        return ShelfArchive(shelf, marked=is_marked(shelf, create=create))
    except BaseException:
        shelf.close()
        raise


def shelf_at(place: str, s3: Callable[[], Any] | None = None, lock: ObjectLock | None = None) -> Shelf:
    """What a store of that name stands on.

    Raises:
        EvidenceFailure: if it is neither a directory nor S3, or nobody can reach AWS.
    """
    if not re.match(r"[A-Za-z0-9+]+://", place):
        return LocalShelf(Path(place))
    if not re.match(rf"{SCHEME}[a-z0-9][a-z0-9.-]{{1,61}}[a-z0-9](/|\Z)", place):
        raise EvidenceFailure(f"{place} is no place for evidence", "name a directory or s3://bucket/prefix")
    if s3 is None:
        raise EvidenceFailure(f"{place} needs AWS, which this command does not ask", "copy the store to a directory")
    return S3Shelf(place, s3, lock)


def is_marked(shelf: Shelf, *, create: bool = False) -> bool:
    """Whether the marker of a store stands there; False only where one may begin.

    Raises:
        EvidenceFailure: if there is no store and none may begin, or it is a later version's.
    """
    try:
        body = shelf.get(MARKER)
    except Irregular:
        raise EvidenceFailure(f"{shelf.name}/{MARKER} is no file", "name another store") from None
    except Absent:
        if shelf.exists():
            raise EvidenceFailure(
                f"{shelf.name} holds other things and no {MARKER}: it is no evidence store",
                "name a place of its own for evidence",
            ) from None
        if not create:
            raise EvidenceFailure(
                f"there is no evidence store at {shelf.name}", "slactl collect makes one; or name another"
            ) from None
        return False
    _check_schema(shelf, body)
    return True


def _check_schema(shelf: Shelf, body: bytes) -> None:
    try:
        schema = str(json.loads(body)["schema"])
    except (ValueError, KeyError, TypeError, RecursionError):
        schema = ""
    found = re.fullmatch(r"slactl\.evidence/([0-9]{1,9})", schema)
    if not found:
        raise EvidenceFailure(f"{shelf.name}/{MARKER} is no marker of an evidence store", "name another store")
    if schema != SCHEMA:
        raise EvidenceFailure(f"{shelf.name} was written by a later slactl ({schema})", UPGRADE)
