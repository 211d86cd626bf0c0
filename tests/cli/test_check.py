"""Every exit code of ``slactl check``, each reached by a real cause; no failure is a 0, a 1 or a 2."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from slactl.sandbox.behaviour import Behaviour, Rhythm
from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.cli.child import SLACTL, environment
from tests.failures.small import CALM, Mood, configuration, rows, world
from tests.failures.stage import Outcome, Stage

NOW = "2026-10-31T20:00:00Z"
EPOCH = int(datetime(2026, 10, 31, 20, tzinfo=UTC).timestamp())
BREACHED = Mood()
WARNED = Mood(faults=0.0, slow=0.0086, bad_faults=0.0, bad_slow=0.0086, outage=0)


@dataclass(frozen=True)
class After(Rhythm):
    """Hits every call after so many."""

    calls: int = 0

    def hits(self, call: int) -> bool:
        return call > self.calls


@pytest.fixture
def running(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage in the last evening of October."""
    monkeypatch.setenv("SLACTL_NOW", NOW)
    stage.configure()
    return stage


def show(stage: Stage, seed: int = 1, mood: Mood = CALM, behaviour: Behaviour | None = None) -> Server:
    shown = world(seed, mood, behaviour)
    shown.now = EPOCH
    return stage.show(shown)


def check(stage: Stage, *arguments: str) -> Outcome:
    return stage.run("--quiet", "check", *arguments)


def first_line(done: Outcome) -> str:
    return done.out.splitlines()[0] if done.out else ""


@pytest.mark.parametrize(
    ("seed", "mood", "code", "word"),
    [(1, CALM, 0, "OK"), (2, WARNED, 1, "WARNING"), (1, BREACHED, 2, "CRITICAL")],
    ids=["ok", "warning", "breached"],
)
def test_a_verdict(running: Stage, seed: int, mood: Mood, code: int, word: str) -> None:
    show(running, seed, mood)
    done = check(running)
    assert (done.code, done.err) == (code, "")
    assert first_line(done).startswith(f"SLACTL {word} - ")


def test_a_check_says_what_the_report_of_the_running_month_says(running: Stage) -> None:
    show(running, mood=BREACHED)
    found: dict[str, Any] = json.loads(check(running, "--format", "json").out)
    whole = running.report().report
    told = {(row["objective"], row["class"], row["span"]): row for row in whole["results"] if row["operation"] is None}
    assert found["status"] == whole["status"]
    assert len(found["results"]) == len(told)
    for target in found["results"]:
        row = told[target["objective"], target["class"], target["span"]]
        same = ("status", "good", "total", "budget", "outlook", "rollup", "unit", "binding")
        assert {key: target[key] for key in same} == {key: row[key] for key in same}


def test_a_read_that_never_works(running: Stage) -> None:
    show(running, behaviour=Behaviour.parse(["fail=GetMetricData"]))
    done = check(running)
    assert done.code == 3
    assert first_line(done).startswith("SLACTL UNKNOWN - ")


@pytest.mark.parametrize("window", ["1h", "6h", "24h", "7d", "month-to-date", "year-to-date"])
def test_a_service_without_traffic(running: Stage, window: str) -> None:
    running.show(_silent())
    assert check(running, "--window", window).code == 3


def _silent() -> World:
    from slactl.sandbox.requests import RequestLog

    other = [(at, name, latency, status, "another", place) for at, name, latency, status, _, place in rows(1, CALM)]
    return World(RequestLog.from_rows(other), None, now=EPOCH)


def test_a_class_that_no_operation_has_does_not_matter(running: Stage) -> None:
    files = configuration()
    files["objectives.yaml"] += '  - {id: rare, indicator: percentile, percentile: p95, class: rare, goal: "< 1s"}\n'
    running.configure(files)
    show(running)
    assert check(running).code == 0
    assert check(running, "--objective", "rare").code == 0


def test_an_endpoint_that_nobody_called_does_not_matter(running: Stage) -> None:
    show(running)
    done = check(running, "--operation", "DELETE /items", "--format", "json")
    assert done.code == 0
    assert {row["status"] for row in json.loads(done.out)["results"]} == {"NOT_RATED"}


def test_one_endpoint_is_judged_by_itself(running: Stage) -> None:
    show(running, mood=Mood(faults=0.0, outage=0))
    bad = check(running, "--operation", "POST /orders", "--objective", "error-rate")
    good = check(running, "--operation", "GET /search", "--objective", "error-rate")
    assert (bad.code, good.code) == (2, 0)


def test_only_what_is_asked_is_read(running: Stage) -> None:
    server = show(running)
    check(running)
    everything = server.tally["queries"]
    server.tally.clear()
    check(running, "--objective", "error-rate", "--window", "1h")
    assert server.tally["queries"] < everything / 3


def test_expired_credentials(running: Stage) -> None:
    show(running, behaviour=Behaviour.parse(["expired-token=yes"]))
    done = check(running)
    assert done.code == 3
    assert "ExpiredToken" in first_line(done)


@pytest.mark.parametrize("calls", [3, 5, 8, 12])
def test_an_endpoint_that_goes_down_while_it_is_read(running: Stage, calls: int) -> None:
    show(running, behaviour=Behaviour(drop=After(calls=calls), page_points=40))
    done = check(running)
    assert done.code == 3
    assert first_line(done).startswith("SLACTL UNKNOWN - ")


def test_an_endpoint_that_is_not_there(running: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    done = check(running)
    assert done.code == 3
    assert "could not be reached" in first_line(done)


@pytest.mark.parametrize(("setting", "side"), [("300s", "behind"), ("-300s", "ahead of")])
def test_a_clock_five_minutes_off(running: Stage, monkeypatch: pytest.MonkeyPatch, setting: str, side: str) -> None:
    monkeypatch.delenv("SLACTL_NOW")
    show(running, behaviour=Behaviour.parse([f"clock={setting}"]))
    done = check(running)
    assert done.code == 3
    assert f"s {side} AWS" in first_line(done)
    show(running, behaviour=Behaviour.parse(["clock=0s"]))
    assert "AWS" not in first_line(check(running))


USAGE = [
    (["--windo", "1h"], "--windo"),
    (["--window", "2h"], "2h"),
    (["--format", "xml"], "xml"),
    (["--service", "nope"], "there is no service 'nope'"),
    (["--objective", "nope"], "there is no objective 'nope'"),
    (["--objective", "uptime", "--operation", "GET /items"], "nothing is left to judge"),
    (["--deadline", "soon"], "a deadline is written 60s"),
    (["--deadline", "0s"], "a deadline is written 60s"),
    (["--config", "absent.yaml"], "absent.yaml"),
    (["--from", "nowhere"], "nowhere"),
    (["surprise"], "surprise"),
]


@pytest.mark.parametrize(("arguments", "word"), USAGE, ids=[" ".join(each) for each, _ in USAGE])
def test_wrong_usage(running: Stage, arguments: list[str], word: str) -> None:
    server = show(running)
    done = check(running, *arguments)
    assert done.code == 3
    assert word in done.err
    assert "Traceback" not in done.err
    assert not server.calls, "nothing is asked of AWS"


def test_a_bad_configuration(running: Stage) -> None:
    running.configure(configuration() | {"objectives.yaml": "objectives: [{id: uptime}]\n"})
    done = check(running)
    assert done.code == 3
    assert first_line(done).startswith("SLACTL UNKNOWN - the configuration is refused")


def test_no_document_is_mistaken_for_one(running: Stage) -> None:
    show(running, behaviour=Behaviour.parse(["expired-token=yes"]))
    for form in ("json", "junit", "prometheus"):
        done = check(running, "--format", form)
        assert (done.code, done.out) == (3, "")


def test_a_defect_is_no_warning(running: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    import slactl.cli.check as command

    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(command, "judged", broken)
    done = check(running)
    assert done.code == 3
    assert first_line(done) == "SLACTL UNKNOWN - a defect of slactl: ZeroDivisionError: division by zero"


def test_a_file_is_whole_or_as_it_was(running: Stage) -> None:
    show(running)
    place = running.directory / "slactl.prom"
    place.write_text("as it was\n")
    running.misbehave(Behaviour.parse(["expired-token=yes"]))
    assert check(running, "--format", "prometheus", "--output", str(place)).code == 3
    assert place.read_text() == "as it was\n"
    running.misbehave(Behaviour())
    done = check(running, "--format", "prometheus", "--output", str(place))
    assert (done.code, done.out) == (0, "")
    assert place.read_text().startswith("# HELP ")


def test_a_file_that_cannot_be_written(running: Stage) -> None:
    show(running)
    (running.directory / "taken").mkdir()
    done = check(running, "--output", "taken")
    assert done.code == 3


def child(stage: Stage, *arguments: str, behaviour: str) -> subprocess.Popen[bytes]:
    """A check of its own process, in front of a slow CloudWatch."""
    server = show(stage, behaviour=Behaviour.parse([behaviour]))
    (stage.directory / "scratch").mkdir(exist_ok=True)
    seen = environment(AWS_ENDPOINT_URL=server.url, SLACTL_NOW=NOW, TMPDIR=str(stage.directory / "scratch"))
    return subprocess.Popen(
        [*SLACTL, "--quiet", "check", *arguments],
        cwd=stage.directory,
        env=seen,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _asked(stage: Stage) -> None:
    """Waits until the child has asked for metrics."""
    assert stage.server is not None
    until = time.monotonic() + 60
    while not stage.server.calls and time.monotonic() < until:
        time.sleep(0.02)
    assert stage.server.calls


def test_a_deadline_ends_it(running: Stage) -> None:
    with child(running, "--deadline", "1.5s", behaviour="delay=20s") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert out == b"SLACTL UNKNOWN - the deadline of 1.5 s passed before anything was judged\n"
    assert list((running.directory / "scratch").iterdir()) == [], "a run every minute must not fill the disk"
    assert b"Traceback" not in err


def test_a_deadline_that_is_kept_changes_nothing(running: Stage) -> None:
    show(running)
    assert check(running, "--deadline", "10m") == check(running)


def test_sigterm(running: Stage) -> None:
    with child(running, behaviour="delay=2s") as process:
        _asked(running)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert out == b"SLACTL UNKNOWN - ended by SIGTERM before anything was judged\n"
    assert b"Traceback" not in err


def test_a_closed_pipe(running: Stage) -> None:
    with child(running, behaviour="delay=1ms") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=60) == 3


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "--format", "json"], ["report", "--fail-on", "warning", "-o", "-"]]
)
def test_a_full_disk_behind_stdout(running: Stage, arguments: list[str]) -> None:
    server = show(running)
    with Path("/dev/full").open("wb") as disk:
        done = subprocess.run(
            [*SLACTL, "--quiet", *arguments],
            cwd=running.directory,
            env=environment(AWS_ENDPOINT_URL=server.url, SLACTL_NOW=NOW),
            stdout=disk,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.decode().endswith("No space left on device\n")
    assert b"Traceback" not in done.stderr


def outage(stage: Stage, minutes: int) -> None:
    """A total outage of so many minutes that ended when the last slice settled."""
    from slactl.sandbox.requests import RequestLog

    end = (EPOCH - 600) * 1000
    step = 20
    made = []
    for second in range(EPOCH - 3 * 86_400, EPOCH, step):
        status = 503 if end - minutes * 60_000 <= second * 1000 < end else 200
        made.append((second * 1000, "GET /items", 90.0, status, "shop", "eks:prod"))
    stage.show(World(RequestLog.from_rows(made), None, now=EPOCH))


@pytest.mark.parametrize(("minutes", "code"), [(0, 0), (2, 0), (4, 1), (5, 2), (30, 2)])
def test_an_hour_is_judged_by_its_burn_rate(running: Stage, minutes: int, code: int) -> None:
    """An error rate of 0.5 %: four minutes burn 13 times as fast; two are six requests."""
    outage(running, minutes)
    done = check(running, "--window", "1h", "--objective", "error-rate", "--format", "json")
    found = json.loads(done.out)["results"][0]
    assert found["judged"] == "burn-rate"
    assert done.code == code
    assert found["budget"]["used_ratio"] == pytest.approx(minutes / 60 / 0.005)
    assert (found["reason"] or {}).get("code") == (None if code == 0 else "burning")


def test_requests_on_their_way_at_the_edge_of_an_hour_are_no_difference(running: Stage) -> None:
    """Each is at the gateway within the hour and at the service after it."""
    from slactl.sandbox.requests import RequestLog

    running.configure(configuration(edge=True))
    settled = EPOCH - 600
    passed = [((settled - 3600 + 20 * n) * 1000, "GET /items", 90.0, 200) for n in range(179)]
    under_way = [((settled - 1 - n) * 1000, (settled + n) * 1000) for n in range(3)]
    at_gateway = [(*one, "shop-public", "prod") for one in passed]
    at_gateway += [(before, "GET /items", 90.0, 200, "shop-public", "prod") for before, _ in under_way]
    at_service = [(*one, "shop", "eks:prod") for one in passed]
    at_service += [(after, "GET /items", 90.0, 200, "shop", "eks:prod") for _, after in under_way]
    gateway = RequestLog.from_rows(at_gateway)
    running.show(World(RequestLog.from_rows(at_service), gateway, now=EPOCH))
    done = check(running, "--window", "1h", "--objective", "error-rate", "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["results"][0]["total"] == 182
    assert check(running, "--objective", "error-rate").code == 1, "a month's difference is one"
