"""Which kept reads are not believed: those of a clock that was ahead.

The one rule: what says that it was read later than now was read by a clock ahead, and is read again. Only where
something is kept of requests that are yet to come, this clock is the late one, and everything is believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from slactl.model.evidence import CountsFacts, Item
from slactl.model.span import Span

CLOCKS_APART = 3600
"""Seconds that the clocks of two machines may differ by."""
NEVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was read at an instant later than ``after`` is doubted; ``settled`` is the end of what can be read now."""

    after: int = NEVER
    settled: int = NEVER

    def of(self, facts: CountsFacts) -> bool:
        """Whether some counts are doubted."""
        return facts.read_at > self.after

    def of_answers(self, item: Item) -> bool:
        """Whether the answers of a month are doubted."""
        read_at = item.facts.get("read_at")
        return isinstance(read_at, int) and read_at > self.after

    def judged(self, facts: CountsFacts) -> CountsFacts | None:
        """Counts as they are believed: doubted ones are early, and tell nothing of what is yet to come."""
        if not self.of(facts):
            return facts
        past = facts.span.clip(Span(0, self.settled))
        return replace(facts, span=past, final=False) if past else None

    def replaced(self, facts: CountsFacts, new: Span) -> bool:
        """Whether a new read takes the place of counts: of all that lies inside it, and of doubted ones beside."""
        return new.holds(facts.span) or (self.of(facts) and new.meets(facts.span))


NONE = Doubt()
"""Everything is believed."""


def doubt_of(items: Iterable[Item], now: int, settled: int) -> Doubt:
    """What to doubt of a store with these counts."""
    after = now + CLOCKS_APART
    return NONE if any(_start(one) >= after and counted(one) for one in items) else Doubt(after, settled)


def counted(item: Item) -> bool:
    """Whether counts tell of any request."""
    return bool(item.facts.get("requests") or item.facts.get("edge"))


def _start(item: Item) -> int:
    start = item.facts.get("start")
    return start if isinstance(start, int) else 0
