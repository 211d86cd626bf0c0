"""What was computed once and is remembered on this machine, in files that may be deleted at any time.

The one rule: a file is named by the digest of all that its content was made from, and holds a digest of itself;
one that is not whole, or stands under another name, is as good as none.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

SCHEMA = "slactl.remembered/1"
MOST = 400
"""So many files are kept in a folder; the oldest make room."""


def key_of(material: object) -> str:
    """The name of what is made from some material."""
    return sha256(json.dumps([SCHEMA, material]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Memory:
    """A folder of what is remembered; whoever has no ``place`` remembers nothing."""

    place: Path | None = None

    def recall(self, key: str) -> dict[str, Any] | None:
        """What was kept under a key."""
        if self.place is None:
            return None
        try:
            digest, _, body = (self.place / f"{key}.json").read_text("utf-8").partition("\n")
            whole = sha256(body.encode()).hexdigest() == digest
            told = json.loads(body) if whole else None
        except (OSError, ValueError):
            return None
        known = isinstance(told, dict) and (told.get("schema"), told.get("key")) == (SCHEMA, key)
        return told if known else None

    def keep(self, key: str, told: dict[str, Any]) -> None:
        """Keeps it, if that is possible: a machine that remembers nothing is only slower."""
        if self.place is None:
            return
        with suppress(OSError):
            _write(self.place, key, json.dumps(told | {"schema": SCHEMA, "key": key}))


def _write(place: Path, key: str, body: str) -> None:
    """Writes a file beside its place and renames it into it; the oldest make room."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=".", dir=place)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(f"{sha256(body.encode()).hexdigest()}\n{body}")
        Path(beside).replace(place / f"{key}.json")
    finally:
        Path(beside).unlink(missing_ok=True)
    for old in sorted(place.glob("*.json"), key=lambda one: one.stat().st_mtime, reverse=True)[MOST:]:
        old.unlink(missing_ok=True)
