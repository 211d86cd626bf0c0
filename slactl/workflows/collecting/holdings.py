"""What the store holds already, as a collect looks at it.

The one rule: only what the store names counts; an item that doesn't say what it covers stops the run
rather than being read again over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from slactl.model.evidence import CountsFacts, Dropped, Fact, Item, Kind
from slactl.model.span import Span
from slactl.ports.archive import Archive, EvidenceFailure
from slactl.workflows.collecting.doubt import Doubt, counted
from slactl.workflows.collecting.plan import Asked, Held, day_name, days_of
from slactl.workflows.collecting.streams import Listed, read_streams

CHECK = "slactl evidence check tells what is wrong with the store"


class Store(Archive, Protocol):
    """An ``Archive`` that one run at a time may write to, and that can be tidied."""

    @property
    def name(self) -> str:
        """The store, as people write it."""
        ...

    def exclusive(self, patience: float = 0.0) -> AbstractContextManager[None]:
        """Keeps other runs out."""
        ...

    @property
    def head(self) -> object:
        """The end of the chain, to be noted elsewhere; its text is what people note."""
        ...

    def sweep(self, at: int) -> int:
        """Takes away what killed runs left behind; gives how many files."""
        ...


ANSWERS, GENERAL_ANSWERS = "answers.parquet", "general.parquet"
"""The files of a closed month: of a service's own objectives, and of the general ones that bear its key."""
CLOSED_BY: Mapping[Kind, str] = {Kind.COUNTS: ANSWERS, Kind.METRICS: GENERAL_ANSWERS}
"""The file that closes a month of a kind."""
BESIDE: Mapping[Kind, tuple[Kind, ...]] = {Kind.COUNTS: (Kind.STREAMS,)}
"""What is kept together with a kind, and goes with it."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept of one service: its counts, or (``kind``) the metrics of a component or service.

    ``answers`` is the name of the files of its closed months.
    """

    store: Archive
    service: str
    kind: Kind = Kind.COUNTS
    answers: str = ANSWERS

    def held(self, when: str | None = None) -> tuple[Held, ...]:
        """The counts that are kept, of a day or of all.

        Raises:
            EvidenceFailure: if one does not say what it covers.
        """
        return tuple(_held(item) for item in self.store.items(self.kind, self.service, when))

    def meeting(self, span: Span) -> tuple[Held, ...]:
        """The counts that are kept of any part of a span."""
        found = (one for day in days_of(span) for one in self.held(day_name(day)))
        return tuple(one for one in found if one.facts.span.meets(span))

    def listed(self, span: Span) -> dict[Span, tuple[Listed, ...]]:
        """The streams that are kept of the days of a span, by what of each day lies in it."""
        days = ((day, day.clip(span)) for day in days_of(span))
        found = {part: tuple(self._streams(day)) for day, part in days if part}
        return {part: told for part, told in found.items() if told}

    def operations(self, one: Held) -> set[str]:
        """The names of operations that are kept of the day of some counts."""
        told = self._streams(one.facts.span)
        return {stream.operation or "" for listed in told for stream in listed.operations}

    def inside(self, span: Span, doubt: Doubt) -> list[Dropped]:
        """Everything of a day that a new file over the span takes the place of."""
        counts = self.held(day_name(span))
        spans = {one.facts.span for one in counts if doubt.replaced(one.facts, span)}
        together = (self.kind, *BESIDE.get(self.kind, ()))
        kinds = (self.store.items(kind, self.service, day_name(span)) for kind in together)
        gone = (item for items in kinds for item in items if span.holds(at := _span(item)) or at in spans)
        return [Dropped(item, "superseded") for item in gone]

    def closed(self, doubt: Doubt) -> frozenset[str]:
        """The months that are closed, by answers that are believed: 2026-10."""
        return frozenset(item.place.when for item in self._answers() if not doubt.of_answers(item))

    def untold(self, doubt: Doubt) -> list[Dropped]:
        """What a clock ahead kept of time that is yet to come, and the months that it closed."""
        answers = [item for item in self._answers() if doubt.of_answers(item)]
        early = [one for one in self.held() if doubt.judged(one.facts) is None and not counted(one.item)]
        days = {(one.item.place.when, one.facts.span) for one in early}
        streams = self.store.items(Kind.STREAMS, self.service) if days else ()
        listed = [item for item in streams if (item.place.when, _span(item)) in days]
        return [Dropped(item, "ahead") for item in (*answers, *(one.item for one in early), *listed)]

    def _answers(self) -> list[Item]:
        return [item for item in self.store.items(Kind.ANSWERS, self.service) if item.place.name == self.answers]

    def _streams(self, day: Span) -> Iterable[Listed]:
        for item in self.store.items(Kind.STREAMS, self.service, day_name(day)):
            try:
                yield from read_streams(self.store.body(item))
            except ValueError as error:
                raise EvidenceFailure(f"{item.path}: {error}", CHECK) from error


def last_kept(store: Archive) -> int | None:
    """When anything was read last; None of an empty store."""
    return max((_held(item).facts.read_at for item in store.items(Kind.COUNTS)), default=None)


def _held(item: Item) -> Held:
    facts = item.facts
    try:
        covers = CountsFacts.of(item)
    except ValueError as error:
        raise EvidenceFailure(str(error), CHECK) from error
    asked = Asked(
        str(facts.get("subject", "")),
        _words(facts.get("sources")),
        _words(facts.get("limits")),
        _words(facts.get("hiding")),
    )
    return Held(item, covers, asked, *(_number(facts.get(key)) for key in ("streams", "requests", "edge")))


def _span(item: Item) -> Span:
    start, end = item.facts.get("start"), item.facts.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or end <= start:
        raise EvidenceFailure(f"{item.path} does not say what it covers", CHECK)
    return Span(start, end)


def _words(fact: Fact) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else ()


def _number(fact: Fact) -> int:
    return fact if isinstance(fact, int) else 0
