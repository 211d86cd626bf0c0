"""How each clause of a document is answered in one report.

The one rule: an answer keeps apart what was measured or looked at here and what somebody else says; only the first
can be met or missed, the second can only be there, be too old, or be missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slactl.model.clause import AnswerKind, Attestation, Clause, Inheritance
from slactl.model.control import ControlDetail
from slactl.model.status import Code, Status, worst

if TYPE_CHECKING:
    from slactl.model.report import Result


NOTHING_THERE = frozenset({Code.NOT_PUBLISHED, Code.NEVER_SAMPLED})
"""Why a row says nothing at all: nobody publishes its metric, nobody ever looked."""


@dataclass(frozen=True, slots=True)
class Found:
    """An objective that answers a clause, with one of its rows; ``row`` None where no figures were asked for.

    ``observed`` tells that it is shown only: its goal cannot be missed, so it answers nothing; ``part`` that it is an
    informative part of a figure whose whole is judged beside it.
    """

    kind: AnswerKind
    objective: str
    binding: bool
    row: Result | None = None
    observed: bool = False
    part: bool = False

    @property
    def status(self) -> Status | None:
        """What decides for the row: its roll-up, where it has one."""
        if self.row is None:
            return None
        return self.row.rollup.status if self.row.rollup else self.row.status

    @property
    def answers(self) -> bool:
        """Whether it is an answer: it can be missed, and there is something that it judges."""
        reason = self.row.reason if self.row else None
        return not self.observed and (reason is None or reason.code not in NOTHING_THERE)

    @property
    def blank(self) -> bool:
        """Whether its row should have a figure, or a range of figures, and has none."""
        return self.row is not None and self.row.status is Status.INSUFFICIENT_DATA and not _has_figure(self.row)


def _has_figure(row: Result) -> bool:
    if isinstance(row.detail, ControlDetail):
        return row.detail.samples > 0
    cases = (row.worst_case, row.best_case)
    return row.value is not None or all(case is not None and case.value is not None for case in cases)


@dataclass(frozen=True, slots=True)
class Vouched:
    """An attestation, with its age in days on the day it is judged by.

    ``expired`` tells that it is over by then, ``early`` that nobody had given it yet.
    """

    attestation: Attestation
    age: int
    expired: bool
    early: bool = False

    @property
    def holds(self) -> bool:
        return not self.expired and not self.early


@dataclass(frozen=True, slots=True)
class Promised:
    """What a supplier promises, with the age of its document in days; ``early``: there was no such document yet."""

    inheritance: Inheritance
    age: int
    early: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What would answer a clause, or what of it is still open: objectives that are off, what others would say."""

    objectives: tuple[str, ...] = ()
    pack: str | None = None
    attestation: Mapping[str, str] = field(default_factory=dict)
    inheritance: Mapping[str, str] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        return not (self.objectives or self.attestation or self.inheritance)


@dataclass(frozen=True, slots=True)
class ClauseAnswer:
    """A clause with everything that answers it.

    ``kind`` is the strongest answer that holds. ``not_verifiable`` says, by language, why the clause, or what is left
    beside its answers, cannot be verified.
    """

    clause: Clause
    kind: AnswerKind
    found: tuple[Found, ...] = ()
    attested: tuple[Vouched, ...] = ()
    inherited: tuple[Promised, ...] = ()
    not_verifiable: Mapping[str, str] = field(default_factory=dict)
    wanted: Wanted = field(default_factory=Wanted)

    @property
    def status(self) -> Status | None:
        """The worst of its binding rows and of words that do not hold (any more, or yet); None without either."""
        held = [one.status for one in self.found if one.binding and one.status and not one.observed]
        held += [Status.INSUFFICIENT_DATA] * (self.expired or self.early)
        return worst(held) if held else None

    @property
    def informative(self) -> Status | None:
        """The worst of its informative rows, but for mere parts; None where it has none."""
        told = (one for one in self.found if not one.binding and not one.observed and not one.part)
        held = [one.status for one in told if one.status]
        return worst(held) if held else None

    @property
    def parts(self) -> Status | None:
        """The worst of the informative parts, of which only those are told that are not as promised; else None."""
        held = [one.status for one in self.found if one.part and not one.observed and one.status]
        return worst(held) if held else None

    @property
    def expired(self) -> bool:
        return any(one.expired for one in self.attested)

    @property
    def early(self) -> bool:
        """Whether somebody's word, or a supplier's document, is of a later day than the one it is judged by."""
        return any(one.early for one in self.attested) or any(one.early for one in self.inherited)

    @property
    def is_finding(self) -> bool:
        """Whether somebody has to do something so that it is answered: nothing does, not any more, or not yet."""
        return self.kind is AnswerKind.UNANSWERED or self.expired or self.early or self.without_figure

    @property
    def not_rated(self) -> bool:
        """Whether it is answered by figures, and not one of them was judged."""
        return (self.status or self.informative) is Status.NOT_RATED

    @property
    def without_figure(self) -> bool:
        """Whether it is answered by figures or looks alone, and there is not one of them."""
        if self.kind not in (AnswerKind.MEASURED, AnswerKind.CONTROLLED) or self.not_rated:
            return False
        told = [one for one in self.found if not one.observed and one.status is not Status.NOT_RATED]
        return bool(told) and all(one.blank for one in told)


def counted(answers: Sequence[ClauseAnswer]) -> dict[AnswerKind, int]:
    """The clauses by the strongest answer of each; every kind is there, and they add up to all clauses."""
    return {kind: sum(one.kind is kind for one in answers) for kind in AnswerKind}
