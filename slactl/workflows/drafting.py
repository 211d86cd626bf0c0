"""Drafts an incident for everything that none explains: forms to fill in, as YAML.

The one rule: a draft says only what was measured. What a person must tell is an empty text, and the
configuration refuses those, so that an empty form never stands for an explanation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, groupby
from zoneinfo import ZoneInfo

from slactl.model.incident import Missed, Stretch
from slactl.model.period import agreement_year
from slactl.model.report import Report, RowSpan
from slactl.model.span import Span
from slactl.workflows.onboarding.yamltext import remark, word

TO_FILL = """    ticket: ""
    cause: ""
    impact: ""
    correction: ""
    corrective_action:
      action: ""
      owner: ""
      due: ""
"""
NAMED = 3


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of one incident to be told; ``end`` is None where it may still go on."""

    service: str
    start: int
    end: int | None
    why: str
    objectives: tuple[str, ...] = ()


def incident_drafts(report: Report) -> tuple[str, int]:
    """The text of an incident file, and how many incidents it holds."""
    forms = sorted(_forms(report), key=lambda one: (one.start, one.service, one.objectives))
    if not forms:
        return "incidents: []\n", 0
    taken = {one.id for one in report.catalogue.incidents}
    zone = report.period.zone
    head = (
        f"# What no incident explains in {remark(report.report_id)}. Fill in each empty line, or remove it;\n"
        "# slactl config check refuses what is left empty.\n"
        "incidents:\n"
    )
    return head + "\n".join(_written(form, _name(form, zone, taken), zone) for form in forms), len(forms)


def _forms(report: Report) -> Iterator[Form]:
    open_ones = [one for one in report.deviations.stretches if not one.explained]
    yield from (_of_stretch(one, report) for one in open_ones)
    down = {one.service for one in open_ones}
    uptimes = {row.objective for row in report.results if row.indicator == "availability"}
    # Whoever explains the stretches explains the availability that was missed by them.
    rest = [
        one
        for one in report.deviations.missed
        if not one.explained and not (one.objective in uptimes and one.service in down)
    ]
    rest.sort(key=_kind)
    for _, found in groupby(rest, key=_kind):
        yield _of_missed(list(found), report)


def _kind(one: Missed) -> tuple[str, str, str]:
    return one.service, one.objective, one.span.value


def _of_stretch(one: Stretch, report: Report) -> Form:
    goes_on = report.period.running and one.span.end >= report.period.settled_until
    why = f"down for {_length(one.span.seconds)}: {one.faults} of {one.requests} requests failed"
    return Form(one.service, one.span.start, None if goes_on else one.span.end, why)


def _length(seconds: int) -> str:
    return f"{seconds} seconds" if seconds % 60 else f"{seconds // 60} minutes"


def _of_missed(found: list[Missed], report: Report) -> Form:
    first = found[0]
    span = report.period.span
    if first.span is RowSpan.YEAR_TO_DATE:
        starts = report.catalogue.report.year_starts
        span = Span(agreement_year(report.period.month, starts, report.period.zone).start, span.end)
    what = ("the year to date" if first.span is RowSpan.YEAR_TO_DATE else "this month") + _of_operations(found)
    why = f"misses {first.objective} over {what}; narrow the time to what caused it"
    return Form(first.service, span.start, span.end, why, (first.objective,))


def _of_operations(found: Iterable[Missed]) -> str:
    names = [one.operation for one in found if one.operation is not None]
    if not names:
        return ""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f" ({', '.join(names[:NAMED])}{more})"


def _name(form: Form, zone: ZoneInfo, taken: set[str]) -> str:
    """The next free number of its local day, taken from then on."""
    day = datetime.fromtimestamp(form.start, UTC).astimezone(zone).date()
    name = next(one for number in count(1) if (one := f"INC-{day.isoformat()}-{number}") not in taken)
    taken.add(name)
    return name


def _written(form: Form, name: str, zone: ZoneInfo) -> str:
    objectives = f"    objectives: [{', '.join(word(one) for one in form.objectives)}]\n" if form.objectives else ""
    end = "" if form.end is None else f"    end: {_local(form.end, zone)}\n"
    return (
        f"  # {remark(form.service)}: {remark(form.why)}.\n"
        f"  - id: {name}\n"
        f"    service: {word(form.service)}\n"
        f"{objectives}"
        f"    start: {_local(form.start, zone)}\n"
        f"{end}{TO_FILL}"
    )


def _local(instant: int, zone: ZoneInfo) -> str:
    """A local time; with its offset where the clock shows it twice."""
    moment = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    twice = moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
    shown = moment if twice else moment.replace(tzinfo=None)
    return shown.isoformat(timespec="seconds" if moment.second else "minutes")
