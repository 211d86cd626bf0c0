"""The in-toto statement of a bundle: which files, with which digests, and what they are.

The one rule: it names the manifest and the reports, and the manifest names every other file; so what
is signed stays small enough for KMS, which signs at most 4,096 bytes as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slactl.ports.archive import EvidenceFailure

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:slactl:bundle:1"
HINT = "the bundle was not signed by slactl, or its signature was tampered with"


def statement(digests: Mapping[str, str], predicate: Mapping[str, Any]) -> bytes:
    """The statement about files by their SHA-256, as it is signed; each file on a line of its own."""
    head = json.dumps({"_type": STATEMENT, "predicateType": PREDICATE, "predicate": predicate}, ensure_ascii=False)
    told = [{"name": name, "digest": {"sha256": digests[name]}} for name in sorted(digests)]
    files = ",\n".join(json.dumps(one, ensure_ascii=False) for one in told)
    return (head.removesuffix("}") + f', "subject": [\n{files}\n]}}\n').encode()


def subjects(payload: bytes) -> dict[str, str]:
    """The SHA-256 of each file that a statement speaks of, by name.

    Raises:
        EvidenceFailure: if it is no statement about a bundle.
    """
    try:
        document = json.loads(payload)
        kinds = (document["_type"], document["predicateType"])
        found = {str(one["name"]): str(one["digest"]["sha256"]) for one in document["subject"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise EvidenceFailure("the signed statement is no in-toto statement", HINT) from None
    if kinds != (STATEMENT, PREDICATE):
        raise EvidenceFailure(f"the signed statement is of another kind, found {kinds[1]}", HINT)
    if len(found) != len(document["subject"]):
        raise EvidenceFailure("the signed statement names a file twice", HINT)
    return found
