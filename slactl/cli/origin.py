"""Who signed a bundle, as far as a key proves it.

The one rule: only a key that the user brought proves an origin; what the bundle says of itself is told,
and believed by nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slactl.cli.unpacked import Opened
    from slactl.evidence.signing.envelope import SignedStatement
    from slactl.evidence.signing.keys import PublicKey
    from slactl.workflows.verifying.verdict import Look

OF = "signature"
ASK = "name the signer's public key: --key PUBLIC.pem; get it by another way than this bundle"


def signature_look(bundle: Opened, key: PublicKey | None) -> Look:
    """The look at the signature.

    Raises:
        EvidenceFailure: if the libraries for it are not there.
    """
    from slactl.evidence import signing
    from slactl.evidence.bundle.names import SIGNATURE
    from slactl.ports.archive import EvidenceFailure
    from slactl.workflows.verifying.verdict import Look, Outcome

    if SIGNATURE in bundle.found.damaged:
        return Look(OF, Outcome.DIFFERS, (f"{SIGNATURE} is damaged",))
    body = bundle.found.read(SIGNATURE)
    if body is None:
        return Look(OF, Outcome.CONSISTENT, ("the bundle bears no signature",), "ask for a signed one")
    try:
        envelope = signing.read_envelope(body)
        faults = list(_faults(bundle, envelope))
    except EvidenceFailure as wrong:
        if "slactl[" in wrong.hint:
            raise
        return Look(OF, Outcome.DIFFERS, (str(wrong),), wrong.hint)
    return _judged(envelope, faults, key)


def _judged(envelope: SignedStatement, faults: list[str], key: PublicKey | None) -> Look:
    from slactl.workflows.verifying.verdict import Look, Outcome

    said = ", ".join(envelope.key_ids) or "nobody"
    if key is not None and not envelope.holds(key):
        faults.insert(0, f"it is not this key's ({key.sort}, id {key.id}): the bundle says it was signed by {said}")
    if faults:
        return Look(OF, Outcome.DIFFERS, tuple(faults))
    if key is None:
        return Look(OF, Outcome.CONSISTENT, (f"it was not checked; the bundle says it was signed by {said}",), ASK)
    return Look(OF, Outcome.PROVEN, (f"signed by {key.sort} key {key.id}",))


def _faults(bundle: Opened, envelope: SignedStatement) -> list[str]:
    """What was signed and is not what is here."""
    from slactl.evidence.bundle.names import MANIFEST
    from slactl.evidence.signing.statement import subjects

    signed, files = subjects(envelope.payload), bundle.found.files
    found = [] if MANIFEST in signed else [f"what was signed does not speak of {MANIFEST}"]
    for name, digest in sorted(signed.items()):
        here = files.get(name)
        if here is None:
            found.append(f"{name} was signed, and is not here")
        elif here.sha256 != digest:
            found.append(f"{name} is not what was signed: its SHA-256 differs")
    return found
