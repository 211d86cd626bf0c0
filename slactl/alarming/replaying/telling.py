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
    wanted = tuple(wanted)
    held = _held(wanted)
    for one in wanted:
        found = rungs.get(one.name, NEVER)
        told = (NEVER, found) if isinstance(found, Unfit) else (found, None)
        tells = bool(one.alarm.actions.all) or one.name not in held
        yield AlarmReplay(one.name, one.kind, one.service, one.severity, one.objective, one.operation, tells, *told)


def _held(wanted: Iterable[DesiredAlarm]) -> frozenset[str]:
    """The alarms that a composite looks at; all others would tell, if anybody were named."""
    rules = [one.alarm.rule for one in wanted if isinstance(one.alarm, CompositeAlarm)]
    return frozenset(name for rule in rules for name in children(rule))


def causes(wanted: Sequence[DesiredAlarm], rungs: Mapping[str, Found], month: Span) -> tuple[CauseReplay, ...]:
    """Each reason to tell somebody, with what it did; cut composites are looked through."""
    known, held = {one.name: one for one in wanted}, _held(wanted)
    found = []
    for one in wanted:
        if isinstance(one.alarm, CompositeAlarm):
            for part in _parts(one.alarm.rule):
                names = children(part)
                first = known[names[0]]
                if not isinstance(first.alarm, CompositeAlarm):
                    found.append(_cause(names, first, over(part, rungs, month)))
        elif one.name not in held:
            found.append(_cause((one.name,), one, over(Rings(one.name), rungs, month)))
    return tuple(found)


def _cause(names: tuple[str, ...], one: DesiredAlarm, rung: Rung) -> CauseReplay:
    return CauseReplay(names, one.kind, one.service, one.severity, one.objective, one.operation, rung)


def _parts(rule: Rule) -> tuple[Rule, ...]:
    return rule.parts if isinstance(rule, AnyOf) else (rule,)


def rings(alarms: Iterable[AlarmReplay], reasons: Sequence[CauseReplay], quiet: Quiet, month: Span) -> tuple[Ring, ...]:
    """Each time that somebody would have been told, in order of time."""
    telling = [one for one in alarms if one.tells]
    alone = {one.name for one in telling} & {name for reason in reasons for name in reason.alarms}
    found = [
        _ring(one, span, tuple(_reasons(one, reasons, alone)), quiet.get((one.service, one.severity), ()), month)
        for one in telling
        for span in one.rung.spans
    ]
    return tuple(sorted(found, key=lambda ring: (ring.span, ring.severity.value, ring.alarm)))


def _reasons(one: AlarmReplay, reasons: Iterable[CauseReplay], alone: set[str]) -> Iterator[CauseReplay]:
    """What an alarm that tells may tell of: itself, or what no other of its service and severity tells by itself."""
    for reason in reasons:
        mine = (reason.service, reason.severity) == (one.service, one.severity)
        if one.name in reason.alarms or (mine and one.name not in alone and alone.isdisjoint(reason.alarms)):
            yield reason


def _ring(one: AlarmReplay, span: Span, reasons: Iterable[CauseReplay], quiet: Spans, month: Span) -> Ring:
    why = tuple(reason for reason in reasons if any(part.meets(span) for part in reason.rung.spans))
    before, after = span.start == month.start, span.end == month.end
    told = told_at(span, quiet)
    return Ring(one.name, one.service, one.severity, span, one.rung.step, told, before, after, why)


def told_at(span: Span, quiet: Spans) -> int | None:
    """When the actions of a ring go out: at its beginning, or when it still rings as the mute ends."""
    muted = next((part for part in quiet if part.start <= span.start < part.end), None)
    if muted is None:
        return span.start
    return muted.end if muted.end < span.end else None
