"""How limits stand: ringing only together, and not watched is never quiet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slactl.model.alarm import DesiredAlarm
from slactl.model.alarmplan import Standing, Unwatched, Wanted
from slactl.ports.enforcing import Seen
from slactl.workflows.enforcing.status import Limit, LimitState, Status, Trouble, status
from tests.workflows.enforcing.memory import MemoryStore
from tests.workflows.enforcing.wishes import composite, metric, stands

LONG, SHORT = metric("long"), metric("short")
ERRORS = metric("errors", objective="error-rate", kind="endpoint-errors")
PAGE = composite("page", ("long", "short"), ("errors",))
WANTED = (LONG, SHORT, ERRORS, PAGE)


def told(wanted: tuple[DesiredAlarm, ...], *alarms: Standing, unwatched: tuple[Unwatched, ...] = ()) -> Status:
    return status(Wanted(wanted, unwatched), Seen(alarms), MemoryStore(), "slactl")


def limits(*alarms: Standing) -> dict[str | None, Limit]:
    return {one.objective: one for one in told(WANTED, *alarms).limits}


def quiet(**states: str) -> list[Standing]:
    return [stands(one, states.get(one.name.removeprefix("slactl "), "OK")) for one in WANTED]


def test_quiet_is_quiet() -> None:
    assert {one.state for one in limits(*quiet()).values()} == {LimitState.OK}


@pytest.mark.parametrize(
    ("states", "uptime", "errors"),
    [
        ({"long": "ALARM"}, LimitState.OK, LimitState.OK),
        ({"long": "ALARM", "short": "ALARM"}, LimitState.IN_ALARM, LimitState.OK),
        ({"errors": "ALARM"}, LimitState.OK, LimitState.IN_ALARM),
        ({"short": "INSUFFICIENT_DATA"}, LimitState.NO_DATA, LimitState.OK),
        ({"long": "INSUFFICIENT_DATA", "short": "ALARM"}, LimitState.NO_DATA, LimitState.OK),
    ],
)
def test_a_pair_rings_together(states: dict[str, str], uptime: LimitState, errors: LimitState) -> None:
    found = limits(*quiet(**states))
    assert (found["uptime"].state, found["error-rate"].state) == (uptime, errors)
    assert bool(found["uptime"].ringing) is (uptime is LimitState.IN_ALARM)


def test_what_does_not_stand_watches_nothing() -> None:
    assert {one.state for one in limits().values()} == {LimitState.NOT_ENFORCED}
    found = limits(*quiet()[1:])
    assert (found["uptime"].state, found["error-rate"].state) == (LimitState.PARTLY_ENFORCED, LimitState.OK)
    assert found["uptime"].alarms[0].troubles == (Trouble.MISSING,)


@pytest.mark.parametrize(
    ("change", "trouble", "state"),
    [
        ({"EvaluationState": "PARTIAL_DATA"}, Trouble.NOT_EVALUATED, LimitState.NOT_ENFORCED),
        ({"Threshold": 99.0}, Trouble.DIFFERS, LimitState.PARTLY_ENFORCED),
    ],
)
def test_an_alarm_that_watches_otherwise(change: dict[str, object], trouble: Trouble, state: LimitState) -> None:
    alarms = quiet()
    alarms[2] = replace(alarms[2], fields={**alarms[2].fields, **change})
    found = limits(*alarms)["error-rate"]
    assert (found.state, found.alarms[0].troubles) == (state, (trouble,))


def test_a_name_that_somebody_else_bears_is_not_enforced_whatever_its_state() -> None:
    alarms = quiet(errors="OK")
    alarms[2] = replace(alarms[2], tags={})
    found = limits(*alarms)["error-rate"]
    assert (found.state, found.alarms[0].troubles, found.alarms[0].state) == (
        LimitState.NOT_ENFORCED, (Trouble.NAME_TAKEN,), "",
    )  # fmt: skip


def test_a_composite_that_has_nothing_left_to_look_at_tells_nobody() -> None:
    wanted = (LONG, composite("page", ("long",)))
    theirs = replace(stands(LONG, "ALARM"), tags={"team": "theirs"})
    found = told(wanted, theirs, stands(wanted[1], "ALARM"))
    (who,) = [one for one in found.limits if not one.objective]
    assert (who.state, who.alarms[0].troubles, who.ringing) == (LimitState.NOT_ENFORCED, (Trouble.NAME_TAKEN,), ())
    assert found.leftover == ()


def test_actions_that_are_off_and_composites_that_tell_nobody() -> None:
    alarms = quiet()
    alarms[0] = replace(alarms[0], fields={**alarms[0].fields, "ActionsEnabled": False})
    alarms[3] = replace(alarms[3], fields={**alarms[3].fields, "ActionsEnabled": False})
    found = limits(*alarms)
    assert found["uptime"].state is LimitState.OK, "a child has no actions"
    assert found[None].alarms[0].troubles == (Trouble.ACTIONS_OFF,)
    mute = composite("mute", ("long", "short"), topics=())
    (limit,) = [one for one in told((LONG, SHORT, mute), *map(stands, (LONG, SHORT, mute))).limits if not one.objective]
    assert limit.alarms[0].troubles == (Trouble.NOBODY_TOLD,)


def test_a_composite_in_parts_tells_by_its_whole() -> None:
    part = composite("page part 1", ("long", "short"), topics=())
    whole = composite("page", ("page part 1",))
    alarms = [stands(one, "ALARM") for one in (LONG, SHORT, part, whole)]
    found = {one.objective: one for one in told((LONG, SHORT, part, whole), *alarms).limits}
    assert found[None].state is LimitState.IN_ALARM
    assert [one.troubles for one in found[None].alarms] == [(), ()]
    assert found["uptime"].state is LimitState.IN_ALARM


def test_an_objective_without_an_alarm_is_a_finding() -> None:
    reason = Unwatched("shop", "p95", "", "not-enforced", "no kind of alarm watches it")
    of_a_kind = Unwatched("shop", "uptime", "no-traffic", "too-little-traffic", "ten requests")
    found = told(WANTED, *quiet(), unwatched=(reason, of_a_kind))
    (limit,) = [one for one in found.limits if one.state is LimitState.NOT_ENFORCED]
    assert (limit.objective, limit.text, limit.alarms) == ("p95", "no kind of alarm watches it", ())
    assert found.count(LimitState.OK) == 3


def test_services_whose_promises_are_all_unwatched_are_listed() -> None:
    reason = Unwatched("billing", "uptime", "", "not-enforced", "nothing")
    assert [(one.service, one.state) for one in told((), unwatched=(reason,)).limits] == [
        ("billing", LimitState.NOT_ENFORCED)
    ]


def test_what_watches_slactl_itself_stands_last() -> None:
    own = metric("silent checks", service="", objective=None, kind="silent-checks")
    found = told((own, *WANTED), stands(own), *quiet())
    assert (found.limits[-1].service, found.limits[-1].kind) == ("", "silent-checks")


def test_leftovers_are_counted() -> None:
    found = told(WANTED, *quiet(), stands(metric("old")))
    assert found.leftover == ("slactl old",)
