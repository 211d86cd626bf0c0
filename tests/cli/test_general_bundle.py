"""Kept metrics and samples of controls: bundled, verified, tampered with, and every tampering named by its path."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slactl.cli.app import run
from slactl.sandbox.server import Server
from slactl.sandbox.wire import Answer, Request
from slactl.sandbox.world import World
from tests.cli.bundles import Files, Verify, files_of, signed_again, verifier, written
from tests.cli.gathered import epoch
from tests.cli.test_controls import QUIET, Tables
from tests.conftest import CREDENTIALS
from tests.failures.small import END, FIRST, NOW, configuration, world
from tests.failures.stage import no_waiting

pytestmark = pytest.mark.xdist_group("general-bundles")
JSON = "report/slactl-2026-10.json"
TABLE = """    indicator: control
    service: shop
    call: dynamodb:DescribeTable
    with: {TableName: "{each}"}
    for_each: [missions, rewards]
    select: "Table.BillingModeSummary.BillingMode"
    expect: PAY_PER_REQUEST
    miss: {it: La capacità è fissa., en: Capacity is fixed.}
"""
OBJECTIVES = f"""objectives:
  - id: errors
    title: {{it: Errori, en: Errors}}
    indicator: ratio
    service: shop
    bad: [{{namespace: App, metric: Bad, dimensions: {{Table: "*"}}, missing: zero}}]
    total: [{{namespace: App, metric: All, dimensions: {{Table: "*"}}}}]
    breakdown: Table
    goal: "< 10%"
  - id: on-demand
    title: {{it: A consumo, en: On demand}}
{TABLE}  - id: mostly-on-demand
    title: {{it: Di solito a consumo, en: Mostly on demand}}
    goal: ">= 30%"
{TABLE}  - id: no-alarms
    title: {{it: Nessun allarme, en: No alarms}}
    indicator: control
    call: cloudwatch:DescribeAlarms
    with: {{AlarmNamePrefix: none}}
    select: "length(MetricAlarms)"
    expect: 0
    miss: {{it: C'è un allarme., en: There is an alarm.}}
"""
LOOKED = ("2026-10-29T05:00:00Z", "2026-10-31T05:00:00Z", NOW)
"""Nobody looked on the 30th."""


class RewardsThatGo(Tables):
    """The tables, one of which is gone by the end of the month."""

    def __call__(self, shown: World, request: Request) -> Answer | None:
        self.modes["rewards"] = "PAY_PER_REQUEST" if shown.now < epoch(LOOKED[1]) else None
        return super().__call__(shown, request)


def shown(bad: float = 7.0) -> World:
    made = world(mood=QUIET)
    made.hooks.append(RewardsThatGo())
    for table, every in (("missions", 3600), ("rewards", 7200)):
        times = [second * 1000 for second in range(FIRST, END, every)]
        made.add_series("App", "All", {"Table": table}, "Count", times, [20.0] * len(times))
        made.add_series("App", "Bad", {"Table": table}, "Count", times[::5], [bad] * len(times[::5]))
    return made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collected on two of three days and after the month's end, and bundled; what is there is not written to."""
    made = tmp_path_factory.mktemp("general")
    written(configuration() | {"objectives.yaml": OBJECTIVES}, made)
    with pytest.MonkeyPatch.context() as patch, Server(shown()) as server:
        no_waiting(patch)
        for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL": server.url}).items():
            patch.setenv(name, value)
        patch.chdir(made)
        for now in LOOKED:
            patch.setenv("SLACTL_NOW", now)
            server.world.now = epoch(now)
            run(["--quiet", "collect"])
        asked = ["--quiet", "report", "--month", "2026-10", "--format", "json", "--output", "live", "--from"]
        assert run([*asked, "cloudwatch"]) == 0
        order = ["--quiet", "bundle", "--month", "2026-10", "--key", "key.pem", "--format", "json", "-o", "true.zip"]
        assert run(order) == 0
    return made


@pytest.fixture
def files(place: Path) -> Files:
    return files_of((place / "true.zip").read_bytes())


@pytest.fixture
def verify(place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Verify:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    return verifier(place, capsys)


def rows(document: dict[str, Any], objective: str) -> dict[str | None, tuple[str, Any, Any]]:
    mine = (row for row in document["results"] if row["objective"] == objective)
    return {row["operation"]: (row["status"], row["good"], row["total"]) for row in mine}


def test_metrics_and_samples_are_in_the_bundle_and_prove_its_figures(place: Path, files: Files, verify: Verify) -> None:
    told, live = json.loads(files[JSON]), json.loads(next(place.glob("live/*.json")).read_text())
    assert rows(told, "errors") == rows(live, "errors") == {
        None: ("OK", 1999, 2160), "missions": ("OK", 1335, 1440), "rewards": ("WARNING", 664, 720),
    }  # fmt: skip
    assert rows(told, "on-demand") == {
        operation: ("INSUFFICIENT_DATA", good, 3) for operation, good in ((None, 1), ("missions", 2), ("rewards", 1))
    }
    assert rows(told, "mostly-on-demand")["missions"] == ("OK", 2, 3), "whatever the day was on which nobody looked"
    assert rows(told, "mostly-on-demand")["rewards"][0] == "INSUFFICIENT_DATA"
    assert rows(told, "no-alarms")[None] == ("INSUFFICIENT_DATA", 2, 31)
    kept = [name.split("/") for name in files if "/service=" in name]
    assert {(kind, bearer) for _, kind, _, _, bearer, *_ in kept} >= {
        ("metrics", "service=shop"), ("controls", "service=shop"), ("controls", "service=platform"),
    }  # fmt: skip
    done = verify(files)
    assert (done.code, done.told) == (0, [])


def test_hours_of_metrics_are_read_again(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums and samples of every metric that a general objective speaks of, as CloudWatch tells them now."""
    no_waiting(monkeypatch)
    monkeypatch.setenv("SLACTL_NOW", NOW)
    with Server(shown()) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        true = verifier(place, capsys)((place / "true.zip").read_bytes(), "--recheck", "40", "--seed", "3")
        other = shown(bad=8.0)
        server.restart(other)
        false = verifier(place, capsys)((place / "true.zip").read_bytes(), "--recheck", "400", "--seed", "3")
    assert (true.code, true.outcome("recheck")) == (0, "proven"), true.told
    assert (false.code, false.outcome("recheck")) == (2, "differs")
    told = {line for line in false.told if line.startswith("recheck: shop / App/Bad (missions) / 2026-")}
    assert told
    assert all(line.endswith("Z: sum: evidence says 7, CloudWatch 8") for line in told)


def test_a_false_figure_of_a_control_signed_by_the_right_key_is_named(files: Files, verify: Verify) -> None:
    told = json.loads(files[JSON])
    row = next(one for one in told["results"] if (one["objective"], one["operation"]) == ("on-demand", "missions"))
    row.update(good=3, status="OK")
    row["detail"].update(days_without_sample=[])
    done = verify(signed_again({**files, JSON: f"{json.dumps(told, ensure_ascii=False, indent=2)}\n".encode()}))
    assert done.code == 2
    where = f"{JSON}: shop / on-demand / missions / month: "
    assert {line for line in done.told if line.startswith(where)} >= {
        f"{where}good: says 3, evidence gives 2",
        f'{where}status: says "OK", evidence gives "INSUFFICIENT_DATA"',
    }


Tampering = Callable[[bytes], bytes | None]


def held(body: bytes) -> bytes:
    """Every sample that was refused, taken for one that was held."""
    told = json.loads(body)
    for one in told["samples"]:
        one.update(held=True, failure=None, selected="PAY_PER_REQUEST")
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def flipped(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


CASES: dict[str, tuple[str, Tampering, str, str]] = {
    "a sample": ("controls/*/day=2026-10-31/", held, "it has ", "is not what was kept"),
    "metrics": ("metrics/*/day=2026-10-30/", flipped, "its SHA-256 is", "is not what was kept"),
    "a day of samples": ("controls/*/day=2026-10-29/", lambda _: None, "it was kept, and is missing", "is missing"),
    "a day of metrics": ("metrics/*/day=2026-10-29/", lambda _: None, "it was kept, and is missing", "is missing"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_changed_or_taken_away_is_found_and_named(
    place: Path, tmp_path: Path, files: Files, verify: Verify, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    where, change, checked, verified = CASES[case]
    kind, _, day = where.partition("/*/")
    name = next(name for name in sorted(files) if f"/{kind}/" in name and day in name and "service=shop" in name)
    path, body = name.removeprefix("evidence/"), change(files[name])
    store = Path(shutil.copytree(place / "evidence", tmp_path / "evidence"))
    bent = {one: told for one, told in files.items() if one != name}
    if body is None:
        (store / path).unlink()
    else:
        (store / path).write_bytes(body)
        bent[name] = body
    code, lines = check(store, capsys)
    assert (code, len(lines)) == (2, 1)
    assert lines[0].startswith(f"{path}: {checked}")
    done = verify(signed_again(bent))
    assert done.code in (2, 3)
    assert any(path in line and verified in line for line in done.told), done.told
    assert not any(look["outcome"] == "proven" for look in done.document["looks"] if look["of"] == "chain") or not body
    plain = verify(bent)
    assert plain.code == 2
    assert any(line.startswith(f"files: {name} was ") for line in plain.told)


def test_samples_of_a_day_that_were_added_by_hand_are_found_and_prove_nothing(
    place: Path, tmp_path: Path, files: Files, verify: Verify, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file beside the others is not evidence: the day stays unknown."""
    name = next(name for name in sorted(files) if "/controls/" in name and "service=shop/day=2026-10-29" in name)
    body = files[name].replace(b"2026-10-29", b"2026-10-30").replace(b'"at":17616', b'"at":17617')
    added = name.removeprefix("evidence/").replace("2026-10-29", "2026-10-30")
    store = Path(shutil.copytree(place / "evidence", tmp_path / "evidence"))
    (store / added).parent.mkdir()
    (store / added).write_bytes(body)
    assert check(store, capsys) == (2, [f"{added}: nobody recorded it"])
    done = verify(signed_again({**files, f"evidence/{added}": body}))
    assert done.code == 2
    assert f"chain: evidence/{added} is named by no manifest of the chain" in done.told
    assert not any(line.startswith(JSON) for line in done.told), "the figures are those without it"


def check(store: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    capsys.readouterr()
    code = run(["evidence", "check", "--store", str(store)])
    return code, capsys.readouterr().out.splitlines()
