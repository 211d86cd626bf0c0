"""``--from``: figures from CloudWatch, from evidence alone, or from each where it knows more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.child import ROOT
from tests.cli.gathered import BEFORE_THE_WINDOW, at, gather
from tests.failures.never_better import improvements
from tests.failures.small import NOW, world
from tests.failures.stage import Stage

LATER = "2027-02-08T06:00:00Z"
"""A hundred days after the month."""
DEAD = "http://127.0.0.1:9"
FIGURES = ("status", "results", "services", "exclusions", "gaps", "deviations")
WITHOUT_AWS = """
import sys
from slactl.cli.app import run
code = run(sys.argv[1:])
found = sorted({name.split(".")[0] for name in sys.modules} & {"boto3", "botocore", "urllib3", "requests"})
sys.stderr.write(f"imported: {found}")
sys.exit(code)
"""

Json = dict[str, Any]


def said(stage: Stage, *arguments: str) -> Json:
    done = stage.report(*arguments)
    assert (done.code, done.err) == (0, "")
    return done.report


def figures(document: Json) -> Json:
    return {name: document[name] for name in FIGURES}


def seen(document: Json) -> Json:
    """Everything that a report tells of the month, but for the grade of proof: only evidence gives the best one."""
    told = {name: document[name] for name in FIGURES}
    told["exclusions"] = [{**one, "proof": None} for one in document["exclusions"]]
    return told


def kinds(document: Json) -> set[str]:
    return {one["kind"] for one in document["sources"] if one["queries"]}


def without_aws(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A process that has no credentials, no endpoint, and says which doors to the network it opened."""
    env = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    env |= {"PYTHONPATH": str(ROOT), "HOME": str(place), "SLACTL_NOW": LATER, "AWS_ENDPOINT_URL": DEAD}
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_AWS, *arguments],
        cwd=place,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("report", "--month", "2026-10", "-o", "-"),
        ("report", "--year", "2026", "-o", "-"),
        ("explain", "shop", "uptime", "--month", "2026-10"),
        ("incidents", "draft", "--month", "2026-10"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_evidence_needs_no_aws(collected_place: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    place = Path(shutil.copytree(collected_place, tmp_path / "place"))
    done = without_aws(place, *command, "--from", "evidence")
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert "imported: []" in done.stderr
    assert "from evidence, head " in done.stderr


def test_a_hundred_days_later_the_figures_are_those_of_the_fresh_month(
    kept: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = said(kept, "--from", "cloudwatch")
    assert kinds(fresh) == {"cloudwatch"}
    assert kinds(said(kept)) == {"cloudwatch"}, "CloudWatch still has the month"
    at(kept, monkeypatch, LATER)
    later = said(kept)
    assert kinds(later) == {"evidence"}
    assert seen(later) == seen(fresh)
    assert seen(said(kept, "--from", "evidence")) == seen(fresh)
    forgotten = said(kept, "--from", "cloudwatch")
    assert seen(forgotten) != seen(fresh)
    assert improvements(fresh, forgotten) == []


@pytest.mark.parametrize(
    ("until", "now", "whole"),
    [("2026-10-30T18:00:00Z", "2027-01-01T13:00:00Z", True), ("2026-10-30T12:00:00Z", LATER, False)],
    ids=["the rest is in CloudWatch", "of the rest CloudWatch has hours"],
)
def test_a_month_that_is_half_in_evidence(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, until: str, now: str, *, whole: bool
) -> None:
    gather(stage.directory, NOW, until=until)
    stage.show(world(edge=True))
    fresh = said(stage, "--from", "cloudwatch")
    at(stage, monkeypatch, now)
    mixed = said(stage)
    assert kinds(mixed) == {"cloudwatch", "evidence"}
    assert improvements(fresh, mixed) == []
    assert counts(mixed) == counts(fresh)
    availability = {"uptime", "coverage"}
    same = [row for row in mixed["results"] if whole or row["objective"] not in availability]
    truth = {key(row): row for row in fresh["results"]}
    for row in same:
        assert verdict(row) == verdict(truth[key(row)])
    alone = said(stage, "--from", "evidence")
    missed = {gap["code"] for gap in alone["gaps"]}
    assert "not-in-evidence" in missed
    assert "no-longer-kept" not in missed
    assert improvements(fresh, alone) == []


def key(row: Json) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("service", "objective", "operation", "class", "span"))


def counts(document: Json) -> dict[tuple[Any, ...], Any]:
    return {key(row): (row["good"], row["total"]) for row in document["results"] if row["unit"] != "seconds"}


def verdict(row: Json) -> tuple[Any, ...]:
    """What a row judges; a percentile's bracket may be wider where a month is not closed."""
    value = None if row["indicator"] == "percentile" else row["value"]
    return (row["status"], value, row["good"], row["total"])


def test_cloudwatch_looks_at_no_store(kept: Stage) -> None:
    before = said(kept, "--from", "cloudwatch")
    for manifest in (kept.directory / "evidence" / "manifest").iterdir():
        manifest.write_text("{}")
    assert said(kept, "--from", "cloudwatch") == before
    shutil.rmtree(kept.directory / "evidence")
    assert said(kept, "--from", "cloudwatch") == before
    assert not (kept.directory / "evidence").exists()


def test_a_window_collected_before_its_start_is_recorded(kept: Stage) -> None:
    assert [one["proof"] for one in said(kept)["exclusions"]] == ["recorded"]
    assert [one["proof"] for one in said(kept, "--from", "cloudwatch")["exclusions"]] == ["declared"]
    path = kept.directory / "maintenance.yaml"
    path.write_text(path.read_text("utf-8").replace("02:32", "02:37"), encoding="utf-8")
    assert [one["proof"] for one in said(kept)["exclusions"]] == ["declared"], "other times are another window"


@pytest.mark.parametrize(("grade", "applied"), [("auto", True), ("cloudwatch", False)])
def test_where_records_are_required_only_evidence_excludes(kept: Stage, grade: str, *, applied: bool) -> None:
    path = kept.directory / "maintenance.yaml"
    path.write_text("require_proof: recorded\n" + path.read_text("utf-8"), encoding="utf-8")
    (window,) = said(kept, "--from", grade)["exclusions"]
    assert [one["applied"] for one in window["services"]] == [applied]


def test_a_broken_store_is_no_verdict(kept: Stage) -> None:
    link = kept.directory / "evidence" / "manifest" / "00000002.json"
    link.write_text(link.read_text("utf-8").replace("counts", "county"), encoding="utf-8")
    for way in ("auto", "evidence"):
        for code, more in ((1, []), (3, ["--fail-on", "breached"])):
            done = kept.report("--from", way, *more)
            assert (done.code, done.out) == (code, "")
            assert "the chain is broken at manifest/0000000" in done.err
            assert "slactl evidence check" in done.err
            assert "Traceback" not in done.err


def test_without_a_store_there_is_no_evidence(kept: Stage) -> None:
    shutil.rmtree(kept.directory / "evidence")
    for code, more in ((1, []), (3, ["--fail-on=warning"])):
        done = kept.report("--from", "evidence", *more)
        assert (done.code, done.out) == (code, "")
        assert "there is no evidence store at evidence" in done.err
        assert "slactl collect makes one" in done.err
    assert kinds(said(kept)) == {"cloudwatch"}
    assert not (kept.directory / "evidence").exists(), "asking begins no store"


def test_a_folder_of_that_name_may_be_anything(kept: Stage) -> None:
    shutil.rmtree(kept.directory / "evidence")
    (kept.directory / "evidence").mkdir()
    (kept.directory / "evidence" / "screenshot.png").write_bytes(b"x")
    assert kinds(said(kept)) == {"cloudwatch"}
    main = kept.directory / "slactl.yaml"
    main.write_text(main.read_text("utf-8") + "evidence: {store: evidence/}\n", encoding="utf-8")
    done = kept.report()
    assert done.code == 1
    assert "it is no evidence store" in done.err


def test_without_the_extra_one_message_says_what_to_install(kept: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    for way in ("auto", "evidence"):
        done = kept.report("--from", way)
        assert (done.code, done.out) == (1, "")
        assert "this needs slactl[evidence]" in done.err
        assert "pip install" in done.err
    assert said(kept, "--from", "cloudwatch")["results"]
    shutil.rmtree(kept.directory / "evidence")
    assert said(kept)["results"], "who collects nothing needs nothing"


def test_wrong_ways_are_wrong_usage(kept: Stage) -> None:
    done = kept.report("--from", "memory")
    assert done.code == 2
    assert "memory" in done.err


def test_a_window_that_was_moved_after_it_began_says_what_the_collect_saw(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather(stage.directory, BEFORE_THE_WINDOW)
    stage.show(world(edge=True))
    path = stage.directory / "maintenance.yaml"
    moved = path.read_text("utf-8").replace("2026-10-30T02:32", "2026-10-30T04:32")
    path.write_text(moved, encoding="utf-8")
    at(stage, monkeypatch, NOW)
    assert stage.run("--quiet", "collect").code == 0
    for way in ("auto", "evidence"):
        [window] = said(stage, "--from", way)["exclusions"]
        assert (window["proof"], window["proof_note"]["code"]) == ("declared", "recorded-otherwise")
        assert "from 2026-10-30T01:00:00Z to 2026-10-30T01:32:00Z" in window["proof_note"]["text"]
    page = stage.run("-q", "report", "--month", "2026-10", "--format", "html", "--lang", "it", "-o", "-").out
    assert "ha visto questa finestra dal 2026-10-30T01:00:00Z al 2026-10-30T01:32:00Z" in page
    assert said(stage, "--from", "cloudwatch")["exclusions"][0]["proof_note"] is None
