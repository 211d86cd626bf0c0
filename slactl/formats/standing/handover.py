"""The hand-over of an on-call shift: text to paste into a chat.

The one rule: whoever reads it was not there; every line names its service, and what nobody knows is said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slactl.formats.check.outlook import amount, shortened
from slactl.formats.language import speak
from slactl.formats.numbers import whole
from slactl.formats.standing.lines import rate_text, sentence_of, service_text, spenders_text, word_of
from slactl.formats.standing.words import COMING, NONE_PLANNED, clock_text, span_text, window_text
from slactl.formats.times import duration, joined
from slactl.model.period import local_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from slactl.formats.language import Language
    from slactl.model.burn import Spent
    from slactl.model.check import Target
    from slactl.model.incident import Incident
    from slactl.model.report import Result
    from slactl.model.standing import Change, Downtime, Handover, Taken

LONGEST_CAUSE = 200
MOST_STRETCHES = 10
MOST_SPENDERS = 3
SHORT_RATES = 2
"""How many look-backs say how fast something still burns."""


def render(found: Handover, language: str) -> str:
    """The text, ending with a newline.

    Raises:
        ValueError: if the language is unknown.
    """
    spoken = speak(language)
    return "\n".join(_Text(found, spoken).lines()) + "\n"


class _Text:
    """The text's blocks."""

    def __init__(self, found: Handover, language: Language) -> None:
        self.found, self.language = found, language
        self.check = found.standing.check
        self.zone: ZoneInfo = self.check.catalogue.report.zone

    def lines(self) -> Iterable[str]:
        say, found = self.language.gettext, self.found
        yield from self._head()
        yield from _block(say("Changed"), map(self._change, found.changes), say("nothing changed"))
        yield from _block(say("Downtime"), self._stretches(found.downtime), say("none measured"))
        yield from _block(say("Budget spent"), map(self._taken, found.taken), say("nothing spent"))
        yield from _block(say("Still burning"), map(self._burning, found.burning), say("nothing"))
        yield from _block(say("Incidents that go on"), map(self._incident, found.incidents), "")
        windows = (window_text(one, self.zone, self.language) for one in found.standing.coming)
        yield from _block(say(COMING), windows, say(NONE_PLANNED))

    def _head(self) -> Iterable[str]:
        check, say = self.check, self.language.gettext
        start = clock_text(self.found.since, self.zone, self.language)
        end = clock_text(check.settled_until, self.zone, self.language)
        yield shortened(check.catalogue.report.title)
        text = say("Since {start}, figures until {end} ({zone})")
        yield text.format(start=start, end=end, zone=self.zone.key)
        yield say("Now: {now}. Then: {then}.").format(
            now=word_of(check.status, self.language), then=word_of(self.found.then.status, self.language)
        )
        month_then, month_now = (
            local_date(at, self.zone).month for at in (self.found.then.period.start, check.period.start)
        )
        if month_then != month_now:
            yield say("A new month has begun in between: its budgets are new.")

    def _subject(self, target: Target) -> str:
        return f"{shortened(service_text(target.row))}, {shortened(target.title)}"

    def _change(self, one: Change) -> str:
        now = word_of(one.target.status, self.language)
        if one.before is None:
            return f"{self._subject(one.target)}: {now}"
        return f"{self._subject(one.target)}: {word_of(one.before, self.language)} \N{RIGHTWARDS ARROW} {now}"

    def _stretches(self, found: Sequence[Downtime]) -> Iterable[str]:
        """The stretches in order of time; of many the longest, and what the others come to."""
        longest = sorted(found, key=lambda one: -one.outage.span.seconds)[:MOST_STRETCHES]
        yield from (self._downtime(one) for one in found if one in longest)
        rest = [one.outage.span.seconds for one in found if one not in longest]
        if rest:
            text = self.language.count("{n} shorter stretch", "{n} shorter stretches", len(rest))
            yield self.language.gettext("{stretches}, {long} together").format(
                stretches=text, long=duration(sum(rest), self.language)
            )

    def _downtime(self, one: Downtime) -> str:
        span = one.outage.span
        when, long = span_text(span, self.zone, self.language), duration(span.seconds, self.language)
        failed = self.language.count(
            "{n} of {requests} requests failed", "{n} of {requests} requests failed", one.outage.faults
        )
        counts = failed.format(requests=whole(one.outage.requests, self.language))
        named = joined([shortened(name) for name in one.incidents], self.language)
        told = named or self.language.gettext("no incident explains it")
        return f"{shortened(one.service)}: {when} ({long}), {counts}; {told}"

    def _taken(self, one: Taken) -> str:
        row = one.target.row
        text = f"{self._subject(one.target)}: {self._spent(row, one.spent)}"
        if row.outlook is None:
            return text
        named = spenders_text(replace(row.outlook, spent_by=one.spent.spent_by), self.language, MOST_SPENDERS)
        return f"{text}; {named}" if named else text

    def _spent(self, row: Result, spent: Spent) -> str:
        if spent.bad is None:
            return self.language.gettext("nobody knows")
        most = amount(row, spent.bad, self.language, up=True)
        if spent.least is None or spent.least == spent.bad:
            return most
        return self.language.gettext("at most {amount}, part of it unknown").format(amount=most)

    def _burning(self, target: Target) -> str:
        outlook = target.row.outlook
        rates = outlook.rates[:SHORT_RATES] if outlook else ()
        said = ", ".join(f"{rate_text(one, self.language)} ({one.lookback.name})" for one in rates)
        sentence = sentence_of(self.check, target, self.language)
        return f"{self._subject(target)}: {said}; {sentence}" if sentence else f"{self._subject(target)}: {said}"

    def _incident(self, one: Incident) -> str:
        since = clock_text(one.start, self.zone, self.language)
        text = self.language.gettext("since {when}, {services}: {cause}").format(
            when=since,
            services=joined([shortened(name) for name in one.services], self.language),
            cause=shortened(one.cause, LONGEST_CAUSE),
        )
        return f"{shortened(one.id)}, {text}"


def _block(head: str, lines: Iterable[str], none: str) -> Iterable[str]:
    """A head with its lines, or that there are none; nothing where that need not be said."""
    found = [f"- {line}" for line in lines]
    if not found and not none:
        return
    yield ""
    yield f"{head}:" if found else f"{head}: {none}"
    yield from found
