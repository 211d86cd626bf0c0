"""How ``slactl evidence`` says what is kept, what was found, and what would leave; and reads its options.

The one rule: the same facts in text and in JSON; text may be shorter, never different.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from slactl.cli.console import fail
from slactl.cli.looking import count, written

if TYPE_CHECKING:
    from slactl.evidence.store import Head
    from slactl.evidence.store.checking import Checked
    from slactl.evidence.store.listing import Holding
    from slactl.evidence.store.purging import Purge
    from slactl.model.evidence import Kind
    from slactl.model.span import Span, Spans

HEADS = ("service", "month", "kind", "from", "to", "holes", "files", "size", "state")
DAY = 86_400
Document = dict[str, Any]


def month_label(text: str | None) -> str | None:
    """A month as the store writes it.

    Raises:
        typer.Exit: if it is none.
    """
    from slactl.model.period import Month

    if text is None:
        return None
    try:
        return Month.parse(text).label
    except ValueError:
        fail(f"a month is written YYYY-MM, found {text!r}", "for example --month 2026-10", 2)


def date_asked(text: str) -> date:
    """A day.

    Raises:
        typer.Exit: if it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"--before must be a day YYYY-MM-DD, found {text!r}", "for example --before 2023-01-01", 2)


def kind_asked(text: str | None) -> Kind | None:
    """A kind of evidence.

    Raises:
        typer.Exit: if it is none.
    """
    from slactl.model.evidence import Kind

    if text is None:
        return None
    known = [kind.value for kind in Kind]
    if text not in known:
        fail(f"there is no kind {text!r}", f"kinds are {', '.join(known)}", 2)
    return Kind(text)


def list_rows(found: Sequence[Holding]) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Heads and rows of the table."""
    return HEADS, [
        (
            each.service or "-",
            each.month or "-",
            each.kind.value,
            written(each.covered.start) if each.covered else "-",
            written(each.covered.end) if each.covered else "-",
            _holes(each.holes),
            count(each.files),
            size_text(each.size),
            each.state or "-",
        )
        for each in found
    ]


def list_document(store: str, head: Head, found: Sequence[Holding]) -> Document:
    """The same as JSON; sizes are in bytes."""
    return {"store": store, "head": str(head), "holdings": [_holding(each) for each in found]}


def _holding(each: Holding) -> Document:
    return {
        "service": each.service or None,
        "month": each.month or None,
        "kind": each.kind.value,
        "start": written(each.covered.start) if each.covered else None,
        "end": written(each.covered.end) if each.covered else None,
        "holes": [_span(hole) for hole in each.holes],
        "state": each.state,
        "files": each.files,
        "bytes": each.size,
    }


def _span(span: Span) -> Document:
    return {"start": written(span.start), "end": written(span.end), "seconds": span.seconds}


def _holes(holes: Spans) -> str:
    """How many, how long in all, and where the first one is."""
    if not holes:
        return "none"
    total = sum(hole.seconds for hole in holes)
    length = f"{total // DAY}d" if total % DAY == 0 else f"{total // 60}m" if total % 3600 else f"{total // 3600}h"
    return f"{len(holes)} ({length}, from {written(holes[0].start)})"


def size_text(size: int) -> str:
    """Bytes for people, in powers of 1000."""
    amount, units = float(size), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{size} B" if units[0] == "B" else f"{amount:.1f} {units[0]}"


def files_text(number: int) -> str:
    """So many files."""
    return f"{count(number)} file{'' if number == 1 else 's'}"


def check_document(found: Checked) -> Document:
    """What a check found, as JSON."""
    return {
        "head": str(found.head),
        "manifests": found.manifests,
        "files": found.files,
        "bytes": found.size,
        "findings": [{"code": each.code, "path": each.path, "what": each.what} for each in found.findings],
        "leftovers": list(found.leftovers),
    }


def check_summary(store: str, found: Checked) -> str:
    """What a check found, in a line or two."""
    read = f"{store}: {files_text(found.files)} ({size_text(found.size)}) and {count(found.manifests)} manifests"
    left = len(found.leftovers)
    more = f"\ndropped before, and still there: {files_text(left)}; the next collect takes them away" if left else ""
    finds = len(found.findings)
    verdict = f"{finds} finding{'' if finds == 1 else 's'}" if finds else "all as it was kept"
    return (
        f"{read}: {verdict}\nthe chain's head is {found.head}; noted elsewhere, it shows later what was cut off{more}"
    )


def purge_lines(plan: Purge) -> Iterator[str]:
    """What would leave, by month and kind, and what stays though it is old."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for item in plan.leaving:
        place = item.place
        groups.setdefault((place.service or "-", place.when[:7], place.kind.value), []).append(item.size)
    for (service, month, kind), sizes in sorted(groups.items()):
        yield f"leaves: {service} {month} {kind}: {files_text(len(sizes))}, {size_text(sum(sizes))}"
    for service, month in plan.unclosed:
        yield f"stays: {service} from {month} on: that month can still be closed"
    for item, until in plan.held:
        yield f"stays: {item.path}: locked until {_until(until)}"
    if not plan.leaving:
        yield f"nothing leaves; {plan.edge} is the first day that must stay"


def _until(instant: int) -> str:
    from slactl.evidence.store.s3 import FOREVER

    return "somebody lifts its legal hold" if instant == FOREVER else written(instant)
