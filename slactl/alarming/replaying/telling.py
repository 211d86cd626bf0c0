"""Who would have been told, when, and of what: composites over what their alarms did, and maintenance that mutes.

The one rule: what surely rang and what may have rung are carried through every rule side by side; a pair of which one
alarm cannot be replayed may have rung whenever the other did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from slactl.alarming.ruletext import children
from slactl.model.alarm import AllOf, AnyOf, CompositeAlarm, DesiredAlarm, Rings, Rule, Severity
from slactl.model.replay import AlarmReplay, CauseReplay, Ring, Rung, Unfit
from slactl.model.span import Span, Spans, intersect, subtract, union

Found = Rung | Unfit
Quiet = Mapping[tuple[str, Severity], Spans]
"""By service and severity, when its actions are muted."""
NEVER = Rung(())


def over(rule: Rule, rungs: Mapping[str, Found], month: Span) -> Rung:
    """When a rule held; an alarm that is not replayed may have rung all month."""
    match rule:
        case Rings(name):
            found = rungs.get(name, NEVER)
            return found if isinstance(found, Rung) else Rung((), (month,))
        case AllOf(parts):
            return _joined([over(part, rungs, month) for part in parts], every=True)
        case AnyOf(parts):
            return _joined([over(part, rungs, month) for part in parts], every=False)


def _joined(rungs: Sequence[Rung], *, every: bool) -> Rung:
    surely, perhaps = rungs[0].spans, union((*rungs[0].spans, *rungs[0].doubt))
    for one in rungs[1:]:
        maybe = union((*one.spans, *one.doubt))
        surely = intersect(surely, one.spans) if every else union((*surely, *one.spans))
        perhaps = intersect(perhaps, maybe) if every else union((*perhaps, *maybe))
    return Rung(surely, subtract(perhaps, surely), max(one.step for one in rungs))


def composites(wanted: Iterable[DesiredAlarm], rungs: Mapping[str, Found], month: Span) -> dict[str, Found]:
    """What every alarm did, composites among them; these stand after what they look at."""
    found = dict(rungs)
    for one in wanted:
        if isinstance(one.alarm, CompositeAlarm):
            found[one.name] = over(one.alarm.rule, found, month)
    return found


def replays(wanted: Iterable[DesiredAlarm], rungs: Mapping[str, Found]) -> Iterator[AlarmReplay]:
    """Every alarm with what it did."""
    for one in wanted:
        found = rungs.get(one.name, NEVER)
        told = (NEVER, found) if isinstance(found, Unfit) else (found, None)
        tells = bool(one.alarm.actions.all) or _outermost(one)
        yield AlarmReplay(one.name, one.kind, one.service, one.severity, one.objective, one.operation, tells, *told)


def _outermost(one: DesiredAlarm) -> bool:
    """Whether it would tell, if anybody were named: what watches slactl itself, and the composite of a severity."""
    return not one.service or (isinstance(one.alarm, CompositeAlarm) and one.name.endswith(f" {one.severity.value}"))


def causes(wanted: Sequence[DesiredAlarm], rungs: Mapping[str, Found], month: Span) -> tuple[CauseReplay, ...]:
    """Each reason to tell somebody, with what it did; cut composites are looked through."""
    known = {one.name: one for one in wanted}
    found = []
    for one in wanted:
        if isinstance(one.alarm, CompositeAlarm):
            for part in _parts(one.alarm.rule):
                names = children(part)
                first = known[names[0]]
                if not isinstance(first.alarm, CompositeAlarm):
                    found.append(_cause(names, first, over(part, rungs, month)))
        elif not one.service:
            found.append(_cause((one.name,), one, over(Rings(one.name), rungs, month)))
    return tuple(found)


def _cause(names: tuple[str, ...], one: DesiredAlarm, rung: Rung) -> CauseReplay:
    return CauseReplay(names, one.kind, one.service, one.severity, one.objective, one.operation, rung)


def _parts(rule: Rule) -> tuple[Rule, ...]:
    return rule.parts if isinstance(rule, AnyOf) else (rule,)


def rings(alarms: Iterable[AlarmReplay], reasons: Sequence[CauseReplay], quiet: Quiet, month: Span) -> tuple[Ring, ...]:
    """Each time that somebody would have been told, in order of time."""
    found = [
        _ring(one, span, reasons, quiet.get((one.service, one.severity), ()), month)
        for one in alarms
        if one.tells
        for span in one.rung.spans
    ]
    return tuple(sorted(found, key=lambda ring: (ring.span, ring.severity.value, ring.alarm)))


def _ring(one: AlarmReplay, span: Span, reasons: Iterable[CauseReplay], quiet: Spans, month: Span) -> Ring:
    mine = [reason for reason in reasons if (reason.service, reason.severity) == (one.service, one.severity)]
    why = tuple(reason for reason in mine if any(part.meets(span) for part in reason.rung.spans))
    before, after = span.start == month.start, span.end == month.end
    told = told_at(span, quiet)
    return Ring(one.name, one.service, one.severity, span, one.rung.step, told, before, after, why)


def told_at(span: Span, quiet: Spans) -> int | None:
    """When the actions of a ring go out: at its beginning, or when it still rings as the mute ends."""
    muted = next((part for part in quiet if part.start <= span.start < part.end), None)
    if muted is None:
        return span.start
    return muted.end if muted.end < span.end else None
