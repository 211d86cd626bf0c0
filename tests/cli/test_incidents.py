"""``slactl incidents draft``: from what nobody explains to a configuration in which everything is."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.failures.small import CALM, MAINTENANCE, Mood, configuration, world
from tests.failures.stage import Stage

DOWN = Mood(outage=20, step=20)


def configured(stage: Stage, *incidents: str, **texts: str) -> None:
    files = configuration()
    named = f"incidents: [{', '.join(incidents)}]\n" if incidents else ""
    stage.configure({**files, "slactl.yaml": files["slactl.yaml"] + named, "maintenance.yaml": MAINTENANCE, **texts})


def draft(stage: Stage, *arguments: str) -> tuple[int, str, str]:
    done = stage.run("incidents", "draft", "--month", "2026-10", *arguments)
    return done.code, done.out, done.err


def mistakes(stage: Stage) -> list[str]:
    done = stage.run("config", "check", "--format", "json")
    return [one["what"] for one in json.loads(done.out)["mistakes"]]


@pytest.fixture
def down(stage: Stage) -> Stage:
    configured(stage)
    stage.show(world(mood=DOWN))
    return stage


def test_a_draft_is_refused_until_it_is_filled_in_and_then_everything_is_explained(down: Stage) -> None:
    before = down.report().report["deviations"]["summary"]
    assert before["unexplained"] == before["outages"] + before["missed"] > before["outages"] > 0
    code, out, err = draft(down, "--output", "new.yaml")
    assert (code, out) == (0, "new.yaml\n")
    assert "fill in the forms" in err
    configured(down, "new.yaml")
    assert any("is not filled in" in one for one in mistakes(down))
    assert down.report().code == 2
    text = (down.directory / "new.yaml").read_text(encoding="utf-8")
    (down.directory / "new.yaml").write_text(
        text.replace('due: ""', "due: 2026-12-01").replace('""', "told"), encoding="utf-8"
    )
    assert mistakes(down) == []
    found = down.report().report
    assert found["deviations"]["summary"] == {**before, "unexplained": 0}
    assert draft(down)[:2] == (0, "incidents: []\n")


def test_a_draft_goes_to_stdout_as_yaml_and_talk_to_stderr(down: Stage) -> None:
    code, out, err = draft(down)
    forms = yaml.load(out, yaml.BaseLoader)["incidents"]
    assert (code, forms[0]["service"]) == (0, "shop")
    assert f"{len(forms)} without explanation" in err
    assert down.files() == {"slactl.yaml", "objectives.yaml", "maintenance.yaml"}


def test_a_file_is_never_overwritten_and_nothing_is_read_for_it(down: Stage) -> None:
    (down.directory / "incidents.yaml").write_text("incidents: []\n", encoding="utf-8")
    code, out, err = draft(down, "-o", "incidents.yaml")
    assert (code, out) == (1, "")
    assert "incidents.yaml stands there already" in err
    assert "reading" not in err
    assert (down.directory / "incidents.yaml").read_text(encoding="utf-8") == "incidents: []\n"


def test_nothing_to_explain_writes_no_file(stage: Stage) -> None:
    configured(stage)
    stage.show(world(mood=CALM))
    code, out, err = draft(stage, "-o", "new.yaml")
    assert (code, out) == (0, "")
    assert "nothing is without explanation; new.yaml was not written" in err
    assert "new.yaml" not in stage.files()


@pytest.mark.parametrize("wrong", [("--month", "2026-13"), ("--month", "2026-12"), ("--format", "json")])
def test_wrong_usage_is_2(down: Stage, wrong: tuple[str, str]) -> None:
    assert down.run("incidents", "draft", *wrong).code == 2


def test_declared_downtime_worsens_the_row_and_says_who_says_so(down: Stage) -> None:
    plain = down.report().report
    told = (
        "incidents: [{id: INC-1, service: shop, start: 2026-10-31T10:00:07, end: 2026-10-31T10:30, cause: x,"
        " add_downtime: true}]\n"
    )
    configured(down, "incidents.yaml", **{"incidents.yaml": told})
    worse = down.report().report
    (before, after) = (next(row for row in one["results"] if row["objective"] == "uptime") for one in (plain, worse))
    assert after["detail"]["declared_seconds"] == 1793
    assert after["detail"]["seconds"]["down"] == before["detail"]["seconds"]["down"] + 1793
    assert after["without_declared"] == {"value": before["value"], "status": before["status"]}
    assert [note["code"] for note in after["notes"]] == ["declared-downtime"]
    (declared,) = worse["deviations"]["declared"]
    assert (declared["incident"], declared["seconds"]) == ("INC-1", 1793)
    assert worse["deviations"]["incidents"][0]["file"] == "incidents.yaml"
