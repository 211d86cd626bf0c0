"""A standing where it is piped: full values between tabs, blocks with a head line each and a blank line between.

The one rule: nothing is cut, drawn or coloured; the heads and status codes never speak the reader's language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.language import speak
from slactl.formats.sanitize import plain
from slactl.formats.standing.lines import lines_of
from slactl.formats.standing.words import admitted
from slactl.formats.times import local_iso, utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slactl.formats.language import Language
    from slactl.formats.standing.lines import Line
    from slactl.model.standing import Coming, Standing

HEADS = ("service", "class", "objective", "title", "status", "binding", "figure", "goal", "budget_left", "left")
TAIL = ("days", "spent_by", "reason")
WINDOWS = ("window", "start", "end", "services", "applied", "told")
WHOLE = ("window", "status", "settled_until", "generated_at", "evidence_until")


def render(standing: Standing, language: str) -> str:
    """The blocks: the targets, the windows that come, and what the whole is of.

    Raises:
        ValueError: if the language is unknown.
    """
    spoken = speak(language)
    blocks = [list(_targets(standing, spoken)), list(_windows(standing, spoken)), list(_whole(standing))]
    return "\n".join("".join("\t".join(row) + "\n" for row in block) for block in blocks if block)


def _targets(standing: Standing, language: Language) -> Iterable[Sequence[str]]:
    lookbacks = [one.name for one in standing.check.policy.shown] if standing.check.policy else []
    yield (*HEADS, *(f"burn_{name}" for name in lookbacks), *TAIL)
    for line in lines_of(standing, language):
        yield _target(line, lookbacks)


def _target(line: Line, lookbacks: Sequence[str]) -> Sequence[str]:
    rates, row = dict(line.rates), line.target.row
    days = " ".join(f"{day}={text}" for day, text in line.days)
    named = (plain(row.service), plain(row.operation_class or ""), plain(row.objective), line.objective)
    judged = (line.target.status.value, "yes" if row.binding else "no", line.figure, line.goal)
    burning = (rates.get(name, "") for name in lookbacks)
    return (*named, *judged, line.left, line.sentence, *burning, days, line.spent_by, line.reason)


def _windows(standing: Standing, language: Language) -> Iterable[Sequence[str]]:
    if standing.coming:
        yield WINDOWS
    for one in standing.coming:
        yield _window(one, standing, language)


def _window(one: Coming, standing: Standing, language: Language) -> Sequence[str]:
    zone, span = standing.check.catalogue.report.zone, one.window.span
    services = " ".join(plain(service) for service in one.services)
    applied = "yes" if one.applied else "no"
    ends = (local_iso(span.start, zone), local_iso(span.end, zone))
    return (plain(one.window.id), *ends, services, applied, admitted(one, language))


def _whole(standing: Standing) -> Iterable[Sequence[str]]:
    check = standing.check
    yield WHOLE
    collected = "" if standing.collected is None else utc(standing.collected)
    yield (check.window.value, check.status.value, utc(check.settled_until), utc(check.now), collected)
