"""Opens a store by its name: a directory or ``s3://bucket/prefix``.

The one rule: what has no marker is no store, and what holds other things never becomes one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from slactl.evidence.store.archive import UPGRADE, ShelfArchive
from slactl.evidence.store.layout import MARKER
from slactl.evidence.store.local import LocalShelf
from slactl.evidence.store.shelf import Absent, Irregular, Shelf
from slactl.ports.archive import EvidenceFailure

SCHEMA = "slactl.evidence/1"
BODY = (json.dumps({"schema": SCHEMA}) + "\n").encode()


def open_archive(place: str, *, create: bool, s3: Callable[[], Any] | None = None, at: int = 0) -> ShelfArchive:
    """The store; use it as a context manager.

    Args:
        place: a directory or ``s3://bucket/prefix``.
        create: whether to make a store where nothing is yet.
        s3: makes a boto3 client of S3; needed for an S3 store only.
        at: the present.

    Raises:
        EvidenceFailure: if there is no store, or a later version's, or its chain is broken.
    """
    if place.startswith("s3://"):
        raise EvidenceFailure("stores on S3 come with the next commit", f"{s3}")
    shelf = LocalShelf(Path(place))
    _check_marker(shelf, create=create, at=at)
    return ShelfArchive(shelf)


def _check_marker(shelf: Shelf, *, create: bool, at: int) -> None:
    try:
        body = shelf.get(MARKER)
    except Irregular:
        raise EvidenceFailure(f"{shelf.name}/{MARKER} is no file", "name another store") from None
    except Absent:
        if shelf.exists():
            raise EvidenceFailure(
                f"{shelf.name} holds other things and no {MARKER}: it is no evidence store",
                "evidence.store names a place of its own",
            ) from None
        if not create:
            raise EvidenceFailure(
                f"there is no evidence store at {shelf.name}", "slactl collect makes one; or mend evidence.store"
            ) from None
        shelf.create(MARKER, BODY, at)
        body = shelf.get(MARKER)
    _check_schema(shelf, body)


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
