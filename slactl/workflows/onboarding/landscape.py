"""What is there: services with their operations, gateway stages, and how much is asked of each.

The one rule: counts are sums of whole hours up to the last one that ended; a count that could not be
read is None, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from slactl.model.metric import Metric, Query, Series, Stream
from slactl.model.span import Span
from slactl.ports import Directory, ListedService, ListedStage, MetricReader, Progress, Refusal, no_progress
from slactl.workflows.asking import ask
from slactl.workflows.onboarding.edges import Edge, edges_of

HOUR, DAY, WEEK = 3_600, 86_400, 7 * 86_400


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests of the last 24 hours and 7 days, and the faults (5xx) of the 7 days; None: unread."""

    day: int | None
    week: int | None
    faults: int | None


@dataclass(frozen=True, slots=True)
class SeenOperation:
    """An operation with its traffic; ``median_ms`` is CloudWatch's own p50, a hint and no figure."""

    stream: Stream
    traffic: Traffic
    median_ms: float | None = None

    @property
    def name(self) -> str:
        return self.stream.operation or ""


@dataclass(frozen=True, slots=True)
class SeenService:
    """A service, what was seen of it, and what stands before it."""

    listed: ListedService
    operations: tuple[SeenOperation, ...]
    traffic: Traffic
    edges: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenStage:
    """A gateway stage with its traffic."""

    listed: ListedStage
    traffic: Traffic


@dataclass(frozen=True, slots=True)
class Landscape:
    """Everything found, and what AWS would not tell."""

    until: int
    services: tuple[SeenService, ...]
    stages: tuple[SeenStage, ...]
    refusals: tuple[Refusal, ...] = ()

    def before(self, stage: ListedStage) -> tuple[tuple[SeenService, Edge], ...]:
        """The services that a stage seems to stand before."""
        return tuple((each, edge) for each in self.services for edge in each.edges if edge.stage == stage)


@dataclass(slots=True)
class Survey:
    """How to look: whom to ask, up to when, and who is told of the progress.

    ``looked_at`` are the days of which services and operations are wanted; ``medians`` asks for
    each operation's p50 too.
    """

    directory: Directory
    reader: MetricReader
    now: int
    looked_at: Sequence[Span] = ()
    medians: bool = False
    progress: Progress = no_progress
    refusals: list[Refusal] = field(default_factory=list)


def last_days(now: int, days: int) -> tuple[Span, ...]:
    """Spans of 24 hours, the last one ending with the running hour, oldest first."""
    end = -(-now // HOUR) * HOUR
    return tuple(Span(end - (back + 1) * DAY, end - back * DAY) for back in range(days - 1, -1, -1))


def look(survey: Survey) -> Landscape:
    """Everything there is."""
    days = survey.looked_at or last_days(survey.now, 7)
    services = survey.directory.services(days)
    stages = survey.directory.stages()
    survey.refusals += [*services.refusals, *stages.refusals]
    streams = {
        service: _operations(survey, service, days, index, len(services.found))
        for index, service in enumerate(services.found)
    }
    gateways = {stage: survey.directory.stage_stream(stage) for stage in stages.found}
    read = _Read(survey, [*(stream for found in streams.values() for stream in found), *gateways.values()])
    seen = tuple(SeenStage(stage, read.traffic([stream])) for stage, stream in gateways.items())
    found = tuple(_service(service, found, seen, read) for service, found in streams.items())
    return Landscape(read.until, found, seen, tuple(dict.fromkeys(survey.refusals)))


def _operations(
    survey: Survey, service: ListedService, days: Sequence[Span], index: int, total: int
) -> tuple[Stream, ...]:
    found, refusals = survey.directory.operations(service, days)
    survey.refusals += refusals
    survey.progress("operations", index + 1, total)
    return found


def _service(
    service: ListedService, streams: Sequence[Stream], stages: Sequence[SeenStage], read: _Read
) -> SeenService:
    operations = tuple(SeenOperation(stream, read.traffic([stream]), read.median(stream)) for stream in streams)
    names = [operation.name for operation in operations]
    edges = edges_of(service, names, [stage.listed for stage in stages])
    return SeenService(service, operations, read.traffic(streams), edges)


class _Read:
    """The hourly counts of many streams over the last seven days."""

    def __init__(self, survey: Survey, streams: Sequence[Stream]) -> None:
        self.until = survey.now // HOUR * HOUR
        self._week = Span(self.until - WEEK, self.until)
        wanted: dict[tuple[Metric, str], Query] = {}
        for stream in streams:
            for metric, stat in ((stream.requests, stream.request_stat), (stream.faults, "Sum")):
                wanted[metric, stat] = Query((metric,), stat, HOUR, self._week)
            if survey.medians:
                wanted[stream.latency, "p50"] = Query((stream.latency,), "p50", WEEK, self._week)
        self._found: Mapping[tuple[Metric, str], Series] = ask(survey.reader, wanted)
        survey.refusals += unread(self._found.values())

    def traffic(self, streams: Sequence[Stream]) -> Traffic:
        """The traffic of some streams together."""
        counts = [(stream.requests, stream.request_stat) for stream in streams]
        faults = [(stream.faults, "Sum") for stream in streams]
        return Traffic(self._sum(counts, self.until - DAY), self._sum(counts, 0), self._sum(faults, 0))

    def median(self, stream: Stream) -> float | None:
        """CloudWatch's p50, where it was asked for and there is one."""
        series = self._found.get((stream.latency, "p50"), Series({}))
        return max(series.points.values()) if series.points else None

    def _sum(self, keys: Sequence[tuple[Metric, str]], since: int) -> int | None:
        total = 0.0
        for key in keys:
            series = self._found[key]
            if series.failure:
                return None
            total += sum(value for start, value in series.points.items() if start >= since)
        return round(total)


def unread(found: Iterable[Series]) -> list[Refusal]:
    """One refusal for each different reason why series could not be read."""
    reasons = dict.fromkeys(series.failure for series in found if series.failure)
    return [
        Refusal(
            "reading metrics",
            "cloudwatch:GetMetricData",
            str(dict(reason.figures).get("error", reason.code.value)),
            "allow cloudwatch:GetMetricData" if reason.code.value == "access-denied" else "try again later",
            denied=reason.code.value == "access-denied",
        )
        for reason in reasons
    ]
