"""Answers a document clause by clause from the rows of a report and from what people and suppliers say.

The one rule: a clause is answered by the strongest that is really there; what is switched off, asked of nobody or
over by the day answers nothing, nor does what cannot fail or what nobody ever published or looked at, and is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from slactl.model.answer import ClauseAnswer, Found, Promised, Vouched, Wanted
from slactl.model.catalogue import Catalogue
from slactl.model.clause import Answered, AnswerKind, Attestation, Clause
from slactl.model.general import Control
from slactl.model.objective import Objective
from slactl.model.period import Period, local_date
from slactl.model.report import Report, Result
from slactl.model.status import WORST_FIRST, Code
from slactl.model.vacuous import cannot_fail

NOBODY = Answered("")


class Lack(StrEnum):
    """Why somebody has to do something about a clause."""

    UNANSWERED = "unanswered"
    EXPIRED = "expired"
    EARLY = "early"
    NO_FIGURE = "no-figure"


@dataclass(frozen=True, slots=True)
class Covered:
    """How a document is covered, asked on a day.

    ``report`` is the month's, None where no figures were asked for; ``judged_on`` is the day that the answers'
    attestations are judged by, ``asked_on`` today: an attestation that is over since is a lack, too.
    """

    catalogue: Catalogue
    answers: tuple[ClauseAnswer, ...]
    judged_on: date
    asked_on: date
    report: Report | None = None

    @property
    def lacks(self) -> tuple[tuple[ClauseAnswer, Lack], ...]:
        """The clauses that nothing answers, not any more, or without a figure, in the document's order."""
        return tuple((one, lack) for one in self.answers if (lack := self._lack(one)))

    def _lack(self, answer: ClauseAnswer) -> Lack | None:
        if answer.expired or any(one.attestation.valid_until < self.asked_on for one in answer.attested):
            return Lack.EXPIRED
        if answer.early:
            return Lack.EARLY
        if answer.kind is AnswerKind.UNANSWERED:
            return Lack.UNANSWERED
        return Lack.NO_FIGURE if answer.without_figure else None


def covered(catalogue: Catalogue, report: Report | None, today: date) -> Covered:
    """How the document is covered: by a report's figures, or without any, by what is switched on and said."""
    if report is None:
        return Covered(catalogue, answers(catalogue, None, today), today, today)
    return Covered(catalogue, report.answers, day_of(report.period), today, report)


def answers(catalogue: Catalogue, results: Sequence[Result] | None, day: date) -> tuple[ClauseAnswer, ...]:
    """Every clause in the document's order; none without a document.

    Args:
        catalogue: the agreement, with its document.
        results: the rows of a report; None says only how each clause is answered.
        day: attestations are judged, and ages counted, on it.
    """
    document = catalogue.document
    if document is None:
        return ()
    rows = None if results is None else _by_objective(results)
    # Without rows that tell, it is the day that does which objectives are in force.
    objectives = [one for one in catalogue.objectives if rows is not None or one.in_force_on(day)]
    kinds = _kinds(objectives)
    return tuple(
        _answer(clause, _found(clause, kinds, objectives, rows), document.answers.get(clause.id, NOBODY), day)
        for clause in document.clauses
    )


def day_of(period: Period) -> date:
    """The day that a report's attestations are judged by: the last of what it speaks of."""
    return local_date(max(period.span.start, period.settled_until - 1), period.zone)


def _by_objective(results: Sequence[Result]) -> dict[str, list[Result]]:
    """The rows to tell of each objective: of services and classes, of parts those that are not as promised.

    Where there is no whole every part is told. What is not in force judges nothing, and so answers nothing.
    """
    found: dict[str, list[Result]] = {}
    for row in results:
        if row.reason is None or row.reason.code is not Code.NOT_IN_FORCE:
            found.setdefault(row.objective, []).append(row)
    return {name: _told(rows) for name, rows in found.items()}


def _told(rows: list[Result]) -> list[Result]:
    if all(row.operation is not None for row in rows):
        return rows
    return [row for row in rows if row.operation is None or row.status in WORST_FIRST[:3]]


def _kinds(objectives: Sequence[Objective]) -> dict[str, AnswerKind]:
    return {
        one.id: AnswerKind.CONTROLLED if isinstance(one.indicator, Control) else AnswerKind.MEASURED
        for one in objectives
    }


def _found(
    clause: Clause,
    kinds: Mapping[str, AnswerKind],
    objectives: Sequence[Objective],
    rows: Mapping[str, list[Result]] | None,
) -> tuple[Found, ...]:
    """What answers it here, measured first: what the document names, then what names the clause itself."""
    own = (one.id for one in objectives if clause.id in one.clauses)
    named = [name for name in dict.fromkeys((*clause.measured, *clause.controlled, *own)) if name in kinds]
    named.sort(key=lambda name: kinds[name] is AnswerKind.CONTROLLED)
    by_id = {one.id: one for one in objectives}
    return tuple(one for name in named for one in _of(by_id[name], kinds[name], rows))


def _of(objective: Objective, kind: AnswerKind, rows: Mapping[str, list[Result]] | None) -> Iterator[Found]:
    name, observed = objective.id, cannot_fail(objective)
    if rows is None:
        yield Found(kind, name, not objective.advisory, None, observed)
    else:
        told = rows.get(name, ())
        whole = any(row.operation is None for row in told)
        yield from (
            Found(kind, name, row.binding, row, observed, whole and not row.binding and row.operation is not None)
            for row in told
        )


def _answer(clause: Clause, found: tuple[Found, ...], told: Answered, day: date) -> ClauseAnswer:
    attested = tuple(_vouched(one, day) for one in told.attested)
    inherited = tuple(Promised(one, _days(one.on, day), one.on > day) for one in told.inherited)
    why = told.not_verifiable or clause.not_verifiable
    given_up = bool(told.not_verifiable) or (clause.whole and bool(clause.not_verifiable))
    present = {
        **{one.kind: True for one in found if one.answers},
        AnswerKind.ATTESTED: any(one.holds for one in attested),
        AnswerKind.INHERITED: any(not one.early for one in inherited),
        AnswerKind.NOT_VERIFIABLE: given_up,
    }
    kind = next((kind for kind in AnswerKind if present.get(kind)), AnswerKind.UNANSWERED)
    return ClauseAnswer(clause, kind, found, attested, inherited, why, _wanted(clause, found, present))


def _wanted(clause: Clause, found: tuple[Found, ...], present: Mapping[AnswerKind, bool]) -> Wanted:
    """What is named and not there."""
    on = {one.objective for one in found}
    off = tuple(name for name in (*clause.measured, *clause.controlled) if name not in on)
    return Wanted(
        off,
        clause.pack if off else None,
        {} if present[AnswerKind.ATTESTED] else clause.asks_attestation,
        {} if present[AnswerKind.INHERITED] else clause.asks_inheritance,
    )


def _vouched(one: Attestation, day: date) -> Vouched:
    return Vouched(one, _days(one.on, day), one.valid_until < day, one.on > day)


def _days(since: date, day: date) -> int:
    """Whole days from one to the other, none where it was said later."""
    return max(timedelta(), day - since).days
