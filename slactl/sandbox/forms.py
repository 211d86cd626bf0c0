"""The old query protocol: forms in, XML out.

The one rule: a form knows no types, so the few parameters that are not text are listed here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"
_NUMBERS = frozenset({
    "Period", "MaxDatapoints", "MaxRecords", "EvaluationPeriods", "DatapointsToAlarm", "QueryResultsToEvaluate",
    "QueryResultsToAlarm", "StartTimeOffset", "EndTimeOffset", "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
})  # fmt: skip
_FLAGS = frozenset({"ReturnData", "IncludeLinkedAccounts", "ActionsEnabled"})
_TIMES = frozenset({"StartTime", "EndTime", "StartDate", "EndDate", "ExpireDate"})
_MAPS = frozenset({"ExtendedStatistics", "ContributorAttributes", "AlarmContributorAttributes"})
TIME_OUTPUTS = frozenset({
    "Timestamps", "Timestamp", "AlarmConfigurationUpdatedTimestamp", "StateUpdatedTimestamp",
    "StateTransitionedTimestamp", "LastUpdatedTimestamp", "StartDate", "ExpireDate",
})  # fmt: skip


def read_form(body: bytes) -> dict[str, Any]:
    """The nested parameters of a form, lists as ``Name.member.1``.

    Raises:
        ValueError: if a number, a time or a list index cannot be read.
    """
    root: dict[str, Any] = {}
    for name, text in parse_qsl(body.decode(), keep_blank_values=True):
        path = name.split(".")
        place = root
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = _typed(path[-1], text)
    return {name: _listed(value) for name, value in root.items()}


def _typed(name: str, text: str) -> Any:
    if name in _NUMBERS:
        return int(text)
    if name in _FLAGS:
        return text == "true"
    if name == "Threshold":
        return float(text)
    return seconds(text) if name in _TIMES else text


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if set(value) == {"member"}:
        return [_listed(value["member"][number]) for number in sorted(value["member"], key=int)]
    return {name: _listed(item) for name, item in value.items()}


def seconds(text: str) -> float:
    """Seconds since the epoch of an ISO 8601 time, UTC if it names no offset.

    Raises:
        ValueError: if it is none.
    """
    read = datetime.fromisoformat(text)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()


def iso(time: float) -> str:
    """A time as the old protocol writes it."""
    return datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z")


def write_result(operation: str, result: dict[str, Any], request_id: str) -> bytes:
    """The XML of an answer."""
    inner = "".join(_element(name, value) for name, value in result.items())
    return (
        f'<{operation}Response xmlns="{NAMESPACE}"><{operation}Result>{inner}</{operation}Result>'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
    ).encode()


def write_error(code: str, message: str, status: int, request_id: str) -> bytes:
    """The XML of a refusal."""
    kind = "Sender" if status < 500 else "Receiver"
    return (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>{kind}</Type><Code>{escape(code)}</Code>'
        f"<Message>{escape(message)}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()


def _element(name: str, value: Any) -> str:
    return f"<{name}>{_content(name, value)}</{name}>"


def _content(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(f"<member>{_content(name, item)}</member>" for item in value)
    if isinstance(value, dict) and name in _MAPS:
        return "".join(f"<entry>{_element('key', key)}{_element('value', item)}</entry>" for key, item in value.items())
    if isinstance(value, dict):
        return "".join(_element(key, item) for key, item in value.items())
    if name in TIME_OUTPUTS:
        return iso(value)
    if isinstance(value, bool):
        return str(value).lower()
    return escape(value) if isinstance(value, str) else repr(value)
