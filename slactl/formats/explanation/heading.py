"""What is explained: the figure and its verdict, the promise, the period, maintenance, and what is missing.

The one rule: every time stands in the agreement's zone with its offset and in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.explanation.account import rules
from slactl.formats.explanation.voice import DASH, Voice, columns
from slactl.formats.figures import display, goal_text
from slactl.formats.numbers import fixed
from slactl.formats.sanitize import plain
from slactl.formats.texts import reason_text
from slactl.formats.times import duration
from slactl.formats.words import PROOFS, SILENCE, objective_title
from slactl.model.general import AlarmRecord, Control, Ratio, Recorded, Statistic, WeightedAverage, kept_for
from slactl.model.objective import Availability
from slactl.model.span import seconds

if TYPE_CHECKING:
    from slactl.model.maintenance import ServiceExclusion, WindowOutcome
    from slactl.model.objective import Objective
    from slactl.model.report import Gap, Result, Silence

FEW = 30
"""More operations than these, counted under one name, are not listed."""


def head(voice: Voice) -> Iterator[str]:
    """The figure, the goal and its clause, and the period."""
    found = voice.found
    row, objective, period = found.row, found.objective, found.period
    whose = [found.service.key, row.objective, row.operation, period.label]
    yield plain(" · ".join(part for part in whose if part))
    yield ""
    provisional = "" if period.final else voice.say(" (provisional)")
    facts = [
        (voice.say("Objective"), _promise(voice, objective)),
        (voice.say("Goal"), goal_text(objective.goal, row.indicator, voice.language, row.unit)),
        (voice.say("Clause"), _clause(objective)),
        (voice.say("Figure"), f"{figure(voice, row)}{provisional}"),
        *(("", reason_text(reason, voice.language)) for reason in (row.reason, *row.notes) if reason),
        (voice.say("With its operations"), _rolled_up(voice, row)),
        (voice.say("Judged on"), _source(voice)),
        (voice.say("Counted together"), _members(voice)),
    ]
    yield from voice.facts(facts)
    yield voice.title(voice.say("Period"))
    yield from _period(voice)


def _rolled_up(voice: Voice, row: Result) -> str:
    """The status that counts where operations count too."""
    if row.rollup is None or not voice.found.objective.per_operation:
        return ""
    told = f"{voice.verdict(row.rollup.status, None)} ({row.rollup.status.value})"
    text = voice.say("{told}; the worst is {name}")
    worst = row.rollup.worst_operation
    return told if worst is None else text.format(told=told, name=plain(worst))


def _promise(voice: Voice, objective: Objective) -> str:
    title = plain(objective_title(objective, objective.id, voice.language))
    if objective.operation_class is None:
        return title
    return voice.say("{title} (class {name})").format(title=title, name=plain(objective.operation_class))


def _clause(objective: Objective) -> str:
    reference = objective.reference
    if reference is None:
        return ""
    place = ", ".join(filter(None, (reference.document, reference.section)))
    quote = f": \N{LEFT DOUBLE QUOTATION MARK}{reference.quote}\N{RIGHT DOUBLE QUOTATION MARK}"
    return plain(f"{place}{quote if reference.quote else ''}")


def figure(voice: Voice, row: Result) -> str:
    """A row's value, verdict and weight."""
    value = display(row, voice.found.objective.goal, voice.language) or DASH
    weight = voice.say("binding") if row.binding else voice.say("informative")
    return f"{value}  {voice.verdict(row.status, row.value)} ({row.status.value}, {weight})"


def _source(voice: Voice) -> str:
    found = voice.found
    service = found.service
    stage = service.edge if found.row.source.value == "api-gateway" else None
    name = f"{stage.api}/{stage.stage}" if stage else service.name
    return plain(f"{_kind(voice)}: {name}")


def _kind(voice: Voice) -> str:
    """What was judged, of a general figure in words."""
    indicator = voice.found.objective.indicator
    match indicator:
        case Control():
            return voice.say("the configuration")
        case AlarmRecord():
            told = indicator.asks in (Recorded.WATCHED, Recorded.NOTIFIED)
            return voice.say("the kept history of alarms") if told else voice.say("the reads of the services")
        case Ratio() | Statistic() | WeightedAverage():
            elsewhere = kept_for([indicator]) is not None
            return voice.say("metrics of Cloudflare") if elsewhere else voice.say("metrics of CloudWatch")
        case _:
            return voice.found.row.source.value


def _members(voice: Voice) -> str:
    """The operations that the row of one counts together, where their names are not its own."""
    members = voice.found.members
    if voice.found.row.operation is None or members == (voice.found.row.operation,) or len(members) > FEW:
        return ""
    return plain(", ".join(members))


def _period(voice: Voice) -> Iterator[str]:
    found = voice.found
    owed = None if found.owed == found.period.span else found.owed
    settled = None if found.elapsed == found.owed else found.elapsed
    named = [(voice.say("the month"), found.period.span), (voice.say("owed"), owed), (voice.say("settled"), settled)]
    named += [(voice.say("counted"), span) for span in found.counted]
    rows = [
        [name, voice.local(span), voice.utc(span), duration(span.seconds, voice.language)]
        for name, span in named
        if span is not None
    ]
    yield from columns(rows)
    if len(found.counted) > 1:
        total = seconds(found.counted)
        yield voice.line(voice.say("Counted in all: {n} s.").format(n=voice.number(total)))


def maintenance(voice: Voice) -> Iterator[str]:
    """Every window of the month, what of it was taken out of which seconds, and why the rest was not."""
    found = voice.found
    pairs = [(outcome, one) for outcome in found.exclusions for one in outcome.services]
    yield voice.title(voice.say("Maintenance"), rules(voice, (13, 14, 15, 16)))
    if not found.objective.excludes_maintenance:
        yield voice.line(voice.say("This objective excludes nothing: the windows below count like any other time."))
    if not pairs:
        yield voice.line(voice.say("No window touches the month."))
        return
    yield from columns([cells for outcome, one in pairs for cells in _window(voice, outcome, one)])


def _window(voice: Voice, outcome: WindowOutcome, one: ServiceExclusion) -> Iterator[list[str]]:
    window = outcome.window
    if one.applied:
        text = voice.say("{taken} s of {asked} s admitted")
        said = text.format(taken=voice.number(one.excluded_seconds), asked=voice.number(one.requested_seconds))
    else:
        said = voice.say("not admitted")
    why = [reason_text(reason, voice.language) for reason in (one.reason, outcome.proof_note) if reason]
    proof = voice.say(PROOFS[window.proof.word])
    yield [
        plain(window.id),
        voice.local(window.span),
        voice.utc(window.span),
        " ".join((f"{said}, {proof}.", *why)),
    ]
    for span in one.spans:
        yield [
            voice.line(voice.say("taken out")),
            voice.local(span),
            voice.utc(span),
            f"{voice.number(span.seconds)} s",
        ]


def missing(voice: Voice) -> Iterator[str]:
    """Silences and what could not be read."""
    found = voice.found
    indicator = found.objective.indicator
    silences = found.account.silences if found.account else ()
    if found.account is not None:
        yield voice.title(voice.say("Silences of an hour or more"), rules(voice, (11,)))
        if isinstance(indicator, Availability):
            how = voice.say("How silence counts: {policy}")
            yield voice.line(how.format(policy=voice.say(SILENCE[indicator.no_traffic.value])))
        if not silences:
            yield voice.line(voice.say("None."))
        yield from columns([_silence(voice, one) for one in silences])
    yield voice.title(voice.say("What is unknown"), rules(voice, (7, 8)))
    if not found.gaps:
        yield voice.line(voice.say("Nothing: all that the figure needs was read."))
    yield from columns([gap_line(voice, one) for one in found.gaps])


def _silence(voice: Voice, one: Silence) -> list[str]:
    if one.baseline is None:
        told = voice.say("no earlier week to compare with")
    else:
        told = voice.say("{n} requests in the weeks before, on average").format(
            n=fixed(one.baseline, 1, voice.language, up=True)
        )
    counted = voice.say("explained") if one.explained else voice.say("not explained")
    return [
        voice.local(one.span),
        voice.utc(one.span),
        duration(one.span.seconds, voice.language),
        f"{counted}: {told}",
    ]


def gap_line(voice: Voice, one: Gap) -> list[str]:
    """Something unknown: its span in both times, how long it is, and why."""
    operation = f" {plain(one.operation)}" if one.operation else ""
    text = f"{reason_text(one.reason, voice.language)} ({one.reason.code.value}){operation}"
    return [voice.local(one.span), voice.utc(one.span), duration(one.span.seconds, voice.language), text]
