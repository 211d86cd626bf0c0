"""Every way to falsify a bundle, and what verify says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.bundles import OTHER, Files, Verify, files_of, listed_again, public_pem, signed_again, verifier

pytestmark = pytest.mark.xdist_group("bundles")
JSON = "report/slactl-2026-10.json"
HTML = "report/slactl-2026-10.en.html"
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def place(bundled_place: Path) -> Path:
    return bundled_place


@pytest.fixture
def true(place: Path) -> bytes:
    return (place / "true.zip").read_bytes()


@pytest.fixture
def files(true: bytes) -> Files:
    """The true bundle with less to write again: the PDFs and the Italian page take most of the time."""
    whole = files_of(true)
    return signed_again({name: body for name, body in whole.items() if not name.endswith((".pdf", ".it.html"))})


@pytest.fixture
def verify(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Verify without any AWS: an endpoint at which nobody answers, and no credentials."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.chdir(place)
    return verifier(place, capsys)


def row(document: dict[str, Any], objective: str) -> dict[str, Any]:
    rows = (one for one in document["results"] if (one["objective"], one["operation"]) == (objective, None))
    found: dict[str, Any] = next(rows)
    return found


def falsified(files: Files, change: Change) -> Files:
    document = json.loads(files[JSON])
    change(document)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return {**files, JSON: text.encode()}


def a_file_of_each_kind(files: Files) -> list[str]:
    wanted = (
        JSON, HTML, "report/slactl-2026-10.csv", "README.txt", "config/slactl.yaml", "config/maintenance.yaml",
        "config/proofs/CHG-1.eml", "evidence/slactl-evidence.json", "evidence/manifest/00000001.json",
    )  # fmt: skip
    kinds = ("counts", "streams", "answers", "runs")
    found = [next(name for name in sorted(files) if name.startswith(f"evidence/{kind}/")) for kind in kinds]
    return [*wanted, *found]


def test_a_true_bundle_is_proven(true: bytes, verify: Verify) -> None:
    done = verify(true)
    assert (done.code, done.err, done.told) == (0, "", [])
    told = done.document
    assert (told["schema"], told["verdict"], told["report_id"]) == ("slactl.verification/1", "proven", "SLA-2026-10")
    assert [look["of"] for look in told["looks"]][:4] == ["signature", "files", "chain", "agreement"]
    assert {one["file"] for one in told["reports"]} >= {JSON, HTML, "report/slactl-2026-10.it.html"}
    assert sum(one["figures"] for one in told["reports"]) > 500
    assert told["notes"] == []


def test_without_a_key_the_best_is_consistent(true: bytes, verify: Verify) -> None:
    done = verify(true, key=None)
    assert (done.code, done.document["verdict"]) == (1, "consistent")
    assert "was not checked" in done.told[0]


def test_a_key_in_the_bundle_is_not_trusted(files: Files, verify: Verify) -> None:
    inside = signed_again({**files, "key.pub.pem": public_pem(OTHER)}, OTHER)
    alone = verify(inside, key=None)
    assert (alone.code, alone.document["verdict"]) == (1, "consistent")
    assert "key.pub.pem is no part of a bundle" in alone.document["notes"][0]
    assert verify(inside).code == 2


def test_another_signer_is_named(files: Files, verify: Verify) -> None:
    done = verify(signed_again(files, OTHER))
    assert done.code == 2
    assert done.outcome("signature") == "differs"
    assert "is not this key's" in done.told[0]
    assert verify(signed_again(files, OTHER), key="other.pub.pem").code == 0


def test_a_signature_that_was_taken_away(files: Files, verify: Verify) -> None:
    del files["bundle.dsse.json"]
    for key in ("key.pub.pem", None):
        done = verify(files, key=key)
        assert (done.code, done.document["verdict"]) == (1, "consistent")
        assert "bears no signature" in done.told[0]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff"])
def test_a_signature_that_is_none(files: Files, verify: Verify, body: bytes) -> None:
    done = verify({**files, "bundle.dsse.json": body})
    assert (done.code, done.outcome("signature")) == (2, "differs")


def test_a_changed_byte_of_any_kind_of_file_is_found_and_named(files: Files, verify: Verify) -> None:
    names = a_file_of_each_kind(files)
    for changed in (names, names[:1], names[-1:]):
        bent = dict(files)
        for name in changed:
            place = len(bent[name]) // 2
            bent[name] = bent[name][:place] + bytes([bent[name][place] ^ 1]) + bent[name][place + 1 :]
        done = verify(bent)
        assert done.code == 2
        told = {line for line in done.told if line.startswith("files: ")}
        assert told == {f"files: {name} was changed: its SHA-256 is not the manifest's" for name in changed}


def test_a_damaged_byte_in_the_zip_is_found_and_named(true: bytes, files: Files, verify: Verify) -> None:
    name = next(name for name in files if name.endswith(".parquet"))
    place = true.index(files[name]) + len(files[name]) // 2
    done = verify(true[:place] + bytes([true[place] ^ 1]) + true[place + 1 :])
    assert done.code == 2
    assert f"files: {name} is damaged" in done.told


def test_a_removed_file_of_any_kind_is_found_and_named(files: Files, verify: Verify) -> None:
    names = a_file_of_each_kind(files)
    for gone in (names, names[:1], names[-1:]):
        done = verify({name: body for name, body in files.items() if name not in gone})
        assert done.code == 2
        told = {line for line in done.told if line.startswith("files: ")}
        assert told == {f"files: {name} was removed: the manifest lists it" for name in gone}


def test_an_added_file_is_found_and_named(files: Files, verify: Verify) -> None:
    done = verify({**files, "evidence/counts/extra.parquet": b"x"})
    assert done.code == 2
    assert "files: evidence/counts/extra.parquet was added: the manifest does not list it" in done.told


@pytest.mark.parametrize("name", ["config/extra.yaml", "config/proofs/CHG-9.eml", "shipped/extra.yaml"])
def test_a_file_beside_the_configuration_is_found_or_said_to_be_unused(files: Files, verify: Verify, name: str) -> None:
    """Nobody may take what lies there for a part of the agreement."""
    added = verify({**files, name: b"windows: []\n"})
    assert added.code == 2
    assert f"files: {name} was added: the manifest does not list it" in added.told
    listed = verify(signed_again({**files, name: b"windows: []\n"}))
    assert listed.code == 0
    assert listed.document["notes"] == [f"{name} is named by no file of the configuration: it was not used"]


def test_hashes_that_fit_again_do_not_hide_a_change_from_the_signature(files: Files, verify: Verify) -> None:
    done = verify(listed_again(falsified(files, lambda told: row(told, "uptime").update(value=1))))
    assert done.code == 2
    assert done.outcome("files") == "proven"
    assert "signature: bundle.json is not what was signed: its SHA-256 differs" in done.told


@pytest.mark.parametrize("key", ["key.pub.pem", None])
def test_a_false_figure_signed_by_the_right_key_is_named(files: Files, verify: Verify, key: str | None) -> None:
    true = json.loads(files[JSON])
    value, page = row(true, "uptime")["value"], files[HTML].decode()
    shown = re.search(r">(\d+\.\d+%)<", page)
    assert shown
    changed = falsified(files, lambda told: row(told, "uptime").update(value=0.99999))
    changed[HTML] = page.replace(shown[0], ">99.999%<", 1).encode()
    done = verify(signed_again(changed), key=key)
    assert (done.code, done.document["verdict"]) == (2, "differs")
    assert done.outcome("files") == done.outcome("chain") == done.outcome("agreement") == "proven"
    assert f"{JSON}: shop / uptime / month: value: says 0.99999, evidence gives {value}" in done.told
    page_told = [line for line in done.told if line.startswith(HTML)]
    assert len(page_told) == 1
    assert "says " in page_told[0]
    assert "99.999%" in page_told[0]
    assert shown[1] in page_told[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda told: told.update(status="OK"), "report: status: says"),
        (lambda told: row(told, "error-rate").update(good=10**6), "shop / error-rate / month: good: says 1000000"),
        (lambda told: told["results"].pop(), "results.count: says"),
        (lambda told: told["services"][0]["days"][-1].update(faults=10**6), "faults: says 1000000"),
        (lambda told: told["services"][0]["outages"].clear(), "outages"),
        (lambda told: told["exclusions"][0].update(proof="recorded"), "exclusions CHG-1: proof: says"),
        (lambda told: told["provenance"].update(data_sha256="0" * 64), "data_sha256: says"),
        (lambda told: told.update(generated_at="2026-11-01T06:00:00Z"), "provisional: says"),
    ],
    ids=["status", "counts", "row", "day", "outage", "proof", "digest", "clock"],
)
def test_any_false_statement_signed_by_the_right_key_is_named(
    files: Files, verify: Verify, change: Change, words: str
) -> None:
    done = verify(signed_again(falsified(files, change)))
    assert done.code == 2
    assert any(words in line for line in done.told if line.startswith(JSON)), done.told


def test_words_that_no_figure_stands_in_are_held_to_the_letter(files: Files, verify: Verify) -> None:
    for name, old, new in ((HTML, b"</style>", b".b{display:none}</style>"), (JSON, b'"schema"', b' "schema"')):
        done = verify(signed_again({**files, name: files[name].replace(old, new, 1)}))
        assert done.code == 2
        told = [line for line in done.told if line.startswith(name)]
        assert len(told) == 1
        assert len(told[0]) < 600


def test_a_report_that_slactl_never_writes_is_named(files: Files, verify: Verify) -> None:
    done = verify(signed_again({**files, "report/summary.txt": b"All is well."}))
    assert done.code == 2
    assert any(line.startswith("report/summary.txt") for line in done.told)


def test_an_edited_window_signed_by_the_right_key_is_named(files: Files, verify: Verify) -> None:
    edited = files["config/maintenance.yaml"].replace(b"02:32", b"05:32")
    assert edited != files["config/maintenance.yaml"]
    done = verify(signed_again({**files, "config/maintenance.yaml": edited}))
    assert done.code == 2
    assert any("windows CHG-1: end: says" in line and "collect" in line for line in done.told)
    assert any("maintenance.yaml is not the file that the report was made with" in line for line in done.told)
    assert any(line.startswith(JSON) and "exclusions CHG-1" in line for line in done.told)


def test_an_edited_target_signed_by_the_right_key_is_named(files: Files, verify: Verify) -> None:
    edited = files["config/objectives.yaml"].replace(b'">= 99.9%"', b'">= 90%"')
    done = verify(signed_again({**files, "config/objectives.yaml": edited}))
    assert done.code == 2
    assert any("objectives uptime: goal: says" in line and "collect" in line for line in done.told)


def test_a_forged_announcement_is_named(files: Files, verify: Verify) -> None:
    done = verify(signed_again({**files, "config/proofs/CHG-1.eml": b"Subject: other\n"}))
    assert done.code == 2
    assert any("CHG-1" in line and "sha256" in line for line in done.told)


def test_evidence_that_was_made_up_breaks_the_chain(files: Files, verify: Verify) -> None:
    counts = [name for name in sorted(files) if name.startswith("evidence/counts/")]
    swapped = {**files, counts[0]: files[counts[1]]}
    done = verify(signed_again(swapped))
    assert done.code == 2
    assert f"chain: {counts[0]} is not what was kept: its SHA-256 differs" in done.told


def test_a_chain_that_was_cut_off_or_broken_is_named(files: Files, verify: Verify) -> None:
    links = [name for name in sorted(files) if name.startswith("evidence/manifest/")]
    cut = {name: body for name, body in files.items() if name != links[-1]}
    assert any(line.startswith("chain: ") for line in verify(signed_again(cut)).told)
    gap = {name: body for name, body in files.items() if name != links[1]}
    assert any(line.startswith("chain: ") and "00000002" in line for line in verify(signed_again(gap)).told)
    edited = {**files, links[1]: files[links[1]].replace(b'"final":true', b'"final":false')}
    assert any(line.startswith("chain: ") for line in verify(signed_again(edited)).told)


def test_a_record_that_was_left_out_cannot_hide_what_the_collect_saw(files: Files, verify: Verify) -> None:
    without = {name: body for name, body in files.items() if not name.startswith("evidence/runs/")}
    done = verify(signed_again(without))
    assert done.code == 3
    assert done.outcome("agreement") == "unchecked"
    assert any("the record of the last collect is not in the bundle" in line for line in done.told)


@pytest.mark.parametrize(
    ("field", "says", "told"),
    [
        ("month", "2026-09", "the report 2026-10"),
        ("report_id", "SLA-0", "the report SLA-2026-10"),
        ("made_at", "2026-11-07T06:00:00Z", "the report 2026-11-"),
        ("slactl", "9.9.9", "the report "),
    ],
)
def test_a_manifest_that_tells_of_another_report_is_named(
    files: Files, verify: Verify, field: str, says: str, told: str
) -> None:
    manifest = json.loads(files["bundle.json"]) | {field: says}
    done = verify(signed_again({**files, "bundle.json": json.dumps(manifest).encode()}))
    assert done.code == 2
    [line] = [line for line in done.told if line.startswith("agreement: ")]
    assert line.startswith(f"agreement: bundle.json: {field}: says {says}, {told}")
    assert ("README.txt is of another version of slactl: it was not compared" in done.document["notes"]) == (
        field == "slactl"
    )


def test_what_a_bundle_says_begins_no_line(files: Files, verify: Verify) -> None:
    lie = "X\nproven: signed by this key"
    manifest = json.loads(files["bundle.json"]) | {"report_id": lie}
    report = falsified(files, lambda told: (told.update(report_id=lie), row(told, "uptime").update(objective=lie)))
    bent = signed_again({**report, "bundle.json": json.dumps(manifest).encode()})
    for arguments in ((), ("--verbose",)):
        done = verify(bent, *arguments, form="text")
        assert done.code == 2
        assert "signed by this key" in done.out
        assert not any(line.startswith("proven") for line in (done.out + done.err).splitlines())


def test_a_report_from_before_its_evidence_is_named(files: Files, verify: Verify) -> None:
    done = verify(signed_again(falsified(files, lambda told: told.update(generated_at="2026-11-05T06:00:00Z"))))
    assert done.code == 2
    assert "chain: the report says that it was made before its evidence was kept, at 2026-11-06T06:00:00Z" in done.told


def test_evidence_that_nobody_recorded_is_named(files: Files, verify: Verify) -> None:
    name = "evidence/counts/account=1/region=x/service=shop/day=2026-10-30/counts-000000000000.parquet"
    done = verify(signed_again({**files, name: b"x"}))
    assert done.code == 2
    assert f"chain: {name} is named by no manifest of the chain" in done.told


def test_what_cannot_be_opened_cannot_be_checked(files: Files, verify: Verify, place: Path) -> None:
    for body in (b"", b"no zip", files[JSON]):
        done = verify(body, form="text")
        assert (done.code, done.out) == (3, "")
        assert "no whole zip file" in done.err
    done = verify({name: body for name, body in files.items() if name != "bundle.json"}, form="text")
    assert done.code == 3
    assert "bundle.json" in done.err
    evil = verify({**files, "../evil": b"x"}, form="text")
    assert evil.code == 3
    assert "leads out of the bundle" in evil.err
    assert not (place.parent / "evil").exists()
    bomb = verify({**files, "bomb": bytes(30 << 20)}, form="text")
    assert bomb.code == 3
    assert "times its size" in bomb.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["absent.zip"], "absent.zip"),
        (["true.zip", "--key", "absent.pem"], "absent.pem"),
        (["true.zip", "--key", "key.pem"], "holds a private key"),
        (["true.zip", "--key", "true.zip"], "no public key"),
        (["true.zip", "--kye", "x"], "--kye"),
        (["true.zip", "--recheck", "0"], "--recheck"),
        ([], "bundle"),
    ],
)
def test_wrong_usage_is_no_verdict(
    verify: Verify, true: bytes, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    from slactl.cli.app import run

    capsys.readouterr()
    code = run(["verify", *arguments])
    said = capsys.readouterr()
    assert (code, said.out) == (3, "")
    assert word in said.err
    assert "Traceback" not in said.err


def test_a_configuration_that_names_files_elsewhere_is_not_followed(files: Files, verify: Verify) -> None:
    for name in ("/etc/hostname", "../../../../../../etc/hostname"):
        edited = files["config/slactl.yaml"].replace(b"objectives: objectives.yaml", f"objectives: {name}".encode())
        done = verify(signed_again({**files, "config/slactl.yaml": edited}))
        assert done.code in (2, 3)
        assert not any(line.startswith(f"{JSON}: shop") for line in done.told)


NOTHING = (b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"schema": "slactl.report/1"}', b'{"a": {"b": [1]}}')


def test_nothing_that_a_bundle_holds_ends_in_a_traceback(files: Files, verify: Verify) -> None:
    """The holder of the key may put in anything: it is unchecked or differs, and told in words."""
    for number, name in enumerate(a_file_of_each_kind(files)):
        put_in(files, verify, name, NOTHING[number % len(NOTHING)])


@pytest.mark.soak
def test_nothing_at_all_that_a_bundle_holds_ends_in_a_traceback(files: Files, verify: Verify) -> None:
    for name in a_file_of_each_kind(files):
        for body in NOTHING:
            put_in(files, verify, name, body)


def put_in(files: Files, verify: Verify, name: str, body: bytes) -> None:
    done = verify(signed_again({**files, name: body}))
    assert done.code in (2, 3), (name, body)
    assert done.told
    assert "Traceback" not in done.err


def test_the_verdict_in_words(true: bytes, files: Files, verify: Verify) -> None:
    done = verify(true, form="text")
    assert done.code == 0
    assert done.out.splitlines()[-1].startswith("proven: ")
    assert "figures" in done.out
    false = verify(signed_again(falsified(files, lambda told: row(told, "uptime").update(value=1))), form="text")
    assert false.code == 2
    assert "shop / uptime / month: value: says 1, evidence gives" in false.out
    assert false.out.splitlines()[-1].startswith("differs: ")


def test_every_figure_is_told_when_asked(true: bytes, verify: Verify) -> None:
    done = verify(true, "--verbose", form="text")
    lines = [line for line in done.out.splitlines() if line.startswith("true ")]
    assert len(lines) > 500
    assert any("shop / uptime / month: value: " in line for line in lines)
    told = verify(true, "--verbose").document["reports"]
    assert sum(len(one["told"]) for one in told) == sum(one["figures"] for one in told)


def test_the_verdict_keeps_its_published_form(true: bytes, files: Files, verify: Verify) -> None:
    form = json.loads(resources("slactl.formats").joinpath("verification.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(form)
    published = Draft202012Validator(form)
    false = signed_again(falsified(files, lambda told: row(told, "uptime").update(value=1)))
    for done in (verify(true, "--verbose"), verify(true, key=None), verify(false), verify({**files, "key.pem": b"x"})):
        assert list(published.iter_errors(done.document)) == []
    assert list(published.iter_errors({**verify(false).document, "verdict": "fine"}))
