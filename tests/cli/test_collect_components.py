"""``slactl collect`` where there are components: what it foresees, and a source beside AWS whose token runs out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.cloudflare import PATH, TOKEN
from slactl.sandbox.packs import add_packs, variables
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.cli.gathered import at, epoch
from tests.failures.stage import Outcome, Stage

DAY = 86_400
FIRST = "2026-11-02T06:00:00Z"
SINCE = "2026-11-01"


@dataclass
class Place:
    """Packs over a sandbox, collected at instants of our choice with one token or another."""

    stage: Stage
    patch: pytest.MonkeyPatch

    def show(self, *packs: str, since: int = epoch(FIRST) - 2 * DAY) -> None:
        told = {
            "version": 1,
            "report": {"timezone": "UTC"},
            "aws": {"region": "eu-west-1"},
            "services": {"api": {"environment": "prod"}},
            "evidence": {"store": "evidence"},
            "packs": {name: variables(name) for name in packs},
        }
        self.stage.configure({"slactl.yaml": yaml.safe_dump(told)})
        world = World(RequestLog.empty(), now=epoch(FIRST))
        add_packs(world, packs, since=since)
        url = self.stage.show(world).url
        self.patch.setenv("SLACTL_CLOUDFLARE_URL", f"{url}{PATH}")

    def run(self, when: str, *arguments: str, token: str = TOKEN) -> Outcome:
        at(self.stage, self.patch, when)
        self.patch.setenv("CLOUDFLARE_API_TOKEN", token)
        return self.stage.run(*arguments)

    def collect(self, when: str, *arguments: str, token: str = TOKEN) -> dict[str, Any]:
        done = self.run(when, "collect", "--since", SINCE, "--format", "json", *arguments, token=token)
        assert "Traceback" not in done.err
        told: dict[str, Any] = json.loads(done.out) | {"code": done.code, "err": done.err}
        return told

    def days(self, component: str, kind: str = "metrics") -> list[str]:
        """The days of which something is kept."""
        found = Path(self.stage.directory, "evidence").glob(f"{kind}/*/*/service={component}/day=*/*")
        return sorted(path.parent.name.removeprefix("day=2026-") for path in found)


@pytest.fixture
def place(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(stage, monkeypatch)


def test_a_dry_run_foresees_what_is_read_and_looked_at_of_components(place: Place) -> None:
    place.show("cloudfront", "r2")
    told = place.collect(FIRST, "--dry-run")
    assert (told["status"], place.stage.files()) == ("planned", {"slactl.yaml"})
    plan = {(one["service"], one["what"]): one for one in told["plan"]}
    assert list(plan) == [
        ("api", "counts"), ("cloudfront", "metrics"), ("r2", "metrics"), ("cloudfront", "controls"), ("r2", "controls"),
    ]  # fmt: skip
    assert (plan["r2", "controls"]["streams"], plan["r2", "controls"]["calls"]) == (4, None)
    done = place.collect(FIRST)
    assert done["code"] == 0, done["err"]
    for name in ("cloudfront", "r2"):
        kept, foreseen = [one for one in done["kept"] if one["service"] == name], plan[name, "metrics"]
        assert foreseen["days"] == len(kept) == 2
        assert foreseen["spans"] == [{"start": kept[0]["start"], "end": kept[-1]["end"]}]
        assert max(one["streams"] for one in kept) <= foreseen["streams"]
        assert foreseen["trouble"] is None
    asked = {one["kind"]: one["calls"] for one in done["sources"]}
    assert asked["cloudflare"] <= plan["r2", "metrics"]["calls"] + 2, "and once for the limits of each of two owners"
    again = place.run(FIRST, "collect", "--since", SINCE, "--dry-run")
    assert "r2: 0 days of metrics (nothing to read), at most 0 calls, 0 min\n" in again.out
    assert "r2: 4 looks at configuration\n" in again.out


def test_a_dry_run_tells_what_cannot_be_listed(place: Place) -> None:
    place.show("dynamodb")
    place.stage.misbehave(Behaviour(access_denied=frozenset({"ListMetrics"})))
    done = place.run(FIRST, "collect", "--since", SINCE, "--dry-run")
    assert done.code == 0
    (line,) = [line for line in done.out.splitlines() if line.startswith("dynamodb: 2 days of metrics")]
    assert "could not be listed (cloudwatch:ListMetrics: " in line


def test_a_token_that_ran_out_is_a_gap_that_names_itself_and_heals(place: Place) -> None:
    """Cloudflare's counts can be read for a month: what was missed is read later; its configuration is not."""
    place.show("dynamodb", "r2")
    assert place.collect(FIRST)["code"] == 0
    out = place.collect("2026-11-04T06:00:00Z", token="a" * 40)
    assert out["code"] == 1
    told = [(one["service"], one["why"]) for one in out["missing"]]
    assert set(told) == {("r2", "access-denied")}
    assert any("Cloudflare/" in one["text"] for one in out["missing"])
    assert any("control r2-custom-domain of media" in one["text"] for one in out["missing"])
    assert "a" * 40 not in json.dumps(out)
    assert place.days("dynamodb") == ["11-01", "11-02", "11-03", "11-04"], "nobody else's days wait for it"
    assert place.days("r2") == ["11-01", "11-02"]
    healed = place.collect("2026-11-05T06:00:00Z")
    assert (healed["code"], healed["missing"], healed["lost"]) == (0, [], [])
    assert place.days("r2") == ["11-01", "11-02", "11-03", "11-04", "11-05"]
    evidence, live = (figures(place, way) for way in ("evidence", "cloudwatch"))
    assert evidence["r2-errors"] == live["r2-errors"]
    assert evidence["r2-errors"][0] == "OK"
    assert evidence["r2-custom-domain"] == ("INSUFFICIENT_DATA", 2, 5), "of the 1st, 3rd and 4th nobody knows"


def test_an_address_that_is_none_of_cloudflares_is_a_gap_of_what_it_tells_alone(place: Place) -> None:
    place.show("dynamodb", "r2")
    place.patch.setenv("SLACTL_CLOUDFLARE_URL", "http://example.com/client/v4")
    done = place.collect(FIRST)
    assert {(one["service"], one["why"]) for one in done["missing"]} == {("r2", "read-failed")}
    assert all("SLACTL_CLOUDFLARE_URL" in one["text"] for one in done["missing"])
    assert (place.days("dynamodb"), place.days("dynamodb", "controls")) == (["11-01", "11-02"], ["11-02"])


def test_controls_are_looked_at_before_anything_is_read(place: Place) -> None:
    """Counts can be read tomorrow: what a table is set to today, nobody tells later."""
    place.show("dynamodb")
    place.stage.misbehave(Behaviour(access_denied=frozenset({"GetMetricData", "ListMetrics"})))
    done = place.run(FIRST, "collect", "--since", SINCE)
    assert (done.code, "Traceback" in done.err) == (1, False)
    assert place.days("dynamodb") == []
    assert place.days("dynamodb", "controls") == ["11-02"]


def figures(place: Place, way: str) -> dict[str, tuple[str, int, int]]:
    """Status and counts of November's own rows."""
    asked = ("report", "--month", "2026-11", "--format", "json", "-o", "-", "--from", way)
    done = place.run("2026-11-05T06:00:00Z", "--quiet", *asked)
    rows = (row for row in done.report["results"] if row["operation"] is None)
    return {row["objective"]: (row["status"], row["good"], row["total"]) for row in rows}
