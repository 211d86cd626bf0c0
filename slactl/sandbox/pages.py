"""Splitting the answer of GetMetricData over pages.

The one rule: a page holds at most MaxDatapoints points; a series that does not fit is split, the
earlier part PartialData, and the rest comes under the same Id on the next page. A token says where
to go on and belongs to the request it was given for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slactl.sandbox.mathematics import Line
from slactl.sandbox.metricdata import Reading, Result
from slactl.sandbox.paging import read_token, write_token
from slactl.sandbox.queries import DataRequest

_MOST_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins.

    Attributes:
        step: which step of the walk over the queries.
        offset: how many points of that step were given already.
        failed: queries (by number) that answered InternalError so far.
        retry: how often the failed ones were asked again.
        only: the queries of this walk; None: all.
    """

    step: int = 0
    offset: int = 0
    failed: tuple[int, ...] = ()
    retry: int = 0
    only: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    query: int
    part: str  # whole, first or second


def fill_page(
    reading: Reading, request: DataRequest, params: Mapping[str, Any], halves: bool, room: int
) -> tuple[list[dict[str, Any]], str | None]:
    """The results of one page, and the token of the next.

    Args:
        reading: computes the queries.
        request: what is asked.
        params: the request as it came, which tokens are bound to.
        halves: whether every result is given in two pages.
        room: the most points of a page.

    Raises:
        AwsError: InvalidNextToken, if the token belongs to another request.
    """
    cursor = _cursor(request.token, params) if request.token else Cursor()
    filler = _Filler(reading, request, cursor, room)
    following = filler.fill(_steps(request, cursor, halves))
    return filler.entries, _token(following, params) if following else None


def _steps(request: DataRequest, cursor: Cursor, halves: bool) -> list[_Step]:
    wanted = range(len(request.queries)) if cursor.only is None else cursor.only
    shown = [number for number in wanted if request.queries[number].returned]
    parts = ("first", "second") if halves and cursor.only is None else ("whole",)
    return [_Step(number, part) for part in parts for number in shown]


class _Filler:
    def __init__(self, reading: Reading, request: DataRequest, cursor: Cursor, room: int) -> None:
        self.entries: list[dict[str, Any]] = []
        self._reading, self._request, self._cursor, self._room = reading, request, cursor, room
        self._failed = list(cursor.failed)

    def fill(self, steps: list[_Step]) -> Cursor | None:
        began = steps[self._cursor.step].part if self._cursor.step < len(steps) else "whole"
        for number, step, offset in self._walk(steps):
            if step.part != began:
                return self._at(number, 0)
            given = self._give(step, offset)
            if given is not None:
                return self._at(number, given)
        return self._again()

    def _walk(self, steps: list[_Step]) -> Iterator[tuple[int, _Step, int]]:
        for number in range(self._cursor.step, len(steps)):
            yield number, steps[number], self._cursor.offset if number == self._cursor.step else 0

    def _give(self, step: _Step, offset: int) -> int | None:
        """Adds the step's points; where the page is full, how many of the step have been given."""
        query = self._request.queries[step.query]
        result = self._reading.result(query)
        line = _part(result.line, step.part, self._request.ascending)
        rest = len(line.times) - offset
        if rest and not self._room:
            return offset
        taken = min(rest, self._room)
        self._room -= taken
        if result.status == "InternalError":
            self._failed.append(step.query)
        done = taken == rest and step.part != "first"
        points = Line(line.times[offset : offset + taken], line.values[offset : offset + taken])
        self.entries.append(_entry(query.id, query.label, result, points, done))
        return None if taken == rest else offset + taken

    def _at(self, step: int, offset: int) -> Cursor:
        return replace(self._cursor, step=step, offset=offset, failed=tuple(self._failed))

    def _again(self) -> Cursor | None:
        if not self._failed or self._cursor.retry >= _MOST_RETRIES:
            return None
        return Cursor(retry=self._cursor.retry + 1, only=tuple(dict.fromkeys(self._failed)))


def _part(line: Line, part: str, ascending: bool) -> Line:
    if not ascending:
        line = line._replace(times=line.times[::-1], values=line.values[::-1])
    if part == "whole":
        return line
    half = len(line.times) // 2
    cut = slice(None, half) if part == "first" else slice(half, None)
    return line._replace(times=line.times[cut], values=line.values[cut])


def _entry(name: str, label: str, result: Result, points: Line, done: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "Id": name,
        "Label": label,
        "Timestamps": points.times.tolist(),
        "Values": points.values.tolist(),
        "StatusCode": result.status if done or result.status != "Complete" else "PartialData",
    }
    if result.message:
        entry["Messages"] = [{"Code": result.message[0], "Value": result.message[1]}]
    return entry


def _token(cursor: Cursor, params: Mapping[str, Any]) -> str:
    return write_token(params, [cursor.step, cursor.offset, cursor.failed, cursor.retry, cursor.only])


def _cursor(token: str, params: Mapping[str, Any]) -> Cursor:
    step, offset, failed, retry, only = read_token(token, params)
    return Cursor(step, offset, tuple(failed), retry, None if only is None else tuple(only))
