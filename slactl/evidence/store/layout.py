"""Where a file stands in a store: a Hive layout that Athena, Spark and DuckDB read as it is.

The one rule: a path follows from the item's place and digest alone, so a manifest that names any
other path is refused, and no file's content ever changes under its name.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from slactl.model.evidence import Kind, Place

MARKER = "slactl-evidence.json"
SCHEMA = "slactl.evidence/1"
MARKED = f'{{"schema": "{SCHEMA}"}}\n'.encode()
"""The marker's content."""
MANIFESTS = "manifest"
LOCK_FILE = ".lock"
WORKSHOP = ".tmp"
"""Where a local store writes files before they get their names."""
DIGITS = 8
DIGEST_SHOWN = 12
LONGEST_STEM = 150

_WHEN = re.compile(r"(?P<year>[0-9]{4})((?P<month>-(0[1-9]|1[0-2]))(?P<day>-(0[1-9]|[12][0-9]|3[01]))?)?", re.ASCII)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,12}\Z", re.ASCII)
_ITEM = re.compile(rf"-[0-9a-f]{{{DIGEST_SHOWN}}}(\.[^/]*)?\Z", re.ASCII)
_MANIFEST = re.compile(rf"{MANIFESTS}/([0-9]{{{DIGITS}}})\.json", re.ASCII)


def path_of(place: Place, sha256: str) -> str:
    """The path below the store's root, with ``/`` between its parts.

    Raises:
        ValueError: if the place has no name, or ``when`` is neither a day, a month nor a year.
    """
    if not place.name:
        raise ValueError("an item without a name has no place in a store")
    parts = (("account", place.account), ("region", place.region), ("service", place.service))
    folders = [f"{key}={_written(value)}" for key, value in parts if value]
    return "/".join([place.kind.value, *folders, *_when(place.when), _file_name(place.name, sha256)])


def manifest_path(number: int) -> str:
    """The path of a link of the chain, counted from 1."""
    return f"{MANIFESTS}/{number:0{DIGITS}d}.json"


def manifest_number(path: str) -> int | None:
    """The number of a link; None for any other path."""
    found = _MANIFEST.fullmatch(path)
    return int(found[1]) if found else None


def is_item_path(path: str) -> bool:
    """Whether a path may be that of an item: its first folder is a kind's, its name ends with a digest."""
    first, _, rest = path.partition("/")
    return first in {kind.value for kind in Kind} and bool(_ITEM.search(rest))


def _when(when: str) -> list[str]:
    if not when:
        return []
    found = _WHEN.fullmatch(when)
    if not found:
        raise ValueError(f"{when!r} is neither a day, a month nor a year")
    return [f"{next(part for part in ('day', 'month', 'year') if found[part])}={when}"]


def _file_name(name: str, sha256: str) -> str:
    found = _EXTENSION.search(name)
    extension = found[0] if found else ""
    stem = _written(name.removesuffix(extension))
    cut = re.sub(r"%.?$", "", stem[:LONGEST_STEM]) if len(stem) > LONGEST_STEM else stem
    return f"{cut}-{sha256[:DIGEST_SHOWN]}{extension}"


def _written(value: str) -> str:
    """A part of a path: everything that a file system or a query engine may read otherwise is escaped."""
    return quote(value, safe="").replace("~", "%7E")
