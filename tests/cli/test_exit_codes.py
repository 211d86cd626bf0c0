"""Every exit code of the contract, each reached by a real cause."""

from __future__ import annotations

import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.failures.small import CALM, Mood, configuration, world
from tests.failures.stage import Stage

BREACHED = Mood()
"""Too many faults and slow requests."""

WARNED = Mood(faults=0.0, slow=0.0086, bad_faults=0.0, bad_slow=0.0086, outage=0)
"""Slow requests near the limit: met, and less than a quarter of the budget left."""

LEVELS = ["breached", "insufficient-data", "warning"]


def verdicts(stage: Stage, status: str) -> list[int]:
    """The exit codes without and with each ``--fail-on``; the report's status is that one every time."""
    plain = stage.report()
    assert plain.report["status"] == status
    return [plain.code, *(stage.report("--fail-on", level).code for level in LEVELS)]


@pytest.mark.parametrize(
    ("seed", "mood", "status", "codes"),
    [
        (1, CALM, "OK", [0, 0, 0, 0]),
        (2, WARNED, "WARNING", [0, 0, 0, 1]),
        (1, BREACHED, "BREACHED", [0, 2, 2, 2]),
    ],
    ids=["ok", "warning", "breached"],
)
def test_a_verdict(stage: Stage, seed: int, mood: Mood, status: str, codes: list[int]) -> None:
    stage.configure()
    stage.show(world(seed, mood))
    assert verdicts(stage, status) == codes


def test_a_verdict_that_nobody_can_give(stage: Stage) -> None:
    stage.configure()
    stage.show(world(mood=CALM, behaviour=Behaviour.parse(["fail=GetMetricData"])))
    assert verdicts(stage, "INSUFFICIENT_DATA") == [0, 0, 3, 3]


WRONG_USAGE = [
    (["--month", "2026-13"], "a month is written YYYY-MM"),
    (["--month", "October"], "a month is written YYYY-MM"),
    (["--month", "2026-12"], "has not begun"),
    (["--format", "docx"], "there is no format 'docx'"),
    (["--format", ""], "there is no format"),
    (["--format", "html,json", "-o", "-"], "stdout takes one format"),
    (["--lang", "fr"], "fr"),
    (["--config", "absent.yaml"], "absent.yaml"),
    (["--mnoth", "2026-10"], "--mnoth"),
    (["surprise"], "surprise"),
]


@pytest.mark.parametrize(("arguments", "word"), WRONG_USAGE, ids=[" ".join(each) for each, _ in WRONG_USAGE])
def test_wrong_usage(stage: Stage, arguments: list[str], word: str) -> None:
    stage.configure()
    stage.show(world())
    for code, more in ((2, []), (3, ["--fail-on", "breached"]), (3, ["--fail-on=warning"])):
        done = stage.run("report", *arguments, *more)
        assert (done.code, done.out) == (code, "")
        assert word in done.err
        assert "Traceback" not in done.err
    assert stage.server is not None
    assert stage.server.calls == [], "nothing is asked of AWS"
    assert stage.files() == set(configuration())


def test_a_level_that_is_none(stage: Stage) -> None:
    stage.configure()
    done = stage.run("report", "--fail-on", "ok")
    assert (done.code, done.out) == (3, "")
    assert "--fail-on" in done.err


def test_a_bad_configuration_counts_as_wrong_usage(stage: Stage) -> None:
    files = configuration()
    files["objectives.yaml"] = (
        files["objectives.yaml"].replace('">= 99%"', '">= 99 percent"', 1).replace("p95,", "p905,")
    )
    files["maintenance.yaml"] = files["maintenance.yaml"].replace("02:32", "01:32")
    stage.configure(files)
    stage.show(world())
    for code, more in ((2, []), (3, ["--fail-on", "warning"])):
        done = stage.run("report", "-o", "out", *more)
        assert (done.code, done.out) == (code, "")
        assert "objectives.yaml:" in done.err
        assert "maintenance.yaml:" in done.err
    assert stage.server is not None
    assert stage.server.calls == []
    assert stage.files() == set(configuration())


def test_no_configuration_at_all(stage: Stage) -> None:
    done = stage.run("report")
    assert (done.code, done.out) == (2, "")
    assert "slactl.yaml" in done.err


@pytest.mark.parametrize("now", ["yesterday", "2026-11-06", "2026-11-06T06:00:00", "1793836800", "2026-11-06T25:00Z"])
def test_a_malformed_clock(stage: Stage, monkeypatch: pytest.MonkeyPatch, now: str) -> None:
    stage.configure()
    monkeypatch.setenv("SLACTL_NOW", now)
    for command, code in (["report"], 2), (["report", "--fail-on", "warning"], 3), (["sandbox", "--exec", "true"], 2):
        done = stage.run(*command)
        assert (done.code, done.out) == (code, "")
        assert "SLACTL_NOW" in done.err
        assert now in done.err
        assert "hint: " in done.err


def test_the_report_says_that_the_clock_was_set(stage: Stage) -> None:
    stage.configure()
    stage.show(world())
    report = stage.report().report
    assert report["provenance"]["clock_set"] is True
    assert report["generated_at"] == "2026-11-06T06:00:00Z"


SANDBOX = [
    (["--misbehave", "explode=yes"], 2, "no such behaviour"),
    (["--misbehave", "throttle=often"], 2, "throttle wants"),
    (["--exec"], 2, "--exec needs a command"),
    (["surprise"], 2, "unexpected argument 'surprise'"),
    (["--port", "eighty"], 2, "--port"),
    (["--requests", "absent.csv", "--exec", "true"], 1, "absent.csv"),
    (["--requests", "broken.csv", "--exec", "true"], 2, "broken.csv"),
    (["--months", "1", "--exec", "there-is-no-such-command"], 2, "there-is-no-such-command"),
    (["--months", "1", "--exec", "false"], 1, ""),
    (["--months", "1", "--exec", "true"], 0, ""),
]


@pytest.mark.parametrize(("arguments", "code", "word"), SANDBOX, ids=[" ".join(each) for each, _, _ in SANDBOX])
def test_the_sandbox(stage: Stage, arguments: list[str], code: int, word: str) -> None:
    (stage.directory / "broken.csv").write_text("timestamp,operation\n1,GET /\n")
    done = stage.run("sandbox", *arguments)
    assert (done.code, done.out) == (code, "")
    assert word in done.err
    assert "Traceback" not in done.err


def test_the_sandbox_on_a_port_that_is_taken(stage: Stage) -> None:
    server = stage.show(world())
    done = stage.run("sandbox", "--months", "1", "--port", server.url.rpartition(":")[2], "--exec", "true")
    assert (done.code, done.out) == (1, "")
    assert "in use" in done.err
