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
from slactl.evidence.tables import DuckTables
from slactl.model.control import ControlSample
from slactl.model.evidence import AskedTerm, CountsFacts, Kind, MetricBins, NewItem, Place
from slactl.model.general import MetricTerm
from slactl.model.metric import Metric
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.archive import EvidenceFailure
from slactl.workflows.collecting import controlday
from tests.evidence.store.months import ACCOUNT, DAY, LADDER, REGION, answers, at, counts, others, store, table

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


BAD = Metric(
    "AWS/DynamoDB", "ReadThrottleEvents", (("Operation", "=Get"), ("TableName", 'mi"ssions')), "1", "us-east-1"
)
SILENT = Metric("AWS/DynamoDB", "ReadThrottleEvents", (("Operation", "Put"), ("TableName", "b")), "1", "us-east-1")


def metrics(day: str, name: str = "dynamodb") -> NewItem:
    """A day of two metrics, one of which has two points in five minutes each, and the other none."""
    span = Span(at(day), at(day) + DAY)
    term = MetricTerm(BAD.namespace, BAD.name, "", tuple((key, ("*",)) for key, _ in BAD.dimensions), BAD.region, "1")
    bins = [
        MetricBins(BAD, "Sum", {span.start + 600: 3.0, span.start: 0.25}),
        MetricBins(BAD, "TC(:999.999)", {span.start: 1e18}),
        MetricBins(SILENT, "Sum", {}),
    ]
    body = DuckTables().metrics(name, span, 300, [AskedTerm(term, ("Sum", "TC(:999.999)"))], bins)
    place = Place(Kind.METRICS, ACCOUNT, REGION, name, day, "metrics.parquet")
    return NewItem(place, body, CountsFacts(span, 300, span.end + 5 * DAY, True).facts)


def controls(day: str, name: str = "dynamodb") -> NewItem:
    """A day of two samples, one of which was refused."""
    place = Place(Kind.CONTROLS, ACCOUNT, REGION, name, day, "controls.json")
    denied = Reason.of(Code.ACCESS_DENIED, action="dynamodb:DescribeTable")
    samples = [
        ControlSample(name, "on-demand", None, at(day) + 7, "a1", None, None, denied),
        ControlSample(name, "on-demand", "=missions", at(day) + 5, "a1", {"mode": ["è", 1]}, True),
    ]
    return NewItem(place, controlday.body(place, samples), {"at": at(day) + 7, "samples": 2})


@pytest.fixture
def platform(tmp_path: Path) -> Path:
    """Two days of a component, and a day of another month."""
    kept = ("2026-10-08", "2026-10-07", "2026-11-01")
    return store(tmp_path / "evidence", [one(day) for day in kept for one in (metrics, controls)])


def of_platform(root: Path, folder: Path, form: Form) -> list[Path]:
    with open_archive(str(root), create=False) as archive:
        return list(export(archive, "dynamodb", "2026-10", folder, form))


def test_metrics_and_controls_have_tables_of_their_own(platform: Path, tmp_path: Path) -> None:
    """A row for each bin with a point, empty where CloudWatch did not tell; a row for each sample."""
    folder = tmp_path / "out"
    paths = of_platform(platform, folder, Form.JSONL)
    assert [path.name for path in paths] == ["metrics-dynamodb-2026-10.jsonl", "controls-dynamodb-2026-10.jsonl"]
    assert sorted(folder.iterdir()) == sorted(paths)
    points, samples = ([json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in paths)
    assert [(one["time"], one["Sum"], one["TC(:999.999)"]) for one in points] == [
        (f"2026-10-0{day}T00:{time}Z", total, fast)
        for day in (7, 8)
        for time, total, fast in (("00:00", 0.25, 1e18), ("10:00", 3.0, None))
    ]
    assert points[0] == {
        "time": "2026-10-07T00:00:00Z", "seconds": 300, "component": "dynamodb", "namespace": "AWS/DynamoDB",
        "name": "ReadThrottleEvents", "dimensions": {"Operation": "=Get", "TableName": 'mi"ssions'}, "account": "1",
        "region": "us-east-1", "Sum": 0.25, "TC(:999.999)": 1e18,
    }  # fmt: skip
    assert [one["time"] for one in samples] == [
        f"2026-10-0{day}T00:00:0{second}Z" for day in (7, 8) for second in (5, 7)
    ]
    assert samples[0] | {"time": ""} == {
        "time": "", "component": "dynamodb", "control": "on-demand", "target": "=missions", "held": True,
        "selected": {"mode": ["è", 1]}, "failure": None, "asked": "a1",
    }  # fmt: skip
    assert (samples[1]["held"], samples[1]["selected"], samples[1]["failure"]) == (None, None, "access-denied")


def test_a_spreadsheet_of_metrics_and_controls_holds_no_formula(platform: Path, tmp_path: Path) -> None:
    told = []
    for path in of_platform(platform, tmp_path / "out", Form.CSV):
        with path.open(encoding="utf-8", newline="") as file:
            told.append(list(csv.DictReader(file)))
    points, samples = told
    assert [(one["Sum"], one["TC(:999.999)"]) for one in points[:2]] == [("0.25", "1e+18"), ("3.0", "")]
    assert list(points[0])[-2:] == ["Sum", "TC(:999.999)"]
    assert (len(points), json.loads(points[0]["dimensions"])) == (4, dict(BAD.dimensions))
    assert [tuple(one[name] for name in ("target", "held", "selected", "failure")) for one in samples[:2]] == [
        ("'=missions", "true", '{"mode": ["è", 1]}', ""),
        ("", "", "", "access-denied"),
    ]


def test_days_of_which_nothing_was_listed_are_a_table_without_rows(tmp_path: Path) -> None:
    span = Span(at("2026-10-07"), at("2026-10-08"))
    body, place = DuckTables().metrics("dynamodb", span, 300, [], []), metrics("2026-10-07").place
    root = store(tmp_path / "evidence", [NewItem(place, body, CountsFacts(span, 300, span.end, True).facts)])
    [table, lines] = [of_platform(root, tmp_path / form.value, form)[0] for form in (Form.CSV, Form.JSONL)]
    assert table.read_text() == "time,seconds,component,namespace,name,dimensions,account,region\n"
    assert lines.read_text() == ""


@pytest.mark.parametrize("form", [Form.CSV, Form.JSONL])
def test_the_same_metrics_and_samples_give_the_same_bytes(form: Form, platform: Path, tmp_path: Path) -> None:
    one, two = (of_platform(platform, tmp_path / name, form) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


@pytest.mark.parametrize("kind", [Kind.METRICS, Kind.CONTROLS])
def test_nothing_changed_of_a_component_is_handed_out(kind: Kind, platform: Path, tmp_path: Path) -> None:
    """All tables or none: one that can't be made leaves nothing of the others."""
    with open_archive(str(platform), create=False) as archive:
        item = archive.items(kind, "dynamodb", "2026-10-08")[0]
    (platform / item.path).write_bytes(b"{}")
    with pytest.raises(EvidenceFailure, match="is not what was kept"):
        of_platform(platform, tmp_path / "out", Form.CSV)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("kind", [Kind.METRICS, Kind.CONTROLS])
def test_what_is_kept_and_is_no_table_of_metrics_nor_of_samples(kind: Kind, tmp_path: Path) -> None:
    made = metrics("2026-10-07") if kind is Kind.METRICS else controls("2026-10-07")
    root = store(tmp_path / "evidence", [NewItem(made.place, b"[1]", made.facts)])
    with pytest.raises(EvidenceFailure, match=r"could not be made or read|not slactl.evidence-controls/1"):
        of_platform(root, tmp_path / "out", Form.JSONL)
