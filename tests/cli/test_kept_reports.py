"""Final reports are kept in the store, revision by revision: what stands there decides which one comes next."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from slactl.cli import clock
from slactl.cli.computing import judged, month_readings
from slactl.cli.readings import Readings, Way
from slactl.cli.revisions import json_form, settle_and_keep
from slactl.configuration import load_catalogue
from slactl.evidence.store import open_archive
from slactl.model.evidence import Item, Kind, NewItem, Place
from slactl.model.period import Month
from slactl.model.report import Report
from tests.cli.child import SLACTL, environment
from tests.cli.gathered import at
from tests.failures.stage import Stage

LATER = "2026-11-20T06:00:00Z"
NEXT_YEAR = "2027-01-05T06:00:00Z"
INCIDENT = """incidents:
  - {id: INC-1, service: shop, start: 2026-10-29T20:00, end: 2026-10-30T12:00, ticket: T-1, cause: Disk full}
"""

Json = dict[str, Any]


def items(stage: Stage, label: str | None = None) -> list[Item]:
    with open_archive(str(stage.directory / "evidence"), create=False) as archive:
        return [one for one in archive.items(Kind.REPORT) if label in (None, one.place.when)]


def body(stage: Stage, item: Item) -> Json:
    found: Json = json.loads((stage.directory / "evidence" / item.path).read_text("utf-8"))
    return found


def links(stage: Stage) -> int:
    return len(list((stage.directory / "evidence" / "manifest").iterdir()))


def edit(stage: Stage, name: str, old: str, new: str) -> None:
    path = stage.directory / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def window(stage: Stage) -> None:
    edit(stage, "maintenance.yaml", "reason: Upgrade", "reason: Upgrade, cancelled: true")


def target(stage: Stage) -> None:
    edit(stage, "objectives.yaml", 'goal: ">= 99%"', 'goal: ">= 98%"')


def incident(stage: Stage) -> None:
    edit(stage, "slactl.yaml", "maintenance: maintenance.yaml", "maintenance: maintenance.yaml\nincidents: inc.yaml")
    (stage.directory / "inc.yaml").write_text(INCIDENT, encoding="utf-8")


def test_the_first_final_report_is_kept_and_the_same_again_adds_nothing(kept: Stage) -> None:
    before = links(kept)
    done = kept.run("report", "--month", "2026-10", "--format", "json", "-o", "out")
    (item,) = items(kept)
    assert item.path.startswith("reports/month=2026-10/report-r1-")
    assert f"revision 1 is kept in the store as {item.path}" in done.err
    assert body(kept, item) == json.loads((kept.directory / "out/slactl-2026-10.json").read_text("utf-8"))
    assert item.facts["figures"] == body(kept, item)["figures_sha256"]
    for where in ("out", "elsewhere", "-"):
        again = kept.run("report", "--month", "2026-10", "--format", "json", "-o", where)
        assert again.code == 0
        assert "is kept in the store" not in again.err
    assert (links(kept), items(kept)) == (before + 1, [item])


def test_stdout_alone_is_enough(kept: Stage) -> None:
    printed = kept.report().report
    (item,) = items(kept)
    assert body(kept, item) == printed


@pytest.mark.parametrize("change", [window, target, incident], ids=lambda change: change.__name__)
@pytest.mark.parametrize("way", ["auto", "evidence"])
def test_a_correction_names_what_changed_and_what_stood_before(kept: Stage, change: Any, way: str) -> None:
    kept.report("--from", way)
    (first,) = items(kept)
    change(kept)
    corrected = kept.report("--from", way).report
    assert corrected["revision"] == 2
    (told,) = corrected["revisions"]
    assert (told["revision"], told["name"]) == (1, first.path)
    assert corrected["changes"]["why"] == [change.__name__]
    assert corrected["changes"]["rows"] or corrected["changes"]["sections"]
    assert [one.place.name for one in items(kept)] == ["report-r1.json", "report-r2.json"]
    assert items(kept)[0] == first
    assert kept.report("--from", way).report["revision"] == 2
    assert len(items(kept)) == 2


def test_a_correction_in_a_new_folder_names_the_one_in_the_store(kept: Stage) -> None:
    kept.report()
    (first,) = items(kept)
    target(kept)
    done = kept.run("report", "--month", "2026-10", "--format", "html,json", "-o", "out")
    assert [Path(line).name for line in done.out.split()] == ["slactl-2026-10.r2.en.html", "slactl-2026-10.r2.json"]
    assert f"revision 2 replaces {first.path} (target)" in done.err
    page = (kept.directory / "out" / "slactl-2026-10.r2.en.html").read_text("utf-8")
    assert first.path in page
    assert "target changed" in page


def test_what_is_taken_back_is_a_revision_too(kept: Stage) -> None:
    before = kept.report().report
    target(kept)
    kept.report()
    edit(kept, "objectives.yaml", 'goal: ">= 98%"', 'goal: ">= 99%"')
    back = kept.report().report
    assert (back["revision"], [one["revision"] for one in back["revisions"]]) == (3, [1, 2])
    assert back["results"] == before["results"]
    assert [one.facts["revision"] for one in items(kept)] == [1, 2, 3]


def test_a_provisional_report_is_not_kept(kept: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = links(kept)
    at(kept, monkeypatch, "2026-11-02T06:00:00Z")
    made = kept.report().report
    assert made["period"]["final"] is False
    assert (links(kept), items(kept)) == (before, [])


@pytest.mark.parametrize(
    ("way", "now"), [("evidence", LATER), ("auto", "2028-06-05T06:00:00Z"), ("cloudwatch", "2028-06-05T06:00:00Z")]
)
def test_a_month_of_which_nothing_was_read_is_never_final(
    kept: Stage, monkeypatch: pytest.MonkeyPatch, way: str, now: str
) -> None:
    at(kept, monkeypatch, now)
    done = kept.run("report", "--month", "2026-07", "--from", way, "--format", "json", "-o", "-")
    assert (done.code, done.report["period"]["final"]) == (0, False)
    assert items(kept) == []


def test_without_the_store_nothing_is_kept(kept: Stage) -> None:
    kept.report("--from", "cloudwatch")
    assert items(kept) == []
    shutil.rmtree(kept.directory / "evidence")
    kept.report()
    assert not (kept.directory / "evidence").exists()


def test_a_store_that_takes_nothing_is_told_of_and_the_report_is_written(kept: Stage) -> None:
    (kept.directory / "evidence" / "reports").write_text("in the way", encoding="utf-8")
    done = kept.run("report", "--month", "2026-10", "--format", "json", "-o", "out", "--fail-on", "breached")
    assert done.code == 2, "the verdict, not a failure"
    assert (kept.directory / "out" / "slactl-2026-10.json").exists()
    assert "the report is not kept in the store: " in done.err
    assert "could not be written" in done.err
    assert "Traceback" not in done.err


def test_a_bundle_of_the_same_figures_is_the_same_revision(kept: Stage) -> None:
    kept.report()
    (first,) = items(kept)
    done = kept.run("bundle", "--month", "2026-10", "--format", "json", "-o", "true.zip")
    assert done.code == 0, done.err
    assert items(kept) == [first]


def test_a_statement_of_a_year_is_kept_as_well(kept: Stage) -> None:
    edit(kept, "slactl.yaml", "timezone: Europe/Rome", "timezone: Europe/Rome, year_starts: 11-01")
    yearly = ("-q", "report", "--year", "2025", "--format", "json", "-o", "-")
    first = kept.run(*yearly).report
    (item,) = items(kept, "2025")
    assert item.path.startswith("reports/year=2025/report-r1-")
    assert body(kept, item) == first
    assert first["schema"] == "slactl.annual/1"
    assert kept.run(*yearly).report["revision"] == 1
    window(kept)
    second = kept.run(*yearly).report
    assert (second["revision"], second["revisions"][0]["name"]) == (2, item.path)
    assert second["changes"]["why"] == ["window"]
    assert [one.facts["revision"] for one in items(kept, "2025")] == [1, 2]


def test_a_month_is_no_revision_of_its_year(kept: Stage) -> None:
    body = b'{"schema": "slactl.annual/1", "revision": 4, "generated_at": "x", "period": {"final": true}}'
    with open_archive(str(kept.directory / "evidence"), create=False) as archive:
        archive.commit("year", 0, [NewItem(Place(Kind.REPORT, when="2026", name="report-r4.json"), body)])
    assert kept.report().report["revision"] == 1


@pytest.mark.parametrize("command", [("report", "--from", "evidence"), ("bundle",)], ids=lambda command: command[0])
def test_in_s3_what_is_kept_is_locked_as_configured(
    kept: Stage, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    store = kept.directory / "evidence"
    before = {path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file() and path.suffix}
    wanted = 'evidence: {store: "s3://kept/shop", lock: governance, lock_for: 1y}\n'
    edit(kept, "slactl.yaml", "maintenance: maintenance.yaml\n", f"maintenance: maintenance.yaml\n{wanted}")
    with mock_aws():
        s3 = boto3.client("s3")
        place = {"LocationConstraint": "eu-west-1"}
        s3.create_bucket(Bucket="kept", CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)
        for name in before:
            s3.put_object(Bucket="kept", Key=f"shop/{name}", Body=(store / name).read_bytes())
        done = kept.run(*command, "--month", "2026-10", "--format", "json", "-o", "out")
        assert done.code == 0, done.err
        names = [one["Key"] for one in s3.list_objects_v2(Bucket="kept", Prefix="shop/")["Contents"]]
        fresh = [name for name in names if name.removeprefix("shop/") not in before]
        assert sorted(name.split("/")[1] for name in fresh) == ["manifest", "reports"]
        for name in fresh:
            assert s3.head_object(Bucket="kept", Key=name).get("ObjectLockMode") == "GOVERNANCE", name


@contextmanager
def half_done(stage: Stage) -> Iterator[tuple[Report, Readings]]:
    """A run that has made its report, and has settled and kept nothing yet."""
    month = Month(2026, 10)
    catalogue = load_catalogue(Path("slactl.yaml"))
    with month_readings(catalogue, month, clock.now(), None, Way.EVIDENCE) as found:
        yield judged(catalogue, month, found), found


def test_a_run_that_was_overtaken_by_the_same_figures_keeps_nothing(
    kept: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with half_done(kept) as (made, found):
        monkeypatch.setenv("SLACTL_NOW", LATER)
        kept.report("--from", "evidence")
        settled = settle_and_keep(made, None, found.archive, json_form)
    assert (settled.report.revision, settled.unchanged) == (1, True)
    assert len(items(kept)) == 1


def test_a_run_that_was_overtaken_by_other_figures_is_the_next_revision(kept: Stage) -> None:
    with half_done(kept) as (made, found):
        target(kept)
        kept.report("--from", "evidence")
        (first,) = items(kept)
        settled = settle_and_keep(made, None, found.archive, json_form)
    assert settled.report.revision == 2
    assert [one.name for one in settled.report.history.earlier] == [first.path]
    assert [one.facts["revision"] for one in items(kept)] == [1, 2]


def test_two_runs_at_once_keep_one(kept: Stage) -> None:
    assert kept.server is not None
    kept.server.stop()
    command = [*SLACTL, "report", "--month", "2026-10", "--from", "evidence", "--format", "json", "-o"]
    runs = [
        subprocess.Popen(
            [*command, name],
            cwd=kept.directory,
            env=environment(SLACTL_NOW=now),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        for name, now in (("one", LATER), ("two", NEXT_YEAR))
    ]
    told = [run.communicate(timeout=120) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    (item,) = items(kept)
    assert sum(item.path in err for _, err in told) == 1
    for name in ("one", "two"):
        report = json.loads((kept.directory / name / "slactl-2026-10.json").read_text("utf-8"))
        assert (report["revision"], report["figures_sha256"]) == (1, item.facts["figures"])
