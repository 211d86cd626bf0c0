"""One link of the chain: what a commit added and dropped, and the digest of the link before it.

The one rule: a link is written in one way only (canonical JSON), and read back only if it is
written just so; whatever else stands in its file is somebody else's work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from slactl.evidence.store.layout import path_of
from slactl.model.evidence import Dropped, Fact, Item, Kind, Place

UPGRADE = "install a newer slactl"
SCHEMA = "slactl.evidence-manifest/1"
_FAMILY, _, _VERSION = SCHEMA.rpartition("/")
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
PARTS = ("account", "region", "service", "when", "name")
"""What a place says beside its kind."""
_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class BadManifest(Exception):
    """A link that does not say what a link says; the text names what is wrong."""


class NewerManifest(Exception):
    """A link that a later slactl wrote; the text is its schema."""


@dataclass(frozen=True, slots=True)
class Gone:
    """What a link says of a file that leaves: its path, its digest, and why."""

    path: str
    sha256: str
    why: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A link of the chain; ``previous`` is the SHA-256 of the file before it, ``at`` seconds since the epoch."""

    number: int
    previous: str | None
    run: str
    at: int
    added: tuple[Item, ...]
    dropped: tuple[Gone, ...]

    @property
    def body(self) -> bytes:
        """The link's file."""
        return _canonical(
            {
                "schema": SCHEMA,
                "number": self.number,
                "previous": self.previous,
                "run": self.run,
                "at": self.at,
                "added": [_item(item) for item in self.added],
                "dropped": [{"path": gone.path, "sha256": gone.sha256, "why": gone.why} for gone in self.dropped],
            }
        )


def digest_of(body: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return sha256(body).hexdigest()


def gone(dropped: Dropped) -> Gone:
    """What a link says of a dropped item."""
    return Gone(dropped.item.path, dropped.item.sha256, dropped.why)


def read_manifest(body: bytes, number: int) -> Manifest:
    """The link of that number.

    Raises:
        BadManifest: if the file says anything else, or in another way.
        NewerManifest: if a later version of slactl wrote it.
    """
    try:
        document = json.loads(body)
        _check_schema(document)
        manifest = _manifest(document)
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise BadManifest(f"it is no manifest of slactl ({_short(wrong)})") from None
    if manifest.number != number:
        raise BadManifest(f"it says that its number is {manifest.number}")
    if manifest.body != body:
        raise BadManifest("it is not written as slactl writes it")
    return manifest


def _check_schema(document: Mapping[str, Any]) -> None:
    schema = document["schema"]
    family, _, version = str(schema).rpartition("/")
    if family == _FAMILY and version.isdecimal() and int(version) > int(_VERSION):
        raise NewerManifest(str(schema))
    if schema != SCHEMA:
        raise ValueError(f"its schema is {schema!r}")


def _manifest(document: Mapping[str, Any]) -> Manifest:
    number, at, previous, run = (document[key] for key in ("number", "at", "previous", "run"))
    if not (_whole(number) and _whole(at) and isinstance(run, str) and (previous is None or _digest(previous))):
        raise ValueError("a field has the wrong type")
    dropped = tuple(Gone(str(each["path"]), _digest(each["sha256"]), str(each["why"])) for each in document["dropped"])
    return Manifest(number, previous, run, at, tuple(_read_item(each) for each in document["added"]), dropped)


def _read_item(document: Mapping[str, Any]) -> Item:
    parts = {key: str(document["place"][key]) for key in PARTS}
    place = Place(Kind(document["place"]["kind"]), **parts)
    digest, path, size = _digest(document["sha256"]), document["path"], document["size"]
    if path != path_of(place, digest):
        raise ValueError(f"the path {path!r} is not that of its place and digest")
    if not _whole(size):
        raise ValueError("a size is no number")
    return Item(place, path, digest, size, {key: _fact(value) for key, value in document["facts"].items()})


def _item(item: Item) -> dict[str, Any]:
    return {
        "path": item.path,
        "sha256": item.sha256,
        "size": item.size,
        "place": {"kind": item.place.kind.value} | {part: getattr(item.place, part) for part in PARTS},
        "facts": dict(item.facts),
    }


def _fact(value: object) -> Fact:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    if value is None or isinstance(value, str | int):
        return value
    raise ValueError("a fact is neither text, whole number, truth value nor a list of texts")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _digest(value: object) -> str:
    if isinstance(value, str) and _DIGEST.fullmatch(value):
        return value
    raise ValueError("a digest is no SHA-256")


def _short(wrong: Exception) -> str:
    said = f"no {wrong}" if isinstance(wrong, KeyError) else str(wrong)
    return said if len(said) <= 160 else said[:160] + "…"


def _canonical(document: Mapping[str, Any]) -> bytes:
    return _ENCODE(document).encode() + b"\n"
