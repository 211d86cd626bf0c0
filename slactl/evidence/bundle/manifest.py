"""The manifest of a bundle: every file with size and SHA-256, and how the bundle was made.

The one rule: it lists every file but itself and the signature; a bundle holds what it lists, no more
and no less.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slactl.evidence.bundle.names import MANIFEST, SIGNATURE
from slactl.evidence.bundle.reading import Unpacked
from slactl.evidence.bundle.writing import Listed
from slactl.ports.archive import EvidenceFailure

SCHEMA = "slactl.bundle/1"
UNLISTED = (MANIFEST, SIGNATURE)
HINT = "it was not written by slactl bundle, or it was tampered with"
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
MOST_BYTES = 100 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """How a bundle was made.

    ``at`` is RFC 3339; ``month`` as ``2026-10``; ``main`` the main configuration file's name in the bundle;
    ``head`` the evidence's chain as of the bundle: the number and the SHA-256 of its last manifest;
    ``left_out`` how many items of the store stayed where they are; ``typst`` the version that set the PDF.
    """

    version: str
    at: str
    command: str
    month: str
    report_id: str
    languages: tuple[str, ...]
    main: str
    head: tuple[int, str]
    left_out: int
    typst: str | None = None


@dataclass(frozen=True, slots=True)
class BundleManifest:
    """What the manifest says."""

    made: Made
    files: dict[str, Listed]

    @property
    def body(self) -> bytes:
        """The manifest as it is written, each file on a line of its own."""
        head = json.dumps({"schema": SCHEMA, **described(self.made)}, ensure_ascii=False, indent=1)
        files = ",\n".join(json.dumps(_file(self.files[name]), ensure_ascii=False) for name in sorted(self.files))
        return (head.removesuffix("\n}") + f',\n "files": [\n{files}\n ]\n}}\n').encode()


def described(made: Made) -> dict[str, Any]:
    """How a bundle was made, as plain objects."""
    return {
        "slactl": made.version,
        "made_at": made.at,
        "command": made.command,
        "month": made.month,
        "report_id": made.report_id,
        "languages": list(made.languages),
        "configuration": made.main,
        "typst": made.typst,
        "evidence": {"manifests": made.head[0], "head_sha256": made.head[1], "items_left_out": made.left_out},
    }


def read_manifest(body: bytes) -> BundleManifest:
    """Reads a manifest.

    Raises:
        EvidenceFailure: if it is none of this version.
    """
    try:
        document = json.loads(body)
        _check_schema(document)
        files = [_listed(one) for one in document["files"]]
        made = _made(document)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise EvidenceFailure(f"{MANIFEST} is no manifest of a bundle", HINT) from None
    by_name = {one.name: one for one in files}
    if len(by_name) != len(files):
        raise EvidenceFailure(f"{MANIFEST} lists a file twice", HINT)
    return BundleManifest(made, by_name)


def held_against(manifest: BundleManifest, found: Unpacked) -> list[tuple[str, str]]:
    """Every file that is not what the manifest says, with what is wrong."""
    names = sorted({*manifest.files, *found.files, *found.damaged} - set(UNLISTED))
    told = [(name, _told(name, manifest, found)) for name in names]
    return [(name, what) for name, what in told if what]


def _told(name: str, manifest: BundleManifest, found: Unpacked) -> str:
    says, is_ = manifest.files.get(name), found.files.get(name)
    if name in found.damaged:
        return "is damaged"
    if says is None:
        return "was added: the manifest does not list it"
    if is_ is None:
        return "was removed: the manifest lists it"
    return "" if says == is_ else "was changed: its SHA-256 is not the manifest's"


def _check_schema(document: Mapping[str, Any]) -> None:
    schema = document["schema"]
    if schema == SCHEMA:
        return
    if isinstance(schema, str) and re.fullmatch(r"slactl\.bundle/[0-9]{1,9}", schema):
        raise EvidenceFailure(f"the bundle was written by a later slactl ({schema})", "install a newer slactl")
    raise ValueError


def _file(one: Listed) -> dict[str, Any]:
    return {"name": one.name, "size": one.size, "sha256": one.sha256}


def _listed(one: Mapping[str, Any]) -> Listed:
    size = one["size"]
    if not isinstance(size, int) or not DIGEST.fullmatch(one["sha256"]):
        raise ValueError
    return Listed(_text(one["name"]), size, one["sha256"])


def _made(document: Mapping[str, Any]) -> Made:
    evidence = document["evidence"]
    number, left_out = evidence["manifests"], evidence["items_left_out"]
    if not (isinstance(number, int) and isinstance(left_out, int)):
        raise ValueError
    return Made(
        version=_text(document["slactl"]),
        at=_text(document["made_at"]),
        command=_text(document["command"]),
        month=_text(document["month"]),
        report_id=_text(document["report_id"]),
        languages=tuple(_text(one) for one in document["languages"]),
        main=_text(document["configuration"]),
        head=(number, _text(evidence["head_sha256"])),
        left_out=left_out,
        typst=None if document.get("typst") is None else _text(document["typst"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value
