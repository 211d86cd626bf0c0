"""A span that can still be read, and how finely."""

from __future__ import annotations

from dataclasses import dataclass

from slactl.model.span import Span


@dataclass(frozen=True, slots=True)
class Kept:
    """A span that can still be read, and the least period in which.

    ``minutes_from`` is the instant within it from which on single minutes can be read too, where there is one: for
    whoever is served by parts that are finer than the whole.

    ``head`` and ``tail`` are the hours that reach over the edges of a month of a half-hour zone, of
    which only hours are left: what happened in them is known, but not on which side of the edge.
    """

    span: Span
    finest: int
    head: Span | None = None
    tail: Span | None = None
    minutes_from: int | None = None

    @property
    def reach(self) -> Span:
        """The span with the hours over its edges."""
        return Span(self.head.start if self.head else self.span.start, self.tail.end if self.tail else self.span.end)

    @property
    def parts(self) -> tuple[Span, ...]:
        """Head, span and tail, as far as there are such."""
        return tuple(part for part in (self.head, self.span, self.tail) if part)
