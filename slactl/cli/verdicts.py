"""How ``slactl verify`` tells what it found.

The one rule: the verdict stands last, and everything that is not as it should be stands above it in words. What a
bundle says never begins a line of its own: it could be taken for a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slactl.cli.console import out, talk
from slactl.cli.table import print_table

if TYPE_CHECKING:
    from pathlib import Path

    from slactl.evidence.bundle.manifest import Made
    from slactl.workflows.verifying.differences import Figure
    from slactl.workflows.verifying.verdict import Checked, Look, Verification

SCHEMA = "slactl.verification/1"
HEADS = ("looked at", "outcome", "found")
MOST_LINES = 100
VERDICTS = {
    "proven": "proven: signed by this key, unchanged, and every figure follows from the evidence",
    "consistent": "consistent, origin not proven",
    "differs": "differs: the bundle does not tell what its evidence gives",
    "unchecked": "could not be checked in full",
}


def printed(bundle: Path, made: Made, found: Verification, *, as_json: bool, all_figures: bool) -> None:
    """Prints a verification."""
    if as_json:
        from slactl.cli.looking import json_text

        out(json_text(document(bundle, made, found, all_figures=all_figures)))
        return
    from slactl.formats.sanitize import plain

    if all_figures:
        for checked in found.reports:
            for figure in checked.compared.figures:
                out(plain(f"{'true ' if figure.true else 'FALSE'}  {checked.file}: {figure}"))
    out(plain(f"{bundle}: {made.report_id}, made {made.at} by slactl {made.version}"))
    print_table(HEADS, [(look.of, look.outcome.value, plain(_found(look, found.reports))) for look in found.looks])
    for look in found.looks:
        _tell(look)
    for note in found.notes:
        talk(plain(f"note: {note}"))
    out(VERDICTS[found.outcome.value])


def _found(look: Look, reports: tuple[Checked, ...]) -> str:
    figures = next((len(checked.compared.figures) for checked in reports if checked.file == look.of), None)
    if look.outcome.value == "proven":
        return look.told[0] if look.told else "" if figures is None else _counted(figures)
    if len(look.told) == 1:
        return look.told[0]
    return f"{len(look.told)} faults" + (f" in {_counted(figures)}" if figures else "")


def _counted(figures: int) -> str:
    return "to the letter" if figures == 1 else f"{figures} figures"


def _tell(look: Look) -> None:
    from slactl.formats.sanitize import plain

    if look.outcome.value == "proven":
        return
    if len(look.told) > 1:
        for told in look.told[:MOST_LINES]:
            out(plain(f"{look.of}: {told}"))
        if len(look.told) > MOST_LINES:
            out(f"{look.of}: and {len(look.told) - MOST_LINES} more; --format json tells all")
    if look.hint:
        talk(plain(f"hint: {look.of}: {look.hint}"))


def document(bundle: Path, made: Made, found: Verification, *, all_figures: bool) -> dict[str, Any]:
    """A verification as plain objects."""
    return {
        "schema": SCHEMA,
        "bundle": str(bundle),
        "report_id": made.report_id,
        "month": made.month,
        "made_at": made.at,
        "made_by": made.version,
        "verdict": found.outcome.value,
        "looks": [
            {"of": look.of, "outcome": look.outcome.value, "told": list(look.told), "hint": look.hint or None}
            for look in found.looks
        ],
        "reports": [_report(checked, all_figures=all_figures) for checked in found.reports],
        "notes": list(found.notes),
    }


def _report(checked: Checked, *, all_figures: bool) -> dict[str, Any]:
    compared = checked.compared
    told = compared.figures if all_figures else compared.false
    return {
        "file": checked.file,
        "figures": len(compared.figures),
        "false": len(compared.false),
        "told": [_figure(figure) for figure in told],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "place": figure.place,
        "field": figure.field,
        "says": figure.says,
        "gives": figure.gives,
        "true": figure.true,
    }
