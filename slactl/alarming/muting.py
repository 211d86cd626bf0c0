"""Mute rules: which ought to stand for the windows that come, and what is to be done about those that do.

The one rule: a rule is ours only by its tag; a window that is over, called off or moved leaves none behind, and a
rule that mutes already as it should is left alone, however late it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from slactl.alarming.ownership import KIND, MANAGED, SERVICE, SEVERITY, SPACE, tag_value
from slactl.alarming.schedules import MINUTE, Cron, at_expression, at_instant, cron_of, pieces, surely
from slactl.model.alarmplan import Standing
from slactl.model.muting import Mutable, MuteForm, MutePlan, Occasion, Quiet, Repeat, StandingMute, Unmuted
from slactl.model.span import Span

MOST_TARGETS, MOST_RULES, LONGEST_DESCRIPTION = 100, 2000, 1024
WINDOW = f"{SPACE}window"
MAINTENANCE = "maintenance"
ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")


@dataclass(frozen=True, slots=True)
class Muting:
    """What rules are made for: the prefix of their names, the agreement's zone, now, and until when one by one.

    ``after``: so many seconds after a window's end alarms of a severity still keep quiet.
    """

    prefix: str
    zone: ZoneInfo
    now: int
    until: int
    after: Mapping[str, int] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """So long after its end a window still mutes something."""
        return max(self.after.values(), default=0)


def mutable(alarms: Iterable[Standing]) -> tuple[Mutable, ...]:
    """The alarms that a window may mute: ours, of a service, with actions; also those that a stack keeps."""
    return tuple(
        Mutable(one.name, one.tags[SERVICE], one.tags.get(SEVERITY, ""))
        for one in sorted(alarms, key=lambda one: one.name)
        if one.tags and one.tags.get(MANAGED) == "true" and one.tags.get(SERVICE) and _acts(one.fields)
    )


def _acts(fields: Mapping[str, object]) -> bool:
    return any(fields.get(name) for name in ACTIONS)


def tags_of(window: str) -> dict[str, str]:
    """The tags of a rule of ours."""
    return {MANAGED: "true", KIND: MAINTENANCE, WINDOW: window}


def ours(rule: StandingMute) -> bool:
    """Whether we may change a rule."""
    return rule.tags is not None and rule.tags.get(MANAGED) == "true" and rule.tags.get(KIND) == MAINTENANCE


def plan(
    quiet: Sequence[Quiet], alarms: Sequence[Mutable], standing: Sequence[StandingMute], muting: Muting
) -> MutePlan:
    """What is to be done so that exactly the alarms of the windows' services are muted while they last, and after."""
    wanted: dict[str, MuteForm] = {}
    tags: dict[str, Mapping[str, str]] = {}
    unmuted = []
    for one in quiet:
        mine = _targets(one, alarms)
        forms = tuple(
            form
            for name, lasting, targets in _lasting(one, mine, muting)
            for form in _forms(name, lasting, targets, muting)
        )
        wanted |= {form.name: form for form in forms}
        tags |= {form.name: tags_of(one.window) for form in forms}
        if not mine:
            unmuted.append(Unmuted(one.window, "no alarm of ours with actions is of its services"))
    return _against(wanted, {one.form.name: one for one in standing}, muting, tags, tuple(unmuted))


def _against(
    wanted: Mapping[str, MuteForm],
    standing: Mapping[str, StandingMute],
    muting: Muting,
    tags: Mapping[str, Mapping[str, str]],
    unmuted: tuple[Unmuted, ...],
) -> MutePlan:
    """The wanted rules held against those that stand."""
    own = {name: rule for name, rule in standing.items() if ours(rule)}
    blocked = tuple(sorted(name for name in wanted if name in standing and name not in own))
    right = {name for name, form in wanted.items() if name in own and _stands(form, own[name], muting.now)}
    put = [_begun(form, muting.now) for name, form in wanted.items() if name not in right and name not in blocked]
    forms = [form for form in put if form is not None]
    return MutePlan(
        creates=tuple(form for form in forms if form.name not in own),
        updates=tuple(form for form in forms if form.name in own),
        keeps=tuple(sorted(right)),
        deletes=tuple(sorted(name for name in own if name not in wanted and _of(name, muting.prefix))),
        blocked=blocked,
        unmuted=unmuted,
        tags={name: rule.tags or {} for name, rule in own.items()} | dict(tags),
    )


def _of(name: str, prefix: str) -> bool:
    """Whether a rule's name is one of this installation's."""
    return name.startswith(f"{prefix} {MAINTENANCE} ")


def _stands(wanted: MuteForm, standing: StandingMute, now: int) -> bool:
    """Whether a rule mutes as it should from now on."""
    if standing.expired:
        return False
    have, want = _from(standing.form, now), _from(wanted, now)
    if have == want:
        return True
    mutes, should = _span(have), _span(want)
    if mutes is None or should is None or replace(_timeless(have), targets=()) != replace(_timeless(want), targets=()):
        return False
    # A window that has begun: from when on it was muted is over and done, or as soon as can be.
    return should.start <= mutes.start <= _soon(now) and mutes.end == should.end and have.targets == want.targets


def _from(form: MuteForm, now: int) -> MuteForm:
    """A rule without a beginning that is past, its targets in order."""
    starts = form.starts if form.starts is not None and form.starts > now else None
    return replace(form, starts=starts, targets=tuple(sorted(form.targets)))


def _timeless(form: MuteForm) -> MuteForm:
    return replace(form, expression="", minutes=0, timezone="")


def _span(form: MuteForm) -> Span | None:
    """When a one-time rule mutes."""
    start = at_instant(form.expression, form.timezone)
    return None if start is None or not form.minutes else Span(start, start + form.minutes * MINUTE)


def _soon(now: int) -> int:
    """The next full minute: the first that a rule which is put now can begin at."""
    return (now // MINUTE + 1) * MINUTE


def _begun(form: MuteForm, now: int) -> MuteForm | None:
    """A rule to put: one of a window that has begun mutes from the next minute on; None where that is too late."""
    span, soon = _span(form), _soon(now)
    if span is None or span.start > now:
        return form
    if soon >= span.end:
        return None
    expression, zone = at_expression(soon, ZoneInfo(form.timezone))
    return replace(form, expression=expression, timezone=zone, minutes=(span.end - soon) // MINUTE)


def _targets(quiet: Quiet, alarms: Sequence[Mutable]) -> tuple[Mutable, ...]:
    named = None if quiet.services is None else {tag_value(service) for service in quiet.services}
    return tuple(one for one in alarms if named is None or one.service in named)


def _lasting(quiet: Quiet, alarms: Sequence[Mutable], muting: Muting) -> Iterator[tuple[str, Quiet, tuple[str, ...]]]:
    """A window as each severity knows it, as long as it is not over for it, with the name of its rules.

    The one that keeps quiet shortest bears the window's own name.
    """
    base = f"{muting.prefix} {MAINTENANCE} {quiet.window}"
    tails = sorted({muting.after.get(one.severity, 0) for one in alarms})
    for tail in tails:
        mine = [one for one in alarms if muting.after.get(one.severity, 0) == tail]
        lasting = outlasting(quiet, tail, muting.now)
        of = " ".join(sorted({one.severity for one in mine}))
        if lasting.occasions:
            yield base if tail == tails[0] else f"{base} {of}", lasting, tuple(one.name for one in mine)


def outlasting(quiet: Quiet, seconds: int, now: int) -> Quiet:
    """A window that lasts so much longer, its occasions that are not over then."""
    later = [replace(one, span=Span(one.span.start, one.span.end + seconds)) for one in quiet.occasions]
    longer = replace(quiet.repeat, length=quiet.repeat.length + timedelta(seconds=seconds)) if quiet.repeat else None
    return replace(quiet, occasions=tuple(one for one in later if one.span.end > now), repeat=longer)


def _forms(name: str, quiet: Quiet, targets: tuple[str, ...], muting: Muting) -> Iterator[MuteForm]:
    """The rules of a window: a recurring one where it can be said so, and one-time ones for all else."""
    cron = cron_of(quiet.repeat) if quiet.repeat else None
    if cron and quiet.repeat:
        minutes = int(quiet.repeat.length.total_seconds()) // MINUTE
        base = MuteForm(name, _description(quiet), cron.expression, minutes, muting.zone.key, targets)
        yield from _by_targets([_between(base, cron, muting.zone)])
    for occasion in _one_by_one(quiet, cron, muting):
        own = name if occasion.day is None else f"{name} {occasion.day}"
        yield from _by_targets([_once(own, quiet, part, targets, muting.zone) for part in pieces(occasion.span)])


def _between(form: MuteForm, cron: Cron, zone: ZoneInfo) -> MuteForm:
    since, until = (int(local.replace(tzinfo=zone).timestamp()) for local in (cron.since, cron.until))
    return replace(form, starts=since // MINUTE * MINUTE, expires=until // MINUTE * MINUTE)


def _once(name: str, quiet: Quiet, span: Span, targets: tuple[str, ...], zone: ZoneInfo) -> MuteForm:
    expression, where = at_expression(span.start, zone)
    return MuteForm(name, _description(quiet), expression, span.seconds // MINUTE, where, targets)


def _by_targets(forms: Sequence[MuteForm]) -> Iterator[MuteForm]:
    """As many rules as there must be, numbered where there are several."""
    parts = [
        replace(form, targets=form.targets[at : at + MOST_TARGETS])
        for form in forms
        for at in range(0, len(form.targets), MOST_TARGETS)
    ]
    for number, part in enumerate(parts, 1):
        yield part if len(parts) == 1 else replace(part, name=f"{part.name} {number}/{len(parts)}")


def _one_by_one(quiet: Quiet, cron: Cron | None, muting: Muting) -> Iterator[Occasion]:
    """What needs a rule of its own: single windows, and the next occurrences that no cron expression says."""
    for place, occasion in enumerate(quiet.occasions):
        soon = quiet.repeat is None or occasion.span.start < muting.until or place == 0
        if soon and occasion.span.end > muting.now and not (cron and _covered(occasion, quiet, muting)):
            yield occasion


def _covered(occasion: Occasion, quiet: Quiet, muting: Muting) -> bool:
    """Whether a cron expression surely mutes all of an occurrence: not where the clocks change around it."""
    start = _local_start(quiet.repeat, occasion.day)
    if quiet.repeat is None or start is None or not surely(start, muting.zone):
        return False
    begins = int(start.replace(tzinfo=muting.zone).timestamp())
    ends = begins + int(quiet.repeat.length.total_seconds()) // MINUTE * MINUTE
    return begins <= occasion.span.start and occasion.span.end <= ends


def _local_start(repeat: Repeat | None, day: str | None) -> datetime | None:
    starts = repeat.starts if repeat else ()
    return next((start for start in starts if start.date().isoformat() == day), None)


def _description(quiet: Quiet) -> str:
    text = "".join(one if one.isprintable() else " " for one in f"{quiet.window}: {quiet.reason}")
    return f"{text[: LONGEST_DESCRIPTION - 40]} (slactl maintenance sync)"
