"""Composites, mutes, what was noticed, and the kept history: by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slactl.alarming.replaying.comparing import Past, compare, rang
from slactl.alarming.replaying.noticing import gone_at, of_downtime, of_objective
from slactl.alarming.replaying.telling import over, rings, told_at
from slactl.model.alarm import AllOf, AnyOf, Rings, Severity
from slactl.model.replay import Agreement, AlarmReplay, CauseReplay, Noticed, Rung, Seen, Unfit
from slactl.model.span import Span

MONTH = Span(0, 100_000)
A, B, C = Rings("a"), Rings("b"), Rings("c")
RUNGS: dict[str, Rung | Unfit] = {
    "a": Rung((Span(1000, 2000), Span(5000, 9000)), (), 300),
    "b": Rung((Span(1500, 6000),), (Span(8000, 8500),), 300),
    "c": Unfit("unread", "nobody knows"),
}


@pytest.mark.parametrize(
    ("rule", "surely", "perhaps"),
    [
        (AllOf((A, B)), (Span(1500, 2000), Span(5000, 6000)), (Span(8000, 8500),)),
        (AnyOf((A, B)), (Span(1000, 9000),), ()),
        (AllOf((B, C)), (), (Span(1500, 6000), Span(8000, 8500))),
        (AnyOf((B, C)), (Span(1500, 6000),), (Span(0, 1500), Span(6000, 100_000))),
        (Rings("nobody"), (), ()),
    ],
)
def test_what_surely_rang_and_what_may_have(rule: AllOf | AnyOf | Rings, surely: object, perhaps: object) -> None:
    found = over(rule, RUNGS, MONTH)
    assert (found.spans, found.doubt) == (surely, perhaps)


@pytest.mark.parametrize(
    ("quiet", "told"),
    [((), 1000), ((Span(500, 1200),), 1200), ((Span(500, 3000),), None), ((Span(1100, 3000),), 1000)],
)
def test_a_mute_holds_back_what_begins_in_it(quiet: tuple[Span, ...], told: int | None) -> None:
    assert told_at(Span(1000, 2000), quiet) == told


def alarm(*spans: Span, severity: Severity = Severity.PAGE, doubt: tuple[Span, ...] = ()) -> AlarmReplay:
    return AlarmReplay(
        f"x {severity}", "composite", "x", severity, None, None, tells=True, rung=Rung(spans, doubt, 300)
    )


def cause(*spans: Span, operation: str | None = None, doubt: tuple[Span, ...] = ()) -> CauseReplay:
    return CauseReplay(("a",), "burn-rate", "x", Severity.PAGE, "uptime", operation, Rung(spans, doubt, 300))


def test_a_ring_names_its_causes_and_the_edges_of_the_month() -> None:
    reasons = (cause(Span(0, 500)), cause(Span(50_000, 100_000)))
    first, last = rings([alarm(Span(0, 600), Span(60_000, 100_000))], reasons, {}, MONTH)
    assert (first.before, first.after, first.earliest, first.causes) == (True, False, 0, reasons[:1])
    assert (last.before, last.after, last.earliest, last.causes) == (False, True, 59_700, reasons[1:])


def test_what_tells_by_itself_is_no_cause_of_a_composite() -> None:
    budget = replace(alarm(Span(0, 90_000)), name="x budget", kind="budget-left")
    own = replace(cause(Span(0, 90_000)), alarms=("x budget",), kind="budget-left")
    other = cause(Span(1000, 2000))
    first, second = rings([budget, alarm(Span(1000, 2000))], (own, other), {}, MONTH)
    assert (first.alarm, first.causes) == ("x budget", (own,))
    assert (second.alarm, second.causes) == ("x page", (other,))


DOWN = Span(10_000, 11_000)


@pytest.mark.parametrize(
    ("alarms", "quiet", "seen", "late"),
    [
        ([alarm(Span(10_600, 12_000))], (), Seen.NOTICED, 600),
        ([alarm(Span(9_000, 12_000))], (), Seen.NOTICED, 0),
        ([alarm(Span(11_500, 12_000))], (), Seen.NOTICED, 1500),
        ([alarm(Span(12_000, 13_000))], (), Seen.MISSED, None),
        ([alarm(Span(9_000, 12_000), severity=Severity.TICKET)], (), Seen.MISSED, None),
        ([alarm(Span(10_300, 12_000), severity=Severity.TICKET)], (), Seen.NOTICED, 300),
        ([alarm(Span(10_600, 12_000))], (Span(10_000, 13_000),), Seen.MUTED, None),
        ([alarm(Span(10_600, 12_000))], (Span(10_000, 11_400),), Seen.NOTICED, 1400),
        ([alarm(doubt=(Span(10_000, 10_300),))], (), Seen.UNKNOWN, None),
        ([], (), Seen.MISSED, None),
    ],
)
def test_downtime_and_who_told_of_it(
    alarms: list[AlarmReplay], quiet: tuple[Span, ...], seen: Seen, late: int | None
) -> None:
    found = of_downtime(
        "x",
        DOWN,
        rings(alarms, (), dict.fromkeys(((alarms[0].service, alarms[0].severity),) if alarms else (), quiet), MONTH),
        alarms,
    )
    assert (found.seen, found.late) == (seen, late)


def test_an_objective_is_told_of_by_its_own_causes_only() -> None:
    missed = Noticed("x", "uptime", None, None, Seen.MISSED, gone_at=5000)
    own, other = cause(Span(4000, 6000)), replace(cause(Span(1000, 2000)), objective="latency")
    told = rings([alarm(Span(1000, 2000), Span(4000, 6000))], (own, other), {}, MONTH)
    found = of_objective(missed, told, (own, other))
    assert (found.seen, found.at, found.late) == (Seen.NOTICED, 4000, -1000)
    assert of_objective(replace(missed, objective="p95"), told, (own, other)).seen is Seen.MISSED
    assert of_objective(missed, (), (cause(doubt=(Span(1, 2),)),)).seen is Seen.UNKNOWN
    only = replace(own, operation="GET /a")
    assert of_objective(missed, rings([alarm(Span(4000, 6000))], (only,), {}, MONTH), (only,)).seen is Seen.MISSED


def test_when_a_budget_was_gone() -> None:
    spans = [Span(0, 600), Span(5000, 6000)]
    assert gone_at(spans, 900) == 5300
    assert gone_at(spans, 1600) is None
    assert gone_at(spans, 0) == 0


def test_history_is_compared_where_it_was_read() -> None:
    one = alarm(Span(1000, 2000), Span(30_000, 31_000), Span(60_000, 61_000))
    known = (Span(0, 50_000),)
    past = {one.name: Past(known, (Span(1300, 2300), Span(40_000, 41_000), Span(45_000, 45_060)))}
    found = compare([one, replace(one, name="new")], past, known)
    assert [(told.span.start, told.agreement) for told in found.compared] == [
        (1300, Agreement.RIGHTLY),
        (30_000, Agreement.SILENT),
        (40_000, Agreement.WRONGLY),
        (45_000, Agreement.UNKNOWN),
    ]
    assert found.absent == ("new",)


def test_what_cannot_be_replayed_is_not_called_wrong() -> None:
    one = replace(alarm(), unfit=Unfit("unread", "x"))
    (told,) = compare([one], {one.name: Past((MONTH,), (Span(10, 9000),))}, (MONTH,)).compared
    assert told.agreement is Agreement.UNKNOWN


def test_states_become_spans() -> None:
    known = (Span(0, 1000),)
    assert rang([(100, "ALARM"), (200, "OK"), (900, "ALARM")], "OK", known) == (Span(100, 200), Span(900, 1000))
    assert rang([(100, "OK")], "ALARM", known) == (Span(0, 100),)
    assert rang([], "", known) == ()
    assert rang([(100, "ALARM")], "OK", ()) == ()
