"""A document's coverage as CSV (RFC 4180): a line for each clause.

The one rule: codes are those of the JSON in every language; only the last columns speak the reader's.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from slactl.formats.coverage import Line, Told
from slactl.formats.csv import Value, cell

if TYPE_CHECKING:
    from slactl.workflows.answering import Covered

COLUMNS = (
    "document", "period", "judged_on", "section", "clause", "quote", "kind", "status", "informative", "finding",
    "objectives", "attested_by", "valid_until", "suppliers", "findings", "evidence",
)  # fmt: skip


def render(covered: Covered, language: str) -> str:
    """The clauses as CSV with a line of heads; lines end with CR LF.

    Raises:
        ValueError: if the language is unknown.
    """
    out, told = StringIO(), Told.of(covered, language)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    lacks = {one.clause.id: lack.value for one, lack in covered.lacks}
    writer.writerows([cell(value) for value in _row(covered, one, lacks)] for one in told.lines())
    return out.getvalue()


def _row(covered: Covered, one: Line, lacks: dict[str, str]) -> tuple[Value, ...]:
    answer, document = one.answer, covered.catalogue.document
    untils = [each.attestation.valid_until.isoformat() for each in answer.attested]
    return (
        document.id if document else None,
        covered.report.period.label if covered.report else None,
        covered.judged_on.isoformat(),
        answer.clause.section,
        answer.clause.id,
        answer.clause.quote,
        answer.kind.value,
        answer.status.value if answer.status else None,
        answer.informative.value if answer.informative else None,
        lacks.get(answer.clause.id),
        " ".join(dict.fromkeys(each.objective for each in answer.found)) or None,
        "; ".join(each.attestation.by for each in answer.attested) or None,
        " ".join(untils) or None,
        "; ".join(each.inheritance.supplier for each in answer.inherited) or None,
        "; ".join(one.findings) or None,
        "; ".join(one.evidence) or None,
    )
