"""Reading from evidence: the same questions as of CloudWatch, answered from what was kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from slactl.evidence.reading.answers import Answers
from slactl.evidence.reading.house import House
from slactl.evidence.reading.inventory import EvidenceInventory
from slactl.evidence.reading.keeping import EvidenceKeeping
from slactl.evidence.reading.listed import KeptDirectory
from slactl.evidence.reading.memory import Memory
from slactl.evidence.reading.metrics import MetricHouse
from slactl.evidence.reading.reader import EvidenceReader, Origin
from slactl.evidence.reading.records import Records
from slactl.evidence.reading.sums import AT_ONCE, Sums
from slactl.evidence.tables.engine import opened
from slactl.model.evidence import Kind
from slactl.model.service import Service, SourceKind
from slactl.ports.archive import Archive

MEMORY = "128MiB"
FOOTERS = "SET GLOBAL parquet_metadata_cache = true"
"""What a file says of its own columns is read once: files are asked again and again, and never change."""
NO_MEMORY = Memory()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A store, opened to make figures from; ``directory`` knows the metrics of components that were listed."""

    reader: EvidenceReader
    inventories: dict[SourceKind, EvidenceInventory]
    keeping: EvidenceKeeping
    directory: KeptDirectory


@contextmanager
def open_evidence(
    archive: Archive,
    services: Iterable[Service],
    zone: ZoneInfo,
    head: str = "",
    recorded: frozenset[str] = frozenset(),
    memory: Memory = NO_MEMORY,
) -> Iterator[Evidence]:
    """What a store holds of some services.

    Args:
        archive: the store.
        services: whose evidence may be asked for.
        zone: the zone of the months that were closed.
        head: the digest of the store's last manifest, for the report.
        recorded: the windows that are proved by the store's records.
        memory: where sums of files are remembered.

    Raises:
        EvidenceFailure: if DuckDB is missing, or the store can't be read.
    """
    with (
        TemporaryDirectory(prefix="slactl-") as scratch,
        opened(Path(scratch), MEMORY) as engine,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        engine.execute(FOOTERS)
        houses = {
            one.key: House(
                one.key,
                Records(archive, one.key),
                Sums(engine, archive, pool, memory),
                Answers(engine, archive, one.key),
            )
            for one in services
        }
        metered = {key: MetricHouse(key, engine, archive) for key in _keys(archive, Kind.METRICS)}
        alone = [Answers(engine, archive, key) for key in metered if key not in houses]
        try:
            yield Evidence(
                EvidenceReader(list(houses.values()), _origin(archive, head), list(metered.values()), alone),
                {kind: EvidenceInventory(houses, kind) for kind in SourceKind},
                EvidenceKeeping(houses, zone, recorded, metrics=metered, answered=_answered(archive)),
                KeptDirectory(list(metered.values())),
            )
        finally:
            pool.shutdown(cancel_futures=True)


def _keys(archive: Archive, kind: Kind) -> list[str]:
    """Of whom anything of a kind is kept."""
    return sorted({item.place.service for item in archive.items(kind)})


def _answered(archive: Archive) -> frozenset[tuple[str, str, str]]:
    """The closed months: of whom, which, and what file."""
    places = (item.place for item in archive.items(Kind.ANSWERS))
    return frozenset((one.service, one.when, one.name) for one in places)


def _origin(archive: Archive, head: str) -> Origin:
    """Whose evidence it is, as far as that is one."""
    places = {
        (item.place.account, item.place.region) for kind in (Kind.COUNTS, Kind.METRICS) for item in archive.items(kind)
    }
    account, region = places.pop() if len(places) == 1 else (None, None)
    return Origin(account or None, region or None, head)
