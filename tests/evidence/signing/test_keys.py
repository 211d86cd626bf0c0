"""Keys of files: which sign, which check, and what a wrong one is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from slactl.evidence import signing
from slactl.ports.archive import EvidenceFailure

KINDS: dict[str, Callable[[], Any]] = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "ECDSA secp256r1": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ECDSA secp384r1": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RSA 2048": lambda: rsa.generate_private_key(65537, 2048),
}


def private_pem(key: Any, passphrase: str | None = None) -> bytes:
    how = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    return pem


def public_pem(key: Any) -> bytes:
    pem: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


def refused(make: Callable[..., object], *arguments: object) -> EvidenceFailure:
    with pytest.raises(EvidenceFailure) as caught:
        make(*arguments)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_key_signs_its_public_half_confirms_and_no_other(kind: str) -> None:
    key, other = KINDS[kind](), KINDS[kind]()
    envelope = signing.read_envelope(signing.signed(b"{}", signing.file_signing(private_pem(key), None, "key.pem")))
    mine = signing.public_key(public_pem(key), "key.pub.pem")
    assert mine.sort == kind
    assert envelope.key_ids == (mine.id,)
    assert envelope.holds(mine)
    assert not envelope.holds(signing.public_key(public_pem(other), "other.pem"))


def test_an_encrypted_key_opens_with_its_passphrase_only() -> None:
    pem = private_pem(KINDS["Ed25519"](), "open sesame")
    assert signing.file_signing(pem, "open sesame", "key.pem").public.sort == "Ed25519"
    assert "is encrypted" in str(refused(signing.file_signing, pem, None, "key.pem"))
    wrong = refused(signing.file_signing, pem, "close sesame", "key.pem")
    assert "does not open key.pem" in str(wrong)
    assert "sesame" not in str(wrong) + wrong.hint


def test_a_passphrase_that_nobody_needs_does_no_harm() -> None:
    assert signing.file_signing(private_pem(KINDS["Ed25519"]()), "open sesame", "key.pem").public.sort == "Ed25519"


@pytest.mark.parametrize(
    ("pem", "word"),
    [
        (b"", "is no public key"),
        (b"\x00\xff", "is no public key"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "is no public key"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds a certificate"),
        (private_pem(ed25519.Ed25519PrivateKey.generate()), "holds a private key"),
        (public_pem(dsa.generate_private_key(2048)), "of a kind that is not accepted"),
        (public_pem(rsa.generate_private_key(65537, 1024)), "of a kind that is not accepted"),
        (public_pem(ec.generate_private_key(ec.SECP256K1())), "of a kind that is not accepted"),
    ],
    ids=["empty", "bytes", "broken", "certificate", "private", "dsa", "short rsa", "other curve"],
)
def test_what_is_no_public_key_is_told(pem: bytes, word: str) -> None:
    assert word in str(refused(signing.public_key, pem, "key.pem"))


@pytest.mark.parametrize("pem", [b"", b"text", public_pem(ed25519.Ed25519PrivateKey.generate())])
def test_what_is_no_private_key_is_told(pem: bytes) -> None:
    assert "is no private key" in str(refused(signing.file_signing, pem, None, "key.pem"))
    assert "is no private key" in str(refused(signing.file_signing, pem, "open sesame", "key.pem"))
