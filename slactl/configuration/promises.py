"""What is legal and yet hardly meant of packs, documents and attestations: findings of ``slactl config check``.

The one rule: what the document promises is not loosened in silence, and what a person vouched for does not run out
unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from slactl.configuration.fields import Fields
from slactl.model.clause import Answered
from slactl.model.goal import Goal
from slactl.model.vacuous import cannot_fail

if TYPE_CHECKING:
    from slactl.configuration.catalogue import Loaded

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at; ``code`` is stable."""

    code: str
    file: str
    line: int
    what: str
    hint: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} ({self.hint})"


def finding(code: str, fields: Fields, key: str, what: str, hint: str) -> Finding:
    """A finding at a key of a mapping."""
    return Finding(code, fields.file, fields.line_of(key), f"{fields.where} {what}", hint)


def of_packs(loaded: Loaded) -> Iterator[Finding]:
    """Entries that were made looser than the document that they quote."""
    for changed in loaded.packs.changed:
        if changed.shipped.advisory:
            continue
        if not changed.objective.advisory and _looser(changed.shipped.goal, changed.objective.goal):
            what = f"is looser than the document: {changed.objective.goal.text} instead of {changed.shipped.goal.text}"
            yield finding("looser-than-document", changed.fields, "goal", what, _LOOSE_HINT)
        if changed.objective.advisory:
            yield finding("looser-than-document", changed.fields, "advisory", "decides nothing any more", _LOOSE_HINT)


_LOOSE_HINT = "the report prints this goal beside a promise that says more"


def _looser(shipped: Goal, own: Goal) -> bool:
    if shipped.comparison.wants_high is not own.comparison.wants_high:
        return True
    if shipped.limit == own.limit:
        return shipped.comparison.strict and not own.comparison.strict
    return (own.limit < shipped.limit) is shipped.comparison.wants_high


def of_documents(loaded: Loaded) -> Iterator[Finding]:
    """Clauses of a document of one's own that name objectives which are not there."""
    document = loaded.answers.document
    if document is None or not loaded.answers.own:
        return
    known = {one.id for one in loaded.catalogue.objectives}
    for clause, fields in zip(document.clauses, loaded.answers.clauses, strict=True):
        for key, names in (("measured", clause.measured), ("controlled", clause.controlled)):
            for name in (name for name in names if name not in known):
                hint = "no objective and no entry of a pack that is on has this id"
                yield finding("no-such-objective", fields, key, f"names an objective that is not there: {name}", hint)


def of_answers(loaded: Loaded, today: date | None) -> Iterator[Finding]:
    """What is dated later than today, and attestations that run out; nothing where nobody knows which day it is."""
    for answered, fields in loaded.answers.said if today else ():
        yield from _of_days(answered, fields, today or date.max)
        for one in answered.attested:
            if today and one.valid_until < today + SOON:
                over = one.valid_until < today
                what = f"{'ran' if over else 'runs'} out on {one.valid_until.isoformat()}, vouched for by {one.by}"
                code = "attestation-expired" if over else "attestation-expires"
                yield finding(code, fields, "attested", what, "have somebody vouch anew: on, valid_until, evidence")


def _of_days(answered: Answered, fields: Fields, today: date) -> Iterator[Finding]:
    """Words that nobody can have given yet."""
    for said in answered.attested:
        if said.on > today:
            what = f"is dated {said.on.isoformat()}, which is later than today, vouched for by {said.by}"
            yield finding("attestation-early", fields, "attested", what, "it counts from that day on, not before")
    for told in answered.inherited:
        if told.on > today:
            what = f"is dated {told.on.isoformat()}, which is later than today, promised by {told.supplier}"
            yield finding("inheritance-early", fields, "inherited", what, "it counts from that day on, not before")


def of_goals(loaded: Loaded) -> Iterator[Finding]:
    """Objectives that nothing can miss; packs have some, which are shipped as mere figures."""
    own = [(placed.objective, placed.fields) for placed in loaded.objectives if placed.objective.pack is None]
    changed = [(one.objective, one.fields) for one in loaded.packs.changed if not cannot_fail(one.shipped)]
    for objective, fields in (*own, *changed):
        if cannot_fail(objective):
            what = f"cannot be missed: {objective.goal.text}"
            hint = "its figure is shown without a verdict, and answers no clause"
            yield finding("cannot-fail", fields, "goal", what, hint)
