"""How the enforced limits stand: lines for people, and ``slactl.alarms-status/1``.

The one rule: what needs somebody stands first; a limit that nobody watches is never one line among many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.alarms.json import dumped
from slactl.formats.language import mark, mark_many, speak
from slactl.formats.retelling import retold
from slactl.formats.sanitize import plain
from slactl.workflows.enforcing.status import LimitState

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.workflows.enforcing.status import AlarmView, Limit, Status

SCHEMA = "slactl.alarms-status/1"
MOST = 5
WORDS = {
    LimitState.IN_ALARM: mark("in alarm"),
    LimitState.NOT_ENFORCED: mark("not enforced"),
    LimitState.PARTLY_ENFORCED: mark("partly enforced"),
    LimitState.NO_DATA: mark("no data"),
    LimitState.OK: mark("quiet"),
}
COUNTED = {
    LimitState.IN_ALARM: mark_many("{n} in alarm", "{n} in alarm"),
    LimitState.NOT_ENFORCED: mark_many("{n} not enforced", "{n} not enforced"),
    LimitState.PARTLY_ENFORCED: mark_many("{n} partly enforced", "{n} partly enforced"),
    LimitState.NO_DATA: mark_many("{n} no data", "{n} no data"),
    LimitState.OK: mark_many("{n} quiet", "{n} quiet"),
}
TROUBLES = {
    "missing": mark("does not stand"),
    "name-taken": mark("not enforced: an alarm that is not ours bears its name"),
    "differs": mark("stands otherwise than it should"),
    "not-evaluated": mark("CloudWatch does not evaluate it"),
    "actions-off": mark("its actions are switched off"),
    "nobody-told": mark("tells nobody"),
}
TAKEN = "name-taken"


def text(status: Status, language: str = "en") -> str:
    """The limits as text, the gravest first, ending with a newline."""
    return "\n".join(_lines(status, speak(language))) + "\n"


def _lines(status: Status, language: Language) -> Iterator[str]:
    order, words = list(LimitState), {state: language.gettext(word) for state, word in WORDS.items()}
    width = max(map(len, words.values())) + 1
    for one in sorted(status.limits, key=lambda limit: order.index(limit.state)):
        yield f"{words[one.state]:<{width}} {plain(_subject(one, language))}"
        yield from (f"    {plain(line)}" for line in _details(one, language))
    found = {state: status.count(state) for state in LimitState}
    counted = [language.count(*COUNTED[state], count) for state, count in found.items() if count]
    yield language.gettext("Limits: {counts}.").format(counts=", ".join(counted) or language.gettext("none"))
    yield from _taken(status, language)
    if status.leftover:
        yield language.count(
            "{n} alarm of ours that nobody wants any more: slactl alarms plan names it.",
            "{n} alarms of ours that nobody wants any more: slactl alarms plan names them.",
            len(status.leftover),
        )


def _taken(status: Status, language: Language) -> Iterator[str]:
    """What no apply can mend: somebody else's alarms bear the names."""
    names = {one.name for limit in status.limits for one in limit.alarms if TAKEN in one.troubles}
    if names:
        yield language.count(
            "Not enforced: {n} alarm, whose name is taken.",
            "Not enforced: {n} alarms, whose names are taken.",
            len(names),
        )


def _subject(limit: Limit, language: Language) -> str:
    if limit.objective:
        return f"{limit.service}/{limit.objective}"
    severity = limit.alarms[0].severity if limit.alarms else ""
    if limit.service:
        told = language.gettext("{service}: who is told ({severity})")
        return told.format(service=limit.service, severity=severity)
    return f"{language.gettext('slactl itself')}: {limit.kind}"


def _details(limit: Limit, language: Language) -> Iterator[str]:
    if limit.text:
        yield retold(limit.text, language)
    ringing = [one for one in limit.alarms if one.name in limit.ringing]
    since = language.gettext("{name}: {state} since {since}")
    yield from (since.format(name=one.name, state=one.state, since=one.since or "?") for one in ringing)
    troubled = sorted((one for one in limit.alarms if one.troubles), key=lambda one: TAKEN not in one.troubles)
    for one in troubled[:MOST]:
        yield f"{one.name}: {'; '.join(language.gettext(TROUBLES[trouble.value]) for trouble in one.troubles)}"
    if len(troubled) > MOST:
        more = language.gettext("and {count} more; slactl alarms plan names them all")
        yield more.format(count=len(troubled) - MOST)
    if limit.state is LimitState.NO_DATA:
        silent = [one.name for one in limit.alarms[:MOST] if one.state == "INSUFFICIENT_DATA"]
        yield from (f"{name}: {language.gettext('no data')}" for name in silent)


def render_json(status: Status) -> str:
    """The document, ending with a newline."""
    return dumped(
        {
            "schema": SCHEMA,
            "account": status.account,
            "region": status.region,
            "prefix": status.prefix,
            "summary": {state.value: status.count(state) for state in LimitState},
            "limits": [_limit(one) for one in status.limits],
            "leftover": list(status.leftover),
            "doubts": list(status.doubts),
        }
    )


def _limit(one: Limit) -> dict[str, object]:
    return {
        "service": one.service or None,
        "objective": one.objective,
        "kind": one.kind or None,
        "state": one.state.value,
        "ringing": list(one.ringing),
        "text": one.text or None,
        "alarms": [_alarm(alarm) for alarm in one.alarms],
    }


def _alarm(one: AlarmView) -> dict[str, object]:
    return {
        "name": one.name,
        "kind": one.kind,
        "severity": one.severity,
        "operation": one.operation,
        "state": one.state or None,
        "since": one.since or None,
        "troubles": [trouble.value for trouble in one.troubles],
    }
