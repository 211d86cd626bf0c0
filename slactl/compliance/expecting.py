"""Whether a selected value is as a control expects it.

The one rule: a value that cannot be compared with what is expected is not as expected; nothing is converted, no text
is taken for a number, and true is not one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from slactl.model.general import Expectation, Expects

AHEAD = 300
"""So many seconds another clock may be ahead: an instant later than that is not one of the past."""


def holds(value: object, expectation: Expectation, at: int) -> bool:
    """Whether a value was as expected at an instant.

    Args:
        value: JSON, as a JMESPath selected it.
        expectation: what is expected of it.
        at: when it was looked at, seconds since the epoch.
    """
    return _TESTS[expectation.how](value, expectation.value, at)


def same(one: object, other: object) -> bool:
    """Whether two JSON values are the same: 1 and 1.0 are, 1 and true are not, the order of keys says nothing."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def _is_there(value: object) -> bool:
    """What selects nothing gives null, an empty list or an empty text; zero and false are something."""
    return value is not None and not (isinstance(value, str | list | tuple | Mapping) and not value)


def _number(value: object) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _compared(test: Callable[[float, float], bool]) -> Callable[[object, object, int], bool]:
    def compare(value: object, wanted: object, _: int) -> bool:
        found, limit = _number(value), _number(wanted)
        return found is not None and limit is not None and test(found, limit)

    return compare


def _younger(value: object, wanted: object, at: int) -> bool:
    limit, instant = _number(wanted), _instant(value)
    return limit is not None and instant is not None and -AHEAD <= at - instant < limit


def _instant(value: object) -> float | None:
    """Seconds since the epoch of an RFC 3339 text that says its offset."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if found.tzinfo is None else found.astimezone(UTC).timestamp()


def _one_of(value: object, wanted: object, _: int) -> bool:
    return isinstance(wanted, list | tuple) and any(same(value, one) for one in wanted)


_TESTS: Mapping[Expects, Callable[[object, object, int], bool]] = {
    Expects.EQUALS: lambda value, wanted, _: same(value, wanted),
    Expects.ONE_OF: _one_of,
    Expects.AT_LEAST: _compared(lambda found, limit: found >= limit),
    Expects.AT_MOST: _compared(lambda found, limit: found <= limit),
    Expects.PRESENT: lambda value, _, __: _is_there(value),
    Expects.ABSENT: lambda value, _, __: not _is_there(value),
    Expects.YOUNGER_THAN: _younger,
}
