"""What collect says: to people, to cron, to programs."""

from __future__ import annotations

import json
from hashlib import sha256

from slactl.sandbox.behaviour import Behaviour
from tests.e2e.collecting import DAY, SERVICE, Shop, epoch, traffic
from tests.failures.stage import Stage
from tests.oracle import evidence

START = epoch("2026-09-30T22:00:00Z")


def shop(stage: Stage, **more: str) -> Shop:
    return Shop(stage, traffic(START, START + 3 * DAY), **more)  # type: ignore[arg-type]


def test_people_read_what_was_kept_and_the_chains_head(stage: Stage) -> None:
    done = shop(stage).collect(START + 3 * DAY)
    assert (done.code, done.out) == (0, "")
    assert "shop: kept 2026-09-30T22:00Z..2026-10-03T21:50Z" in done.err
    assert "the chain's head is " in done.err
    assert "error" not in done.err


def test_cron_reads_nothing_when_all_is_well(stage: Stage) -> None:
    done = shop(stage).collect(START + 3 * DAY, "--quiet")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_cron_reads_what_is_missing_and_what_to_do(stage: Stage) -> None:
    made = shop(stage)
    made.world.behaviour = Behaviour(forbidden=frozenset({"Error"}))
    done = made.collect(START + 3 * DAY, "--quiet")
    assert (done.code, done.out) == (1, "")
    assert "shop 2026-10-01 is not kept (access-denied)" in done.err.replace("..2026-10-02", "")
    assert "hint: run again" in done.err
    assert "Traceback" not in done.err


def test_programs_read_a_stable_document(stage: Stage) -> None:
    done = shop(stage).collect(START + 3 * DAY, "--format", "json")
    told = json.loads(done.out)
    assert told["schema"] == "slactl.collect/1"
    assert told["status"] == "complete"
    assert set(told) == {
        "schema", "status", "run", "at", "until", "kept", "closed", "missing", "lost", "plan", "head", "sources",
    }  # fmt: skip
    assert {"service", "start", "end", "bin", "final", "streams", "requests"} == set(told["kept"][0])
    assert told["head"].count(":") == 1


def test_too_many_limits_are_wrong_usage_before_anything_is_read(stage: Stage) -> None:
    made = shop(stage)
    path = stage.directory / "slactl.yaml"
    line = '  - {{id: p{0}, indicator: percentile, percentile: p95, goal: "< {0}ms"}}\n'
    many = "".join(line.format(limit) for limit in range(100, 170))
    path.write_text(path.read_text().replace("maintenance: maintenance", f"{many}maintenance: maintenance"))
    done = made.collect(START + 3 * DAY)
    assert done.code == 2
    assert "different latency limits" in done.err
    assert not made.store.exists()


def test_a_store_that_is_none_is_refused(stage: Stage) -> None:
    made = shop(stage)
    made.store.mkdir()
    (made.store / "holiday.jpg").write_bytes(b"x")
    done = made.collect(START + 3 * DAY)
    assert done.code == 1
    assert "it is no evidence store" in done.err
    assert [path.name for path in made.store.iterdir()] == ["holiday.jpg"]


def test_a_store_of_another_account_is_refused_before_anything_is_written(stage: Stage) -> None:
    made = shop(stage)
    assert made.collect(START + 3 * DAY).code == 0
    made.options = {"account": "999999999999"}
    made.show()
    path, before = stage.directory / "slactl.yaml", stage.files()
    path.write_text(path.read_text().replace("  shop:", "  store:\n    name: shop"))
    done = made.collect(START + 4 * DAY, "--quiet")
    assert (done.code, stage.files()) == (1, before)
    assert done.err == (
        f"slactl: error: {made.store.name} was filled with shop from account 123456789012 in eu-west-1; "
        "these credentials are of account 999999999999 in eu-west-1\n"
        "hint: use the credentials and the region of that account, "
        "or name a store or prefix of its own in evidence.store\n"
    )


def test_the_incidents_file_is_kept_and_each_record_names_it(stage: Stage) -> None:
    made = shop(stage)
    text = (
        "incidents:\n  - {id: I-1, service: shop, start: 2026-10-02T08:00, end: 2026-10-02T09:00, cause: Disk full}\n"
    )
    (stage.directory / "incidents.yaml").write_text(text, encoding="utf-8")
    path = stage.directory / "slactl.yaml"
    path.write_text(path.read_text().replace("maintenance: ", "incidents: incidents.yaml\nmaintenance: "))
    assert made.collect(START + 3 * DAY).code == 0
    records = [json.loads(one.read_text()) for one in made.store.glob("runs/**/*.json")]
    digest = sha256(text.encode()).hexdigest()
    assert records
    for told in records:
        assert {"name": "incidents.yaml", "sha256": digest} in told["configuration"]
        assert [(one["id"], one["sha256"]) for one in told["incidents"]] == [("I-1", digest)]
    assert [one.read_text() for one in made.store.glob("config/incidents-*.yaml")] == [text]


def test_a_clock_that_is_late_is_told_of_and_reads_nothing_again(stage: Stage) -> None:
    """Nobody counted requests that are yet to come: what is kept of them is right, and this clock is not."""
    made = Shop(stage, traffic(START, START + 9 * DAY))
    assert made.collect(START + 9 * DAY).code == 0
    kept = evidence.spans(made.store, SERVICE)
    late = made.collect(START + 3 * DAY, "--quiet")
    assert late.code == 1
    assert "the store holds what was read at 2026-10-09T22:00Z, which is yet to come" in late.err
    assert evidence.spans(made.store, SERVICE) == kept
    slightly = made.collect(START + 9 * DAY - 1800, "--quiet")
    assert (slightly.code, slightly.err) == (0, "")


def test_what_a_clock_ahead_kept_is_told_of_once_and_read_again(stage: Stage) -> None:
    made = shop(stage)
    made.at(START + 9 * DAY)
    made.world.now = START + DAY
    assert made.stage.run("collect").code == 0
    assert made.differences() != []
    first = made.collect(START + 2 * DAY, "--quiet")
    assert first.code == 0
    assert first.err == (
        "slactl: note: what was read at 2026-10-09T22:00Z, which is yet to come, was not believed, and read again\n"
    )
    assert made.differences() == []
    assert [one[1] for one in evidence.spans(made.store, SERVICE)][-1] == START + 2 * DAY - 600
    assert (second := made.collect(START + 6 * DAY, "--quiet")).code == 0
    assert (second.err, made.differences()) == ("", [])
