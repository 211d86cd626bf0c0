"""Stories of many runs: statuses that change, channels that fail, runs that are killed at any step.

The one rule: what should have been told is worked out here from the statuses that were remembered alone.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from slactl.cli.notifying import NotTold, StateFile, telling
from slactl.model.catalogue import AwsSettings, Catalogue, ReportSettings
from slactl.model.checking import ChannelKind, CheckSettings, Destination, Happening
from slactl.model.goal import Comparison, Goal
from slactl.model.maintenance import MaintenanceCalendar
from slactl.model.notice import HAPPENINGS, Notice, Subject
from slactl.model.objective import ErrorCounts, ErrorRate, Objective
from slactl.model.service import Service
from slactl.model.status import Status
from slactl.ports.notices import Channel, NotDelivered
from slactl.workflows.notifying.changes import Seen
from slactl.workflows.notifying.delivering import Delivered
from slactl.workflows.notifying.state import State
from slactl.workflows.notifying.statefile import read

TARGETS = (Subject("1h", "api", "errors"), Subject("1h", "web", "errors"), Subject("1h"))
STATUSES = tuple(Status)
SECRET = "zzSECRETzz"
TAKEN, REFUSED, LOST = "taken", "refused", "lost"
Sent = tuple[str, Status, Status]


class Killed(BaseException):
    """The process ended here."""


@dataclass(frozen=True)
class Run:
    """One run: how each target stands, how each send ends in turn, and at which step it is killed (None: never).

    ``LOST`` is taken by the receiver, whose answer doesn't arrive.
    """

    statuses: tuple[Status, ...]
    ends: tuple[str, ...] = ()
    killed_at: int | None = None
    full_at: int | None = None


@dataclass
class Steps:
    """Counts what a run does to the world, and kills it or finds the disk full when its time has come."""

    run: Run
    done: int = 0
    writes: int = 0
    lost: int = 0

    def step(self) -> None:
        """One more thing is about to be done, or was just done."""
        if self.done == self.run.killed_at:
            raise Killed
        self.done += 1

    def space(self) -> None:
        """One more file is about to be written."""
        self.writes += 1
        if self.writes - 1 == self.run.full_at:
            raise OSError(28, "No space left on device")


class FrailFile(StateFile):
    """A state file whose every step may be the last."""

    def __init__(self, path: Path, steps: Steps) -> None:
        super().__init__(path)
        self.steps = steps

    def _write(self, body: bytes) -> None:
        self.steps.step()
        self.steps.space()
        try:
            self.steps.step()
        except Killed:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.beside.write_bytes(body[: len(body) // 2])
            raise
        super()._write(body)
        self.steps.step()

    def settle(self) -> None:
        self.steps.step()
        super().settle()
        self.steps.step()

    def forget(self) -> None:
        self.steps.step()
        super().forget()

    def _made_safe(self, handle: int) -> None:
        """A process that is killed loses nothing that the system was given; waiting for the disk tests nothing here."""


@dataclass
class Receiver:
    """A channel's other end: everything that arrived."""

    steps: Steps
    ends: Iterator[str]
    arrived: list[Notice]

    def send(self, notice: Notice) -> None:
        """Takes it, refuses it, or takes it and says nothing."""
        self.steps.step()
        end = next(self.ends, TAKEN)
        if end == REFUSED:
            raise NotDelivered("the receiver answered 500")
        self.arrived.append(notice)
        self.steps.step()
        if end == LOST:
            self.steps.lost += 1
            raise NotDelivered("the connection was lost")


@dataclass
class Story:
    """What happened in all runs of one state file."""

    folder: Path
    destinations: tuple[Destination, ...]
    arrived: dict[str, list[Notice]] = field(default_factory=lambda: defaultdict(list))
    remembered: list[State] = field(default_factory=lambda: [State()])
    repeats_allowed: int = 0

    def play(self, run: Run, now: int) -> Delivered | None:
        """One run; None where it was killed, or found the disk full."""
        steps, ends = Steps(run), iter(run.ends)
        channels = self._channels(steps, ends)
        settings = CheckSettings(str(self.folder / "kept/state.json"), self.destinations)
        seen = [Seen(target, status, said(target)) for target, status in zip(TARGETS, run.statuses, strict=True)]
        delivered = None
        try:
            with telling(CATALOGUE, settings, "en", channels, lambda path: FrailFile(path, steps)) as teller:
                delivered = teller.tell_of(seen, now)
        except Killed:
            self.repeats_allowed += 1
        except NotTold:
            pass
        self.repeats_allowed += steps.lost
        self.remembered.append(self.state())
        return delivered

    def state(self) -> State:
        """What is in force on the disk."""
        path = self.folder / "kept/state.json"
        return read(path.read_text(encoding="utf-8")) if path.exists() else State()

    def expected(self, one: Destination) -> dict[Subject, list[tuple[Status, Status]]]:
        """What a channel is to be told of each target: the changes of what was remembered, as far as it wants them."""
        found: dict[Subject, list[tuple[Status, Status]]] = defaultdict(list)
        for target in TARGETS:
            last, told = Status.OK, Status.OK
            for state in self.remembered:
                standing = state.standings.get(target.key)
                now = standing.status if standing else last
                wanted = now is not last and one.wants(target.service, HAPPENINGS[now])
                if wanted and not (now is Status.OK and told is Status.OK):
                    found[target].append((last, now))
                    told = now
                last = now
        return found

    def first_arrivals(self, name: str) -> dict[Subject, list[tuple[Status, Status]]]:
        """What a channel was told of each target, repetitions (the same id) left out."""
        found: dict[Subject, list[tuple[Status, Status]]] = defaultdict(list)
        for notice in {notice.id: notice for notice in self.arrived[name]}.values():
            found[notice.subject].append((notice.old, notice.new))
        return found

    def repeats(self) -> int:
        """How many notices arrived once more than once."""
        counts = Counter((name, notice.id) for name, notices in self.arrived.items() for notice in notices)
        return sum(count - 1 for count in counts.values())

    def _channels(
        self, steps: Steps, ends: Iterator[str]
    ) -> Callable[[Catalogue, CheckSettings], Mapping[str, Channel]]:
        return lambda _catalogue, settings: {
            one.name: Receiver(steps, ends, self.arrived[one.name]) for one in settings.notify
        }


def said(target: Subject) -> Callable[[Status], tuple[str, tuple[str, ...]]]:
    """A notice's words."""
    return lambda old: (f"{target.key} was {old}", ("a line", "another"))


def check_story(story: Story, runs: list[Run]) -> None:
    """Plays the runs, then quiet ones until nothing is owed; nothing may be lost, nothing told twice.

    Raises:
        AssertionError: if anything was.
    """
    for number, run in enumerate(runs):
        before = len([notice for each in story.arrived.values() for notice in each])
        delivered = story.play(run, 1000 + 60 * number)
        if delivered is not None:
            after = len([notice for each in story.arrived.values() for notice in each])
            assert after - before == len(delivered.sent) + [one.reason for one in delivered.failed].count(
                "the connection was lost"
            )
            assert delivered.owed == story.state().owed
    quiet = Run(tuple(Status.NOT_RATED for _ in TARGETS))
    for number in range(50):
        delivered = story.play(quiet, 10**6 + number)
        if delivered and delivered.complete:
            break
    assert story.state().owed == ()
    assert not list((story.folder / "kept").glob("*.next"))
    for one in story.destinations:
        assert story.first_arrivals(one.name) == story.expected(one)
    assert story.repeats() <= story.repeats_allowed


def random_run(dice: random.Random) -> Run:
    """A run of a seed: mostly well, sometimes failing, sometimes killed, sometimes without space."""
    statuses = tuple(dice.choice(STATUSES) for _ in TARGETS)
    ends = tuple(dice.choices((TAKEN, REFUSED, LOST), (5, 3, 1), k=dice.randrange(8)))
    killed = dice.randrange(40) if dice.random() < 0.3 else None
    return Run(statuses, ends, killed, dice.randrange(4) if dice.random() < 0.15 else None)


ON_CALL = (Happening.BREACHED, Happening.RECOVERED)
DESTINATIONS = (
    Destination("all", ChannelKind.SNS, "arn:aws:sns:eu-west-1:123456789012:all"),
    Destination("on-call", ChannelKind.SNS, "arn:aws:sns:eu-west-1:123456789012:some", on=ON_CALL),
    Destination("web", ChannelKind.SNS, "arn:aws:sns:eu-west-1:123456789012:web", services=("web",)),
)
GOAL = Goal(Comparison.BELOW, Fraction(1, 100), "< 1%")
CATALOGUE = Catalogue(
    report=ReportSettings(),
    aws=AwsSettings(),
    services=(Service("api", "api", "prod"), Service("web", "web", "prod")),
    objectives=(Objective("errors", {}, ErrorRate(ErrorCounts.FAULTS), GOAL),),
    maintenance=MaintenanceCalendar(),
)
