"""A document's coverage as JSON, ``slactl.coverage/1``: the clauses of ``slactl.report/1``, and what is lacking.

The one rule: every key is always there; the published form is ``coverage.schema.json``, which refers to the report's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.coverage import LACKS
from slactl.formats.jsonclauses import clause_object, document_object
from slactl.formats.jsontext import text
from slactl.formats.language import Language, speak

if TYPE_CHECKING:
    from slactl.formats.jsonparts import Object
    from slactl.workflows.answering import Covered

SCHEMA = "slactl.coverage/1"


def render(covered: Covered, language: str) -> str:
    """The coverage as JSON text that ends with a newline.

    Raises:
        ValueError: if the language is unknown or a figure is not finite.
    """
    return text(coverage_object(covered, speak(language)))


def coverage_object(covered: Covered, language: Language) -> Object:
    """The coverage as plain objects, in the order in which they are written."""
    report = covered.report
    return {
        "schema": SCHEMA,
        "language": language.code,
        "period": report.period.label if report else None,
        "report_id": report.report_id if report else None,
        "judged_on": covered.judged_on.isoformat(),
        "asked_on": covered.asked_on.isoformat(),
        "document": document_object(covered.catalogue, covered.answers),
        "findings": [
            {"clause": one.clause.id, "code": lack.value, "text": language.gettext(LACKS[lack])}
            for one, lack in covered.lacks
        ],
        "clauses": [clause_object(one, covered.catalogue, language) for one in covered.answers],
    }
