"""What rang by the kept history, held against what should have.

The one rule: only where the history was read, and while the alarm stood, is anything compared; a ring too short for
the replay to see is not called wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from slactl.model.replay import Agreement, AlarmReplay, Compared, History
from slactl.model.span import Span, Spans, intersect, union

SLACK = 180
"""CloudWatch may be late by so many seconds."""


@dataclass(frozen=True, slots=True)
class Past:
    """What the history tells of an alarm: when it stood and was looked at, and when it rang of that."""

    known: Spans
    rang: Spans


def compare(alarms: Iterable[AlarmReplay], past: Mapping[str, Past], read: Spans) -> History:
    """Every ring of either side, alarm by alarm."""
    planned = tuple(alarms)
    absent = tuple(one.name for one in planned if one.name not in past)
    found = tuple(told for one in planned if one.name in past for told in _compared(one, past[one.name]))
    return History(read, tuple(sorted(found, key=lambda one: (one.span, one.alarm))), absent)


def _compared(one: AlarmReplay, past: Past) -> Iterator[Compared]:
    expected = intersect(one.rung.spans, past.known)
    slack = SLACK + one.rung.step
    for span in past.rang:
        if _near(span, expected, slack):
            yield Compared(one.name, Agreement.RIGHTLY, span)
        else:
            unsure = one.unfit is not None or span.seconds < one.rung.step or _near(span, one.rung.doubt, 0)
            yield Compared(one.name, Agreement.UNKNOWN if unsure else Agreement.WRONGLY, span)
    for span in expected:
        if not _near(span, past.rang, slack):
            yield Compared(one.name, Agreement.SILENT, span)


def _near(span: Span, others: Iterable[Span], slack: int) -> bool:
    return any(Span(other.start - slack, other.end + slack).meets(span) for other in others)


def rang(changes: Iterable[tuple[int, str]], first: str, known: Spans) -> Spans:
    """When an alarm was in ALARM, of its changes (instant, new state) and the state before the first of them."""
    if not known:
        return ()
    begin, end, state = known[0].start, known[-1].end, first
    spans = []
    for at, after in changes:
        if state == "ALARM" and at > begin:
            spans.append(Span(begin, at))
        begin, state = at, after
    if state == "ALARM" and end > begin:
        spans.append(Span(begin, end))
    return intersect(union(spans), known)
