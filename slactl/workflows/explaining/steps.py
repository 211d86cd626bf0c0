"""The slices and hours behind an account of seconds, each with the rule that decided it.

The one rule: states, runs and bounds are those that the account was taken from; the steps' seconds add
up to it, to the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from slactl.compliance.declared import by_slices, by_the_hour
from slactl.compliance.hours import Hour, HourlyCounts, each_hour
from slactl.compliance.slices import Slices, SliceState, run_of
from slactl.model.maintenance import ServiceExclusion, WindowOutcome
from slactl.model.objective import SilencePolicy
from slactl.model.report import Seconds
from slactl.model.span import Span, Spans, intersect, subtract, union
from slactl.model.steps import Because, Fate, Joined, Step
from slactl.workflows.timeline import Frame, Timeline

FATES = (Fate.UP, Fate.DOWN, Fate.NO_TRAFFIC, Fate.EXCLUDED, Fate.UNKNOWN, Fate.NOT_YET)
"""The fates in the order of ``Seconds``, which is that of ``SliceState`` too."""


def steps_of(line: Timeline, outcomes: Iterable[WindowOutcome] = ()) -> list[Step]:
    """Every slice, or hour where only hours are kept, of an account; in order of time."""
    owned = [(part, outcome.window.id) for outcome in outcomes for one in outcome.services for part in _applied(one)]
    return [_named(step, owned) if step.seconds.excluded else step for step in _all(line)]


def grouped(steps: Iterable[Step]) -> list[Step]:
    """The runs of neighbouring steps with one fate."""
    return [_merged(list(run)) for _, run in groupby(steps, key=lambda step: (step.fate, step.windows))]


def _all(line: Timeline) -> Iterator[Step]:
    if not line.parts:
        return _of_one(line)
    hours = union(part.frame.owed for part in line.parts if part.hours and part.frame)
    found = (
        rest
        for part in line.parts
        for step in _of_one(part)
        for rest in ([step] if part.hours else _rest(step, hours, part))
    )
    return iter(sorted(found, key=lambda step: step.span))


def _of_one(line: Timeline) -> Iterator[Step]:
    frame = line.frame
    if frame is None:
        raise ValueError("an account says what it was taken of")
    if line.slices is not None:
        return _slices(line, line.slices, frame)
    return _hours(line, line.hours, frame) if line.hours else iter(())


def _rest(step: Step, hours: Spans, part: Timeline) -> Iterator[Step]:
    """What of a slice lies outside the hours that other parts account for."""
    for span in subtract((step.span,), hours):
        excluded = sum(one.seconds for one in intersect(part.frame.excluded, (span,))) if part.frame else 0
        whole = span == step.span
        yield step if whole else replace(step, span=span, seconds=_one(step.fate, span.seconds - excluded, excluded))


def _slices(line: Timeline, slices: Slices, frame: Frame) -> Iterator[Step]:
    unread = set(_touched(slices, line.account.unread))
    declared, heard = (set(_touched(slices, spans)) for spans in (frame.declared, line.heard))
    for index, state in enumerate(line.account.states):
        step = _heard(_slice(line, slices, index, index in unread), heard=index in heard)
        if index in declared and state not in (SliceState.EXCLUDED, SliceState.NOT_YET):
            part = intersect(frame.declared, (step.span,))
            seconds = by_slices(step.seconds, slices, line.account.states, line.policy, part)
            step = _declared(step, seconds)
        yield step


def _heard(step: Step, *, heard: bool) -> Step:
    """A silent step with the heartbeat that explains it."""
    silent = step.because[0][0] is Because.SILENCE_EXPLAINED
    return replace(step, because=((Because.HEARTBEAT_HEARD, step.because[0][1]),)) if heard and silent else step


def _touched(slices: Slices, spans: Spans) -> Iterator[int]:
    for span in intersect(spans, (slices.span,)):
        first, last = ((at - slices.span.start) // slices.width for at in (span.start, span.end - 1))
        yield from range(first, last + 1)


def _slice(line: Timeline, slices: Slices, index: int, unread: bool) -> Step:
    state, span = line.account.states[index], slices.whole(index)
    because, joined = _decided(line, slices, index, unread)
    nothing = state in (SliceState.EXCLUDED, SliceState.NOT_YET) or (unread and not slices.requests[index])
    fate, counted = FATES[state], slices.counted[index]
    return Step(
        span,
        1,
        fate,
        _one(fate, counted, span.seconds - counted),
        None if nothing else slices.requests[index],
        None if nothing else slices.faults[index],
        ((because, 1),),
        joined=joined,
    )


def _decided(line: Timeline, slices: Slices, index: int, unread: bool) -> tuple[Because, Joined | None]:
    """The rule that gave a slice its state, and the run it was judged with."""
    state, before = line.account.states[index], slices.state[index]
    if state is SliceState.EXCLUDED:
        return Because.MAINTENANCE, None
    if state is SliceState.NOT_YET:
        return Because.NOT_SETTLED, None
    if before is SliceState.NO_TRAFFIC:
        return _silent(line.policy, explained=state is SliceState.NO_TRAFFIC), None
    if before is SliceState.DOWN:
        return Because.HEARTBEAT_FAILED, None
    if before is SliceState.UNKNOWN:
        return Because.UNREAD if unread else Because.FAULTS_WITHOUT_REQUESTS, None
    return _by_share(line, slices, index)


def _silent(policy: SilencePolicy, *, explained: bool) -> Because:
    if not explained:
        return Because.SILENCE_UNEXPLAINED
    return Because.SILENCE_EXPLAINED if policy is SilencePolicy.EXPECTED else Because.SILENCE_BY_POLICY


def _by_share(line: Timeline, slices: Slices, index: int) -> tuple[Because, Joined | None]:
    if not slices.faults[index]:
        return Because.NO_FAULT, None
    assert line.frame is not None
    run = run_of(slices, index, line.frame.indicator.slice_goal)
    if run.first == index and not run.unread:
        met = line.account.states[index] is SliceState.UP
        return Because.SHARE_MET if met else Because.SHARE_MISSED, None
    earlier = tuple(slices.whole(place) for place in range(run.first, index) if slices.requests[place])
    joined = Joined(earlier, run.requests, run.faults, run.unread)
    if run.unread:
        return Because.JOINED_UNREAD, joined
    return Because.JOINED_MET if line.account.states[index] is SliceState.UP else Because.JOINED_MISSED, joined


def _one(fate: Fate, counted: int, excluded: int) -> Seconds:
    """The account of a step of which all that counts has one fate."""
    return Seconds(**{Fate.EXCLUDED.value: excluded, fate.value: counted + (excluded if fate is Fate.EXCLUDED else 0)})


def _declared(step: Step, seconds: Seconds) -> Step:
    """A step with what incidents declare of it."""
    if seconds == step.seconds:
        return step
    return replace(step, seconds=seconds, fate=fate_of(seconds), because=(*step.because, (Because.DECLARED, 1)))


def fate_of(seconds: Seconds) -> Fate:
    """The one fate of the seconds that count, if they have one."""
    found = [fate for fate in FATES if getattr(seconds, fate.value) and fate is not Fate.EXCLUDED]
    if not found:
        return Fate.EXCLUDED
    return found[0] if len(found) == 1 else Fate.MIXED


def _hours(line: Timeline, counts: HourlyCounts, frame: Frame) -> Iterator[Step]:
    each = each_hour(counts, frame.indicator.slice_goal, line.policy, line.unexplained)
    found = [_hour(line, counts, hour, tally.seconds, frame.declared) for hour, tally in each]
    rest = subtract((counts.span,), (step.span for step in found))
    found += [_left_out(span, counts.width) for span in rest]
    yield from sorted(found, key=lambda step: step.span)


def _left_out(span: Span, width: int) -> Step:
    """Whole hours that maintenance takes out."""
    slices = -(-span.seconds // width)
    account = Seconds(excluded=span.seconds)
    return Step(span, slices, Fate.EXCLUDED, account, None, None, ((Because.MAINTENANCE, slices),))


def _hour(line: Timeline, counts: HourlyCounts, hour: Hour, measured: Seconds, declared: Spans) -> Step:
    start = hour.parts[0].start // 3600 * 3600
    span = Span(max(start, counts.span.start), min(start + 3600, counts.span.end))
    slices = -(-hour.seconds // counts.width)
    because = _of_hour(line, hour, measured)
    least, most = measured.down // counts.width, -(-(measured.down + measured.unknown) // counts.width)
    bounds = (least, most) if because is Because.HOUR_BETWEEN_BOUNDS else None
    excluded = Seconds(excluded=span.seconds - hour.seconds)
    known = hour.readable and hour.settled
    requests, faults = (hour.requests, hour.faults) if known else (None, None)
    account, why = measured + excluded, ((because, slices),)
    step = Step(span, slices, fate_of(measured), account, requests, faults, why, bounds=bounds)
    step = _heard(step, heard=any(part.meets(one) for part in hour.parts for one in line.heard))
    return _declared(step, by_the_hour(measured, hour.parts, line.policy, declared) + excluded)


def _of_hour(line: Timeline, hour: Hour, seconds: Seconds) -> Because:
    """The rule that gave an hour its account."""
    if not hour.settled:
        return Because.NOT_SETTLED
    if hour.silent and not hour.shared:
        return _silent(line.policy, explained=not seconds.unknown)
    if hour.requests is None or hour.faults is None:
        return Because.UNREAD
    if hour.faults > hour.requests:
        return Because.FAULTS_WITHOUT_REQUESTS
    if hour.shared:
        return Because.HOUR_NOT_SEPARABLE
    return Because.HOUR_BETWEEN_BOUNDS if hour.faults else Because.HOUR_WITHOUT_FAULT


def _applied(one: ServiceExclusion) -> Spans:
    return one.spans if one.applied else ()


def _named(step: Step, owned: Sequence[tuple[Span, str]]) -> Step:
    return replace(step, windows=tuple(dict.fromkeys(name for span, name in owned if span.meets(step.span))))


def _merged(run: Sequence[Step]) -> Step:
    """A run of steps as one stretch; what holds of a single slice only is left out."""
    if len(run) == 1:
        return run[0]
    reasons: dict[Because, int] = {}
    for step in run:
        for because, number in step.because:
            reasons[because] = reasons.get(because, 0) + number
    return Step(
        Span(run[0].span.start, run[-1].span.end),
        sum(step.slices for step in run),
        run[0].fate,
        added_up(step.seconds for step in run),
        _known(step.requests for step in run),
        _known(step.faults for step in run),
        tuple(reasons.items()),
        run[0].windows,
    )


def added_up(parts: Iterable[Seconds]) -> Seconds:
    """The sum of many accounts."""
    columns = zip(
        *((one.up, one.down, one.no_traffic, one.excluded, one.unknown, one.not_yet) for one in parts), strict=True
    )
    return Seconds(*(sum(column) for column in columns))


def _known(values: Iterable[int | None]) -> int | None:
    held = [value for value in values if value is not None]
    return sum(held) if held else None
