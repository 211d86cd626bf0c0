"""Keys of KMS, played by moto behind the sandbox: signed there, checked offline."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from slactl.aws.failures import AwsFailure
from slactl.aws.session import AwsWorld, Timing
from slactl.evidence import signing
from slactl.evidence.signing.keys import public_key
from slactl.evidence.signing.kms import KmsSigner
from slactl.evidence.signing.statement import statement
from slactl.model.catalogue import AwsSettings
from slactl.ports.archive import EvidenceFailure
from slactl.sandbox.server import Server
from tests.failures.small import world

STATEMENT = statement({"bundle.json": "0" * 64}, {"month": "2026-10"})


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Server(world()) as server:
        yield server.url


@pytest.fixture
def kms(address: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    return AwsWorld(AwsSettings(), "test", Timing(lambda: 0.0, lambda seconds: None)).client("kms")


def new_key(kms: Any, spec: str, usage: str = "SIGN_VERIFY") -> str:
    key: str = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
    return key


def pem_of(kms: Any, key: str) -> bytes:
    der = kms.get_public_key(KeyId=key)["PublicKey"]
    return load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "ECC_NIST_P384", "RSA_2048"])
def test_what_kms_signs_is_confirmed_offline(kms: Any, spec: str) -> None:
    key = new_key(kms, spec)
    envelope = signing.read_envelope(signing.signed(STATEMENT, signing.kms_signing(kms, key)))
    assert envelope.holds(signing.public_key(pem_of(kms, key), "kms.pem"))
    assert not envelope.holds(signing.public_key(pem_of(kms, new_key(kms, spec)), "other.pem"))


def test_openssl_confirms_it_too(kms: Any, tmp_path: Path) -> None:
    key = new_key(kms, "ECC_NIST_P256")
    envelope = signing.read_envelope(signing.signed(STATEMENT, signing.kms_signing(kms, key))).envelope
    (tmp_path / "signed.bin").write_bytes(envelope.pae())
    (tmp_path / "signature.bin").write_bytes(bytes.fromhex(next(iter(envelope.signatures.values())).signature))
    (tmp_path / "key.pem").write_bytes(pem_of(kms, key))
    check = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature.bin", "signed.bin"]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "Verified OK")


def test_a_key_that_is_not_there_and_one_that_does_not_sign(kms: Any) -> None:
    with pytest.raises(AwsFailure, match="asking KMS for the public key"):
        signing.kms_signing(kms, "alias/absent")
    with pytest.raises(EvidenceFailure, match="cannot sign in a known way"):
        signing.kms_signing(kms, new_key(kms, "ECC_NIST_P521"))


def test_a_key_that_is_gone_when_it_should_sign(kms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = signing.kms_signing(kms, new_key(kms, "ECC_NIST_P256"))
    monkeypatch.setattr(ready.signer, "_key_id", "alias/absent")
    with pytest.raises(AwsFailure, match="signing with KMS"):
        signing.signed(STATEMENT, ready)


class Liar:
    """A KMS that signs other bytes than it was given."""

    def __init__(self, kms: Any) -> None:
        self._kms = kms

    def sign(self, **asked: Any) -> Any:
        return self._kms.sign(**asked | {"Message": b"other"})


def test_an_answer_that_its_own_key_does_not_confirm_is_not_used(kms: Any) -> None:
    key = new_key(kms, "ECC_NIST_P256")
    liar = KmsSigner(Liar(kms), key, "ECDSA_SHA_256", public_key(pem_of(kms, key), "kms.pem"))
    with pytest.raises(EvidenceFailure, match="does not confirm"):
        liar.sign(STATEMENT)


def test_more_than_kms_takes_is_told(kms: Any) -> None:
    ready = signing.kms_signing(kms, new_key(kms, "ECC_NIST_P256"))
    with pytest.raises(EvidenceFailure, match="at most 4096"):
        signing.signed(b"x" * 4096, ready)
