"""Bundles for the tests of verify: one that is true, and the means to falsify it as its signer could.

The one rule: a falsified bundle is put together again without slactl's writer of bundles, so that what
finds the falsehood is not what made it.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from slactl.cli.app import run
from slactl.sandbox.server import Server
from tests.conftest import CREDENTIALS
from tests.failures.small import NOW, Mood, configuration, world
from tests.failures.stage import no_waiting

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
Files = dict[str, bytes]
KIND = "application/vnd.in-toto+json"
PROOF = "Subject: maintenance\n\nWe will upgrade.\n"


def private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def written(files: dict[str, str], place: Path) -> None:
    """A configuration with its announcement, and the keys."""
    window = files["maintenance.yaml"].replace(
        "reason: Upgrade", "reason: Upgrade, announcement: {channel: mail, file: proofs/CHG-1.eml}"
    )
    for name, text in {**files, "maintenance.yaml": window, "proofs/CHG-1.eml": PROOF}.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    (place / "key.pem").write_bytes(private_pem(KEY))
    (place / "key.pub.pem").write_bytes(public_pem(KEY))
    (place / "other.pub.pem").write_bytes(public_pem(OTHER))


def collect(place: Path, mood: Mood | None = None, *, edge: bool = True) -> None:
    """Configures an empty place, collects from a sandbox into it, and bundles October 2026 as ``true.zip``."""
    written(configuration(edge=edge), place)
    with pytest.MonkeyPatch.context() as patch, Server(world(mood=mood, edge=edge)) as server:
        no_waiting(patch)
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        patch.chdir(place)
        patch.setenv("SLACTL_NOW", NOW)
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        assert run(["--quiet", "collect"]) == 0
        assert run(["--quiet", "bundle", "--month", "2026-10", "--key", "key.pem", "-o", "true.zip"]) == 0


def files_of(bundle: bytes) -> Files:
    with ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return stream.getvalue()


def listed_again(files: Files) -> Files:
    """The files with a manifest that lists them as they are."""
    told = json.loads(files["bundle.json"])
    names = sorted(set(files) - {"bundle.json", "bundle.dsse.json"})
    told["files"] = [
        {"name": name, "size": len(files[name]), "sha256": sha256(files[name]).hexdigest()} for name in names
    ]
    return {**files, "bundle.json": json.dumps(told).encode()}


def signed_again(files: Files, key: Ed25519PrivateKey = KEY) -> Files:
    """The files with a manifest and a signature that fit them."""
    fitting = listed_again(files)
    told = json.loads(base64.b64decode(json.loads(files["bundle.dsse.json"])["payload"]))
    names = [name for name in fitting if name == "bundle.json" or name.startswith("report/")]
    told["subject"] = [{"name": name, "digest": {"sha256": sha256(fitting[name]).hexdigest()}} for name in names]
    payload = json.dumps(told).encode()
    pae = b"DSSEv1 %d %s %d %s" % (len(KIND), KIND.encode(), len(payload), payload)
    envelope = {
        "payload": base64.b64encode(payload).decode(),
        "payloadType": KIND,
        "signatures": [{"keyid": "0" * 64, "sig": base64.b64encode(key.sign(pae)).decode()}],
    }
    return {**fitting, "bundle.dsse.json": json.dumps(envelope).encode()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verify came to."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    def outcome(self, of: str) -> str:
        return next(str(look["outcome"]) for look in self.document["looks"] if look["of"] == of)

    @property
    def told(self) -> list[str]:
        """Everything that is not as it should be."""
        looks = self.document["looks"]
        return [f"{look['of']}: {told}" for look in looks if look["outcome"] != "proven" for told in look["told"]]


Verify = Callable[..., Verdict]


def verifier(place: Path, capture: pytest.CaptureFixture[str]) -> Verify:
    """Runs verify over bytes, with the right key unless told otherwise."""

    def verify(bundle: bytes | Files, *arguments: str, key: str | None = "key.pub.pem", form: str = "json") -> Verdict:
        path = place / "b.zip"
        path.write_bytes(bundle if isinstance(bundle, bytes) else zipped(bundle))
        capture.readouterr()
        given = [] if key is None else ["--key", str(place / key)]
        code = run(["--quiet", "verify", str(path), *given, "--format", form, *arguments])
        said = capture.readouterr()
        return Verdict(code, said.out, said.err)

    return verify
