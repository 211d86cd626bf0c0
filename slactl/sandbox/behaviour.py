"""How the sandbox misbehaves when it is told to.

The one rule: everything here is deterministic; the same calls in the same order fail the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Which calls of an endless row are hit: a share of them, or every n-th.

    Attributes:
        share: between 0 and 1; hits are spread evenly.
    """

    share: float = 0.0

    def hits(self, call: int) -> bool:
        """Whether the call of that number (from 1) is hit."""
        return int(call * self.share + 1e-9) > int((call - 1) * self.share + 1e-9)

    @classmethod
    def every(cls, n: int) -> Rhythm:
        """Every n-th call."""
        return cls(1 / n)


NEVER = Rhythm()


@dataclass(frozen=True, slots=True)
class Inconsistent:
    """A span whose SampleCount is read too high at coarse resolution.

    Attributes:
        start: seconds since the epoch.
        end: seconds since the epoch, exclusive.
        period_at_least: seconds; finer reads are right.
        add: how many samples too many.
        reads: how many reads of each metric are wrong; None: always.
    """

    start: float
    end: float
    period_at_least: int = 3600
    add: float = 1.0
    reads: int | None = None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What goes wrong; all of it can be combined.

    Names of metrics are matched against the metric's name, the Operation (or ``Method Resource``)
    it belongs to, the statistic asked for, or ``name:operation``.

    Attributes:
        throttle: calls refused with Throttling.
        server_error: calls answered with InternalFailure, status 500.
        drop: calls whose connection is closed without an answer.
        fail: API operations that never work (InternalFailure).
        access_denied: API operations the caller may not use.
        expired_token: every call is refused with ExpiredToken.
        forbidden: metrics that answer Forbidden inside a call that works.
        internal_error: metrics that answer InternalError; how many times each, None: always.
        partial: each result comes in two pages, the first with PartialData.
        partial_forever: metrics whose results stay PartialData, half of the points missing.
        messages: (code, text) pairs in the answer's global Messages.
        delay_ms: how long every answer waits.
        page_points: pages hold at most so many points.
        forget: nothing before this time is known; seconds since the epoch.
        no_percentiles: percentiles and trimmed statistics are absent.
        inconsistent: a span read differently at two resolutions.
        enforce_quota: the quotas of datapoints and of discovery calls a second are enforced.
        modern_codes: errors of json and CBOR carry no old query code.
        clock_off: every answer bears a Date so many seconds off the machine's clock; None: it bears none.
    """

    throttle: Rhythm = NEVER
    server_error: Rhythm = NEVER
    drop: Rhythm = NEVER
    fail: frozenset[str] = frozenset()
    access_denied: frozenset[str] = frozenset()
    expired_token: bool = False
    forbidden: frozenset[str] = frozenset()
    internal_error: Mapping[str, int | None] = field(default_factory=dict)
    partial: bool = False
    partial_forever: frozenset[str] = frozenset()
    messages: tuple[tuple[str, str], ...] = ()
    delay_ms: float = 0.0
    page_points: int | None = None
    forget: float | None = None
    no_percentiles: bool = False
    inconsistent: Inconsistent | None = None
    enforce_quota: bool = False
    modern_codes: bool = False
    clock_off: float | None = None

    @classmethod
    def parse(cls, settings: Iterable[str]) -> Behaviour:
        """The behaviour of ``name=value`` settings as given on the command line.

        Raises:
            BadBehaviour: with a message that names the setting and what is wanted.
        """
        from slactl.sandbox.behaviour_text import parse_settings

        return parse_settings(settings)


class BadBehaviour(ValueError):
    """A setting cannot be understood."""
