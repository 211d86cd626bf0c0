"""Evidence: what was kept of what was read, as the store names it.

The one rule: an item is known by where it stands and by the SHA-256 of its bytes; it is never
changed, only added, or dropped for a stated reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from slactl.model.general import MetricTerm
from slactl.model.metric import Metric, Stream
from slactl.model.service import SourceKind
from slactl.model.span import Span

Fact = str | int | bool | None | tuple[str, ...]
"""What the manifest says of an item beside its digest; instants are seconds since the epoch."""


class Kind(StrEnum):
    """What an item holds; the value is its first folder.

    ``COUNTS``: counts and coarse ladder of one service and UTC day, Parquet. ``STREAMS``: the streams
    (operations and their metrics) of one service and UTC day, JSON. ``ANSWERS``: every query of a
    closed month and its answer, one service, Parquet. ``RUN``: one collect, what it asked, saw and
    missed, JSON. ``CONFIG``: a configuration file as it was. ``PROOF``: the file of an announcement.
    ``ALARMS``: a day's alarm history, definitions, mute rules and failed notifications, JSON.
    ``REPORT``: a final report of one month and revision, JSON. ``CONTROLS``: the samples of a component's
    controls on one UTC day, JSON. ``METRICS``: the metrics of the general objectives of a component, or service,
    on one UTC day, Parquet.
    """

    COUNTS = "counts"
    STREAMS = "streams"
    ANSWERS = "answers"
    RUN = "runs"
    CONFIG = "config"
    PROOF = "proofs"
    ALARMS = "alarms"
    REPORT = "reports"
    CONTROLS = "controls"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an item stands: parts that it has none of are empty.

    ``when`` is a UTC day (2026-10-07) or a month (2026-10). The store writes it as
    ``counts/account=1234/region=eu-west-1/service=missions-api/day=2026-10-07/<name>-<digest>.parquet``;
    ``name`` ends with its extension: ``counts.parquet``.
    """

    kind: Kind
    account: str = ""
    region: str = ""
    service: str = ""
    when: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A kept file: its path below the store's root, digest, size in bytes, and facts."""

    place: Place
    path: str
    sha256: str
    size: int
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewItem:
    """A file to keep."""

    place: Place
    body: bytes
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """An item that leaves the store, and why: ``superseded``, ``purged``, or ``ahead`` (of a clock that was)."""

    item: Item
    why: str


@dataclass(frozen=True, slots=True)
class CountsFacts:
    """The facts of a ``COUNTS`` item: what it covers and when it was read.

    ``span`` is what of the day was read (half-open, on the grid of ``bin`` seconds); ``read_at`` the
    instant the last read of it began; ``final`` whether that was at least 72 hours after the span's end.
    """

    span: Span
    bin: int
    read_at: int
    final: bool

    @property
    def facts(self) -> dict[str, Fact]:
        return {
            "start": self.span.start,
            "end": self.span.end,
            "bin": self.bin,
            "read_at": self.read_at,
            "final": self.final,
        }

    @classmethod
    def of(cls, item: Item) -> CountsFacts:
        """Reads the facts of an item.

        Raises:
            ValueError: if they are not those of counts.
        """
        facts = item.facts
        start, end, width, read_at = (facts.get(key) for key in ("start", "end", "bin", "read_at"))
        if not (
            isinstance(start, int) and isinstance(end, int) and isinstance(width, int) and isinstance(read_at, int)
        ):
            raise ValueError(f"{item.path} does not say what it covers")
        return cls(Span(start, end), width, read_at, bool(facts.get("final")))


@dataclass(frozen=True, slots=True)
class StreamBins:
    """The answers of one stream over a span, as they came: points by bin start, absent ones absent.

    ``latency`` counts are by upper bound in ms, written as CloudWatch takes it (``1000``, ``999.999``),
    at or below it. ``samples`` is None where requests and latency are one metric. Values are ms or counts.
    """

    source: SourceKind
    stream: Stream
    bin: int
    span: Span
    requests: Mapping[int, float]
    faults: Mapping[int, float]
    errors: Mapping[int, float]
    minimum: Mapping[int, float]
    maximum: Mapping[int, float]
    samples: Mapping[int, float] | None = None
    ladder: Mapping[str, Mapping[int, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AskedTerm:
    """A term of which metrics were kept, and every statistic that was asked of each of them.

    ``listed`` is whether its metrics were listed in whole; one that names its metrics itself is read in any case.
    """

    term: MetricTerm
    stats: tuple[str, ...]
    listed: bool = True


@dataclass(frozen=True, slots=True)
class MetricBins:
    """One statistic of one metric over the bins of a span, as it came: absent points are absent."""

    metric: Metric
    stat: str
    points: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """Where evidence is kept, and how long.

    ``store`` is a directory (absolute, or relative to the main configuration file and resolved) or
    ``s3://bucket/prefix``; ``resolution`` 300 or 60 seconds. ``keep`` is the retention in days (None:
    for ever). ``lock`` is the Object Lock mode of new objects on S3 (None: as the bucket says) and
    ``lock_days`` for how long. ``alarms`` switches the daily record of alarms; ``topics`` are SNS
    topics whose failed notifications are kept beside those that alarms name.
    """

    store: str
    resolution: int = 300
    keep: int | None = None
    lock: str | None = None
    lock_days: int | None = None
    alarms: bool = True
    topics: tuple[str, ...] = ()
