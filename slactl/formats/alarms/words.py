"""The words of a plan that every format uses, in the reader's language.

The one rule: what is counted here is counted once, so that no two formats differ; a plan that leaves an alarm
unwatched never ends on a word of peace.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.alarming.saved import WORDS
from slactl.formats.language import mark
from slactl.formats.retelling import retold

if TYPE_CHECKING:
    from slactl.formats.language import Language
    from slactl.model.alarmplan import About, Bill, Caution, Change, Difference, Plan, Unwatched
    from slactl.workflows.enforcing.planning import Planned

SIGNS = {"create": "+", "update": "~", "delete": "-", "keep": "=", "left": "o", "blocked": "!"}
LEGEND = mark("+ create   ~ update   - delete   = stays   o kept by a stack   ! name taken")
CONSENT = {
    "yes": mark("asks first, or --yes"),
    "force": mark("only with --force"),
    "nothing": mark("refused"),
}
"""What overrules an objection."""
LONGEST = 300


def word_of(change: Change) -> str:
    """What a change is called, in the plan's file too."""
    return WORDS[type(change)]


def counts(plan: Plan) -> dict[str, int]:
    """How many changes of each kind, none left out."""
    found = Counter(word_of(one) for one in plan.changes)
    return {word: found[word] for word in SIGNS}


def summary(plan: Plan, language: Language, *, gone: bool = False) -> str:
    """The plan in one line; ``gone``: it is one that takes all away."""
    lacking = list(_lacking(plan, language))
    if plan.to_do:
        told = language.gettext(
            "{create} to create, {update} to update, {delete} to delete, {keep} stay as they are."
        ).format(**counts(plan))
    elif gone:
        told = language.gettext("Nothing to do: no alarm of ours stands.")
    elif lacking:
        told = language.gettext("Nothing to do.")
    else:
        told = language.gettext("Nothing to do: every alarm stands as it should.")
    return " ".join((told, *lacking))


def _lacking(plan: Plan, language: Language) -> Iterator[str]:
    """What no apply can mend."""
    if plan.blocked:
        yield language.count(
            "Not enforced: {n} alarm, whose name is taken.",
            "Not enforced: {n} alarms, whose names are taken.",
            len(plan.blocked),
        )
    otherwise = sum(bool(one.differences) for one in plan.left)
    if otherwise:
        yield language.count(
            "{n} alarm that a stack keeps is not as it should be.",
            "{n} alarms that a stack keeps are not as they should be.",
            otherwise,
        )


def purpose(about: About) -> str:
    """What an alarm is for, in short; empty where nothing tells."""
    subject = "/".join(part for part in (about.service, about.objective) if part)
    return ", ".join(part for part in (about.kind, subject, about.severity) if part)


def difference(one: Difference) -> str:
    """A field's old and new value."""
    return f"{one.field}: {value(one.old)} -> {value(one.new)}"


def value(told: object) -> str:
    """A value as JSON has it, cut where it is long; nothing is a dash."""
    if told is None or told == "":
        return "-"
    if isinstance(told, Sequence) and not isinstance(told, str):
        return ", ".join(value(one) for one in told)
    if isinstance(told, float) and told.is_integer():
        told = int(told)
    text = json.dumps(told, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\N{HORIZONTAL ELLIPSIS}"


def dollars(amount: Fraction) -> str:
    """An amount of money, rounded up to a cent, so that nobody pays more than he reads."""
    cents = -(-amount * 100 // 1)
    return f"${cents // 100:,}.{cents % 100:02}"


def monthly(bill: Bill, language: Language) -> str:
    """What all of it costs a month."""
    return language.gettext("Cost: {dollars} a month").format(dollars=dollars(bill.total))


def cost_lines(bill: Bill, language: Language) -> list[str]:
    """The bill, kind by kind."""
    found = []
    for one in bill.kinds:
        told = alarms(one.alarms, language)
        on = language.count(" on {n} metric", " on {n} metrics", one.metrics) if one.metrics else ""
        line = language.gettext("{kind}: {dollars} for {alarms}")
        found.append(line.format(kind=one.kind, dollars=dollars(one.dollars), alarms=told) + on)
    free = [language.gettext("free: -{dollars}").format(dollars=dollars(bill.free))] if bill.free else []
    return [*found, *free]


def place(planned: Planned, language: Language) -> str:
    """Whose alarms they are, and what is left alone."""
    return language.count(
        "Account {account}, {region}; {n} other alarm is not touched",
        "Account {account}, {region}; {n} other alarms are not touched",
        planned.plan.foreign,
    ).format(account=planned.account, region=planned.region)


def room(planned: Planned, language: Language) -> str:
    """The alarms against the quota."""
    told = planned.room
    known = "" if told.told else language.gettext(" (AWS's default; what this account has was not told)")
    sentence = language.gettext("Quota: {after} of {quota} alarms that the region takes")
    after, quota = (f"{count:,}".replace(",", language.group_sign) for count in (told.after, told.quota))
    return sentence.format(after=after, quota=quota) + known


def duration(seconds: int, language: Language) -> str:
    """About how long apply takes, in whole minutes from two on."""
    if seconds < 60:
        return language.gettext("Apply takes less than a minute")
    minutes = -(-seconds // 60)
    return language.count("Apply takes about a minute", "Apply takes about {n} minutes", minutes)


def kept(plan: Plan, language: Language) -> list[str]:
    """What stays, told in groups: nobody reads hundreds of names that do not change."""
    itself = language.gettext("slactl itself")
    found = Counter((one.about.service or itself, one.about.kind) for one in plan.keeps)
    sentence = language.gettext("{alarms} of {service}")
    return [
        sentence.format(alarms=alarms(count, language), service=service) + (f", {kind}" if kind else "")
        for (service, kind), count in sorted(found.items())
    ]


def unwatched(one: Unwatched, language: Language) -> str:
    """A promise, or a kind of alarm for it, and why nothing watches."""
    subject = one.service + (f"/{one.objective}" if one.objective else "")
    return f"{subject}{f', {one.kind}' if one.kind else ''}: {retold(one.text, language)}"


def caution(one: Caution, language: Language) -> str:
    """A warning with its code, and the alarm that it is about."""
    return f"{one.code}: {retold(one.text, language)}" + (f" [{one.alarm}]" if one.alarm else "")


def objections(planned: Planned, language: Language) -> list[str]:
    """What speaks against the plan, and what overrules it."""
    return [
        f"{retold(one.text, language)} ({language.gettext(CONSENT[one.consent.value])})" for one in planned.objections
    ]


def alarms(count: int, language: Language) -> str:
    """``3 alarms``."""
    return language.count("{n} alarm", "{n} alarms", count)
