"""Holds the period, the exclusions and the gaps of a JSON report against the claims.

Decides when two stretches of time are the same. The one rule: instants are compared, not texts.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from .differences import differs
from .spans import Span, length, union, without

Document = Mapping[str, Any]


def second(text: str) -> int:
    """A written instant in epoch seconds."""
    return int(datetime.fromisoformat(text).timestamp())


def period(report_json: Document, expected: Document) -> Iterator[str]:
    """Start, end and finality of the reporting period."""
    printed, claims = report_json["period"], expected["period"]
    for edge in ("start", "end"):
        if second(printed[edge]) != second(claims[edge]):
            yield f"period.{edge} is {printed[edge]!r}, not {claims[edge]}"
    yield from differs("period.final", printed["final"], claims["final"])


def exclusions(report_json: Document, expected: Document) -> Iterator[str]:
    """Each window of the month: its times, and what each service got of it."""
    printed = {window["id"]: window for window in report_json["exclusions"]}
    for (name, service), claims in expected["exclusions"].items():
        label = f"exclusion {name} / {service}"
        if name not in printed:
            yield f"{label}: the window is missing"
            continue
        yield from (f"{label}: {found}" for found in _window(printed[name], service, claims))


def _window(window: Document, service: str, claims: Document) -> Iterator[str]:
    for edge in ("start", "end"):
        if second(window[edge]) != second(claims[edge]):
            yield f"{edge} is {window[edge]!r}, not {claims[edge]}"
    own = next((share for share in window["services"] if share["service"] == service), None)
    if own is None:
        yield "the service is missing"
        return
    for name in ("applied", "requested_seconds", "excluded_seconds"):
        if name in claims:
            yield from differs(name, own.get(name), claims[name])
    if "reason" in claims:
        reason = own.get("reason")
        code = reason.get("code") if isinstance(reason, dict) else reason
        yield from differs("reason", code, claims["reason"])


def gaps(report_json: Document, claims: Document, service: str, label: str) -> Iterator[str]:
    """Every stretch of silence that nobody can explain stands among the gaps."""
    claimed: tuple[Span, ...] = claims.get("silences", ())
    listed = union(
        (second(gap["start"]), second(gap["end"]))
        for gap in report_json["gaps"]
        if gap["code"] == "unexplained-silence" and gap["service"] in (service, None)
    )
    missing = without(claimed, listed)
    if missing:
        place = f"{len(missing)} stretches, the first from {datetime.fromtimestamp(missing[0][0], UTC):%Y-%m-%dT%H:%MZ}"
        yield f"{label}: {length(missing)} seconds of unexplained silence are not among the gaps ({place})"
