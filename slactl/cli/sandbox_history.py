"""The demo's kept samples: what ``slactl collect`` would have kept of the controls, had it run every day.

The one rule: the sandbox's configuration has always been as it is now, so one look stands for every day before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from slactl.model.catalogue import Catalogue

COLLECTED = timedelta(hours=6)
"""When a day's collect would have run, after local midnight."""


def keep_history(config: Path, now: int) -> None:
    """Keeps a sample of each control for every day from the first of last month to yesterday, unless there is one."""
    from slactl.configuration.catalogue import load_catalogue
    from slactl.workflows.general.sampling import controls_of

    catalogue = load_catalogue(config)
    if controls_of(catalogue, now):
        _keep(catalogue, config.parent / "evidence", now)


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
