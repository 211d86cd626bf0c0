"""Requests, faults and errors of one operation over a cover, with what stayed unknown.

The one rule: a fault that was not reported in a bucket with requests is unknown, not absent; an
unreadable span is taken to hold as many requests as the same span a week before (rule 8).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from slactl.compliance.amount import Amount, total


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts that add up.

    ``assumed`` of the requests lie in spans that could not be read; with ``unbounded`` not even that
    is known. Assumed requests are in the high ends of faults and errors.
    """

    requests: int = 0
    faults: Amount = Amount()
    errors: Amount = Amount()
    assumed: int = 0
    unbounded: bool = False

    @classmethod
    def unread(cls, assumed: int | None) -> Counts:
        """A span that was not read, taken to hold so many requests (None: nobody knows)."""
        guess = assumed or 0
        return cls(guess, Amount(0, guess), Amount(0, guess), guess, assumed is None)

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.requests + other.requests,
            self.faults + other.faults,
            self.errors + other.errors,
            self.assumed + other.assumed,
            self.unbounded or other.unbounded,
        )

    def less(self, part: Counts) -> Counts:
        """What remains without a part of it."""
        requests = max(0, self.requests - part.requests)
        return Counts(
            requests,
            _within(self.faults.less(part.faults), requests),
            _within(self.errors.less(part.errors), requests),
            min(requests, max(0, self.assumed - part.assumed)),
            self.unbounded or part.unbounded,
        )

    def doubting(self, requests: int) -> Counts:
        """The counts when so many of the requests lie where two reads disagree: they may all be bad."""
        faults, errors = (
            _within(Amount(max(0, bad.low - requests), bad.high + requests), self.requests)
            for bad in (self.faults, self.errors)
        )
        return replace(self, faults=faults, errors=errors)


def _within(amount: Amount, most: int) -> Amount:
    return Amount(min(amount.low, most), min(amount.high, most))


def add_up(parts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    held = list(parts)
    return Counts(
        sum(part.requests for part in held),
        total(part.faults for part in held),
        total(part.errors for part in held),
        sum(part.assumed for part in held),
        any(part.unbounded for part in held),
    )
