"""Keys from PEM files: private ones that sign, public ones that check.

The one rule: a message names the file and what it holds, never anything of the key or its passphrase.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from securesystemslib.signer import CryptoSigner, Signer, SSlibKey

from slactl.ports.archive import EvidenceFailure

LEAST_RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1")
MAKE = "openssl genpkey -algorithm ed25519 -out bundle-key.pem"
PUBLISH = "openssl pkey -in bundle-key.pem -pubout -out bundle-key.pub.pem"
OPEN = "set SLACTL_KEY_PASSPHRASE to its passphrase"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key to check with, and what sort it is, for people."""

    key: SSlibKey
    sort: str

    @property
    def id(self) -> str:
        """The id that slactl's signatures by this key bear."""
        return self.key.keyid


@dataclass(frozen=True, slots=True)
class Signing:
    """A key that signs, and its public half."""

    signer: Signer
    public: PublicKey


def public_key(pem: bytes, shown: str) -> PublicKey:
    """A public key to check with.

    Raises:
        EvidenceFailure: if the file holds none, or one that is not accepted.
    """
    if b"PRIVATE KEY-----" in pem:
        raise EvidenceFailure(f"{shown} holds a private key", f"check with the public half: {PUBLISH}")
    if b"BEGIN CERTIFICATE-----" in pem:
        hint = "take its public key: openssl x509 -in CERTIFICATE -pubkey -noout"
        raise EvidenceFailure(f"{shown} holds a certificate", hint)
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise EvidenceFailure(f"{shown} is no public key in PEM", f"for example the output of: {PUBLISH}") from None
    return _accepted(key, shown)


def file_signing(pem: bytes, passphrase: str | None, shown: str) -> Signing:
    """A private key that signs.

    Raises:
        EvidenceFailure: if the file holds none that can, or the passphrase does not open it.
    """
    private = _private(pem, passphrase, shown)
    public = _accepted(private.public_key(), shown)
    return Signing(CryptoSigner(private, public.key), public)


def _private(pem: bytes, passphrase: str | None, shown: str) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(pem, passphrase.encode() if passphrase else None)
    except TypeError:
        # Either it is encrypted and no passphrase was given, or it is not and one was.
        if passphrase:
            return _private(pem, None, shown)
        raise EvidenceFailure(f"{shown} is encrypted", OPEN) from None
    except (ValueError, UnsupportedAlgorithm):
        if passphrase and b"ENCRYPTED" in pem:
            raise EvidenceFailure(f"the passphrase does not open {shown}", OPEN) from None
        raise EvidenceFailure(f"{shown} is no private key in PEM", f"make one: {MAKE}") from None


def _accepted(key: PublicKeyTypes, shown: str) -> PublicKey:
    sort = _sort(key)
    if sort is None:
        hint = "Ed25519, ECDSA on P-256 or P-384, and RSA of at least 2048 bits are accepted"
        raise EvidenceFailure(f"{shown} holds a key of a kind that is not accepted", hint)
    return PublicKey(SSlibKey.from_crypto(key), sort)


def _sort(key: PublicKeyTypes) -> str | None:
    if isinstance(key, Ed25519PublicKey):
        return "Ed25519"
    if isinstance(key, EllipticCurvePublicKey) and key.curve.name in CURVES:
        return f"ECDSA {key.curve.name}"
    if isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
        return f"RSA {key.key_size}"
    return None
