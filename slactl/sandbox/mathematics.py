"""Metric math: computing with series.

The one rule: in arithmetic a point missing on one side counts as 0, and a division by zero removes
the point; so a sum of series tells nothing of an input that is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from slactl.sandbox.expressions import Apply, BadExpression, Expression, Name, Node, Number
from slactl.sandbox.requests import Floats, Int64s


class Line(NamedTuple):
    """A series: bucket starts in seconds, ascending, their values, and the period in seconds."""

    times: Int64s
    values: Floats
    period: int = 60


EMPTY = Line(np.empty(0, np.int64), np.empty(0))

Value = Line | float | str | list[Line]
Lookup = Callable[[str], Line]
_GRID = 60


def evaluate(expression: Expression, lookup: Lookup, metric_ids: Sequence[str], grid: Int64s | None = None) -> Line:
    """The series of an expression.

    Args:
        expression: what to compute.
        lookup: the series of an id.
        metric_ids: what METRICS() means: the ids of all queries that read a metric.
        grid: the times that FILL fills; None: those from the first to the last point that a series has.

    Raises:
        BadExpression: if it gives no single series.
    """
    result = _Machine(lookup, metric_ids, grid).value(expression.root)
    if not isinstance(result, Line):
        raise BadExpression("The expression does not return a single time series")
    return result


class _Machine:
    def __init__(self, lookup: Lookup, metric_ids: Sequence[str], grid: Int64s | None) -> None:
        self._lookup = lookup
        self._grid = grid
        self._ids = metric_ids

    def value(self, node: Node) -> Value:
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Name):
            return self._lookup(node.id)
        if node.function == "METRICS":
            part = self.value(node.arguments[0]) if node.arguments else ""
            return [self._lookup(name) for name in self._ids if str(part) in name]
        given = [self.value(argument) for argument in node.arguments]
        return _fill(_line(given[0]), given[1], self._grid) if node.function == "FILL" else _apply(node, given)


def _apply(node: Apply, given: list[Value]) -> Value:
    if node.function in _REDUCERS:
        return _reduce(node.function, given[0])
    if node.function in _MAPS:
        line = _line(given[0])
        return line._replace(values=_MAPS[node.function](line.values))
    if node.function in _FORMS:
        return _FORMS[node.function](given)
    return _combine(node.function, given[0], given[1])


def _line(value: Value) -> Line:
    if not isinstance(value, Line):
        raise BadExpression("A time series is wanted")
    return value


_REDUCERS = ("SUM", "AVG", "MIN", "MAX")
_MAPS: dict[str, Callable[[Floats], Floats]] = {"ABS": np.abs, "CEIL": np.ceil, "FLOOR": np.floor}


def _reduce(function: str, value: Value) -> Value:
    if isinstance(value, Line):
        return _scalar(function, value)
    if not isinstance(value, list):
        raise BadExpression(f"{function} needs time series")
    lines = [line for line in value if len(line.times)]
    if not lines:
        return EMPTY
    first = min(int(line.times[0]) for line in lines)
    slots = np.concatenate([(line.times - first) // _GRID for line in lines])
    values = np.concatenate([line.values for line in lines])
    counts = np.bincount(slots)
    present = np.flatnonzero(counts)
    totals = _total(function, slots, values, len(counts))[present].astype(np.float64)
    if function == "AVG":
        totals = totals / counts[present]
    times = (first + present * _GRID).astype(np.int64)
    return Line(times, totals, max(line.period for line in lines))


def _total(function: str, slots: Int64s, values: Floats, size: int) -> Floats:
    if function in ("SUM", "AVG"):
        return np.asarray(np.bincount(slots, weights=values, minlength=size), dtype=np.float64)
    extreme = np.full(size, np.inf if function == "MIN" else -np.inf)
    (np.minimum if function == "MIN" else np.maximum).at(extreme, slots, values)
    return extreme


def _scalar(function: str, line: Line) -> float:
    if not len(line.values):
        return 0.0
    reducers: dict[str, Callable[[Floats], float]] = {"SUM": np.sum, "AVG": np.mean, "MIN": np.min, "MAX": np.max}
    return float(reducers[function](line.values))


def _fill(line: Line, filling: Value, grid: Int64s | None) -> Line:
    if not len(line.times):
        return line
    times = np.arange(line.times[0], line.times[-1] + 1, line.period) if grid is None else grid
    if not isinstance(filling, float):  # what repeats or draws lines has nothing to begin with
        times = times[(times >= line.times[0]) & ((filling != "LINEAR") | (times <= line.times[-1]))]
    at = np.maximum(np.searchsorted(line.times, times, side="right") - 1, 0)
    known = line.times[at] == times
    if isinstance(filling, float):
        return Line(times, np.where(known, line.values[at], filling), line.period)
    if filling == "REPEAT":
        return Line(times, line.values[at], line.period)
    if filling == "LINEAR":
        return Line(times, np.interp(times, line.times, line.values), line.period)
    return Line(times, np.where(known, line.values[at], _on(_line(filling), times)), line.period)


_Form = Callable[[list[Value]], Value]


def _choose(given: list[Value]) -> Line:
    condition = _line(given[0])
    then = _values(given[1], condition.times)
    if len(given) == 2:
        kept = condition.values != 0
        return Line(condition.times[kept], then[kept], condition.period)
    otherwise = _values(given[2], condition.times)
    return condition._replace(values=np.where(condition.values != 0, then, otherwise))


_FORMS: dict[str, _Form] = {
    "[]": lambda given: [_line(item) for item in given],
    "PERIOD": lambda given: float(_line(given[0]).period),
    "IF": _choose,
}
_OPERATORS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "<": lambda a, b: (a < b).astype(np.float64),
    ">": lambda a, b: (a > b).astype(np.float64),
    "<=": lambda a, b: (a <= b).astype(np.float64),
    ">=": lambda a, b: (a >= b).astype(np.float64),
    "==": lambda a, b: (a == b).astype(np.float64),
    "!=": lambda a, b: (a != b).astype(np.float64),
    "&&": lambda a, b: ((a != 0) & (b != 0)).astype(np.float64),
    "||": lambda a, b: ((a != 0) | (b != 0)).astype(np.float64),
}
_OPERATORS |= {"AND": _OPERATORS["&&"], "OR": _OPERATORS["||"]}


def _combine(operator: str, left: Value, right: Value) -> Value:
    lines = [value for value in (left, right) if isinstance(value, Line)]
    if not lines:
        return _combine_numbers(operator, left, right)
    same = len(lines) == 1 or np.array_equal(lines[0].times, lines[1].times)
    times = lines[0].times if same else np.union1d(lines[0].times, lines[1].times)
    a, b = _values(left, times), _values(right, times)
    period = max(line.period for line in lines)
    if operator != "/":
        return Line(times, _OPERATORS[operator](a, b), period)
    some = b != 0
    return Line(times[some], a[some] / b[some], period)


def _combine_numbers(operator: str, left: Value, right: Value) -> float:
    if not isinstance(left, float) or not isinstance(right, float):
        raise BadExpression("Numbers or time series are wanted")
    if operator == "/":
        return left / right if right else float("nan")
    return float(_OPERATORS[operator](np.array([left]), np.array([right]))[0])


def _values(value: Value, times: Int64s) -> Floats:
    if isinstance(value, Line):
        return _on(value, times)
    if isinstance(value, float):
        return np.full(len(times), value)
    raise BadExpression("A number or a time series is wanted")


def _on(line: Line, times: Int64s) -> Floats:
    """The line's values at those times, 0 where it has none."""
    if not len(line.times):
        return np.zeros(len(times))
    at = np.minimum(np.searchsorted(line.times, times), len(line.times) - 1)
    return np.where(line.times[at] == times, line.values[at], 0.0)
