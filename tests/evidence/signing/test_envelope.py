"""Envelopes and statements: what holds, and what doesn't."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from slactl.evidence import signing
from slactl.evidence.signing.statement import statement, subjects
from slactl.ports.archive import EvidenceFailure

DIGESTS = {"bundle.json": "0" * 64, "report/a.html": "1" * 64}
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNING = signing.file_signing(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), None, "key.pem")
PUBLIC = signing.public_key(
    KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "key.pub.pem"
)


def envelope() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(signing.signed(statement(DIGESTS, {"month": "2026-10"}), SIGNING))
    return found


def holds(document: dict[str, Any]) -> bool:
    return signing.read_envelope(json.dumps(document).encode()).holds(PUBLIC)


def test_a_statement_says_which_files_it_is_about() -> None:
    document = json.loads(statement(DIGESTS, {"month": "2026-10"}))
    assert document["_type"] == "https://in-toto.io/Statement/v1"
    assert document["predicate"] == {"month": "2026-10"}
    assert subjects(statement(DIGESTS, {})) == DIGESTS


def test_an_envelope_is_as_dsse_has_it() -> None:
    """Held against the specification's own words, with a signature checked by hand."""
    found = envelope()
    payload = base64.b64decode(found["payload"])
    kind = found["payloadType"].encode()
    assert kind == b"application/vnd.in-toto+json"
    pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    KEY.public_key().verify(base64.b64decode(found["signatures"][0]["sig"]), pae)
    assert holds(found)


def test_the_same_statement_gives_the_same_envelope() -> None:
    assert envelope() == envelope()


def test_another_payload_does_not_hold() -> None:
    found = envelope()
    payload = base64.b64decode(found["payload"]).replace(b"2026-10", b"2026-11")
    assert not holds(found | {"payload": base64.b64encode(payload).decode()})


def test_a_flipped_bit_of_the_signature_does_not_hold() -> None:
    found = envelope()
    signature = bytearray(base64.b64decode(found["signatures"][0]["sig"]))
    signature[10] ^= 1
    found["signatures"][0]["sig"] = base64.b64encode(bytes(signature)).decode()
    assert not holds(found)


def test_the_name_of_a_key_neither_helps_nor_hurts() -> None:
    found = envelope()
    found["signatures"][0]["keyid"] = "f" * 64
    assert holds(found)
    other = signing.file_signing(
        Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), None, "k"
    )
    theirs = json.loads(signing.signed(statement(DIGESTS, {"month": "2026-10"}), other))
    theirs["signatures"][0]["keyid"] = PUBLIC.id
    assert not holds(theirs)


def test_one_of_several_signatures_is_enough() -> None:
    found = envelope()
    stranger = {"keyid": "a", "sig": base64.b64encode(b"x" * 64).decode()}
    assert holds(found | {"signatures": [stranger, *found["signatures"]]})


def test_an_envelope_without_signatures_does_not_hold() -> None:
    assert not holds(envelope() | {"signatures": []})


@pytest.mark.parametrize(
    "change",
    [
        {"payloadType": "text/plain"},
        {"payload": 5},
        {"payload": "%%%"},
        {"signatures": None},
        {"signatures": [{}]},
        {"signatures": [{"keyid": "a", "sig": "AAAA"}, {"keyid": "a", "sig": "AAAA"}]},
        {"signatures": [{"keyid": str(number), "sig": "AAAA"} for number in range(21)]},
    ],
)
def test_what_is_no_envelope_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(EvidenceFailure):
        signing.read_envelope(json.dumps(envelope() | change).encode())


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"[" * 100_000, b"{}"])
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(EvidenceFailure):
        signing.read_envelope(body)
    with pytest.raises(EvidenceFailure):
        subjects(body)


def test_a_statement_of_another_kind_is_refused() -> None:
    other = statement(DIGESTS, {}).replace(b"urn:slactl:bundle:1", b"https://slsa.dev/provenance/v1")
    with pytest.raises(EvidenceFailure, match="of another kind"):
        subjects(other)
    twice = json.loads(statement(DIGESTS, {}))
    twice["subject"] *= 2
    with pytest.raises(EvidenceFailure, match="twice"):
        subjects(json.dumps(twice).encode())
