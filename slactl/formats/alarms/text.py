"""A plan for a terminal: deletions and updates first, then what is new, then what stays.

The one rule: nothing that changes is left out, and everything from outside is on one line and visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.alarms.words import (
    LEGEND,
    SIGNS,
    caution,
    cost_lines,
    difference,
    duration,
    kept,
    monthly,
    objections,
    place,
    purpose,
    room,
    summary,
    unwatched,
    word_of,
)
from slactl.formats.language import speak
from slactl.formats.retelling import retold
from slactl.formats.sanitize import plain
from slactl.model.alarmplan import Blocked, Delete, Left, Update, Why

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.alarmplan import Change, Plan
    from slactl.workflows.enforcing.planning import Planned

ORDER = ("delete", "update", "create", "blocked", "left")


def render(planned: Planned, language: str = "en", *, gone: bool = False) -> str:
    """The plan as text that ends with a newline; ``gone``: it is one that takes all away."""
    return "\n".join(_lines(planned, speak(language), gone)) + "\n"


def _lines(planned: Planned, language: Language, gone: bool) -> Iterator[str]:
    plan, say = planned.plan, language.gettext
    yield say(LEGEND)
    yield ""
    yield from _changes(plan, language)
    yield say("Plan: {summary}").format(summary=summary(plan, language, gone=gone))
    yield f"{place(planned, language)}."
    if plan.bill:
        yield monthly(plan.bill, language)
        yield from (f"  {line}" for line in cost_lines(plan.bill, language))
    yield room(planned, language)
    if plan.to_do:
        yield f"{duration(planned.seconds, language)}."
    if plan.elsewhere:
        yield say("Managed under another prefix, and not touched: {count}").format(count=len(plan.elsewhere))
    yield from _notes(planned, language)


def _changes(plan: Plan, language: Language) -> Iterator[str]:
    found = [one for word in ORDER for one in plan.changes if word_of(one) == word]
    for one in found:
        what = purpose(one.about)
        yield f"{SIGNS[word_of(one)]} {plain(one.name)}" + (f"  ({plain(what)})" if what else "")
        yield from (f"    {plain(line)}" for line in details(one, language))
    stays = kept(plan, language)
    yield from (f"= {plain(line)}" for line in stays)
    if found or stays:
        yield ""


def details(change: Change, language: Language) -> Iterator[str]:
    """What more is to be said of a change, a line each."""
    match change:
        case Update() | Left():
            if isinstance(change, Left):
                yield _left(change, language)
            yield from (difference(one) for one in change.differences)
        case Delete(why=Why.REPLACED):
            yield language.gettext("an alarm of another type takes its name")
        case Delete():
            yield language.gettext("nobody wants it any more")
        case Blocked():
            yield retold(change.text, language)
        case _:
            return


def _left(change: Left, language: Language) -> str:
    if change.differences:
        return language.gettext("a stack keeps it ({owner}) and has it otherwise").format(owner=change.owner)
    return language.gettext("a stack keeps it ({owner})").format(owner=change.owner)


def _notes(planned: Planned, language: Language) -> Iterator[str]:
    say = language.gettext
    blocks = (
        (say("Warnings:"), [caution(one, language) for one in planned.plan.warnings]),
        (say("Not watched:"), [unwatched(one, language) for one in planned.unwatched]),
        (say("Before it is applied:"), objections(planned, language)),
    )
    for head, lines in blocks:
        if lines:
            yield ""
            yield head
            yield from (f"  {plain(line)}" for line in lines)
