"""A final report stays: the same figures are the same revision, others are the next one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.failures.small import CALM, world
from tests.failures.stage import Stage

EVERY = ("html", "json", "md", "csv")
LATER = "2026-11-20T06:00:00Z"


@pytest.fixture
def final(stage: Stage) -> Stage:
    """A shop whose October is final."""
    stage.configure()
    stage.show(world(mood=CALM))
    return stage


def _loosen(stage: Stage) -> None:
    """Another agreement: one objective's goal is another one."""
    path = stage.directory / "objectives.yaml"
    text = path.read_text(encoding="utf-8")
    assert 'goal: ">= 99%"' in text
    path.write_text(text.replace('goal: ">= 99%"', 'goal: ">= 98%"'), encoding="utf-8")


def _files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.name.startswith("slactl-")}


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_the_same_figures_are_the_same_revision(final: Stage) -> None:
    assert final.run("report", "--format", ",".join(EVERY), "-o", "out").code == 0
    before = _files(final.directory / "out")
    again = final.run("report", "--format", ",".join(EVERY), "-o", "out")
    assert _files(final.directory / "out") == before
    assert "revision 1 stands" in again.err


@pytest.mark.parametrize("form", EVERY)
def test_other_figures_are_the_next_revision_and_the_old_one_stays(final: Stage, form: str) -> None:
    final.run("report", "--format", form, "-o", "out")
    before = _files(final.directory / "out")
    _loosen(final)
    done = final.run("report", "--format", f"{form},json", "-o", "out")
    after = _files(final.directory / "out")
    assert done.code == 0
    assert {name: after[name] for name in before} == before
    assert {name for name in after if ".r2" in name} == {Path(line).name for line in done.out.split()}
    told = _json(final.directory / "out" / "slactl-2026-10.r2.json")
    assert told["revision"] == 2
    assert [one["revision"] for one in told["revisions"]] == [1]
    assert told["changes"]["comparable"] is (form == "json")
    third = final.run("report", "--format", form, "-o", "out")
    assert "revision 2 stands" in third.err, "the second revision is not made twice"


def test_a_correction_lists_old_new_and_why(final: Stage) -> None:
    final.run("report", "--format", "json", "-o", "out")
    _loosen(final)
    final.run("report", "--format", "json,html", "-o", "out")
    rows = _json(final.directory / "out" / "slactl-2026-10.r2.json")["changes"]["rows"]
    goals = {(row["old"] or {}).get("goal"): (row["new"] or {}).get("goal") for row in rows}
    assert goals[">= 99%"] == ">= 98%"
    changed = next(row for row in rows if row["new"] and row["new"]["goal"] == ">= 98%")
    assert changed["why"] == ["target"]
    page = (final.directory / "out" / "slactl-2026-10.r2.en.html").read_text("utf-8")
    assert "slactl-2026-10.json" in page
    assert "target changed" in page


def test_a_provisional_report_does_not_take_the_place_of_a_final_one(
    final: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    final.run("report", "-o", "out")
    before = _files(final.directory / "out")
    monkeypatch.setenv("SLACTL_NOW", "2026-11-02T06:00:00Z")
    done = final.run("report", "-o", "out")
    assert done.code == 1
    assert "is a final report" in done.err
    assert _files(final.directory / "out") == before


def test_a_final_report_takes_the_place_of_a_provisional_one(final: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACTL_NOW", "2026-11-02T06:00:00Z")
    assert final.run("report", "--format", "html,json,md,csv", "-o", "out").code == 0
    monkeypatch.setenv("SLACTL_NOW", LATER)
    assert final.run("report", "--format", "html,json,md,csv", "-o", "out").code == 0
    found = _files(final.directory / "out")
    assert len(found) == 4
    assert _json(final.directory / "out" / "slactl-2026-10.json")["revision"] == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 1}', '{"schema": "slactl.report/1"}', "null"])
def test_a_file_that_is_no_report_is_written_over(final: Stage, text: str) -> None:
    out = final.directory / "out"
    out.mkdir()
    (out / "slactl-2026-10.json").write_text(text)
    assert final.run("report", "--format", "json", "-o", "out").code == 0
    assert _json(out / "slactl-2026-10.json")["revision"] == 1
