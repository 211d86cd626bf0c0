"""``verify --recheck``: hours of a bundle, read again from the CloudWatch that they came from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.cli.bundles import Files, Verdict, Verify, files_of, signed_again, verifier
from tests.failures.small import EPOCH, NOW, Mood, rows, world
from tests.failures.stage import no_waiting

pytestmark = pytest.mark.xdist_group("bundles")
LOOK = "recheck"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(world(edge=True)) as made:
        yield made


@pytest.fixture
def verify(
    bundled_place: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Verify:
    no_waiting(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("SLACTL_NOW", NOW)
    server.restart(world(edge=True))
    return verifier(bundled_place, capsys)


@pytest.fixture
def files(bundled_place: Path) -> Files:
    """The true bundle with its JSON report only, which is all that is read again."""
    whole = files_of((bundled_place / "true.zip").read_bytes())
    return signed_again({name: body for name, body in whole.items() if not name.endswith((".pdf", ".html"))})


def told(done: Verdict) -> list[str]:
    return next(look["told"] for look in done.document["looks"] if look["of"] == LOOK)


def test_hours_that_cloudwatch_tells_again_are_proven(files: Files, verify: Verify, server: Server) -> None:
    done = verify(files, "--recheck", "20", "--seed", "7")
    assert (done.code, done.outcome(LOOK)) == (0, "proven")
    assert told(done)[0].startswith("seed 7: 20 hours read again")
    assert {call.operation for call in server.calls} <= {"GetMetricData", "GetCallerIdentity"}


def test_without_a_seed_one_is_drawn_and_told(files: Files, verify: Verify) -> None:
    one, two = (told(verify(files, "--recheck", "3"))[0] for _ in range(2))
    assert one.split(":")[0] != two.split(":")[0]


def test_evidence_that_is_not_what_cloudwatch_tells_is_named(files: Files, verify: Verify, server: Server) -> None:
    """The signer collected from a world that was not: chain, figures and signature are in order, and still."""
    server.restart(world(seed=2, mood=Mood(faults=0.2), edge=True))
    done = verify(files, "--recheck", "30", "--seed", "1")
    assert (done.code, done.outcome(LOOK)) == (2, "differs")
    assert all(look["outcome"] == "proven" for look in done.document["looks"] if look["of"] != LOOK)
    assert any("evidence says" in line and "CloudWatch" in line for line in told(done)[1:])


def test_hours_that_cloudwatch_forgot_prove_nothing(
    files: Files, verify: Verify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACTL_NOW", "2028-03-20T06:00:00Z")
    done = verify(files, "--recheck", "5", "--seed", "1")
    assert (done.code, done.outcome(LOOK)) == (3, "unchecked")
    assert "5 no longer kept by CloudWatch" in told(done)[0]


def test_a_refusal_is_no_verdict(files: Files, verify: Verify, server: Server) -> None:
    server.world.behaviour = Behaviour.parse(["deny=GetMetricData"])
    done = verify(files, "--recheck", "5", "--seed", "1")
    assert (done.code, done.outcome(LOOK)) == (3, "unchecked")
    assert "AccessDenied" in told(done)[0]
    assert all(look["outcome"] == "proven" for look in done.document["looks"] if look["of"] != LOOK)


def test_another_account_is_no_verdict(files: Files, verify: Verify, server: Server) -> None:
    server.restart(World(RequestLog.from_rows(rows(1, Mood())), now=EPOCH, account="999999999999"))
    done = verify(files, "--recheck", "5")
    assert (done.code, done.outcome(LOOK)) == (3, "unchecked")
    assert "belong to account 999999999999, the evidence was read from 123456789012" in told(done)[0]
    assert [call.operation for call in server.calls] == ["GetCallerIdentity"]


def test_the_same_seed_draws_the_same_hours(files: Files, verify: Verify, server: Server) -> None:
    asked = []
    for _ in range(2):
        server.restart(world(edge=True))
        verify(files, "--recheck", "10", "--seed", "3")
        reads = [call.params["MetricDataQueries"] for call in server.calls if call.operation == "GetMetricData"]
        asked.append(sorted(json.dumps(query["MetricStat"], sort_keys=True) for read in reads for query in read))
    assert asked[0] == asked[1]
