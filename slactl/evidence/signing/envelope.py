"""The DSSE envelope around a statement.

The one rule: every signature in it is tried with the key that was brought; key ids are hints, as the
specification says, and neither admit nor exclude anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Signature

from slactl.evidence.signing.keys import PublicKey, Signing
from slactl.evidence.signing.statement import HINT
from slactl.ports.archive import EvidenceFailure

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MOST_SIGNATURES = 20


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """An envelope that was read; ``payload`` is the statement, believed only once ``holds``."""

    payload: bytes
    envelope: Envelope

    @property
    def key_ids(self) -> tuple[str, ...]:
        """What the signatures say of their keys."""
        return tuple(sorted(self.envelope.signatures))

    def holds(self, key: PublicKey) -> bool:
        """Whether any of the signatures is this key's."""
        pae = self.envelope.pae()
        return any(_is_by(key, signature, pae) for signature in self.envelope.signatures.values())


def signed(payload: bytes, signing: Signing) -> bytes:
    """The envelope of a statement, as it is written."""
    envelope = Envelope(payload, PAYLOAD_TYPE, {})
    envelope.sign(signing.signer)
    return json.dumps(envelope.to_dict(), sort_keys=True, indent=1).encode() + b"\n"


def read_envelope(body: bytes) -> SignedStatement:
    """Reads an envelope.

    Raises:
        EvidenceFailure: if it is none, or holds something else than an in-toto statement.
    """
    try:
        envelope = Envelope.from_dict(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise EvidenceFailure("the signature is no DSSE envelope", HINT) from None
    if envelope.payload_type != PAYLOAD_TYPE:
        raise EvidenceFailure("the signature's envelope holds no in-toto statement", HINT)
    if len(envelope.signatures) > MOST_SIGNATURES:
        raise EvidenceFailure(f"the envelope bears more than {MOST_SIGNATURES} signatures", HINT)
    return SignedStatement(envelope.payload, envelope)


def _is_by(key: PublicKey, signature: Signature, pae: bytes) -> bool:
    try:
        # The library tries no signature that bears another key's id.
        key.key.verify_signature(Signature(key.id, signature.signature), pae)
    except UnverifiedSignatureError:
        return False
    return True
