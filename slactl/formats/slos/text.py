"""A plan for SLOs for a terminal: what is changed first, then what AWS cannot express.

The one rule: nothing that changes is left out, and everything from outside is on one line and visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.alarms.words import caution, difference
from slactl.formats.language import mark, speak
from slactl.formats.retelling import retold
from slactl.formats.sanitize import plain
from slactl.formats.slos.json import counts
from slactl.model.slo import Act

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.slo import Limit, SloChange, SloPlan
    from slactl.workflows.enforcing.slos import PlannedSlos

SIGNS = {Act.CREATE: "+", Act.UPDATE: "~", Act.REPLACE: "±", Act.DELETE: "-", Act.KEEP: "=", Act.FOREIGN: "!"}
LEGEND = mark("+ create   ~ update   ± delete and make anew   - delete   = stays   ! name taken")
COUNTED = {
    "create": mark("{n} to create"),
    "update": mark("{n} to update"),
    "replace": mark("{n} to replace"),
    "delete": mark("{n} to delete"),
}


def render(made: PlannedSlos, language: str = "en", *, gone: bool = False) -> str:
    """The plan as text that ends with a newline; ``gone``: it is one that takes all away."""
    return "\n".join(_lines(made, speak(language), gone)) + "\n"


def summary(plan: SloPlan, language: Language, *, gone: bool = False) -> str:
    """The plan in one line."""
    found, say = counts(plan), language.gettext
    lacking = [] if gone or not found["foreign"] else [_taken(found["foreign"], language)]
    if plan.to_do:
        told = ", ".join(say(word).format(n=found[act]) for act, word in COUNTED.items() if found[act])
        head = say("{changes}, {keep} stay as they are.").format(changes=told, keep=found["keep"])
    elif gone:
        head = say("Nothing to do: no SLO of ours stands.")
    elif lacking:
        head = say("Nothing to do.")
    else:
        head = say("Nothing to do: every SLO stands as it should.")
    return " ".join((head, *lacking))


def _taken(count: int, language: Language) -> str:
    return language.count(
        "Not made: {n} SLO, whose name is taken.", "Not made: {n} SLOs, whose names are taken.", count
    )


def _lines(made: PlannedSlos, language: Language, gone: bool) -> Iterator[str]:
    say = language.gettext
    yield say(LEGEND)
    yield ""
    for one in made.plan.changes:
        yield f"{SIGNS[one.act]} {plain(one.name)}"
        yield from (f"    {plain(line)}" for line in _details(one, language))
    if made.plan.changes:
        yield ""
    yield say("Plan: {summary}").format(summary=summary(made.plan, language, gone=gone))
    yield language.count(
        "Account {account}, {region}; {n} other SLO is not touched.",
        "Account {account}, {region}; {n} other SLOs are not touched.",
        made.plan.foreign,
    ).format(account=made.account, region=made.region)
    yield from _block(say("What AWS cannot express:"), [_limit(one, language) for one in made.limits])
    yield from _block(say("Warnings:"), [caution(one, language) for one in made.plan.cautions])


def _details(one: SloChange, language: Language) -> Iterator[str]:
    if one.text:
        yield retold(one.text, language)
    yield from (difference(told) for told in one.differences)
    if one.act is Act.UPDATE:
        yield from (f"tag {key}: {value}" for key, value in sorted(one.tags.items()))
        away = language.gettext("tag {key} is taken away")
        yield from (away.format(key=key) for key in one.untag)


def _limit(one: Limit, language: Language) -> str:
    subject = "/".join(part for part in (one.service, one.objective) if part) or language.gettext("every SLO")
    return f"{subject}: {retold(one.text, language)}" + ("" if one.made else language.gettext(" (no SLO is made)"))


def _block(head: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield head
        yield from (f"  {plain(line)}" for line in lines)
