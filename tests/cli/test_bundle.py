"""Bundles as they are made: what goes in, by whom it is signed, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from slactl.cli.app import run
from slactl.sandbox.server import Server
from tests.cli.bundles import Verify, files_of, verifier, written
from tests.failures.small import NOW, configuration, world
from tests.failures.stage import Stage, no_waiting

pytestmark = pytest.mark.xdist_group("bundles")


@pytest.fixture(scope="module")
def place(bundled_place: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(bundled_place, tmp_path_factory.mktemp("bundle") / "home"))


@pytest.fixture
def _at(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place, with its evidence, and no AWS."""
    monkeypatch.chdir(place)
    monkeypatch.setenv("SLACTL_NOW", NOW)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")


@pytest.fixture
def verify(place: Path, capsys: pytest.CaptureFixture[str]) -> Verify:
    return verifier(place, capsys)


def bundled(*arguments: str) -> int:
    return run(["--quiet", "bundle", "--month", "2026-10", "--format", "html,json", *arguments])


@pytest.mark.usefixtures("_at")
def test_what_is_inside(place: Path) -> None:
    found = files_of((place / "true.zip").read_bytes())
    assert {
        "README.txt", "bundle.json", "bundle.dsse.json", "config/slactl.yaml", "config/objectives.yaml",
        "config/maintenance.yaml", "config/proofs/CHG-1.eml", "evidence/slactl-evidence.json",
        "report/slactl-2026-10.json", "report/slactl-2026-10.csv", "report/slactl-2026-10.en.html",
        "report/slactl-2026-10.it.html", "report/slactl-2026-10.it.pdf",
    } <= set(found)  # fmt: skip
    told = json.loads(found["bundle.json"])
    assert (told["schema"], told["month"], told["languages"]) == ("slactl.bundle/1", "2026-10", ["en", "it"])
    assert b"WHAT IT DOES NOT PROVE" in found["README.txt"]
    assert b"key" not in b"".join(name.encode() for name in found)


@pytest.mark.usefixtures("_at")
def test_the_same_evidence_configuration_and_clock_give_the_same_bytes(place: Path) -> None:
    for name in ("a.zip", "b.zip"):
        assert bundled("--key", "key.pem", "-o", name) == 0
    assert (place / "a.zip").read_bytes() == (place / "b.zip").read_bytes()


@pytest.mark.usefixtures("_at")
def test_a_bundle_made_again_is_the_same_revision(place: Path, verify: Verify) -> None:
    assert bundled("--key", "key.pem", "-o", "again.zip") == 0
    again = (place / "again.zip").read_bytes()
    assert json.loads(files_of(again)["report/slactl-2026-10.json"])["revision"] == 1
    assert verify(again).code == 0


@pytest.mark.usefixtures("_at")
def test_a_bundle_without_a_key_is_consistent(place: Path, verify: Verify) -> None:
    assert bundled("-o", "unsigned.zip") == 0
    bundle = (place / "unsigned.zip").read_bytes()
    assert "bundle.dsse.json" not in files_of(bundle)
    assert verify(bundle).code == 1


@pytest.mark.usefixtures("_at")
def test_one_language_is_enough(place: Path, verify: Verify) -> None:
    assert bundled("--key", "key.pem", "--lang", "it", "-o", "it.zip") == 0
    bundle = (place / "it.zip").read_bytes()
    assert [name for name in files_of(bundle) if name.endswith(".html")] == ["report/slactl-2026-10.it.html"]
    assert verify(bundle).code == 0


def test_no_aws_is_asked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("SLACTL_NOW", NOW)
    with Server(world()) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert bundled("-o", "quiet.zip") == 0
        assert server.calls == []


@pytest.mark.usefixtures("_at")
@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["--key", "absent.pem"], 1, "absent.pem"),
        (["--key", "key.pub.pem"], 1, "no private key"),
        (["--key", "key.pem", "--kms", "alias/x"], 2, "exclude each other"),
        (["--lang", "fr"], 2, "fr"),
        (["--format", "docx"], 2, "docx"),
        (["--month", "2026-13"], 2, "YYYY-MM"),
        (["--month", "2027-01"], 2, "has not begun"),
        (["--config", "absent.yaml"], 2, "absent.yaml"),
    ],
)
def test_what_is_refused_leaves_no_file(
    place: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, word: str
) -> None:
    before = set(place.iterdir())
    capsys.readouterr()
    assert bundled("-o", "refused.zip", *arguments) == code
    said = capsys.readouterr()
    assert (said.out, set(place.iterdir())) == ("", before)
    assert word in said.err
    assert "Traceback" not in said.err


def test_without_a_store_and_without_a_collect(stage: Stage) -> None:
    written(configuration(), stage.directory)
    done = stage.run("bundle", "--month", "2026-10", "--key", "key.pem")
    assert (done.code, done.out) == (1, "")
    assert "no evidence store" in done.err


@pytest.mark.usefixtures("_at")
def test_a_configuration_that_no_collect_saw_is_told_before(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(shutil.copytree(place, tmp_path / "home"))
    monkeypatch.chdir(home)
    windows = (home / "maintenance.yaml").read_text()
    (home / "maintenance.yaml").write_text(windows.replace("02:32", "05:32"))
    capsys.readouterr()
    assert bundled("--key", "key.pem", "-o", "late.zip") == 1
    said = capsys.readouterr()
    assert "run slactl collect, then bundle again" in said.err
    assert "windows CHG-1: end: says" in said.err
    assert not (home / "late.zip").exists()


def test_a_correction_is_a_revision_that_verifies_and_tells_of_the_edited_window(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    no_waiting(monkeypatch)
    home = Path(shutil.copytree(place, tmp_path / "home"))
    monkeypatch.chdir(home)
    monkeypatch.setenv("SLACTL_NOW", "2026-11-06T08:00:00Z")
    windows = (home / "maintenance.yaml").read_text()
    (home / "maintenance.yaml").write_text(windows.replace("02:32", "05:32"))
    with Server(world(edge=True)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        assert run(["--quiet", "collect"]) == 0
    assert bundled("--key", "key.pem") == 0
    (bundle,) = home.glob("slactl-2026-10.r2.bundle.zip")
    done = verifier(home, capsys)(bundle.read_bytes())
    assert (done.code, done.told) == (0, [])
    told = json.loads(files_of(bundle.read_bytes())["report/slactl-2026-10.r2.json"])
    assert told["revision"] == 2
    notes = done.document["notes"]
    assert any("window CHG-1 was changed (span)" in note and "after it had begun" in note for note in notes)


def test_a_key_of_kms_signs(place: Path, verify: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

    no_waiting(monkeypatch)
    monkeypatch.chdir(place)
    monkeypatch.setenv("SLACTL_NOW", NOW)
    with Server(world()) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        kms = boto3.client("kms")
        key = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
        der = kms.get_public_key(KeyId=key)["PublicKey"]
        assert bundled("--kms", key, "-o", "kms.zip") == 0
    public = load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (place / "kms.pub.pem").write_bytes(public)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    bundle = (place / "kms.zip").read_bytes()
    assert verify(bundle, key="kms.pub.pem").code == 0
    assert verify(bundle).code == 2
