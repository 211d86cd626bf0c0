"""The streams of a service and day as evidence keeps them, and the streams that stand for several.

The one rule: a stream is found again by its metrics, exactly as they were asked for. Operations with a
personal name that a rule counts together are kept as one stream (see ``veil``): its operation is the
rule's own ``match``, which the rule matches and no earlier rule does, so that ``Service.place`` puts it
where its members belong; its metrics bear a mark that no metric of CloudWatch has, and no member's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slactl.model.metric import Metric, Stream
from slactl.model.service import SourceKind
from slactl.model.span import Span

SCHEMA = "slactl.streams/1"
MARK = ("slactl:merged", "operations")
"""The dimension of a metric that stands for those of several operations; CloudWatch knows no such metric."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What one source knew of a service in a span: as ``Inventory``, without gaps."""

    source: SourceKind
    operations: tuple[Stream, ...]
    total: Stream
    total_decides: bool


def is_merged(metric: Metric) -> bool:
    """Whether a metric stands for those of several operations."""
    return MARK in metric.dimensions


def merged(pattern: str, member: Stream, total: Stream) -> Stream:
    """The stream that stands for operations of a rule; its identity depends on the rule alone, not on them."""
    own = {key for key, _ in member.requests.dimensions} - {key for key, _ in total.requests.dimensions}
    dimensions = tuple(sorted((*total.requests.dimensions, MARK, *((key, pattern) for key in own))))

    def stands(metric: Metric) -> Metric:
        return Metric(metric.namespace, metric.name, dimensions, metric.account_id)

    return Stream(
        pattern,
        stands(member.requests),
        member.request_stat,
        stands(member.faults),
        stands(member.errors),
        stands(member.latency),
    )


def streams_body(service: str, span: Span, listed: Sequence[Listed]) -> bytes:
    """The file of a service's streams; the same streams give the same bytes.

    Raises:
        ValueError: if the metrics of a source differ in more than their dimensions.
    """
    told = {
        "schema": SCHEMA,
        "service": service,
        "start": span.start,
        "end": span.end,
        "sources": [_told(one) for one in sorted(listed, key=lambda one: one.source)],
    }
    body = (json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n").encode()
    if read_streams(body) != tuple(_ordered(one) for one in sorted(listed, key=lambda one: one.source)):
        raise ValueError("a source's metrics must share namespace, account, names and the whole's dimensions")
    return body


def read_streams(body: bytes) -> tuple[Listed, ...]:
    """The streams of a file, by source; operations in order of name.

    Raises:
        ValueError: if it is no such file.
    """
    try:
        told = json.loads(body)
        if told["schema"] != SCHEMA:
            raise ValueError(f"not {SCHEMA}")
        return tuple(_listed(one) for one in told["sources"])
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not {SCHEMA}: {error!r}") from error


def _ordered(one: Listed) -> Listed:
    return Listed(one.source, _sorted(one.operations), one.total, one.total_decides)


def _sorted(streams: Iterable[Stream]) -> tuple[Stream, ...]:
    return tuple(sorted(streams, key=lambda stream: stream.operation or ""))


def _told(one: Listed) -> dict[str, Any]:
    total, shared = one.total, dict(one.total.requests.dimensions)
    return {
        "source": one.source.value,
        "total_decides": one.total_decides,
        "namespace": total.requests.namespace,
        "account_id": total.requests.account_id,
        "metrics": {
            "requests": total.requests.name,
            "request_stat": total.request_stat,
            "faults": total.faults.name,
            "errors": total.errors.name,
            "latency": total.latency.name,
        },
        "dimensions": shared,
        "operations": [
            [stream.operation, {key: value for key, value in stream.requests.dimensions if shared.get(key) != value}]
            for stream in _sorted(one.operations)
        ],
    }


def _listed(told: Mapping[str, Any]) -> Listed:
    total = _stream(told, None, {})
    operations = tuple(_stream(told, name, own) for name, own in told["operations"])
    return Listed(SourceKind(told["source"]), operations, total, bool(told["total_decides"]))


def _stream(told: Mapping[str, Any], operation: str | None, own: Mapping[str, str]) -> Stream:
    dimensions = tuple(sorted({**told["dimensions"], **own}.items()))
    names = told["metrics"]
    requests, faults, errors, latency = (
        Metric(told["namespace"], names[part], dimensions, told["account_id"])
        for part in ("requests", "faults", "errors", "latency")
    )
    return Stream(operation, requests, names["request_stat"], faults, errors, latency)
