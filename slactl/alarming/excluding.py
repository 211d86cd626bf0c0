"""Which exclusion windows an SLO gets: the next ones that surely count, ten at most with all others.

The one rule: only windows of ours that have not begun are taken away; what has begun has done its work, and is only
dropped, oldest first, where one that comes finds no room.
"""

from __future__ import annotations

from collections.abc import Sequence

from slactl.model.excluding import Exclusion, SloExclusions, SloWindows, StandingExclusion

MOST_WINDOWS, LONGEST_REASON, MINUTE = 10, 1024, 60
OURS = "slactl maintenance "


def reason_of(window: str, reason: str) -> str:
    """The reason of a window of ours."""
    return "".join(one if one.isprintable() else " " for one in f"{OURS}{window}: {reason}")[:LONGEST_REASON]


def plan_slo(slo: SloWindows, wanted: Sequence[Exclusion], now: int) -> SloExclusions:
    """What is to be done so that the next wanted windows stand.

    Windows that begin within the next minute are not added: AWS takes only those that lie ahead.
    """
    ahead = [(one, one.window) for one in slo.windows if one.window and _ours(one.window) and one.window.start > now]
    over = sorted(
        (one for one in slo.windows if one.window and _ours(one.window) and one.window.end <= now), key=_start
    )
    others = len(slo.windows) - len(ahead) - len(over)
    future = sorted(one for one in set(wanted) if one.start > now)
    chosen = future[: max(0, MOST_WINDOWS - others)]
    remove = [one for one, window in ahead if window not in chosen]
    add = [one for one in chosen if one not in {window for _, window in ahead} and one.start >= now + MINUTE]
    standing = len(slo.windows) - len(remove) + len(add)
    remove += over[: max(0, standing - MOST_WINDOWS)]
    return SloExclusions(slo, tuple(add), tuple(remove), len(future) - len(chosen))


def _ours(window: Exclusion) -> bool:
    return window.reason.startswith(OURS)


def _start(standing: StandingExclusion) -> int:
    return standing.window.start if standing.window else 0
