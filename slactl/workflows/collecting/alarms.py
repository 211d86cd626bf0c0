"""The story of a day's alarms: what rang, what stood watch, what was muted, who was told.

The one rule: each kind's history is read on from where it was last read whole, with an hour's overlap;
what CloudWatch has forgotten in between is told as lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from slactl.model.catalogue import Catalogue
from slactl.model.evidence import Dropped, Fact, Item, Kind, NewItem, Place
from slactl.model.span import Span
from slactl.ports import MetricReader
from slactl.ports.alarms import AlarmKind, AlarmSource, Denial, StandingAlarm, Unread
from slactl.ports.archive import Archive, EvidenceFailure, Overtaken
from slactl.workflows.collecting import alarmday
from slactl.workflows.collecting.doubt import CLOCKS_APART
from slactl.workflows.collecting.holdings import CHECK
from slactl.workflows.collecting.outcome import Lost, Missing, Why
from slactl.workflows.collecting.plan import day_name
from slactl.workflows.collecting.run import Collect, Extra
from slactl.workflows.collecting.topics import hours, notifications, topics_of
from slactl.workflows.collecting.watched import clauses, watched

NAME, SUBJECT = "alarms.json", "alarms"
KEPT = 30 * 86_400
"""So long CloudWatch keeps what happened to an alarm."""
OVERLAP = 3_600
AGAIN = (Denial.ACCESS_DENIED, Denial.READ_FAILED)
"""What the next run may be able to read."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a day's record is made with; ``now`` is seconds since the epoch."""

    store: Archive
    source: AlarmSource
    reader: MetricReader
    catalogue: Catalogue
    account: str
    region: str
    now: int

    @property
    def day(self) -> str:
        return day_name(Span(self.now, self.now + 1))

    @property
    def items(self) -> tuple[Item, ...]:
        """What is kept of this account and region."""
        here = (self.account, self.region)
        return tuple(item for item in self.store.items(Kind.ALARMS) if (item.place.account, item.place.region) == here)


@dataclass(slots=True)
class DaysAlarms:
    """What to commit, what could not be read, and what of the history is lost; ``span`` is what was asked for."""

    span: Span
    added: tuple[NewItem, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    unread: list[Unread] = field(default_factory=list)
    lost: list[Span] = field(default_factory=list)


def keep_alarms(source: AlarmSource) -> Extra:
    """Keeps the day's alarms at the end of a collect, unless ``evidence.alarms`` is off."""

    def extra(run: Collect) -> Sequence[NewItem]:
        machine, outcome = run.machine, run.outcome
        if machine.catalogue.evidence is not None and not machine.catalogue.evidence.alarms:
            return ()
        made = machine.made
        desk = Desk(machine.store, source, machine.reader, machine.catalogue, made.account, made.region, machine.now)
        found = alarm_items(desk)
        outcome.missing += [
            Missing(SUBJECT, found.span, Why(one.why.value), one.text) for one in found.unread if one.why in AGAIN
        ]
        outcome.lost += [Lost(SUBJECT, span, Why.EXPIRED) for span in sorted(set(found.lost))]
        if found.added:
            with suppress(Overtaken):  # another run kept the same day meanwhile
                machine.store.commit(outcome.run, machine.now, found.added, found.dropped)
        return ()

    return extra


def alarm_items(desk: Desk) -> DaysAlarms:
    """The record of a day's alarms: it takes the place of an earlier one of the same day, whose content it holds too.

    Raises:
        EvidenceFailure: if what is kept can't be read.
        Exception: what makes every read hopeless.
    """
    since = {kind: _since(desk, kind) for kind in AlarmKind}
    found = DaysAlarms(Span(min(start for start, _ in since.values()), desk.now))
    document = alarmday.empty(desk.account, desk.region, desk.day, desk.now)
    facts: dict[str, Fact] = {"at": desk.now}
    for kind, (start, until) in since.items():
        read = _add_history(desk, document, found, kind, Span(start, desk.now), until)
        facts[_until(kind)] = desk.now if read else until
    standing = _add_standing(desk, document, found)
    _add_muting(desk, document, found)
    _add_notifications(desk, document, found, standing)
    alarmday.add_missing(document, found.unread)
    _settle(desk, document, found, facts)
    return found


def _since(desk: Desk, kind: AlarmKind) -> tuple[int, int | None]:
    """From when on to read the history of a kind, and until when it was read already: not later than now."""
    told = [item.facts.get(_until(kind)) for item in desk.items]
    until = max((one for one in told if isinstance(one, int) and one <= desk.now + CLOCKS_APART), default=None)
    oldest = desk.now - KEPT
    start = oldest if until is None else max(oldest, until - OVERLAP)
    return min(start, desk.now - 1), until


def _until(kind: AlarmKind) -> str:
    return f"{kind.value}_until"


def _add_history(
    desk: Desk, document: alarmday.Document, found: DaysAlarms, kind: AlarmKind, span: Span, until: int | None
) -> bool:
    """Whether the history of a kind could be read whole."""
    told = desk.source.history(kind, span)
    if told.unread:
        found.unread.append(told.unread)
        return False
    alarmday.add_history(document, kind, span, told.found)
    if until is not None and until < span.start:
        found.lost.append(Span(until, span.start))
        alarmday.add_lost(document, kind, Span(until, span.start))
    return True


def _add_standing(desk: Desk, document: alarmday.Document, found: DaysAlarms) -> list[StandingAlarm]:
    """Every alarm; those that name a clause with all that defines them."""
    standing: list[StandingAlarm] = []
    for kind in AlarmKind:
        told = desk.source.alarms(kind)
        if told.unread:
            found.unread.append(told.unread)
        else:
            alarmday.add_standing(document, kind, told.found, desk.now)
            standing += told.found
    tags = desk.source.tags([alarm.arn for alarm in standing])
    if tags.unread:
        found.unread.append(tags.unread)
    named = ((alarm, clauses(alarm, tags.found.get(alarm.arn, {}), desk.catalogue.objectives)) for alarm in standing)
    kept = [watched(alarm, tags.found.get(alarm.arn, {}), by) for alarm, by in named if by]
    alarmday.add_watched(document, kept, desk.now)
    return standing


def _add_muting(desk: Desk, document: alarmday.Document, found: DaysAlarms) -> None:
    told = desk.source.mute_rules()
    if told.unread:
        found.unread.append(told.unread)
    else:
        alarmday.add_mute_rules(document, told.found, desk.now)


def _add_notifications(
    desk: Desk, document: alarmday.Document, found: DaysAlarms, standing: Iterable[StandingAlarm]
) -> None:
    settings = desk.catalogue.evidence
    named = (arn for alarm in standing for arn in alarm.actions)
    topics = topics_of([*named, *(settings.topics if settings else ())])
    span = hours(found.span.start, desk.now)
    told = notifications(desk.reader, topics, span, desk.account, desk.region)
    found.unread += told.unread
    alarmday.add_notifications(document, span, told.sums)


def _settle(desk: Desk, document: alarmday.Document, found: DaysAlarms, facts: dict[str, Fact]) -> None:
    """Joins the day's earlier record, and leaves out what records of earlier days hold; nothing new is no record."""
    today = [item for item in desk.items if item.place.when == desk.day]
    before = [item for item in desk.items if item.place.when != desk.day and _at(item) > found.span.start]
    alarmday.without(document, (_read(desk, item) for item in before))
    for item in sorted(today, key=_at):
        earlier = _read(desk, item)
        document = alarmday.merged(earlier, document)
        if alarmday.alike(earlier, document):
            return
    body = alarmday.body(document)
    counted = {"events": len(document["history"]["events"]), "alarms": len(document["alarms"])}
    place = Place(Kind.ALARMS, desk.account, desk.region, "", desk.day, NAME)
    found.added = (NewItem(place, body, facts | counted | {"watched": len(document["watched"])}),)
    found.dropped = tuple(Dropped(item, "superseded") for item in today)


def _at(item: Item) -> int:
    at = item.facts.get("at")
    return at if isinstance(at, int) else 0


def _read(desk: Desk, item: Item) -> alarmday.Document:
    try:
        return alarmday.read(desk.store.body(item))
    except ValueError as error:
        raise EvidenceFailure(f"{item.path}: {error}", CHECK) from error
