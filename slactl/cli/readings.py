"""Where a command's figures come from: CloudWatch, evidence, or each where it knows more.

The one rule: ``evidence`` asks AWS nothing; ``auto`` takes from evidence what CloudWatch no longer has
finely enough, and proves windows by what was recorded.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slactl.cli.configured import located
from slactl.cli.console import talk
from slactl.cli.progress import progress_bar
from slactl.cli.proving import evidence_of, general_of, proved_by
from slactl.cli.sampling import kept_alarms, kept_samples
from slactl.cli.wiring import aws_world, general_world, inventories, metric_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from slactl.aws.session import AwsWorld
    from slactl.evidence.reading import Evidence
    from slactl.evidence.reading.memory import Memory
    from slactl.evidence.reading.remembered import Remembered
    from slactl.evidence.reading.tail import Tails
    from slactl.evidence.store import ShelfArchive
    from slactl.model.catalogue import Catalogue
    from slactl.model.report import SourceUse
    from slactl.model.service import SourceKind
    from slactl.model.span import Span
    from slactl.ports import InventorySource, MetricReader
    from slactl.workflows.report import Circumstances

WAYS = "auto, cloudwatch or evidence; auto takes from evidence what CloudWatch has forgotten."


class Way(StrEnum):
    """Where figures are read."""

    AUTO = "auto"
    CLOUDWATCH = "cloudwatch"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command reads: of an agreement, over the agreement years in ``around``, told as ``what``.

    ``fresh`` figures are wanted quickly: all that evidence has is taken from it, and CloudWatch is asked only
    for what was not collected yet.
    """

    catalogue: Catalogue
    config: Path | None
    way: Way
    around: Span
    what: str
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Readings:
    """What figures are made from; ``archive`` is the store, if there is one; ``worlds`` are those asked of AWS.

    ``accounts`` are those of months that are over, as far as they are remembered.
    """

    reader: MetricReader
    inventories: Mapping[SourceKind, InventorySource]
    made: Circumstances
    archive: ShelfArchive | None = None
    worlds: list[AwsWorld] = field(default_factory=list)
    accounts: Remembered | None = None


@contextmanager
def readings(asked: Asked, made: Circumstances) -> Iterator[Readings]:
    """Opens what the figures come from.

    Raises:
        AwsFailure: if CloudWatch is needed and AWS does not know us.
        EvidenceFailure: if evidence is needed and can't be read.
    """
    with progress_bar(f"reading {asked.what}") as progress:
        if asked.way is Way.CLOUDWATCH or (asked.way is Way.AUTO and not _may_have_store(asked)):
            yield _live(asked, made, progress)
            return
        with _store(asked) as archive:
            if asked.way is Way.AUTO and not archive.head.number:
                yield _live(asked, made, progress)
                return
            with evidence_of(archive, asked.catalogue, asked.around, _memory(asked)) as held:
                yield (
                    _proved(asked, made, archive, held)
                    if asked.way is Way.EVIDENCE
                    else _layered(asked, made, archive, held, progress)
                )


def _live(asked: Asked, made: Circumstances, progress: Callable[[int, int], None]) -> Readings:
    world = _world(asked)
    told = replace(made, general=general_world(lambda: world, asked.catalogue, made.now))
    return Readings(metric_reader(world, progress, asked.catalogue, made.now), inventories(world), told, worlds=[world])


def _world(asked: Asked) -> AwsWorld:
    world = aws_world(asked.catalogue.aws)
    talk(f"reading {asked.what} as {world.caller.arn} in {world.region}")
    return world


def _may_have_store(asked: Asked) -> bool:
    """Whether a store is configured, or stands where one would be: a folder of that name may be anything else."""
    from slactl.cli.collect import settings_of
    from slactl.evidence.store.layout import MANIFESTS, MARKER

    place = Path(settings_of(asked.catalogue, located(asked.config)).store)
    stands = any(os.path.lexists(place / name) for name in (MARKER, MANIFESTS))
    return asked.catalogue.evidence is not None or stands


def _store(asked: Asked) -> ShelfArchive:
    """The store; one that may begin is empty, and nothing is written by opening it."""
    from slactl.cli.collect import settings_of
    from slactl.evidence.store import ObjectLock, open_archive

    settings = settings_of(asked.catalogue, located(asked.config))
    s3: Callable[[], Any] = lambda: aws_world(asked.catalogue.aws).client("s3")  # noqa: E731 - it has a type so
    return open_archive(settings.store, create=asked.way is Way.AUTO, s3=s3, lock=ObjectLock.of(settings))


def _proved(asked: Asked, made: Circumstances, archive: ShelfArchive, held: Evidence) -> Readings:
    talk(f"reading {asked.what} from {archive.name}, head {archive.head.number}:{archive.head.sha256}")
    stated = replace(made, keeping=held.keeping, general=general_of(archive, asked.catalogue, held))
    told = proved_by(archive, asked.catalogue, asked.around, stated)
    accounts = _remembered(asked, told, archive, held, tuple)
    return Readings(held.reader, dict(held.inventories), told, archive, accounts=accounts)


def _layered(
    asked: Asked, made: Circumstances, archive: ShelfArchive, held: Evidence, progress: Callable[[int, int], None]
) -> Readings:
    from slactl.evidence.reading.layered import LayeredDirectory, LayeredKeeping, LayeredReader, layered_inventories
    from slactl.evidence.reading.tail import TailReader
    from slactl.reading.retention import CloudWatchKeeping
    from slactl.sources.metric_listing import Remembered as Lists

    worlds: list[AwsWorld] = []

    @cache
    def world() -> AwsWorld:
        from slactl.workflows.collecting.place import check_place

        opened = _world(asked)
        check_place(archive, opened.caller.account, opened.region or "")
        worlds.append(opened)
        return opened

    keeping = LayeredKeeping(held.keeping, CloudWatchKeeping(made.now), eager=asked.fresh)

    tail = _tail(asked, made, held) if asked.fresh else None

    def cloudwatch() -> MetricReader:
        live = metric_reader(world(), progress, asked.catalogue, made.now)
        return TailReader(live, tail.wanted) if tail else live

    reader = LayeredReader(keeping, held.reader, cloudwatch)
    sources = layered_inventories(keeping, held.inventories, cache(lambda: inventories(world())))
    lists = Lists(of_term=held.directory.earlier)
    general = general_world(world, asked.catalogue, made.now, kept_samples(archive), lists)
    if general:
        directory = LayeredDirectory(held.directory, general.directory)
        general = replace(general, directory=directory, record=kept_alarms(archive))
    if general is not None and asked.fresh:
        general = replace(general, samples=kept_samples(archive))  # quickly: today counts once it was collected
    told = proved_by(archive, asked.catalogue, asked.around, replace(made, keeping=keeping, general=general))
    ages = tail.told(made.now) if tail else ()

    def used() -> tuple[SourceUse, ...]:
        return (*reader.use(), *(use for one in sources.values() for use in one.use()))

    accounts = _remembered(asked, told, archive, held, used)
    return Readings(reader, sources, replace(told, told=(*told.told, *ages)), archive, worlds, accounts)


def _memory(asked: Asked) -> Memory | None:
    """Where sums are remembered, where they are wanted quickly."""
    if not asked.fresh:
        return None
    from slactl.cli.remembering import memory

    return memory("sums")


def _remembered(
    asked: Asked,
    made: Circumstances,
    archive: ShelfArchive,
    held: Evidence,
    live: Callable[[], tuple[SourceUse, ...]],
) -> Remembered | None:
    """What earlier months came to, where it is wanted quickly."""
    if not asked.fresh:
        return None
    from slactl.cli.remembering import remembered

    return remembered(asked.catalogue, made, archive, held, asked.way.value, live)


def _tail(asked: Asked, made: Circumstances, held: Evidence) -> Tails:
    """What was not collected yet, to be asked of CloudWatch at once."""
    from slactl.evidence.reading.tail import tails

    return tails(asked.catalogue, held, made.now - asked.catalogue.report.settle)
