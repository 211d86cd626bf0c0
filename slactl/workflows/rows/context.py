"""What a row is made from, and the parts that all rows share.

The one rule: a service without a request is INSUFFICIENT_DATA, an operation or class without one
while its service has some is NOT_RATED, and a running period of which nothing is settled is NOT_RATED.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from slactl.compliance.budgets import projected
from slactl.compliance.factors import Burning
from slactl.compliance.judging import Judgement, Reading, Yardstick, undetermined
from slactl.model.objective import Objective
from slactl.model.report import Beside, Case, Reconciliation, Result, Rollup, RowSpan
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason, Status, worst
from slactl.workflows.survey import Operation, Survey


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose row it is: an objective of a service, judged on what a source answered."""

    objective: Objective
    service: str
    source: SourceKind
    reconciliation: Reconciliation | None = None


@dataclass(frozen=True, slots=True)
class RowContext:
    """One objective over one service in one period.

    ``owed`` is the part of the period that the agreement covers, ``elapsed`` what is settled of it;
    ``own`` is the service's own survey where the edge decides (``survey``), else None. ``burning`` is set where
    a burn rate judges, and not the goal.
    """

    objective: Objective
    survey: Survey
    own: Survey | None
    owed: Span
    elapsed: Span
    reconciliation: Reconciliation | None = None
    burning: Burning | None = None

    @property
    def subject(self) -> Subject:
        return Subject(self.objective, self.survey.service.key, self.survey.source, self.reconciliation)

    @property
    def excluding(self) -> bool:
        return self.objective.excludes_maintenance

    @property
    def running(self) -> bool:
        return self.elapsed.end < self.owed.end

    @property
    def wanted_class(self) -> str | None:
        return self.objective.operation_class

    def yardstick(self, *, operation: bool) -> Yardstick:
        """How the service's row, or that of an operation, is judged."""
        return replace(Yardstick.of(self.objective, operation=operation), burning=self.burning)

    def reading(self, bad: int | Fraction, total: int) -> Reading:
        """A reading of requests; in a running period against the allowance of the whole (rule 23)."""
        whole = projected(total, self.elapsed.seconds, self.owed.seconds) if self.running else None
        return Reading(bad, total, whole)

    def groups(self) -> dict[str, list[Operation]]:
        """The operations of the objective's class by the name they are counted under."""
        wanted = self.wanted_class
        chosen = {
            name: [member for member in members if wanted is None or member.placement.operation_class == wanted]
            for name, members in self.survey.groups().items()
        }
        return {name: members for name, members in sorted(chosen.items()) if members}

    def members(self) -> list[Operation]:
        """The operations behind the service's or class's row."""
        return [member for members in self.groups().values() for member in members]


def row(
    context: RowContext, operation: str | None, judgement: Judgement, unit: str, span: RowSpan = RowSpan.MONTH
) -> Result:
    """A row with what every kind has; the caller adds its own."""
    return row_of(context.subject, operation, judgement, unit, span)


def row_of(
    subject: Subject, operation: str | None, judgement: Judgement, unit: str, span: RowSpan = RowSpan.MONTH
) -> Result:
    """The same, of a subject that nothing was surveyed for."""
    objective = subject.objective
    binding = not objective.advisory and (operation is None or objective.per_operation)
    return Result(
        service=subject.service,
        objective=objective.id,
        operation=operation,
        operation_class=objective.operation_class,
        span=span,
        indicator=objective.indicator.kind,
        goal=objective.goal.text,
        binding=binding,
        status=judgement.status,
        unit=unit,
        value=judgement.value,
        reason=judgement.reason,
        worst_case=judgement.worst_case,
        best_case=judgement.best_case,
        budget=judgement.budget,
        source=subject.source,
    )


def unrated(context: RowContext, operation: str | None, code: Code, unit: str) -> Result:
    """A row with nothing to judge."""
    return row(context, operation, Judgement(Status.NOT_RATED, Reason.of(code)), unit)


def no_class(context: RowContext) -> list[Result]:
    """The rows of a class that no operation has, as far as the operations are known."""
    if context.survey.incomplete:
        return rolled_up([row(context, None, undiscovered(), "requests")], per_operation=False)
    return rolled_up([unrated(context, None, Code.NO_SUCH_CLASS, "requests")], per_operation=False)


def undiscovered() -> Judgement:
    """Operations are missing that nobody could be asked for: a sum without them says nothing."""
    return undetermined(Reason.of(Code.DISCOVERY_INCOMPLETE))


def silent(context: RowContext, operation: str | None, unit: str) -> Result:
    """A row without a single request."""
    if operation is None and context.survey.incomplete:
        return row(context, None, undiscovered(), unit)
    if operation is not None or context.wanted_class is not None:
        return unrated(context, operation, Code.NO_REQUESTS, unit)
    return row(context, None, Judgement(Status.INSUFFICIENT_DATA, Reason.of(Code.NO_REQUESTS)), unit)


def rolled_up(rows: Sequence[Result], *, per_operation: bool) -> list[Result]:
    """The rows with the first one's roll-up over the operations, where these count."""
    head, *operations = rows
    chosen: Iterable[Result] = [head, *operations] if per_operation else [head]
    status = worst(one.status for one in chosen)
    named = _worst_operation(operations, status) if per_operation else None
    return [replace(head, rollup=Rollup(status, named)), *operations]


def _worst_operation(operations: Sequence[Result], status: Status) -> str | None:
    """Of the operations that make the roll-up what it is, the one that overspent most; None where all is well."""
    if status in (Status.OK, Status.NOT_RATED):
        return None
    guilty = [one for one in operations if one.status is status]
    return max(guilty, key=_overspent).operation if guilty else None


def _overspent(one: Result) -> tuple[bool, Fraction]:
    """The used share of the budget; any use of nothing allowed is the most."""
    if one.budget is None:
        return False, Fraction(0)
    used = one.budget.used_ratio
    return (one.budget.used > 0, Fraction(0)) if used is None else (False, used)


def disagreeing(result: Result, reconciliation: Reconciliation | None) -> Result:
    """A row judged at the edge, warned where the sources disagree; it never softens a worse status."""
    if reconciliation is None or reconciliation.agrees is not False or result.status is not Status.OK:
        return result
    share = float(reconciliation.share or 0)
    return replace(result, status=Status.WARNING, reason=Reason.of(Code.SOURCES_DISAGREE, share=share))


def beside(source: SourceKind, value: Fraction | None, good: int | None, total: int | None) -> Beside:
    """The service's own figure beside the edge's."""
    return Beside(source, value, good, total)


def otherwise(made: Result, other: Case | None, *, excluding: bool) -> Result:
    """The row with the figure computed the other way beside it (rule 13)."""
    if other is None:
        return made
    return replace(made, without_exclusions=other) if excluding else replace(made, with_exclusions=other)
