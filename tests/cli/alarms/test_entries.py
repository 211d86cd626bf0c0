"""Alarms from the entries of a pack on the command line: planned, made, seen standing, played again."""

from __future__ import annotations

import json

from slactl.sandbox.packs import add_packs, variables
from tests.cli.alarms.shop import ALARMS, Shop
from tests.failures.small import FIRST


def test_entries_of_a_pack_are_planned_made_and_seen_standing(shop: Shop) -> None:
    add_packs(shop.server.world, ("dynamodb", "cloudfront"), since=FIRST)
    binding = {"dynamodb": "dynamodb-throttles", "cloudfront": "cloudfront-5xx"}  # as shipped these bind nobody
    told = {name: {**variables(name), "entries": {entry: {"advisory": False}}} for name, entry in binding.items()}
    shop.files["slactl.yaml"] += f"packs: {json.dumps(told)}\n"
    shop.say(ALARMS)
    plan = shop.run("plan")
    assert plan.code == 0, plan.err
    assert "slactl dynamodb ticket" in plan.out
    assert "alarm must stand in its metric's region" in plan.out
    done = shop.run("apply", "--yes")
    assert done.code == 0, done.err
    assert "slactl dynamodb ticket" in shop.alarms
    limits = shop.json("status")["limits"]
    states = {one["objective"]: one["state"] for one in limits if one["service"] == "dynamodb" and one["objective"]}
    assert states
    assert "in-alarm" not in states.values()
    played = shop.json("replay", "--month", "2026-10")
    left_out = [one["alarm"] for one in played["not_replayed"] if "dynamodb" in one["alarm"]]
    assert left_out
    assert all(name.endswith(" broken") for name in left_out)  # of what check --publish told nothing was ever kept
    assert "not-enforced" not in {one["state"] for one in limits if one["service"] in binding}
    assert any(one["service"] == "dynamodb" for one in played["alarms"])
    assert shop.run("lint").code in (0, 2)
    assert "dynamodb-throttles" in shop.run("export", "--to", "terraform").out
