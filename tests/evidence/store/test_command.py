"""``slactl evidence`` as people call it: what it prints, what it exits with, what it asks."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from slactl.cli import app
from slactl.evidence.store import open_archive
from slactl.evidence.store.layout import manifest_path
from slactl.model.evidence import Kind
from tests.evidence.store.months import LADDER, answers, at, counts, days, others, store, table
from tests.evidence.store.stores import AT, in_s3
from tests.evidence.store.stores import counts as anything

CONFIGURATION = (
    "version: 1\nservices: {shop: {environment: prod}}\nreport: {timezone: Europe/Rome}\nevidence: {keep: 2y}\n"
)
REWRITTEN = "the chain was rewritten or cut off there or before it"
Said = tuple[int, str, str]
Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command line in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLACTL_NOW", "2026-11-04T06:00:00Z")

    def command(*arguments: str) -> Said:
        code = app.run(["evidence", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store, to be copied: every file of it was made safe on the disk, which takes its time."""
    old = [*map(counts, days("2024-08-01", "2024-10-31")), answers("2024-09")]
    new = [*map(counts, ["2026-10-01", "2026-10-03"]), *others("2026-10-01"), answers("2026-09")]
    return store(tmp_path_factory.mktemp("made") / "evidence", [*old, *new])


@pytest.fixture
def kept(made: Path, tmp_path: Path) -> Path:
    """A store beside a configuration that names it by default."""
    (tmp_path / "slactl.yaml").write_text(CONFIGURATION, encoding="utf-8")
    return Path(shutil.copytree(made, tmp_path / "evidence"))


def test_list_is_a_table(run: Run, kept: Path) -> None:
    code, out, err = run("list", "--month", "2026-10")
    assert (code, err) == (0, "")
    assert out.startswith("service  month  ")
    rows = [line.split() for line in out.splitlines()[1:]]
    assert rows[0] == [
        "-",
        "2026-10",
        "runs",
        "2026-10-01T00:00:00Z",
        "2026-10-02T00:00:00Z",
        "none",
        "1",
        "10",
        "B",
        "-",
    ]
    assert rows[1][2:] == [
        "counts", "2026-10-01T00:00:00Z", "2026-10-04T00:00:00Z", "1", "(1d,", "from", "2026-10-02T00:00:00Z)",
        "2", "20", "B", "final",
    ]  # fmt: skip
    assert [row[2] for row in rows] == ["runs", "counts", "streams"]


def test_list_is_json(run: Run, kept: Path) -> None:
    code, out, _ = run("list", "--service", "shop", "--kind", "counts", "--month", "2026-10", "--format", "json")
    assert code == 0
    with open_archive(str(kept), create=False) as archive:
        head = str(archive.head)
    assert json.loads(out) == {
        "schema": "slactl.evidence-list/1",
        "store": "evidence",
        "head": head,
        "holdings": [
            {
                "service": "shop",
                "month": "2026-10",
                "kind": "counts",
                "start": "2026-10-01T00:00:00Z",
                "end": "2026-10-04T00:00:00Z",
                "holes": [{"start": "2026-10-02T00:00:00Z", "end": "2026-10-03T00:00:00Z", "seconds": 86400}],
                "state": "final",
                "files": 2,
                "bytes": 20,
            }
        ],
    }


def test_a_store_is_looked_at_without_a_configuration(run: Run, kept: Path, tmp_path: Path) -> None:
    (tmp_path / "slactl.yaml").unlink()
    assert run("list", "--store", str(kept))[0] == 0
    assert run("list", "--store", str(kept), "--service", "nobody") == (
        0, "", f"nothing is kept in {kept} of what was asked for\n",
    )  # fmt: skip
    assert run("check", "--store", str(kept))[0] == 0
    code, _, err = run("list")
    assert (code, "there is no configuration" in err) == (2, True)
    assert run("check")[0] == 3


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["list", "--month", "October"], 2, "a month is written YYYY-MM, found 'October'"),
        (["list", "--kind", "secrets"], 2, "kinds are counts, streams, answers"),
        (["list", "--store", "nowhere"], 1, "there is no evidence store at nowhere"),
        (["list", "--store", "."], 1, "it is no evidence store"),
        (["list", "--store", "gs://bucket/x"], 1, "is no place for evidence"),
        (["check", "--store", "nowhere"], 3, "there is no evidence store at nowhere"),
        (["check", "--head", "latest"], 3, "'latest' is no head"),
        (["check", "--haed", "x"], 3, "--haed"),
        (["check", "surprise"], 3, "surprise"),
        (["export", "--service", "shop", "--month", "2026-12", "--output", "out"], 1, "nothing is kept of shop"),
        (["export", "--service", "shop", "--month", "2026", "--output", "out"], 2, "a month is written YYYY-MM"),
        (["export", "--service", "shop", "--output", "out"], 2, "--month"),
        (["purge", "--before", "2023"], 2, "--before must be a day"),
        (["purge", "--before", "2026-10-01", "--yes"], 1, "belongs to the running agreement year"),
    ],
)
def test_what_is_asked_wrongly(arguments: list[str], code: int, told: str, run: Run, kept: Path) -> None:
    found = run(*arguments)
    assert found[0] == code
    assert told in found[2]
    assert "Traceback" not in found[2]
    assert not Path("out").exists()


def test_check_says_that_all_is_well_and_the_head(run: Run, kept: Path) -> None:
    code, out, err = run("check")
    with open_archive(str(kept), create=False) as archive:
        head = str(archive.head)
    assert (code, out) == (0, "")
    assert "all as it was kept" in err
    assert f"the chain's head is {head}" in err
    assert run("check", "--head", head)[0] == 0


def test_check_names_what_was_tampered_with(run: Run, kept: Path) -> None:
    with open_archive(str(kept), create=False) as archive:
        [item] = archive.items(Kind.COUNTS, when="2026-10-03")
        head = archive.head
    (kept / item.path).write_bytes(b"x")
    code, out, err = run("check", "--head", f"{head.number}:{'0' * 64}")
    assert code == 2
    assert out.splitlines() == [
        f"{item.path}: it has 1 bytes instead of 10",
        f"manifest: the head that was noted is not in the chain at {manifest_path(1)}: {REWRITTEN}",
    ]
    assert "2 findings" in err
    code, out, _ = run("check", "--format", "json")
    document = json.loads(out)
    assert (code, document["schema"], document["head"]) == (2, "slactl.evidence-check/1", str(head))
    assert document["findings"] == [{"code": "changed", "path": item.path, "what": "it has 1 bytes instead of 10"}]


def test_check_looks_at_a_chain_that_others_refuse(run: Run, kept: Path) -> None:
    (kept / manifest_path(1)).write_bytes(b"{}")
    code, _, err = run("list")
    assert (code, "the chain is broken at manifest/00000001.json" in err) == (1, True)
    code, out, _ = run("check")
    assert code == 2
    assert f"{manifest_path(1)}: it is no manifest of slactl (no 'schema')" in out.splitlines()


def test_names_from_outside_do_not_reach_the_terminal(run: Run, kept: Path) -> None:
    (kept / "counts" / "\x1b[31mred\n").write_bytes(b"x")
    code, out, _ = run("check")
    assert code == 2
    assert "\x1b" not in out
    assert "\x1b" not in run("check", "--format", "json")[1]


def test_export_writes_tables_and_says_where(run: Run, tmp_path: Path) -> None:
    store(tmp_path / "evidence", [counts("2026-10-07", body=table("2026-10-07", LADDER))])
    wanted = ("export", "--store", "evidence", "--service", "shop", "--month", "2026-10", "--output", "out")
    assert run(*wanted, "--format", "csv") == (0, "out/counts-shop-2026-10.csv\n", "")
    assert Path("out/counts-shop-2026-10.csv").read_text(encoding="utf-8").count("\n") == 3
    code, out, _ = run(*wanted)
    assert code == 0
    assert out.splitlines()[-1] == "out/SHA256SUMS"
    assert all(Path(line).is_file() for line in out.splitlines())


def left(kept: Path) -> int:
    with open_archive(str(kept), create=False) as archive:
        return len(archive.items(Kind.COUNTS))


def test_purge_says_what_would_leave_and_asks(run: Run, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two years back is November 2024; what it looks back to, 35 days, stays."""
    code, out, err = run("purge", "--dry-run")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "leaves: shop 2024-08 counts: 31 files, 310 B",
        "leaves: shop 2024-09 answers: 1 file, 7 B",
        "leaves: shop 2024-09 counts: 25 files, 250 B",
    ]
    assert left(kept) == 94
    code, _, err = run("purge")
    assert (code, "add --yes" in err) == (2, True)
    for answer, gone in (("n\n", 0), ("y\n", 56)):
        terminal = StringIO(answer)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", terminal)
        code, out, err = run("purge")
        assert (code, "Drop 57 files" in err) == (0 if gone else 1, True)
        assert left(kept) == 94 - gone
    assert run("check")[0] == 0


def test_purge_without_asking(run: Run, kept: Path, tmp_path: Path) -> None:
    (tmp_path / "slactl.yaml").unlink()
    code, _, err = run("purge", "--store", "evidence", "--yes")
    assert (code, "evidence is kept for ever" in err) == (2, True)
    code, _, err = run("purge", "--store", "evidence", "--yes", "--before", "2024-12-01")
    assert code == 0
    assert "dropped 88 files; the chain's head is 2:" in err
    assert left(kept) == 94 - 87
    assert run("purge", "--store", "evidence", "--yes", "--before", "2024-12-01") == (
        0, "nothing leaves; 2024-12-01 is the first day that must stay\n", "",
    )  # fmt: skip


def test_purge_leaves_a_store_alone_that_another_run_holds(run: Run, kept: Path) -> None:
    with open_archive(str(kept), create=True) as archive, archive.exclusive():
        code, _, err = run("purge", "--yes")
    assert (code, "another run is at work" in err) == (1, True)
    assert left(kept) == 94


@pytest.fixture
def s3() -> Iterator[None]:
    with mock_aws():
        in_s3()
        yield


@pytest.mark.usefixtures("s3")
def test_a_store_in_s3(run: Run) -> None:
    client = boto3.client("s3")
    with open_archive("s3://example-evidence/kept", create=True, s3=lambda: client) as archive:
        [item] = archive.commit(
            "run", AT, [anything("2026-10-01", start=at("2026-10-01"), end=AT, bin=300, read_at=AT)]
        )
    code, out, _ = run("list", "--store", "s3://example-evidence/kept", "--format", "json")
    assert (code, json.loads(out)["store"]) == (0, "s3://example-evidence/kept")
    assert run("check", "--store", "s3://example-evidence/kept/")[0] == 0
    client.put_object(Bucket="example-evidence", Key=f"kept/{item.path}", Body=b"r0ws")
    code, out, _ = run("check", "--store", "s3://example-evidence/kept/")
    assert (code, out.startswith(f"{item.path}: its SHA-256 is")) == (2, True)
    code, _, err = run("check", "--store", "s3://example-nowhere")
    assert (code, "NoSuchBucket" in err, "Traceback" in err) == (3, True, False)
