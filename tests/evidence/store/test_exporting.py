"""What a store hands out: the files themselves, or tables in which bands are added up."""

from __future__ import annotations

import csv
import json
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from slactl.evidence.store import open_archive
from slactl.evidence.store.exporting import Form, export
from slactl.model.evidence import Kind
from slactl.ports.archive import EvidenceFailure
from tests.evidence.store.months import LADDER, answers, counts, others, store, table

ODD = ("", "=HYPERLINK(1)", 'GET /"a",b')


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two days with other rungs each, and a day of another month."""
    return store(
        tmp_path / "evidence",
        [
            counts("2026-10-07", body=table("2026-10-07", LADDER, ODD)),
            counts("2026-10-08", body=table("2026-10-08", {"100": {0: 1.0}, "2000": {}})),
            counts("2026-11-01", body=table("2026-11-01", LADDER)),
            answers("2026-10"),
            *others("2026-10-07"),
        ],
    )


def handed_out(root: Path, folder: Path, form: Form) -> list[Path]:
    with open_archive(str(root), create=False) as archive:
        return list(export(archive, "shop", "2026-10", folder, form))


def test_a_table_counts_at_or_below_each_rung(root: Path, tmp_path: Path) -> None:
    [path] = handed_out(root, tmp_path / "out", Form.JSONL)
    assert path == tmp_path / "out" / "counts-shop-2026-10.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [row["operation"] for row in rows[:6:2]] == sorted(ODD)
    first, second = rows[0], rows[1]
    assert first == {
        "time": "2026-10-07T00:00:00Z",
        "service": "shop",
        "source": "application-signals",
        "operation": "",
        "requests": 4.0,
        "faults": 1.0,
        "errors": None,
        "samples": 4.0,
        "minimum": 10.0,
        "maximum": 2000.0,
        "at_or_below_100": 1.0,
        "at_or_below_500": 2.5,
        "at_or_below_1000": 3.0,
        "at_or_below_2000": None,
    }
    assert second["time"] == "2026-10-07T00:05:00Z"
    assert [second[f"at_or_below_{rung}"] for rung in (100, 500, 1000)] == [1.0, None, 2.0]
    assert [rows[-2][f"at_or_below_{rung}"] for rung in (100, 500, 2000)] == [1.0, None, 4.0]


def test_a_table_for_spreadsheets(root: Path, tmp_path: Path) -> None:
    [path] = handed_out(root, tmp_path / "out", Form.CSV)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8
    assert {row["operation"] for row in rows} == {"", "'=HYPERLINK(1)", 'GET /"a",b', "GET /a"}
    assert (rows[0]["errors"], rows[0]["at_or_below_500"]) == ("", "2.5")
    assert list((tmp_path / "out").iterdir()) == [path]


@pytest.mark.parametrize("form", [Form.CSV, Form.JSONL])
def test_the_same_evidence_gives_the_same_bytes(form: Form, root: Path, tmp_path: Path) -> None:
    [one], [two] = handed_out(root, tmp_path / "one", form), handed_out(root, tmp_path / "two", form)
    assert one.read_bytes() == two.read_bytes()


def test_files_come_as_they_are_kept_with_their_digests(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    paths = handed_out(root, folder, Form.PARQUET)
    with open_archive(str(root), create=False) as archive:
        kept = [item for kind in Kind for item in archive.items(kind, "shop", "2026-10")]
    assert paths == [*(folder / item.path for item in kept), folder / "SHA256SUMS"]
    assert len(kept) == 4
    for item in kept:
        assert sha256((folder / item.path).read_bytes()).hexdigest() == item.sha256
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False)
    assert done.returncode == 0
    assert {each.name for each in folder.iterdir()} == {"counts", "streams", "answers", "SHA256SUMS"}


def test_nothing_changed_is_handed_out(root: Path, tmp_path: Path) -> None:
    with open_archive(str(root), create=False) as archive:
        [item] = archive.items(Kind.COUNTS, "shop", "2026-10-08")
    (root / item.path).write_bytes(b"PAR1")
    for form in Form:
        with pytest.raises(EvidenceFailure, match="is not what was kept"):
            handed_out(root, tmp_path / "out", form)
    assert not list((tmp_path / "out").glob("counts-*"))


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    root = store(tmp_path / "evidence", [counts("2026-10-07", body=b"PAR1 or not")])
    with pytest.raises(EvidenceFailure, match="could not be made or read"):
        handed_out(root, tmp_path / "out", Form.CSV)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("form", list(Form))
def test_what_is_not_kept_cannot_be_handed_out(form: Form, root: Path, tmp_path: Path) -> None:
    with open_archive(str(root), create=False) as archive:
        with pytest.raises(EvidenceFailure, match="nothing is kept of shop in 2026-12"):
            export(archive, "shop", "2026-12", tmp_path / "out", form)
        with pytest.raises(EvidenceFailure, match="nothing is kept of nobody"):
            export(archive, "nobody", "2026-10", tmp_path / "out", form)
