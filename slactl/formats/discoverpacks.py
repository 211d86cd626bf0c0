"""Packs that fit an account, as JSON: ``slactl.discover-packs/1``.

The one rule: every key is always there; what is not proposed stands beside what is, with a stable code. The published
form is ``discover-packs.schema.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.jsontext import text

if TYPE_CHECKING:
    from slactl.workflows.onboarding.packs.nouns import Proposed, Use
    from slactl.workflows.onboarding.packs.text import Origin

SCHEMA = "slactl.discover-packs/1"


def render(found: Proposed, origin: Origin) -> str:
    """The document, ending with a newline."""
    return text(
        {
            "schema": SCHEMA,
            "day": origin.day,
            "account": origin.account,
            "region": origin.region,
            "packs": [_use(one) for one in found.uses],
            "not_proposed": [{"pack": one.pack, "code": one.code.value, "why": one.why} for one in found.passed],
            "refused": [
                {"doing": one.doing, "action": one.action, "what": one.what, "hint": one.hint, "denied": one.denied}
                for one in found.refusals
            ],
        }
    )


def _use(use: Use) -> dict[str, object]:
    return {
        "key": use.key,
        "pack": use.pack,
        "complete": use.complete,
        "guess": use.guess,
        "why": use.why,
        "seen": use.seen,
        "variables": {one.name: list(one.value) if isinstance(one.value, tuple) else one.value for one in use.given},
        "reasons": {one.name: one.why for one in use.given if one.why},
        "missing": [{"name": one.name, "about": one.about} for one in use.missing],
        "notes": list(use.notes),
    }
