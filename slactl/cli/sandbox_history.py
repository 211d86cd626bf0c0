"""The demo's kept days: what ``slactl collect`` would have kept of controls and alarms, had it run every day.

The one rule: the sandbox's configuration has always been as it is now, so one look stands for every day before; what
happened to alarms is read day by day, with the sandbox's clock put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from slactl.model.catalogue import Catalogue

COLLECTED = timedelta(hours=6)
"""When a day's collect would have run, after local midnight."""


def keep_history(config: Path, now: int, put_clock: Callable[[int], None]) -> None:
    """Keeps what is told of every day from the first of last month to yesterday, unless it is there.

    Args:
        config: the configuration, beside which the evidence lies.
        now: the sandbox's clock, seconds since the epoch.
        put_clock: sets it; afterwards it is ``now`` again.
    """
    from slactl.configuration.catalogue import load_catalogue
    from slactl.workflows.general.sampling import controls_of

    catalogue, store = load_catalogue(config), config.parent / "evidence"
    if controls_of(catalogue, now):
        _keep(catalogue, store, now)
    if _asks_for_alarms(catalogue):
        try:
            _keep_alarms(catalogue, store, now, put_clock)
        finally:
            put_clock(now)


def _asks_for_alarms(catalogue: Catalogue) -> bool:
    from slactl.model.general import AlarmRecord

    return any(isinstance(one.indicator, AlarmRecord) for one in catalogue.general)


def _keep_alarms(catalogue: Catalogue, store: Path, now: int, put_clock: Callable[[int], None]) -> None:
    """The alarms of each day, by the product's own reads; what CloudWatch forgets after a month is kept so."""
    from slactl import __version__
    from slactl.aws.session import AwsWorld, Timing
    from slactl.evidence.store import open_archive
    from slactl.sources.alarms import CloudWatchAlarms
    from slactl.sources.cloudwatch import CloudWatchReader
    from slactl.workflows.collecting.alarms import Desk, alarm_items

    world = AwsWorld(catalogue.aws, __version__, Timing(lambda: 0.0, lambda _seconds: None))  # a sandbox has no quotas
    reader, account, region = CloudWatchReader(world), world.caller.account, world.region or ""
    with open_archive(str(store), create=True) as archive:
        for at in _mornings(now, catalogue.report.zone):
            put_clock(at)
            desk = Desk(archive, CloudWatchAlarms(world), reader, catalogue, account, region, at)
            found = alarm_items(desk)
            if found.added:
                archive.commit(f"demo-alarms-{desk.day}", at, found.added, found.dropped)


def _keep(catalogue: Catalogue, store: Path, now: int) -> None:
    from slactl.cli.sampling import configuration_reader
    from slactl.cli.wiring import aws_world
    from slactl.evidence.store import open_archive
    from slactl.model.evidence import Kind, Place
    from slactl.workflows.collecting.controls import NAME, day_of, items
    from slactl.workflows.general.sampling import controls_of, take

    world = aws_world(catalogue.aws)
    taken = take(catalogue, controls_of(catalogue, now), configuration_reader(world, now), now)
    with open_archive(str(store), create=True) as archive:
        for at in _mornings(now, catalogue.report.zone):
            place = Place(Kind.CONTROLS, world.caller.account, world.region or "", "", day_of(at), NAME)
            samples = [replace(one, at=at, selected=_aged(one.selected, now - at)) for one in taken]
            added, dropped = items(archive, place, samples, catalogue.report.zone)
            if added:
                archive.commit(f"demo-{place.when}", at, added, dropped)


def _aged(selected: object, seconds: int) -> object:
    """What was selected, where it is an instant as long before its look as it is now; all else never changed."""
    try:
        instant = datetime.fromisoformat(selected) if isinstance(selected, str) else None
    except ValueError:
        return selected
    return (instant - timedelta(seconds=seconds)).isoformat() if instant and instant.tzinfo else selected


def _mornings(now: int, zone: ZoneInfo) -> Iterator[int]:
    """An instant of each local day, from the first of last month to yesterday."""
    from slactl.model.period import day_start, local_date

    today = local_date(now, zone)
    day = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    while day < today:
        yield day_start(day, zone) + int(COLLECTED.total_seconds())
        day += timedelta(days=1)
