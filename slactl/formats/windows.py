"""The windows of maintenance as ``slactl maintenance list`` tells them: rows of a table, and ``slactl.maintenance/1``.

The one rule: a window is told as the report's exclusions tell it, with its local times beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from slactl.formats.json import exclusion_object
from slactl.formats.language import Language, mark, speak
from slactl.formats.texts import reason_text
from slactl.formats.times import local_iso, utc
from slactl.formats.words import PROOFS
from slactl.model.maintenance import ServiceExclusion, WindowOutcome
from slactl.model.span import Span
from slactl.model.status import Reason

SCHEMA = "slactl.maintenance/1"
HEADS = (
    mark("window"),
    mark("start"),
    mark("end"),
    mark("announced"),
    mark("proof"),
    mark("service"),
    mark("applied"),
    mark("told"),
)
Object = Mapping[str, Any]


def document(outcomes: Sequence[WindowOutcome], span: Span, zone: ZoneInfo, language: str = "en") -> Object:
    """The windows of a span as ``slactl.maintenance/1``.

    Raises:
        ValueError: if the language is unknown.
    """
    spoken = speak(language)
    return {
        "schema": SCHEMA,
        "start": utc(span.start),
        "end": utc(span.end),
        "timezone": zone.key,
        "windows": [_object(one, zone, spoken) for one in outcomes],
    }


def rows(outcomes: Sequence[WindowOutcome], zone: ZoneInfo, language: str = "en") -> list[tuple[str, ...]]:
    """A row for each window and what it comes to; services that fare alike share one.

    Raises:
        ValueError: if the language is unknown.
    """
    return [row for one in outcomes for row in _rows(one, zone, speak(language))]


def heads(language: str = "en") -> tuple[str, ...]:
    """What stands above the columns of ``rows``.

    Raises:
        ValueError: if the language is unknown.
    """
    return tuple(speak(language).gettext(head) for head in HEADS)


def no_window(language: str = "en") -> str:
    """What is said where there is none."""
    return speak(language).gettext("no window of maintenance")


def _object(outcome: WindowOutcome, zone: ZoneInfo, language: Language) -> Object:
    window = outcome.window
    return {
        "local_start": local_iso(window.span.start, zone),
        "local_end": local_iso(window.span.end, zone),
        "mute": window.mute,
        "window": exclusion_object(outcome, language),
    }


def _rows(outcome: WindowOutcome, zone: ZoneInfo, language: Language) -> Iterator[tuple[str, ...]]:
    window = outcome.window
    announced = language.gettext("never") if window.announced is None else _local(window.announced, zone)
    proof = language.gettext(PROOFS[window.proof.word])
    told = (window.id, _local(window.span.start, zone), _local(window.span.end, zone), announced, proof)
    alike: dict[tuple[str, str], list[str]] = {}
    for part in outcome.services:
        alike.setdefault((_applied(part, language), _why(part.reason, outcome, language)), []).append(part.service)
    for (applied, why), services in alike.items():
        yield (*told, ", ".join(services), applied, why)


def _applied(part: ServiceExclusion, language: Language) -> str:
    if not part.applied:
        return language.gettext("no")
    whole = part.excluded_seconds == part.requested_seconds
    return language.gettext("yes") if whole else language.gettext("in part")


def _why(reason: Reason | None, outcome: WindowOutcome, language: Language) -> str:
    """Why it is not applied, or not all of it; and what speaks against its proof."""
    told = [one for one in (reason, outcome.proof_note) if one is not None]
    return " ".join(reason_text(one, language) for one in told)


def _local(instant: int, zone: ZoneInfo) -> str:
    """``2026-10-14 02:00+02:00``: with its offset, because an hour may come twice."""
    return local_iso(instant, zone).replace("T", " ")
