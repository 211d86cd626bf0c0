"""How a document is covered, clause by clause: for a terminal, a pull request, a spreadsheet and programs.

The one rule: the same answers in the same order as in the report's chapter, with the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slactl.formats.clauses import Telling, outcome_of
from slactl.formats.language import mark, speak
from slactl.formats.page.scene import Scene
from slactl.formats.sanitize import plain
from slactl.formats.times import long_date
from slactl.model.answer import counted
from slactl.workflows.answering import Lack

if TYPE_CHECKING:
    from slactl.model.answer import ClauseAnswer
    from slactl.model.clause import AnswerKind
    from slactl.workflows.answering import Covered

LACKS = {
    Lack.UNANSWERED: mark("unanswered"),
    Lack.EXPIRED: mark("its attestation is expired"),
    Lack.EARLY: mark("its answer is dated later than the day it is judged by"),
    Lack.NO_FIGURE: mark("what checks it has not one figure"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A clause in words; ``outcome`` is empty where it has none, ``lack`` where nobody has to do anything."""

    answer: ClauseAnswer
    name: str
    section: str
    quote: str
    kinds: str
    outcome: str
    findings: tuple[str, ...]
    evidence: tuple[str, ...]
    lack: str


@dataclass(frozen=True, slots=True)
class Told:
    """A document's coverage in the reader's language."""

    covered: Covered
    telling: Telling

    @classmethod
    def of(cls, covered: Covered, language: str) -> Told:
        """Raises ValueError if the language is unknown."""
        reader = speak(language)
        scene = Scene(covered.report, reader) if covered.report else None
        return cls(covered, Telling(covered.catalogue, reader, scene))

    def lines(self) -> list[Line]:
        """Every clause."""
        lacks = {one.clause.id: self.telling.say(LACKS[lack]) for one, lack in self.covered.lacks}
        return [self._line(one, lacks.get(one.clause.id, "")) for one in self.covered.answers]

    def _line(self, answer: ClauseAnswer, lack: str) -> Line:
        telling, found = self.telling, self.telling.outcome(answer) if outcome_of(answer) else None
        outcome = "" if found is None else " \N{MIDDLE DOT} ".join(filter(None, found[1:]))
        name, section, quote = plain(answer.clause.id), plain(answer.clause.section), plain(answer.clause.quote)
        findings, evidence = telling.findings(answer), telling.evidence(answer)
        return Line(answer, name, section, quote, telling.kinds(answer), outcome, findings, evidence, lack)

    def title(self) -> str:
        """``ISMS – Performance, October 2026: 41 clauses``."""
        document, report = self.covered.catalogue.document, self.covered.report
        name = self.telling.text(document.title) or plain(document.id) if document else ""
        when = report.period.label if report else long_date(self.covered.asked_on, self.telling.language)
        count = self.telling.language.count("{n} clause", "{n} clauses", len(self.covered.answers))
        return f"{name}, {when}: {count}"

    def counts(self) -> str:
        """``measured 14, checked 9, attested 4, inherited 3, not verifiable 5, unanswered 2``."""
        numbers = counted(self.covered.answers)
        return ", ".join(f"{self.telling.kind(kind)} {count}{self._idle(kind)}" for kind, count in numbers.items())

    def _idle(self, kind: AnswerKind) -> str:
        """How many of a kind are neither kept nor broken: nobody could rate them, or they have not one figure."""
        mine = [one for one in self.covered.answers if one.kind is kind]
        idle = (
            (self.telling.say("of which {n} not rated this month"), sum(one.not_rated for one in mine)),
            (self.telling.say("of which {n} without a figure"), sum(one.without_figure for one in mine)),
        )
        told = ", ".join(text.format(n=count) for text, count in idle if count)
        return f" ({told})" if told else ""

    def summary(self) -> str:
        """How many findings there are."""
        lacking = len(self.covered.lacks)
        if not lacking:
            return self.telling.say("Every clause is answered.")
        return self.telling.language.count("{n} clause needs an answer.", "{n} clauses need an answer.", lacking)
