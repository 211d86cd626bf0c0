"""Reads counts from Cloudflare's GraphQL analytics as if they were metrics.

The one rule: a page that is full is taken for cut off and its span is asked again in halves; what is older than the
owner's plan keeps is unknown, never silent. Counts are Cloudflare's own estimates from samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from slactl.model.metric import Query, Series
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.sources.cloudflare.client import CloudflareClient, CloudflareFailure, failed
from slactl.sources.cloudflare.datasets import Place, Wanted, step_of, wanted
from slactl.sources.cloudflare.questions import Row, limits_question, owner_of, rows_of, rows_question

ADDITIVE = ("Sum",)
GROUPS_A_MOMENT = 8
"""About how many groups a moment has where rows are told apart by more than time."""
LARGEST_PAGE = 10_000
MOST = 2**53
"""No count is greater: beyond it a float does not tell one from the next."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an owner's plan lets one ask: spans and ages in seconds."""

    duration: int
    page: int
    kept: int


@dataclass(frozen=True, slots=True)
class _Errand:
    """What is asked at once: a place, how time is cut, and over which span."""

    place: Place
    step: int
    time: str
    span: Span


class CloudflareReader:
    """A ``MetricReader`` of the namespaces that begin with ``Cloudflare/``."""

    def __init__(self, client: CloudflareClient, now: int) -> None:
        """``now`` in seconds since the epoch."""
        self._client, self._now = client, now
        self._limits: dict[tuple[str, str], Limits | CloudflareFailure] = {}
        self._calls = self._queries = self._points = self._received = 0

    def read(self, queries: Sequence[Query]) -> list[Series]:
        """One series a query, in order; never raises."""
        found: list[Series] = [Series({})] * len(queries)
        errands: dict[_Errand, list[int]] = {}
        meant: dict[int, tuple[Wanted, ...]] = {}
        for index, query in enumerate(queries):
            try:
                meant[index] = _meaning(query)
                for errand in _errands(query, meant[index]):
                    errands.setdefault(errand, []).append(index)
            except ValueError as error:
                found[index] = Series({}, Reason.of(Code.READ_FAILED, error=str(error)))
        answers = {errand: self._answer(errand, [meant[one] for one in asked]) for errand, asked in errands.items()}
        for index, terms in meant.items():
            if found[index].failure is None:
                found[index] = _series(queries[index], terms, answers)
        self._queries += sum(len(query.metrics) for query in queries)
        self._points += sum(query.datapoints for query in queries)
        return found

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far; the token's owner is not known."""
        if not self._calls:
            return ()
        counts = (self._calls, self._queries, self._points, self._received)
        return (SourceUse("cloudflare", None, None, None, *counts),)

    def _answer(self, errand: _Errand, terms: Iterable[tuple[Wanted, ...]]) -> list[Row] | CloudflareFailure:
        """Every row that the terms need."""
        mine = [one for some in terms for one in some if one.place == errand.place]
        groups = tuple(dict.fromkeys(name for one in mine for name, _ in one.rows))
        fields = tuple(dict.fromkeys(one.field for one in mine))
        try:
            limits = self._limits_of(errand.place)
            if errand.span.start < self._now - limits.kept:
                return CloudflareFailure(Reason.of(Code.NO_LONGER_KEPT))
            pieces = _pieces(errand, limits, bool(groups))
            rows = [row for piece in pieces for row in self._rows(errand, piece, groups, fields, limits)]
        except CloudflareFailure as failure:
            return failure
        self._received += len(rows)
        return rows

    def _rows(
        self,
        errand: _Errand,
        span: Span,
        groups: Sequence[str],
        fields: Sequence[tuple[str, ...]],
        limits: Limits,
    ) -> list[Row]:
        text, variables = rows_question(errand.place, errand.time, groups, fields, span, limits.page)
        self._calls += 1
        found = rows_of(errand.place.dataset, self._client.graphql(text, variables), errand.time)
        if len(found) < limits.page:
            return found
        middle = span.start + (span.seconds // errand.step // 2) * errand.step
        if middle == span.start:
            raise failed("one moment has more groups than a page of Cloudflare's holds")
        halves = (Span(span.start, middle), Span(middle, span.end))
        return [row for half in halves for row in self._rows(errand, half, groups, fields, limits)]

    def _limits_of(self, place: Place) -> Limits:
        key = (place.namespace, place.owner)
        if key not in self._limits:
            self._limits[key] = self._asked_limits(place)
        known = self._limits[key]
        if isinstance(known, CloudflareFailure):
            raise known
        return known

    def _asked_limits(self, place: Place) -> Limits | CloudflareFailure:
        self._calls += 1
        dataset = place.dataset
        try:
            data = self._client.graphql(limits_question(dataset), {"tag": place.owner})
            told = owner_of(dataset, data)["settings"][dataset.node]
            if told["enabled"] is not True:
                return failed(f"the plan does not offer {dataset.node}", Code.ACCESS_DENIED)
            found = Limits(int(told["maxDuration"]), int(told["maxPageSize"]), int(told["notOlderThan"]))
        except CloudflareFailure as failure:
            return failure
        except (KeyError, TypeError, ValueError, OverflowError):
            return failed("Cloudflare's answer has another form than expected")
        fits = found.duration >= 60 and found.page >= 2
        return (
            Limits(found.duration, min(found.page, LARGEST_PAGE), found.kept) if fits else failed("limits of nothing")
        )


def _meaning(query: Query) -> tuple[Wanted, ...]:
    if query.stat not in ADDITIVE:
        raise ValueError(f"Cloudflare counts: {query.stat} cannot be had of it")
    return tuple(wanted(metric) for metric in query.metrics)


def _errands(query: Query, terms: Iterable[Wanted]) -> dict[_Errand, None]:
    step, time = step_of(query.period, query.span.start)
    return dict.fromkeys(_Errand(one.place, step, time, query.span) for one in terms)


def _pieces(errand: _Errand, limits: Limits, grouped: bool) -> list[Span]:
    """The span in parts that a query may have and whose rows likely fit a page."""
    moments = max(1, limits.page // (GROUPS_A_MOMENT if grouped else 1) - 1)
    whole = min(limits.duration // errand.step, moments) * errand.step
    length = max(errand.step, whole)
    span = errand.span
    return [Span(start, min(start + length, span.end)) for start in range(span.start, span.end, length)]


def _series(query: Query, terms: Sequence[Wanted], answers: dict[_Errand, list[Row] | CloudflareFailure]) -> Series:
    step, time = step_of(query.period, query.span.start)
    points: dict[int, float] = {}
    for term in terms:
        rows = answers[_Errand(term.place, step, time, query.span)]
        if isinstance(rows, CloudflareFailure):
            return Series({}, rows.reason)
        for at, told, fields in rows:
            if term.holds(told) and query.span.start <= at < query.span.end:
                value = _number(fields, term.field)
                if value is None:
                    return Series({}, Reason.of(Code.READ_FAILED, error="a count that is no number"))
                bucket = query.span.start + (at - query.span.start) // query.period * query.period
                points[bucket] = points.get(bucket, 0.0) + value
    return Series(dict(sorted(points.items())))


def _number(fields: dict[str, Any], path: Sequence[str]) -> float | None:
    value: Any = fields
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST
    return float(value) if fits else None
