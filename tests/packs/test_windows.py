"""Packs in windows shorter than a month: a quiet night rings nobody, and what is broken now does."""

from __future__ import annotations

import pytest

from slactl.model.check import Check, Window
from slactl.model.status import Code, Status
from slactl.ports.general import GeneralWorld, NoSamples
from slactl.sources.metric_listing import ListedMetrics
from slactl.workflows.checking.check import Asked, make_check
from tests.fakes import instant
from tests.packs.stage import Platform, circumstances, reader_of

NIGHT = instant("2026-11-06T02:30:00+00:00")
MORNING = instant("2026-11-05T10:30:00+00:00")


def checked(platform: Platform, now: int, window: Window = Window.HOUR) -> Check:
    platform.world.now = now
    with platform.clients() as made:
        told = circumstances(now, GeneralWorld(ListedMetrics(made, now), NoSamples()))
        return make_check(platform.catalogue, Asked(window), reader_of(made), {}, told)


@pytest.mark.parametrize("pack", ["lambda", "dynamodb", "memorydb", "idempotency", "rate-limits"])
def test_a_night_in_which_nothing_is_wrong_rings_nobody(pack: str) -> None:
    check = checked(Platform(pack, {}), NIGHT)
    assert check.targets
    assert {one.status for one in check.targets} <= {Status.OK, Status.NOT_RATED}


def test_an_hour_without_expired_keys_is_no_breach() -> None:
    check = checked(Platform("idempotency", {"idempotency-expired": {}}), MORNING)
    [expired] = [one for one in check.targets if one.row.objective == "idempotency-expired"]
    assert (expired.status, expired.row.reason.code if expired.row.reason else None) == (
        Status.NOT_RATED,
        Code.NO_BURN_RATE,
    )


def test_slow_reads_ring_within_the_hour() -> None:
    check = checked(Platform("memorydb", {"memorydb-read-latency": {"share": 0.3}}), MORNING)
    assert {one.row.objective: one.status for one in check.targets if one.status is not Status.NOT_RATED} == {
        "memorydb-read-latency": Status.BREACHED,
        "memorydb-write-latency": Status.OK,
    }
    assert check.status is Status.BREACHED
