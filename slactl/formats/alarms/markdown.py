"""A plan for a pull request.

The one rule: every text passes through ``sanitize.markdown``; the summary stands first, because comments are folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.alarms.text import ORDER, details
from slactl.formats.alarms.words import (
    caution,
    cost_lines,
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
from slactl.formats.language import mark, speak
from slactl.formats.sanitize import markdown

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.alarmplan import Plan
    from slactl.workflows.enforcing.planning import Planned

HEADS = {
    "delete": mark("Deleted"),
    "update": mark("Updated"),
    "create": mark("Created"),
    "blocked": mark("Not enforced: the name is taken"),
    "left": mark("Kept by a stack"),
}


def render(planned: Planned, language: str = "en") -> str:
    """The plan as Markdown that ends with a newline."""
    return "\n".join(_lines(planned, speak(language))) + "\n"


def _lines(planned: Planned, language: Language) -> Iterator[str]:
    plan, say = planned.plan, language.gettext
    yield "## " + say("Alarms")
    yield ""
    yield f"**{markdown(summary(plan, language))}**"
    yield ""
    yield f"- {markdown(place(planned, language))}"
    if plan.bill:
        yield f"- {markdown(monthly(plan.bill, language))}"
        yield from (f"  - {markdown(line)}" for line in cost_lines(plan.bill, language))
    yield f"- {markdown(room(planned, language))}"
    if plan.to_do:
        yield f"- {duration(planned.seconds, language)}"
    yield from _listed(say("Before it is applied"), objections(planned, language))
    yield from _listed(say("Warnings"), [caution(one, language) for one in plan.warnings])
    yield from _changes(plan, language)
    yield from _listed(say("Not watched"), [unwatched(one, language) for one in planned.unwatched])
    yield from _listed(say("Unchanged"), kept(plan, language))


def _listed(head: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"### {head}"
        yield ""
        yield from (f"- {markdown(' '.join(line.split()))}" for line in lines)


def _changes(plan: Plan, language: Language) -> Iterator[str]:
    for word in ORDER:
        found = [one for one in plan.changes if word_of(one) == word]
        if not found:
            continue
        yield ""
        yield f"### {language.gettext(HEADS[word])} ({len(found)})"
        yield ""
        for one in found:
            what = purpose(one.about)
            yield f"- **{markdown(one.name)}**" + (f" ({markdown(what)})" if what else "")
            yield from (f"  - {markdown(line)}" for line in details(one, language))
