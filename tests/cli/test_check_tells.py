"""``slactl check --notify`` and ``--publish`` as a whole: who is told of what, once, whatever fails in between."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.failures.small import configuration
from tests.failures.stage import Outcome, Stage

START = datetime(2026, 10, 31, 12, tzinfo=UTC)
SECRET = "T0/B0/very-secret-path"
CHECK = """check:
  notify:
    - {name: hook, webhook: {url_env: HOOK}}
  publish: {namespace: Test/Levels}
"""


class Receiver:
    """A webhook: what it was told, and whether it works."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.works = True
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if outer.works:
                    outer.told.append(json.loads(body) | {"key": self.headers["Idempotency-Key"]})
                self.send_response(200 if outer.works else 500)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/{SECRET}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    made = Receiver()
    monkeypatch.setenv("HOOK", made.url)
    yield made
    made.close()


@pytest.fixture
def shop(stage: Stage) -> Stage:
    files = configuration()
    stage.configure(files | {"slactl.yaml": files["slactl.yaml"] + CHECK})
    return stage


def at(stage: Stage, monkeypatch: pytest.MonkeyPatch, hours: float, outage: tuple[float, float] = (99, 99)) -> None:
    """The world so many hours later; it fails between two hours."""
    now = START + timedelta(hours=hours)
    rows = []
    first = int((START - timedelta(days=1)).timestamp())
    for second in range(first, int(now.timestamp()), 60):
        hour = (second - START.timestamp()) / 3600
        status = 503 if outage[0] <= hour < outage[1] else 200
        rows.append((second * 1000, "GET /items", 90.0, status, "shop", "eks:prod"))
    stage.show(World(RequestLog.from_rows(rows), None, now=now.timestamp()))
    monkeypatch.setenv("SLACTL_NOW", now.isoformat())


def check(stage: Stage, *arguments: str) -> Outcome:
    done = stage.run("--quiet", "check", "--window", "1h", "--objective", "error-rate", "--notify", *arguments)
    assert SECRET not in done.out + done.err
    assert SECRET not in "".join(path.read_text() for path in stage.directory.rglob("*state*") if path.is_file())
    return done


def changes(hook: Receiver) -> list[tuple[str, str]]:
    return [(str(one["from"]), str(one["to"])) for one in hook.told]


def test_every_change_is_told_once(shop: Stage, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = []
    for hours in (0, 0.5, 1, 1.1, 1.2, 3, 3.1):
        at(shop, monkeypatch, hours, outage=(0.5, 1.0))
        codes.append(check(shop).code)
    assert codes == [0, 0, 2, 2, 2, 0, 0]
    assert [one["to"] for one in hook.told] == ["BREACHED", "OK"]
    assert len({one["key"] for one in hook.told}) == 2


def test_what_was_not_delivered_is_tried_again(shop: Stage, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    at(shop, monkeypatch, 1, outage=(0.5, 1.0))
    hook.works = False
    done = check(shop)
    assert done.code == 3
    first, second, *_ = done.out.splitlines()
    assert first == "SLACTL UNKNOWN - hook: the webhook answered 500"
    assert second.startswith("SLACTL CRITICAL - "), "what was judged is not hidden by it"
    assert done.err.count("the webhook answered 500") == 1
    written = check(shop, "--publish", "--format", "json", "--output", "verdict.json")
    assert (written.code, written.out) == (3, "")
    assert json.loads((shop.directory / "verdict.json").read_text())["status"] == "BREACHED"
    assert shop.server is not None
    assert shop.server.tally["PutMetricData"] == 1, "who can't be told does not keep figures back"
    hook.works = True
    assert check(shop).code == 2
    assert check(shop).code == 2
    assert [one["to"] for one in hook.told] == ["BREACHED"]


def test_a_check_that_fails_is_told_of_and_its_recovery(
    shop: Stage, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(shop, monkeypatch, 1)
    assert check(shop).code == 0
    shop.misbehave(Behaviour.parse(["expired-token=yes"]))
    assert [check(shop).code, check(shop).code] == [3, 3]
    shop.misbehave(Behaviour())
    assert [check(shop).code, check(shop).code] == [0, 0]
    assert [one["to"] for one in hook.told] == ["INSUFFICIENT_DATA", "OK"]


def test_a_second_run_while_the_first_works(shop: Stage, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    import filelock

    at(shop, monkeypatch, 1)
    assert check(shop).code == 0
    locks = list(shop.directory.rglob("*.lock"))
    assert len(locks) == 1
    with filelock.FileLock(locks[0]):
        done = check(shop)
    assert done.code == 3
    assert "another run is at work" in done.out
    assert check(shop).code == 0


def test_a_full_disk(shop: Stage, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    from slactl.cli.notifying import StateFile

    at(shop, monkeypatch, 1, outage=(0.5, 1.0))

    def full(self: StateFile, handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(StateFile, "_made_safe", full)
        done = check(shop)
    assert done.code == 3
    assert "No space left on device" in done.out
    assert hook.told == [], "nobody is told what can't be remembered"
    assert check(shop).code == 2
    assert [one["to"] for one in hook.told] == ["BREACHED"]


def test_nobody_to_tell(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.configure()
    at(stage, monkeypatch, 1)
    done = check(stage)
    assert done.code == 3
    assert "the configuration names nobody to tell" in done.out


def test_what_is_published_can_be_read_back(shop: Stage, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    at(shop, monkeypatch, 1, outage=(0.5, 1.0))
    done = shop.run("--quiet", "check", "--window", "1h", "--objective", "error-rate", "--publish")
    assert done.code == 2
    assert shop.server is not None
    shop.server.world.now += 60
    client = boto3.client("cloudwatch", endpoint_url=shop.server.url, region_name="eu-west-1")
    listed = client.list_metrics(Namespace="Test/Levels")["Metrics"]
    assert {one["MetricName"] for one in listed} >= {"Status", "LastRun"}
    status = next(one for one in listed if one["MetricName"] == "Status")
    now = START + timedelta(hours=1)
    answer = client.get_metric_data(
        MetricDataQueries=[{"Id": "m", "MetricStat": {"Metric": status, "Period": 60, "Stat": "Maximum"}}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
    )
    assert answer["MetricDataResults"][0]["Values"] == [2.0]


def test_publishing_that_fails_is_no_pass(shop: Stage, hook: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    at(shop, monkeypatch, 1)
    shop.misbehave(Behaviour.parse(["deny=PutMetricData"]))
    done = shop.run("--quiet", "check", "--window", "1h", "--objective", "error-rate", "--publish")
    assert done.code == 3
    assert "PutMetricData" in done.out
