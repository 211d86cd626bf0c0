"""``slactl status``: what check says, for people; piped, on a terminal, and when it can't be told."""

from __future__ import annotations

import json
import signal
from datetime import datetime

import pytest

from slactl.cli.status import EVERY, with_seconds
from slactl.cli.watching import refreshed
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.cli.child import slactl
from tests.cli.terminal import on_terminal, plain
from tests.failures.small import Mood, configuration, rows
from tests.failures.stage import Stage
from tests.formats.standing.standings import standing
from tests.formats.standing.test_standing import VALIDATOR, blocks

NOW = "2026-10-31T12:00:00Z"
EPOCH = int(datetime.fromisoformat(NOW).timestamp())
ESCAPE = "GET /\x1b[31mred\x1b]0;title\x07"
WINDOWS = """
  - {id: CHG-2, start: 2026-11-02T02:00, end: 2026-11-02T04:00, announced: 2026-10-20T10:00, reason: Upgrade}
"""


def running(name: str | None = None) -> World:
    """The shop on the last day of October; with one of its operations called otherwise."""
    seen = [row for row in rows(1, Mood()) if row[0] < EPOCH * 1000]
    if name is not None:
        seen = [(at, name if each == "POST /orders" else each, *rest) for at, each, *rest in seen]  # type: ignore[misc]
    return World(RequestLog.from_rows(seen), None, now=EPOCH)


@pytest.fixture
def shop(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    files = configuration()
    stage.configure({**files, "maintenance.yaml": files["maintenance.yaml"].rstrip("\n") + WINDOWS})
    stage.show(running())
    monkeypatch.setenv("SLACTL_NOW", NOW)
    return stage


@pytest.fixture
def reached(shop: Stage) -> dict[str, str]:
    """The environment in which a child reaches the shop."""
    assert shop.server is not None
    return {"AWS_ENDPOINT_URL": shop.server.url, "SLACTL_NOW": NOW}


def test_a_pipe_gets_values_and_the_exit_code_says_only_that_it_was_done(shop: Stage) -> None:
    done = shop.run("--quiet", "status")
    assert (done.code, done.err) == (0, "")
    targets, windows, whole = blocks(done.out)
    assert whole[0]["status"] == "BREACHED"
    assert {one["objective"]: one["status"] for one in targets}["uptime"] == "BREACHED"
    assert [one["window"] for one in windows] == ["CHG-2"]
    assert "\x1b" not in done.out
    assert "reading the window" in shop.run("status").err


def test_it_says_what_check_says(shop: Stage) -> None:
    for window in ("month-to-date", "year-to-date"):
        told = json.loads(shop.run("-q", "status", "--format", "json", "--window", window).out)
        VALIDATOR.validate(told)
        checked = json.loads(shop.run("-q", "check", "--format", "json", "--window", window).out)
        for key in ("window", "period", "status", "results", "gaps"):
            assert told["check"][key] == checked[key]


def test_the_same_input_gives_the_same_bytes(shop: Stage) -> None:
    for arguments in (["status"], ["status", "--format", "json"], ["status", "--since", "yesterday"]):
        assert shop.run("-q", *arguments).out == shop.run("-q", *arguments).out


def test_some_targets_only(shop: Stage) -> None:
    done = shop.run("-q", "status", "--service", "shop", "--objective", "error-rate", "--objective", "uptime")
    assert {one["objective"] for one in blocks(done.out)[0]} == {"error-rate", "uptime"}


def test_the_language(shop: Stage) -> None:
    left = [one["left"] for one in blocks(shop.run("-q", "status", "--lang", "it").out)[0]]
    assert left[0].startswith("margine esaurito in ottobre")


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_hand_over_of_a_shift(shop: Stage, language: str) -> None:
    done = shop.run("-q", "status", "--since", "2026-10-30T08:00", "--lang", language)
    assert (done.code, done.err) == (0, "")
    assert "CHG-2" in done.out
    assert "POST /orders" in done.out
    assert "\x1b" not in done.out
    assert "\t" not in done.out
    told = json.loads(shop.run("-q", "status", "--since", "2026-10-30T08:00", "--format", "json").out)
    VALIDATOR.validate(told)
    assert told["handover"]["since"] == "2026-10-30T07:00:00Z"


WRONG = [
    (["--service", "shopp"], "there is no service 'shopp'"),
    (["--objective", "uptimes"], "there is no objective 'uptimes'"),
    (["--window", "1h"], "1h"),
    (["--since", "someday"], "--since is a day"),
    (["--since", "15d"], "14 days at most"),
    (["--since", "5m"], "is settled yet"),
    (["--watch"], "needs a terminal"),
    (["--watch", "30"], "needs a terminal"),
    (["--watch", "9"], "10 at the least"),
    (["--watch=soon"], "whole seconds"),
    (["--watch", "--since", "today"], "leave out --since"),
    (["--watch", "--format", "json"], "leave out --since and --format json"),
    (["--format", "xml"], "xml"),
    (["--wacth"], "--wacth"),
    (["surprise"], "surprise"),
]


@pytest.mark.parametrize(("arguments", "word"), WRONG, ids=[" ".join(each) for each, _ in WRONG])
def test_wrong_usage(shop: Stage, arguments: list[str], word: str) -> None:
    done = shop.run("status", *arguments)
    assert (done.code, done.out) == (2, "")
    assert word in done.err
    assert shop.server is not None
    assert shop.server.calls == [], "nothing is asked of AWS"


def test_watch_may_go_without_its_seconds() -> None:
    assert with_seconds(["--watch"]) == ["--watch", str(EVERY)]
    assert with_seconds(["--watch", "30", "-x"]) == ["--watch", "30", "-x"]
    assert with_seconds(["--watch", "--lang", "it"]) == ["--watch", str(EVERY), "--lang", "it"]
    assert with_seconds(["--watch=15"]) == ["--watch=15"]


def test_figures_that_cannot_be_read_are_unknown(shop: Stage) -> None:
    shop.misbehave(Behaviour.parse(["fail=GetMetricData"]))
    for arguments in ([], ["--since", "yesterday"]):
        done = shop.run("-q", "status", *arguments)
        assert done.code == 0
        assert "Traceback" not in done.err
    targets = blocks(shop.run("-q", "status").out)[0]
    assert {one["status"] for one in targets if one["objective"] != "coverage"} == {"INSUFFICIENT_DATA"}
    assert {one["budget_left"] for one in targets if one["objective"] == "error-rate"} == {""}
    assert all(one["reason"] for one in targets if one["objective"] != "coverage")


@pytest.mark.parametrize("arguments", [[], ["--since", "yesterday"], ["--format", "json"]])
def test_an_aws_that_is_not_there_fails_it(shop: Stage, arguments: list[str]) -> None:
    assert shop.server is not None
    shop.server.stop()
    done = shop.run("status", *arguments)
    assert (done.code, done.out) == (1, "")
    assert done.err.count("slactl: error: ") == 1
    assert "Traceback" not in done.err


def test_evidence_tells_the_same_and_how_old_it_is(shop: Stage) -> None:
    live = blocks(shop.run("-q", "status", "--from", "cloudwatch").out)
    assert shop.run("-q", "collect", "--since", "2026-10-29").code == 0
    for way in ("auto", "evidence"):
        told = blocks(shop.run("-q", "status", "--from", way).out)
        wanted = {one["objective"]: one["status"] for one in live[0]}
        assert {one["objective"]: one["status"] for one in told[0]} == wanted
        assert told[-1][0]["evidence_until"].startswith("2026-10-31T1")
    assert live[-1][0]["evidence_until"] == ""


@pytest.mark.parametrize("columns", [80, 150])
def test_a_terminal_gets_a_picture(shop: Stage, reached: dict[str, str], columns: int) -> None:
    shop.show(running(ESCAPE))
    code, text = on_terminal("-q", "status", cwd=shop.directory, columns=columns, settings=reached)
    assert code == 0
    told = plain(text)
    assert "\x1b" not in told
    assert "\x07" not in told
    assert "GET /\\x1b[31mred" in told
    assert "✗ Not met" in told
    assert max(len(line.rstrip("\r")) for line in told.split("\n")) <= columns


def test_no_color_and_columns_are_obeyed_on_a_terminal(shop: Stage, reached: dict[str, str]) -> None:
    settings = {**reached, "NO_COLOR": "1", "COLUMNS": "100"}
    code, text = on_terminal("-q", "status", "--ascii", cwd=shop.directory, columns=150, settings=settings)
    assert code == 0
    assert "\x1b[3" not in text.replace("\x1b[39m", "")
    assert plain(text).isascii()
    assert max(len(line.rstrip("\r")) for line in plain(text).split("\n")) <= 100


def test_a_pipe_that_carries_no_signs(shop: Stage, reached: dict[str, str]) -> None:
    done = slactl("-q", "status", cwd=shop.directory, PYTHONIOENCODING="latin-1", **reached)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_watch_ends_cleanly(shop: Stage, reached: dict[str, str], number: int, code: int) -> None:
    found, text = on_terminal(
        "status", "--watch", cwd=shop.directory, columns=150, settings=reached, until="CHG-2", then=number
    )
    assert found == code
    assert text.index("\x1b[?1049h") < text.index("CHG-2") < text.index("\x1b[?1049l")
    assert "Traceback" not in text


def test_a_refresh_that_fails_keeps_the_last_table(monkeypatch: pytest.MonkeyPatch) -> None:
    from slactl.cli import clock
    from slactl.cli.standing_screen import Screen
    from slactl.model.standing import Standing

    old, fresh = standing(), standing(coming=())
    answers: list[Standing | Exception] = [fresh, OSError(28, "No space left"), OSError("lost \x1b[2J"), old]

    def read(present: clock.Now) -> Standing:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    pauses: list[str] = []
    monkeypatch.setenv("SLACTL_NOW", "2026-11-20T11:02:30Z")
    screens = refreshed(Screen(old, "en", whole=False), read, lambda: pauses.append("slept"))
    first, second, third, fourth = (next(screens) for _ in range(4))
    assert (first.standing, first.note) == (fresh, "")
    assert second.standing is third.standing is fresh
    assert second.note == "This is 2 min 30 s old; it could not be refreshed: No space left"
    assert "\x1b" not in third.note
    assert (fourth.standing, fourth.note) == (old, "")
    assert len(pauses) == 4


def test_a_defect_is_not_swallowed_by_a_watch() -> None:
    from slactl.cli.standing_screen import Screen

    def read(present: object) -> object:
        raise KeyError("a defect")

    screens = refreshed(Screen(standing(), "en"), read, lambda: None)  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        next(screens)
