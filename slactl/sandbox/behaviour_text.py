"""Reading misbehaviour from the command line: ``throttle=10%``, ``forbid=Fault``, ``delay=100ms``.

The one rule: a setting that is not understood refuses the start, and the message names what is
wanted; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from slactl.sandbox.behaviour import BadBehaviour, Behaviour, Inconsistent, Rhythm

Reader = Callable[[str], Any]
_OPERATION = re.compile(r"[A-Z][A-Za-z]+")
_DELAY = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s)")


def parse_settings(settings: Iterable[str]) -> Behaviour:
    """The behaviour of ``name=value`` settings; a name given again adds to what it may add to.

    Raises:
        BadBehaviour: naming the setting and what is wanted.
    """
    found: dict[str, Any] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        name = name.strip().lower()
        if name not in SETTINGS:
            raise BadBehaviour(f"{setting!r}: no such behaviour; there are {', '.join(sorted(SETTINGS))}")
        attribute, wanted, reader = SETTINGS[name]
        try:
            read = reader(value.strip())
        except ValueError as error:
            raise BadBehaviour(f"{setting!r}: {name} wants {wanted}, found {value!r}") from error
        found[attribute] = _joined(found.get(attribute), read)
    return Behaviour(**found)


def _joined(earlier: Any, read: Any) -> Any:
    if isinstance(earlier, frozenset | dict):
        return earlier | read
    return earlier + read if isinstance(earlier, tuple) else read


def _rhythm(value: str) -> Rhythm:
    if value.startswith("every:"):
        return Rhythm.every(_positive(value.removeprefix("every:")))
    share = float(value.removesuffix("%")) / 100 if value.endswith("%") else float(value)
    if not 0 < share <= 1:
        raise ValueError(value)
    return Rhythm(share)


def _positive(value: str) -> int:
    if int(value) < 1:
        raise ValueError(value)
    return int(value)


def _operation(value: str) -> frozenset[str]:
    if not _OPERATION.fullmatch(value):
        raise ValueError(value)
    return frozenset({value})


def _metric(value: str) -> frozenset[str]:
    if not value:
        raise ValueError(value)
    return frozenset({value})


def _metric_times(value: str) -> dict[str, int | None]:
    times, sign, name = value.partition("x:")
    if sign and times.isdigit():
        return {_name(name): _positive(times)}
    return {_name(value): None}


def _name(value: str) -> str:
    return next(iter(_metric(value)))


def _flag(value: str) -> bool:
    if value.lower() not in ("", "yes", "no"):
        raise ValueError(value)
    return value.lower() != "no"


def _delay(value: str) -> float:
    match = _DELAY.fullmatch(value)
    if not match:
        raise ValueError(value)
    return float(match[1]) * (1000 if match[2] == "s" else 1)


def _skew(value: str) -> float:
    return -_delay(value[1:]) / 1000 if value.startswith("-") else _delay(value.removeprefix("+")) / 1000


def _instant(value: str) -> float:
    read = datetime.fromisoformat(value)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()


def _message(value: str) -> tuple[tuple[str, str], ...]:
    code, sign, text = value.partition(":")
    if not sign or not code:
        raise ValueError(value)
    return ((code, text.strip()),)


def _inconsistent(value: str) -> Inconsistent:
    start, end, *reads = value.split("/")
    first, last = _instant(start), _instant(end)
    if last <= first or len(reads) > 1:
        raise ValueError(value)
    return Inconsistent(first, last, reads=_positive(reads[0]) if reads else None)


_RHYTHM = "a share (0.1, 10%) or every:N"
_METRIC = "a metric, an operation, a statistic, or METRIC:OPERATION"
SETTINGS: dict[str, tuple[str, str, Reader]] = {
    "throttle": ("throttle", _RHYTHM, _rhythm),
    "server-error": ("server_error", _RHYTHM, _rhythm),
    "drop": ("drop", _RHYTHM, _rhythm),
    "fail": ("fail", "an API operation such as GetMetricData", _operation),
    "deny": ("access_denied", "an API operation such as ListServices", _operation),
    "expired-token": ("expired_token", "yes or no", _flag),
    "forbid": ("forbidden", _METRIC, _metric),
    "internal-error": ("internal_error", f"{_METRIC}, with Nx: before it for the first N reads only", _metric_times),
    "partial": ("partial", "yes or no", _flag),
    "partial-forever": ("partial_forever", _METRIC, _metric),
    "message": ("messages", "CODE:TEXT", _message),
    "delay": ("delay_ms", "a time such as 100ms or 2s", _delay),
    "page-points": ("page_points", "a number of points of 1 or more", _positive),
    "forget": ("forget", "a time such as 2026-05-04T00:00Z", _instant),
    "no-percentiles": ("no_percentiles", "yes or no", _flag),
    "inconsistent": ("inconsistent", "START/END or START/END/READS", _inconsistent),
    "quota": ("enforce_quota", "yes or no", _flag),
    "clock": ("clock_off", "a time such as 300s or -300s", _skew),
    "modern-codes": ("modern_codes", "yes or no", _flag),
}
