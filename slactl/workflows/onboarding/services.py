"""Whether what the configuration names is there, has data, and is kept long enough.

The one rule: an empty answer is told apart as far as can be: a wrong name, another environment, no
traffic lately, or no data at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from slactl.model.metric import Metric, Query, Series, Stream
from slactl.model.period import Month, local_date
from slactl.model.service import GatewayStage, Service, SourceKind
from slactl.model.span import Span
from slactl.ports import Directory, ListedService, ListedStage, MetricReader, Services, Stages
from slactl.reading.retention import fine_from, kept_from
from slactl.workflows.asking import ask
from slactl.workflows.onboarding.checks import Check, grouped, ok, problem, refused, unknown, warning
from slactl.workflows.onboarding.edges import is_lambda
from slactl.workflows.onboarding.history import first_hours, first_whole_day, is_beginning
from slactl.workflows.onboarding.landscape import last_days
from slactl.workflows.onboarding.operations import operation_checks

HOUR, DAY, WEEK = 3_600, 86_400, 7 * 86_400


@dataclass(frozen=True, slots=True)
class Around:
    """Whom to ask, what is known of the account, and when it is."""

    directory: Directory
    reader: MetricReader
    now: int
    zone: ZoneInfo
    services: Services
    stages: Stages


@dataclass(slots=True)
class Examined:
    """The checks of a service, and its busiest stream (None without traffic) for the probe."""

    checks: list[Check]
    busiest: Stream | None = None


def examine(service: Service, around: Around) -> Examined:
    """Everything about one service of the configuration."""
    if service.source is SourceKind.API_GATEWAY:
        return _gateway(service, around)
    listed = ListedService(service.name, service.environment or "", service.account_id)
    streams, refusals = around.directory.operations(listed, last_days(around.now, 7))
    if refusals:
        return Examined([refused("service", service.key, refusal) for refusal in refusals])
    if not streams:
        return Examined([*_absent(service, listed, around), *_edges(service, (), around)])
    counts = _counts(streams, around)
    checks = [ok("service", service.key, f"{service.name} in {service.environment}: {len(streams)} operations")]
    checks += _metrics(service, streams, counts)
    busiest = max(streams, key=lambda stream: _total(counts[stream, "requests"]) or 0)
    checks += _percentiles(service, busiest, around)
    checks += _history(service, around.directory.service_stream(listed), around)
    names = [stream.operation or "" for stream in streams]
    checks += operation_checks(
        service, {name: _total(counts[stream, "requests"]) for name, stream in zip(names, streams, strict=True)}
    )
    checks += _edges(service, names, around)
    return Examined(checks, busiest if _total(counts[busiest, "requests"]) else None)


def _gateway(service: Service, around: Around) -> Examined:
    assert service.gateway is not None
    stage = _known(service.gateway, around.stages)
    stream = around.directory.stage_stream(stage)
    checks = [*_stage_checks(service, service.gateway, around)]
    counts = _counts([stream], around)
    if _total(counts[stream, "requests"]):
        checks += [*_metrics(service, [stream], counts), *_percentiles(service, stream, around)]
    checks += _history(service, stream, around)
    return Examined(checks, stream if _total(counts[stream, "requests"]) else None)


def _absent(service: Service, listed: ListedService, around: Around) -> Iterator[Check]:
    """Why a service has no operation in seven days."""
    first = first_hours(around.reader, [around.directory.service_stream(listed)], around.now)[0]
    if first is not None:
        told = f"no request of {service.name} in {service.environment} for seven days; there are older data"
        yield warning("service", service.key, told, "nothing to do if it is at rest; else look at its agent")
        return
    told = f"there is no {service.name} in {service.environment}"
    yield problem("service", service.key, told, _elsewhere(service, around.services))


def _elsewhere(service: Service, services: Services) -> str:
    """Where a service of that name, or nearly, is."""
    places = [each.environment for each in services.found if each.name == service.name]
    if places:
        return f"it is in {', '.join(places)}: mend environment"
    names = sorted({f"{each.name} in {each.environment}" for each in services.found})
    return f"there are {'; '.join(names[:5])}" if names else "slactl discover lists what is there; is the region right?"


Counts = dict[tuple[Stream, str], Series]


def _counts(streams: Sequence[Stream], around: Around) -> Counts:
    """Requests, faults and errors of the last seven days by the hour."""
    end = around.now // HOUR * HOUR
    span = Span(end - WEEK, end)
    wanted = {}
    for stream in streams:
        wanted[stream, "requests"] = Query((stream.requests,), stream.request_stat, HOUR, span)
        wanted[stream, "faults"] = Query((stream.faults,), "Sum", HOUR, span)
        wanted[stream, "errors"] = Query((stream.errors,), "Sum", HOUR, span)
    return ask(around.reader, wanted)


def _total(series: Series) -> int | None:
    return None if series.failure else round(sum(series.points.values()))


def _metrics(service: Service, streams: Sequence[Stream], counts: Counts) -> Iterator[Check]:
    """Whether all three metrics are there and readable."""
    failed = sorted(
        {(series.failure.code.value, _metric(*key).name) for key, series in counts.items() if series.failure}
    )
    if failed:
        told = ", ".join(f"{name}: {code}" for code, name in failed)
        yield problem(
            "metrics", service.key, f"could not be read: {told}", "allow cloudwatch:GetMetricData on all metrics"
        )
        return
    totals = {
        kind: sum(_total(counts[stream, kind]) or 0 for stream in streams) for kind in ("requests", "faults", "errors")
    }
    silent = [kind for kind in ("faults", "errors") if not any(counts[stream, kind].points for stream in streams)]
    if not totals["requests"]:
        yield warning("metrics", service.key, "no request in seven days", "nothing to do if the service is at rest")
    elif silent:
        told = f"requests without any report of {' and '.join(silent)}"
        yield problem("metrics", service.key, told, "the agent must publish Latency, Fault and Error for each request")
    else:
        told = ", ".join(f"{grouped(total)} {kind}" for kind, total in totals.items())
        yield ok("metrics", service.key, f"{told} in seven days")


def _metric(stream: Stream, kind: str) -> Metric:
    return {"requests": stream.requests, "faults": stream.faults, "errors": stream.errors}[kind]


def _percentiles(service: Service, stream: Stream, around: Around) -> Iterator[Check]:
    """Whether the latencies are a distribution, and not sets of statistics, from which no percentile comes."""
    end = around.now // HOUR * HOUR
    span = Span(end - WEEK, end)
    found = ask(
        around.reader,
        {stat: Query((stream.latency,), stat, HOUR, span) for stat in ("SampleCount", "p99", "TC(:1000000)")},
    )
    failure = next((series.failure for series in found.values() if series.failure), None)
    if failure:
        yield unknown("percentiles", service.key, f"could not be read ({failure.code.value})", "see metrics above")
    elif not found["SampleCount"].points:
        yield unknown("percentiles", service.key, "no latency in seven days", "run it again when there is traffic")
    elif not found["p99"].points or not found["TC(:1000000)"].points:
        told = "latency is published without its distribution (statistic sets)"
        advice = "let the agent send exponential histograms; latency goals can't be judged so"
        yield problem("percentiles", service.key, told, advice)
    else:
        yield ok("percentiles", service.key, "available")


def _history(service: Service, stream: Stream, around: Around) -> Iterator[Check]:
    """Since when there are data, and how finely the last months are kept."""
    first = first_hours(around.reader, [stream], around.now)[0]
    if first is None:
        yield unknown("history", service.key, "no data are kept", "see service and metrics above")
        return
    begins = is_beginning(first, around.now)
    told = f"{'since' if begins else 'as long as anything is kept, from'} {_day(first)}; {_fineness(first, around.now)}"
    day = first_whole_day(first, around.zone)
    if begins and (service.since is None or service.since < day):
        owed = f"since: {service.since}" if service.since else "no since"
        yield warning(
            "history",
            service.key,
            f"{told}; the configuration has {owed}",
            f"say since: {day.isoformat()} if nothing is owed before",
        )
        return
    yield ok("history", service.key, f"{told}; last month {_last_month(first, around)}")


def _fineness(first: int, now: int) -> str:
    """How finely what there is can still be read."""
    fine = fine_from(now)
    return f"by 5 minutes from {_day(fine)}, by the hour before" if first < fine else "all of it by 5 minutes"


def _last_month(first: int, around: Around) -> str:
    today = local_date(around.now, around.zone)
    start = Month(today.year, today.month).shift(-1).span(around.zone).start
    if first > start:
        return "in part"
    if start >= fine_from(around.now):
        return "whole, by 5 minutes"
    return "whole, by 5 minutes in its later part only" if start >= kept_from(around.now) else "no longer whole"


def _day(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d")


def _edges(service: Service, operations: Sequence[str], around: Around) -> Iterator[Check]:
    if service.edge:
        yield from _stage_checks(service, service.edge, around)
    elif is_lambda(ListedService(service.name, service.environment or ""), operations):
        told = "a Lambda function without an edge: its throttles and timeouts never report themselves"
        yield warning("edge", service.key, told, _candidates(around.stages))


def _candidates(stages: Stages) -> str:
    known = [f"{{api: {stage.api}, stage: {stage.stage}}}" for stage in stages.found[:3]]
    return (
        f"name the stage before it, edge: {' or '.join(known)}" if known else "name the gateway stage before it: edge"
    )


def _known(place: GatewayStage, stages: Stages) -> ListedStage:
    """What is known of a stage; taken for a REST API's where nothing is."""
    same = [stage for stage in stages.found if (stage.api, stage.stage) == (place.api, place.stage)]
    return same[0] if same else ListedStage("rest", place.api, place.stage, place.api)


def _stage_checks(service: Service, place: GatewayStage, around: Around) -> Iterator[Check]:
    """Whether the stage is there, answers, and tells its methods apart."""
    stage = _known(place, around.stages)
    stream = around.directory.stage_stream(stage)
    requests = _total(_counts([stream], around)[stream, "requests"])
    subject, shown = service.key, f"{place.api} {place.stage}"
    if requests is None:
        yield unknown("edge", subject, f"{shown} could not be read", "see the permissions above")
    elif not requests and stage not in around.stages.found:
        yield problem("edge", subject, f"there is no stage {shown} with metrics", _nearly(place, around.stages))
    elif not requests:
        yield warning("edge", subject, f"{shown} had no request in seven days", "is it the stage that customers call?")
    elif stage.detailed is False:
        advice = "turn detailed metrics on at the stage; the methods have no figures without them"
        yield warning(
            "edge",
            subject,
            f"{shown}: {grouped(requests)} requests in seven days, but detailed metrics are off",
            advice,
        )
    else:
        yield ok("edge", subject, f"{shown}: {grouped(requests)} requests in seven days")


def _nearly(place: GatewayStage, stages: Stages) -> str:
    named = next((stage for stage in stages.found if place.api in stage.ids and stage.api != place.api), None)
    if named:
        return f"metrics know this REST API by its name: api: {named.api}"
    others = [stage.stage for stage in stages.found if stage.api == place.api]
    return f"its stages are {', '.join(others)}" if others else _candidates(stages)
