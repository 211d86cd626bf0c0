"""The gaps of one objective, each reason once for each stretch of time that it holds in.

The one rule: hours that touch are one gap, so that a page stays readable however long something was missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from slactl.model.report import Gap
from slactl.model.span import Span, union
from slactl.model.status import Code, Reason
from slactl.workflows.general.entries import Entry


@dataclass(slots=True)
class Notes:
    """What could not be told of one entry, by reason."""

    entry: Entry
    spans: dict[Reason, list[Span]] = field(default_factory=dict)

    def note(self, reason: Reason, span: Span) -> None:
        """Takes a span in which something was missing."""
        self.spans.setdefault(reason, []).append(span)

    def failed(self, failure: Reason, metric: str, span: Span) -> None:
        """Takes a read of a metric that failed."""
        self.note(Reason.of(failure.code, **(dict(failure.figures) | {"metric": metric})), span)

    @property
    def why(self) -> Reason:
        """Why nothing can be told: what failed before what was just not there."""
        failed = (reason for reason in self.spans if reason.code is not Code.METRIC_MISSING)
        return next(failed, None) or next(iter(self.spans), Reason.of(Code.READ_FAILED))

    def gaps(self) -> tuple[Gap, ...]:
        """Every gap: of listings, of what is no longer kept, and of what was noted, in order of time."""
        lost = (self.entry.gap(Reason.of(self.entry.absent), span) for span in self.entry.lost)
        noted = (self.entry.gap(reason, span) for reason, spans in self.spans.items() for span in union(spans))
        found = dict.fromkeys((*self.entry.listing_gaps(), *lost, *noted))
        return tuple(sorted(found, key=lambda gap: (gap.span, gap.reason.code, repr(gap.reason.figures))))
