"""Signs what a bundle says of itself, and checks such signatures.

The one rule: a signature is a DSSE envelope around an in-toto statement, checked only against a key
that the caller brought; what an envelope says of its own key is a hint and proves nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from slactl.evidence.extras import needed

if TYPE_CHECKING:
    from slactl.evidence.signing.envelope import SignedStatement
    from slactl.evidence.signing.keys import PublicKey, Signing


def file_signing(pem: bytes, passphrase: str | None, shown: str) -> Signing:
    """Signs with a private key in PEM; ``shown`` is how messages call its file.

    Raises:
        EvidenceFailure: if it is no private key that can sign, or the passphrase does not open it.
    """
    return cast("Signing", _room("slactl.evidence.signing.keys").file_signing(pem, passphrase, shown))


def kms_signing(client: Any, key_id: str) -> Signing:
    """Signs with an asymmetric key of AWS KMS; its private half never leaves KMS.

    Raises:
        EvidenceFailure: if the key cannot sign in a way that openssl can check.
        AwsFailure: if KMS refuses.
    """
    return cast("Signing", _room("slactl.evidence.signing.kms").kms_signing(client, key_id))


def public_key(pem: bytes, shown: str) -> PublicKey:
    """A public key in PEM, to check with.

    Raises:
        EvidenceFailure: if it is none of Ed25519, ECDSA on P-256 or P-384, RSA.
    """
    return cast("PublicKey", _room("slactl.evidence.signing.keys").public_key(pem, shown))


def signed(payload: bytes, signing: Signing) -> bytes:
    """The envelope, as it is written.

    Raises:
        EvidenceFailure, AwsFailure: if the key will not sign.
    """
    return cast("bytes", _room("slactl.evidence.signing.envelope").signed(payload, signing))


def read_envelope(body: bytes) -> SignedStatement:
    """What an envelope holds; nothing of it is believed yet.

    Raises:
        EvidenceFailure: if it is no envelope with an in-toto statement.
    """
    return cast("SignedStatement", _room("slactl.evidence.signing.envelope").read_envelope(body))


def _room(module: str) -> Any:
    return needed(module, "sign")
