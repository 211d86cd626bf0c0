"""What is a change, who hears of it, and what the state file keeps of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from slactl.model.checking import ChannelKind, Destination, Happening
from slactl.model.component import Component
from slactl.model.notice import Notice, Subject
from slactl.model.status import Status
from slactl.workflows.notifying.changes import Seen, observed, without_strangers
from slactl.workflows.notifying.delivering import Delivered, deliver
from slactl.workflows.notifying.state import Owed, State
from slactl.workflows.notifying.statefile import NotAState, read, written
from slactl.workflows.notifying.subjects import seen_failing, seen_in
from tests.formats.check import checks
from tests.workflows.notifying.stories import CATALOGUE, said

API, WEB, ITSELF = Subject("1h", "api", "errors"), Subject("1h", "web", "errors"), Subject("1h")
ALL = Destination("all", ChannelKind.SNS)
BREACHES = Destination("breaches", ChannelKind.SNS, on=(Happening.BREACHED, Happening.RECOVERED))
ONLY_WEB = Destination("web", ChannelKind.SNS, services=("web",))
OK, WARNING, BREACHED, UNSURE = Status.OK, Status.WARNING, Status.BREACHED, Status.INSUFFICIENT_DATA


def told(*statuses: Status, subject: Subject = API, to: tuple[Destination, ...] = (ALL,)) -> list[tuple[str, str]]:
    """Who is owed what after a target was seen with these statuses, one a minute."""
    state = State()
    for number, status in enumerate(statuses):
        state = observed(state, [Seen(subject, status, said(subject))], to, 60 * number)
    return [(one.channel, f"{one.notice.old.value}>{one.notice.new.value}") for one in state.owed]


def test_the_first_sight_of_ok_is_no_change() -> None:
    assert told(OK, OK) == []


@pytest.mark.parametrize("status", [WARNING, BREACHED, UNSURE])
def test_the_first_sight_of_anything_else_is_one(status: Status) -> None:
    assert told(status, status) == [("all", f"OK>{status}")]


def test_every_change_is_told_and_nothing_twice() -> None:
    assert [change for _, change in told(OK, WARNING, WARNING, BREACHED, OK, OK, BREACHED)] == [
        "OK>WARNING",
        "WARNING>BREACHED",
        "BREACHED>OK",
        "OK>BREACHED",
    ]


def test_what_is_not_rated_keeps_the_status_that_it_had() -> None:
    assert told(Status.NOT_RATED, OK, Status.NOT_RATED) == []
    assert [change for _, change in told(BREACHED, Status.NOT_RATED, BREACHED, Status.NOT_RATED, OK)] == [
        "OK>BREACHED",
        "BREACHED>OK",
    ]


def test_a_recovery_is_told_to_those_who_heard_of_the_trouble() -> None:
    assert told(WARNING, OK, to=(BREACHES,)) == []
    assert told(WARNING, BREACHED, WARNING, OK, to=(BREACHES,)) == [
        ("breaches", "WARNING>BREACHED"),
        ("breaches", "WARNING>OK"),
    ]


def test_services_are_heard_by_those_who_asked_for_them_and_slactl_itself_by_all() -> None:
    assert told(BREACHED, to=(ONLY_WEB,)) == []
    assert told(BREACHED, subject=WEB, to=(ONLY_WEB,)) == [("web", "OK>BREACHED")]
    assert told(UNSURE, OK, subject=ITSELF, to=(ONLY_WEB,)) == [
        ("web", "OK>INSUFFICIENT_DATA"),
        ("web", "INSUFFICIENT_DATA>OK"),
    ]


def test_the_same_change_in_the_same_second_is_another_notice() -> None:
    state = State()
    for status in (BREACHED, OK, BREACHED, OK):
        state = observed(state, [Seen(API, status, said(API))], (ALL,), 1000)
    assert len({one.notice.id for one in state.owed}) == 4


def test_an_id_follows_from_the_change_alone() -> None:
    notice = Notice(API, OK, BREACHED, 1000, 1, "a", ("b",))
    assert notice.id == replace(notice, title="c", lines=()).id == "46d7458c31eae18b2dda8ea1705664df"
    others = [replace(notice, subject=WEB), replace(notice, at=1001), replace(notice, number=2)]
    others += [replace(notice, old=WARNING), replace(notice, subject=replace(API, operation="GET /"))]
    assert len({one.id for one in (notice, *others)}) == 6


def test_keys_of_targets_are_all_different() -> None:
    parts = [None, "a", "a/b", "operation:a", "a/operation:b"]
    subjects = [Subject("1h", "s", "o", None, one) for one in parts]
    subjects += [Subject("1h", "s", "o", "c", one) for one in parts] + [Subject("1h"), Subject("6h", "s", "o")]
    assert len({one.key for one in subjects}) == len(subjects)


def test_what_the_configuration_no_longer_has_is_forgotten_but_what_was_promised_is_told() -> None:
    gone = Subject("1h", "gone", "errors")
    state = observed(State(), [Seen(one, BREACHED, said(one)) for one in (API, gone, ITSELF)], (ALL, BREACHES), 1)
    left = without_strangers(state, CATALOGUE, (ALL,))
    assert set(left.standings) == {API.key, ITSELF.key}
    assert [(one.channel, one.notice.subject) for one in left.owed] == [("all", API), ("all", gone), ("all", ITSELF)]
    assert dict(left.standings[API.key].told) == {"all": BREACHED}


def test_a_component_is_no_stranger() -> None:
    part = Subject("1h", "dynamodb", "throttles")
    promise = replace(CATALOGUE.objectives[0], id="throttles", services=("dynamodb",))
    agreed = replace(CATALOGUE, objectives=(*CATALOGUE.objectives, promise), components=(Component("dynamodb"),))
    state = observed(State(), [Seen(part, BREACHED, said(part))], (ALL,), 1)
    assert set(without_strangers(state, agreed, (ALL,)).standings) == {part.key}
    assert without_strangers(state, CATALOGUE, (ALL,)).standings == {}


class Silent:
    """A memory that keeps nothing."""

    def intend(self, text: str) -> None:
        read(text)

    def settle(self) -> None:
        pass

    def forget(self) -> None:
        pass


class Shut:
    """A channel that takes nothing."""

    def __init__(self) -> None:
        self.tried: list[Notice] = []

    def send(self, notice: Notice) -> None:
        from slactl.ports.notices import NotDelivered

        self.tried.append(notice)
        raise NotDelivered("shut")


def test_a_channel_that_fails_is_left_alone_for_the_rest_of_a_run() -> None:
    subjects = [Subject("1h", f"s{number}", "o") for number in range(9)]
    state = State({}, tuple(Owed("all", Notice(one, OK, BREACHED, 1, 1, "t")) for one in subjects))
    shut = Shut()
    done = deliver(state, {"all": shut}, Silent())
    assert len(shut.tried) == len(done.failed) == 3
    assert done == Delivered((), done.failed, state.owed)
    assert not done.complete


def test_a_run_tells_only_so_much() -> None:
    class Open:
        def send(self, notice: Notice) -> None:
            pass

    owed = tuple(Owed("all", Notice(API, OK, BREACHED, 1, number, "t")) for number in range(5))
    done = deliver(State({}, owed), {"all": Open()}, Silent(), most=3)
    assert (done.sent, done.owed) == (owed[:3], owed[3:])


def test_only_binding_targets_and_slactl_itself_are_seen() -> None:
    check = checks.good()
    seen = list(seen_in(check, lambda target, old: (target.title, ()), said(ITSELF)))
    binding = [target for target in check.targets if target.row.binding]
    assert len(binding) < len(check.targets)
    assert [one.subject.objective for one in seen] == [*(target.row.objective for target in binding), None]
    assert [one.status for one in seen] == [*(target.status for target in binding), OK]
    assert [one.words(OK)[0] for one in seen[:-1]] == [target.title for target in binding]
    [failing] = seen_failing("6h", said(ITSELF))
    assert (failing.subject, failing.status) == (Subject("6h"), UNSURE)


def full_state() -> State:
    """A state with everything in it."""
    odd = Subject("1h", "api", "errors", "read", 'GET /è"\n')
    return observed(State(), [Seen(one, BREACHED, said(one)) for one in (API, odd, ITSELF)], (ALL, BREACHES), 1000)


def test_a_state_is_read_back_as_it_was_written() -> None:
    for state in (State(), full_state()):
        assert read(written(state)) == state
        assert written(read(written(state))) == written(state)


def test_people_can_read_it() -> None:
    document = json.loads(written(full_state()))
    assert document["targets"]["1h/api/errors"] == {
        "window": "1h",
        "service": "api",
        "objective": "errors",
        "class": None,
        "operation": None,
        "status": "BREACHED",
        "since": 1000,
        "changes": 1,
        "notified": {"all": "BREACHED", "breaches": "BREACHED"},
    }
    first = document["pending"][0]
    assert (first["channel"], first["from"], first["to"], first["id"]) == (
        "all",
        "OK",
        "BREACHED",
        full_state().owed[0].notice.id,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"schema": 3}',
        '{"schema": "slactl.check-state/1"}',
        written(full_state())[:-40],
        written(full_state()).replace('"BREACHED"', '"BROKEN"'),
        written(full_state()).replace('"at": 1000', '"at": 1001', 1),
        written(full_state()).replace('"1h/api/errors"', '"1h/api/error"'),
        written(full_state()).replace('"service": "api"', '"service": 3'),
        written(full_state()).replace('"notified": {', '"notified": [], "x": {'),
        "[" * 100_000,
    ],
)
def test_a_text_that_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(NotAState):
        read(text)


def test_a_newer_state_is_told_apart() -> None:
    with pytest.raises(NotAState, match="newer slactl"):
        read(written(State()).replace("check-state/1", "check-state/2"))
