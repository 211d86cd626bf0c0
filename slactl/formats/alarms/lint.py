"""Findings on alarms: lines for people, and ``slactl.alarms-lint/1``.

The one rule: each finding says the alarm, what, why it matters and what to do; the published form is
``alarms-lint.schema.json``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.alarms.json import dumped
from slactl.formats.language import speak
from slactl.formats.retelling import retold
from slactl.formats.sanitize import plain

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.lint import Finding, Linted

SCHEMA = "slactl.alarms-lint/1"


def text(linted: Linted, language: str = "en") -> str:
    """The findings as text, ending with a newline."""
    return "\n".join(plain(line) for line in _lines(linted, speak(language))) + "\n"


def _lines(linted: Linted, language: Language) -> Iterator[str]:
    for one in linted.findings:
        yield f"{one.alarm}  [{one.code}]" + ("" if one.own else language.gettext(" (not ours)"))
        yield f"    {retold(one.what, language)}"
        yield f"    {retold(one.why, language)}"
        yield f"    -> {retold(one.do, language)}"
    looked = language.count("{n} alarm, ", "{n} alarms, ", linted.alarms)
    yield looked + language.count("{n} finding.", "{n} findings.", len(linted.findings))


def render_json(linted: Linted) -> str:
    """The document, ending with a newline."""
    return dumped(
        {
            "schema": SCHEMA,
            "account": linted.account,
            "region": linted.region,
            "alarms": linted.alarms,
            "findings": [_finding(one) for one in linted.findings],
            "doubts": list(linted.doubts),
        }
    )


def _finding(one: Finding) -> dict[str, object]:
    return {
        "alarm": one.alarm,
        "code": one.code,
        "what": one.what,
        "why": one.why,
        "do": one.do,
        "ours": one.own,
    }
