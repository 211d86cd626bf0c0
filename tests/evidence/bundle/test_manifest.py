"""The manifest, and the README that says how to check it by hand."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from slactl.evidence import signing
from slactl.evidence.bundle.manifest import BundleManifest, Made, held_against, read_manifest
from slactl.evidence.bundle.names import MANIFEST, SIGNATURE
from slactl.evidence.bundle.reading import Unpacked
from slactl.evidence.bundle.readme import BY_HAND, readme
from slactl.evidence.bundle.writing import listed
from slactl.evidence.signing.statement import statement
from slactl.ports.archive import EvidenceFailure

MADE = Made(
    version="0.1.0",
    at="2026-11-05T06:00:00Z",
    command="slactl bundle --month 2026-10",
    month="2026-10",
    report_id="SLA-2026-10",
    languages=("it", "en"),
    main="config/slactl.yaml",
    head=(2, "a" * 64),
    left_out=3,
)
BODIES = {"report/a è.json": b"1", "config/slactl.yaml": b"22", "README.txt": b""}
FILES = {name: listed(name, body) for name, body in BODIES.items()}
WRITTEN = BundleManifest(MADE, FILES)


def test_what_is_written_is_read_again() -> None:
    assert read_manifest(WRITTEN.body) == WRITTEN
    assert json.loads(WRITTEN.body)["schema"] == "slactl.bundle/1"


def test_a_bundle_that_is_as_the_manifest_says() -> None:
    assert held_against(WRITTEN, Unpacked(Path(), dict(FILES), {})) == []
    own = {name: listed(name, b"x") for name in (MANIFEST, SIGNATURE)}
    assert held_against(WRITTEN, Unpacked(Path(), FILES | own, {})) == []


def test_each_kind_of_difference_is_named() -> None:
    found = {"report/a è.json": listed("report/a è.json", b"2"), "evil.txt": listed("evil.txt", b"")}
    told = dict(held_against(WRITTEN, Unpacked(Path(), found, {"README.txt": "Bad CRC-32"})))
    assert {name: what.split(":")[0] for name, what in told.items()} == {
        "README.txt": "is damaged",
        "config/slactl.yaml": "was removed",
        "evil.txt": "was added",
        "report/a è.json": "was changed",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        WRITTEN.body.replace(b"slactl.bundle/1", b"other.bundle/1"),
        WRITTEN.body.replace(b'"size": 1', b'"size": "1"'),
        WRITTEN.body.replace(b'"items_left_out": 3', b'"items_left_out": null'),
        WRITTEN.body.replace(FILES["README.txt"].sha256.encode(), b"E3B0"),
        WRITTEN.body.replace(b"README.txt", b"config/slactl.yaml"),
    ],
)
def test_what_is_no_manifest_is_refused(body: bytes) -> None:
    with pytest.raises(EvidenceFailure, match=r"bundle\.json") as caught:
        read_manifest(body)
    assert caught.value.hint


def test_a_later_version_is_told_as_such() -> None:
    with pytest.raises(EvidenceFailure, match=r"later slactl \(slactl.bundle/2\)"):
        read_manifest(WRITTEN.body.replace(b"slactl.bundle/1", b"slactl.bundle/2"))


def test_the_readme_speaks_the_first_language_first_and_says_what_is_not_proven() -> None:
    text = readme(MADE)
    assert text.index("CONTENUTO") < text.index("WHAT IS INSIDE")
    assert "CHE COSA NON È PROVATO" in text
    assert "WHAT IT DOES NOT PROVE" in text
    assert "SLA-2026-10" in text
    assert "{" not in text.replace(BY_HAND, "")
    assert max(len(line) for line in text.splitlines()) <= 120


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """A signed bundle as it lies unpacked, with the signer's public key beside it."""
    key = Ed25519PrivateKey.generate()
    signer = signing.file_signing(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), None, "key.pem")
    told = {MANIFEST: listed(MANIFEST, WRITTEN.body).sha256, "report/a è.json": FILES["report/a è.json"].sha256}
    bodies = {**BODIES, MANIFEST: WRITTEN.body, SIGNATURE: signing.signed(statement(told, {}), signer)}
    for name, body in bodies.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "PUBLIC.pem").write_bytes(public)
    return tmp_path


def by_hand(place: Path) -> subprocess.CompletedProcess[str]:
    """Runs the README's own lines."""
    assert BY_HAND in readme(MADE)
    command = ["sh", "-e", "-c", BY_HAND]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=60)


def test_the_lines_of_the_readme_check_a_bundle_with_openssl(unpacked: Path) -> None:
    done = by_hand(unpacked)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "Signature Verified Successfully", "")


@pytest.mark.parametrize("name", ["report/a è.json", "config/slactl.yaml", MANIFEST])
def test_the_lines_of_the_readme_find_what_was_changed(unpacked: Path, name: str) -> None:
    (unpacked / name).write_bytes((unpacked / name).read_bytes() + b" ")
    done = by_hand(unpacked)
    assert done.returncode != 0
    assert f"{name}: FAILED" in done.stdout


def test_the_lines_of_the_readme_find_another_signer(unpacked: Path) -> None:
    other = Ed25519PrivateKey.generate().public_key()
    (unpacked / "PUBLIC.pem").write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert "Signature Verification Failure" in by_hand(unpacked).stdout
