"""The output of a monitoring plugin (Nagios, Icinga, Checkmk): a line for the alarm, then a line a target.

The one rule: the first line alone tells what is wrong. Performance data follow a bar, at the end of the first
line as far as it stays short, the rest at the end of the last one, as the plugin interface has it.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from slactl.formats.check.lines import figure, outside, said, subject, target_line
from slactl.formats.check.perfdata import perfdata
from slactl.formats.language import Language, mark_many, speak
from slactl.formats.times import span_iso, utc
from slactl.model.status import WORST_FIRST, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slactl.model.check import Check, Target
    from slactl.model.report import Gap

STATES = {
    Status.OK: "OK",
    Status.NOT_RATED: "OK",
    Status.WARNING: "WARNING",
    Status.BREACHED: "CRITICAL",
    Status.INSUFFICIENT_DATA: "UNKNOWN",
}
COUNTS = {
    Status.BREACHED: mark_many("{n} target not met", "{n} targets not met"),
    Status.INSUFFICIENT_DATA: mark_many("{n} target not determinable", "{n} targets not determinable"),
    Status.WARNING: mark_many("{n} target at risk", "{n} targets at risk"),
    Status.OK: mark_many("{n} target met", "{n} targets met"),
}
LONGEST_LINE = 1000
MOST_GAPS = 10


def render(check: Check, language: str) -> str:
    """The check as a plugin says it.

    Raises:
        ValueError: if the language is unknown.
    """
    spoken = speak(language)
    first, details = _first(check, spoken), list(_details(check, spoken))
    data = perfdata(check)
    here = _fitting(data, LONGEST_LINE - len(first.encode()))
    lines = [_with(first, data[:here]), *details[:-1], _with(details[-1], data[here:])]
    return "\n".join(lines) + "\n"


def _with(line: str, data: list[str]) -> str:
    return f"{line} | {' '.join(data)}" if data else line


def _fitting(data: list[str], room: int) -> int:
    """How many data fit into so many bytes, with the bar before them."""
    lengths = accumulate((len(one.encode()) + 1 for one in data), initial=2)
    return sum(length <= room for length in lengths) - 1 if room > 2 else 0


def _first(check: Check, language: Language) -> str:
    """``SLACTL CRITICAL - 1 target not met, 5 targets met (month-to-date): missions-api Uptime 99.865% (≥ 99.9%)``."""
    line = f"SLACTL {STATES[check.status]} - {_counts(check, language)} ({check.window.value})"
    worst = next((target for target in check.targets if target.row.binding and _decides(check, target)), None)
    if worst is None:
        return line
    return f"{line}: {subject(worst.row)}, {outside(worst.title)}: {figure(check, worst, language)}"


def _decides(check: Check, target: Target) -> bool:
    return target.status is check.status and target.status not in (Status.OK, Status.NOT_RATED)


def _counts(check: Check, language: Language) -> str:
    statuses = [target.status for target in check.targets if target.row.binding]
    found = [language.count(*COUNTS[one], statuses.count(one)) for one in WORST_FIRST if one in statuses]
    return ", ".join(found) or language.gettext("no target to judge")


def _details(check: Check, language: Language) -> Iterator[str]:
    """One line a target, then what a reader must know; never nothing."""
    yield from (target_line(check, target, language) for target in check.targets)
    yield from (said(reason, language) for reason in check.told)
    gaps = list(dict.fromkeys(_gap(check, gap, language) for gap in check.gaps))
    yield from gaps[:MOST_GAPS]
    if len(gaps) > MOST_GAPS:
        yield language.count("{n} more gap", "{n} more gaps", len(gaps) - MOST_GAPS)
    if check.clock_set:
        yield language.gettext("The clock was set to {now}.").format(now=utc(check.now))
    yield language.gettext("Settled until {settled}.").format(settled=utc(check.settled_until))


def _gap(check: Check, gap: Gap, language: Language) -> str:
    names = " ".join(outside(name) for name in (gap.service, gap.operation) if name is not None)
    return f"{names or 'AWS'}, {span_iso(gap.span, check.catalogue.report.zone)}: {said(gap.reason, language)}"
