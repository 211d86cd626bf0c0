"""Signs with AWS KMS.

The one rule: KMS gets the bytes that are signed, as they are, and its answer is checked against its
own public key before it is believed; whoever has that key can check without AWS.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Key, SecretsHandler, Signature, Signer

from slactl.aws.failures import translate
from slactl.evidence.signing.keys import PublicKey, Signing, public_key
from slactl.ports.archive import EvidenceFailure

MOST_BYTES = 4096
"""As much as KMS hashes and signs itself; Ed25519 knows no other way."""
ALGORITHMS = ("ED25519_SHA_512", "ECDSA_SHA_256", "ECDSA_SHA_384", "RSASSA_PSS_SHA_256")
HINT = "use a key with usage SIGN_VERIFY of spec ECC_NIST_P256, ECC_NIST_EDWARDS25519 or RSA_3072"


class KmsSigner(Signer):
    """Signs with one key and algorithm of KMS."""

    def __init__(self, client: Any, key_id: str, algorithm: str, public: PublicKey) -> None:
        self._client, self._key_id, self._algorithm, self._public = client, key_id, algorithm, public

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> Signer:
        """Not offered: the client comes from slactl's own session."""
        raise NotImplementedError

    @property
    def public_key(self) -> Key:
        return self._public.key

    def sign(self, payload: bytes) -> Signature:
        """The signature of some bytes.

        Raises:
            AwsFailure: if KMS refuses.
            EvidenceFailure: if they are too many, or KMS answers with no signature of theirs.
        """
        if len(payload) > MOST_BYTES:
            told = f"the statement has {len(payload)} bytes, KMS signs at most {MOST_BYTES}"
            raise EvidenceFailure(told, "bundle fewer formats or languages")
        try:
            answer = self._client.sign(
                KeyId=self._key_id, Message=payload, MessageType="RAW", SigningAlgorithm=self._algorithm
            )
        except (BotoCoreError, ClientError) as error:
            raise translate(error, "signing with KMS") from error
        signature = Signature(self._public.id, bytes(answer["Signature"]).hex())
        self._check(signature, payload)
        return signature

    def _check(self, signature: Signature, payload: bytes) -> None:
        try:
            self._public.key.verify_signature(signature, payload)
        except UnverifiedSignatureError:
            raise EvidenceFailure("KMS answered with a signature that its own key does not confirm", HINT) from None


def kms_signing(client: Any, key_id: str) -> Signing:
    """A key of KMS that signs.

    Raises:
        AwsFailure: if KMS refuses to tell its public half.
        EvidenceFailure: if it is no key that signs in a way that can be checked everywhere.
    """
    try:
        answer = client.get_public_key(KeyId=key_id)
    except (BotoCoreError, ClientError) as error:
        raise translate(error, "asking KMS for the public key") from error
    offered = answer.get("SigningAlgorithms") or ()
    algorithm = next((one for one in ALGORITHMS if one in offered), None)
    if algorithm is None:
        raise EvidenceFailure(f"the KMS key {key_id} cannot sign in a known way", HINT)
    public = public_key(_pem(answer["PublicKey"]), f"the KMS key {key_id}")
    return Signing(KmsSigner(client, key_id, algorithm, public), public)


def _pem(der: bytes) -> bytes:
    return load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
