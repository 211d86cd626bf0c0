"""What maintenance takes out of one service's agreement year.

Decides rules 15 and 16: the caps, spent in order of time month by month on the union of what
was admitted, and the one grid. The one rule: caps are spent in seconds, before the shrinking.
"""

from dataclasses import dataclass

from . import texts
from .claims import OneOf, Something
from .facts import Dict
from .spans import Span, common, length, shrunk, union, without
from .windows import UNTOLD, Window

BOUNDLESS = 10**12


@dataclass(frozen=True)
class Exclusion:
    """What one window asked of one period, and what it got."""

    window: Window
    seconds: int
    owed: int
    in_period: int

    @property
    def claims(self) -> dict[str, object]:
        """What the JSON report must say of the window and the service."""
        asked = self.window.end - self.window.start
        claims: dict[str, object] = {
            "requested_seconds": OneOf((asked, self.in_period)),
            "excluded_seconds": OneOf((self.seconds, self.owed)),
        }
        if self.window.refusal is not None:
            claims["applied"] = False
            told = self.window.refusal != UNTOLD
            claims["reason"] = self.window.refusal if told else Something()
        elif self.owed:
            claims["applied"] = True
        return claims


def applied(windows: list[Window], maintenance: Dict, months: list[Span], hours_before: int) -> list[Span]:
    """All that one service's windows take out of an agreement year, on the grid."""
    admitted = union(span for window in windows for span in window.admitted)
    left_of_year = _cap(maintenance, "max_per_year")
    taken: list[Span] = []
    for month in months:
        cap = min(left_of_year, _cap(maintenance, "max_per_month"))
        spent = _first_seconds(common(admitted, [month]), cap)
        left_of_year -= length(spent)
        taken += spent
    return shrunk(taken, hours_before)


def _cap(maintenance: Dict, name: str) -> int:
    return texts.seconds(maintenance[name]) if name in maintenance else BOUNDLESS


def _first_seconds(spans: list[Span], many: int) -> list[Span]:
    taken = []
    for start, end in spans:
        taken.append((start, min(end, start + many)))
        many -= min(end, start + many) - start
    return union(taken)


def by_window(windows: list[Window], excluded: list[Span], period: Span, owed_from: int = 0) -> list[Exclusion]:
    """The excluded seconds of a period, each under the window that starts first.

    ``owed_from``: whether a window takes anything out of what is not owed, the contract leaves open.
    """
    left = common(excluded, [period])
    shares = []
    for window in windows:
        own = common(left, window.admitted)
        left = without(left, own)
        asked = common([(window.start, window.end)], [period])
        owed = length(common(own, [(owed_from, period[1])]))
        shares.append(Exclusion(window, length(own), owed, length(asked)))
    return shares
