"""The table of what was measured: each figure beside its bar.

The one rule: a figure is written down before it is judged, so that a missed bar is seen in the table too.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A measure: its figure, the bar, and what lies behind it."""

    name: str
    figure: float
    bar: float
    at_least: bool
    behind: str

    @property
    def met(self) -> bool:
        return self.figure >= self.bar if self.at_least else self.figure <= self.bar

    def __str__(self) -> str:
        sign, verdict = ("≥" if self.at_least else "≤"), ("met" if self.met else "MISSED")
        return f"{self.name:<46} {self.figure:>12,.3f}  {sign} {self.bar:>9,.2f}  {verdict:<6}  {self.behind}"


@dataclass(slots=True)
class Table:
    """The lines so far."""

    lines: list[Line] = field(default_factory=list)

    def at_most(self, name: str, figure: float, bar: float, behind: str = "") -> bool:
        """Writes a figure down; whether it keeps below its bar."""
        return self._add(Line(name, figure, bar, at_least=False, behind=behind))

    def at_least(self, name: str, figure: float, bar: float, behind: str = "") -> bool:
        """Writes a figure down; whether it reaches its bar."""
        return self._add(Line(name, figure, bar, at_least=True, behind=behind))

    def _add(self, line: Line) -> bool:
        self.lines.append(line)
        return line.met
