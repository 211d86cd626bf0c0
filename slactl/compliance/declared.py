"""Downtime that incidents declare: seconds that count as down although nothing measured says so.

The one rule: it only worsens. Excluded and unsettled seconds stay what they are, what is down already
is not down twice, and a verdict is never milder than the one without the declaration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from slactl.compliance.judging import Judgement
from slactl.compliance.slices import Slices, SliceState
from slactl.model.incident import Incident
from slactl.model.objective import SilencePolicy
from slactl.model.report import Case, Seconds
from slactl.model.span import Spans, intersect, union
from slactl.model.span import seconds as seconds_of
from slactl.model.status import worst


def declared_downtime(incidents: Iterable[Incident], service: str, now: int) -> Spans:
    """All time so far that incidents declare as downtime of a service."""
    mine = (one for one in incidents if one.add_downtime and one.concerns(service))
    return union(span for one in mine if (span := one.until(now)))


def by_slices(
    seconds: Seconds,
    slices: Slices,
    states: Sequence[SliceState],
    policy: SilencePolicy,
    declared: Spans,
) -> Seconds:
    """An account of seconds by slices, with what is declared of them moved to ``down``.

    ``declared`` may be any part of the slices' time, and ``seconds`` the account of any span that holds it.
    """
    sums = [0] * len(SliceState)
    for span in intersect(declared, (slices.span,)):
        first, last = (at // slices.width for at in (span.start - slices.span.start, span.end - slices.span.start - 1))
        for index in range(first, last + 1):
            sums[states[index]] += sum(part.seconds for piece in slices.left(index) if (part := piece.clip(span)))
    up, silent, unknown = (sums[state] for state in (SliceState.UP, SliceState.NO_TRAFFIC, SliceState.UNKNOWN))
    # Under `no_traffic: down` silence counts as down already.
    silent = 0 if policy is SilencePolicy.DOWN else silent
    return replace(
        seconds,
        up=seconds.up - up,
        down=seconds.down + up + silent + unknown,
        no_traffic=seconds.no_traffic - silent,
        unknown=seconds.unknown - unknown,
    )


def by_the_hour(seconds: Seconds, parts: Spans, policy: SilencePolicy, declared: Spans) -> Seconds:
    """The account of one settled hour of which ``parts`` are counted, between two bounds.

    Which of its seconds were down nobody knows: at least the more of the two, at most both together.
    """
    moved = seconds_of(intersect(parts, declared))
    if not moved or seconds.not_yet or (policy is SilencePolicy.DOWN and seconds.no_traffic):
        return seconds
    sure = max(seconds.down, moved)
    most = min(seconds_of(parts), seconds.down + seconds.unknown + moved)
    rest = seconds_of(parts) - most
    left = {"no_traffic": rest} if seconds.no_traffic else {"up": rest}
    return replace(replace(seconds, up=0, no_traffic=0), down=sure, unknown=most - sure, **left)


def never_milder(declared: Judgement, measured: Judgement) -> Judgement:
    """The judgement with what is declared, unless the measured one is worse.

    That is so where the unknown decided and was then declared down: a claim of one side settles
    nothing in its favour, so the row stays open unless the goal is missed either way.
    """
    if worst((declared.status, measured.status)) is declared.status:
        return declared
    case = Case(declared.value, declared.status)
    return replace(measured, worst_case=declared.worst_case or case, best_case=declared.best_case or case)
