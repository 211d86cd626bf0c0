"""What apply and destroy did: lines for people, and ``slactl.alarms-apply/1``.

The one rule: every change of the plan is accounted for, done or not, with the reason why not; the published form is
``alarms-apply.schema.json``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slactl.formats.alarms.json import dumped
from slactl.formats.alarms.words import SIGNS, word_of
from slactl.formats.language import mark, speak
from slactl.formats.retelling import retold
from slactl.formats.sanitize import plain
from slactl.workflows.enforcing.applying import Applied, Outcome, State

if TYPE_CHECKING:
    from slactl.alarming.safety import Objection
    from slactl.formats.language import Language
    from slactl.model.alarmplan import Plan

SCHEMA = "slactl.alarms-apply/1"
STATES = {
    State.DONE: mark("{n} done"),
    State.FAILED: mark("{n} failed"),
    State.UNSURE: mark("{n} may or may not be done"),
    State.NOT_TRIED: mark("{n} not tried"),
}
TOLD = {
    (State.DONE, "create"): mark("created"),
    (State.DONE, "update"): mark("updated"),
    (State.DONE, "delete"): mark("deleted"),
    (State.DONE, "replace"): mark("replaced"),
    (State.FAILED, "create"): mark("not created"),
    (State.FAILED, "update"): mark("not updated"),
    (State.FAILED, "delete"): mark("not deleted"),
    (State.FAILED, "replace"): mark("not replaced"),
    (State.UNSURE, "create"): mark("perhaps created"),
    (State.UNSURE, "update"): mark("perhaps updated"),
    (State.UNSURE, "delete"): mark("perhaps deleted"),
    (State.UNSURE, "replace"): mark("perhaps replaced"),
}
NOT_TRIED = mark("not tried")


@dataclass(frozen=True, slots=True)
class Ended:
    """A plan and what became of it; ``done`` None: nothing was begun, ``refused`` says why, where anything does."""

    command: str
    account: str
    region: str
    prefix: str
    plan: Plan
    done: Applied | None = None
    refused: tuple[Objection, ...] = ()


def lines(done: Applied, language: str = "en") -> Iterator[str]:
    """A line for each change that was come to, one for all that were not tried for the same reason, and their sum."""
    spoken = speak(language)
    alike = Counter(one.text for one in done.outcomes if one.state is State.NOT_TRIED and one.text)
    for one in done.outcomes:
        if one.state is not State.NOT_TRIED:
            yield _line(one, spoken)
        elif others := alike.pop(one.text, 0):
            yield _line(one, spoken, others - 1)
    yield spoken.gettext("Changes: {counts}.").format(counts=counted([one.state for one in done.outcomes], spoken))


def counted(states: Sequence[State], language: Language) -> str:
    """``3 done, 1 failed``."""
    found = {state: states.count(state) for state in STATES}
    return ", ".join(language.gettext(STATES[one]).format(n=count) for one, count in found.items() if count)


def told(state: State, act: str, sign: str, name: str, why: str, language: Language) -> str:
    """A change and what became of it; its sign stands before what is done."""
    word = language.gettext(TOLD.get((state, act), NOT_TRIED))
    if state is State.DONE:
        return plain(f"{sign} {name}: {word}")
    return plain(f"! {name}: {word}" + (f": {retold(why, language)}" if why else ""))


def question(count: int, language: str = "en") -> str:
    """What is asked before alarms are deleted."""
    return speak(language).count("Delete {n} alarm?", "Delete {n} alarms?", count)


def _line(one: Outcome, language: Language, others: int = 0) -> str:
    word, name = word_of(one.change), one.change.name
    return told(one.state, word, SIGNS[word], f"{name} (+{others})" if others else name, one.text, language)


def render_json(ended: Ended) -> str:
    """The document, ending with a newline."""
    outcomes = ended.done.outcomes if ended.done else tuple(Outcome(one, State.NOT_TRIED) for one in ended.plan.to_do)
    failure = ended.done.failure if ended.done else None
    return dumped(
        {
            "schema": SCHEMA,
            "command": ended.command,
            "account": ended.account,
            "region": ended.region,
            "prefix": ended.prefix,
            "result": _result(ended),
            "refused": [{"code": one.code, "text": one.text, "consent": one.consent.value} for one in ended.refused],
            "interrupted": bool(ended.done and ended.done.interrupted),
            "failure": str(failure) if failure else None,
            "summary": {state.value: sum(one.state is state for one in outcomes) for state in State},
            "changes": [_change(one) for one in outcomes],
            "kept": len(ended.plan.keeps),
            "not_enforced": [{"name": one.name, "why": one.text} for one in ended.plan.blocked],
            "left": [
                {"name": one.name, "owner": one.owner, "as_wanted": not one.differences} for one in ended.plan.left
            ],
        }
    )


def _result(ended: Ended) -> str:
    if ended.refused:
        return "refused"
    if not ended.plan.to_do:
        return "nothing-to-do"
    return "done" if ended.done and ended.done.whole else "not-all-done"


def _change(one: Outcome) -> dict[str, object]:
    about = one.change.about
    return {
        "change": word_of(one.change),
        "name": one.change.name,
        "shape": one.change.shape.value,
        "kind": about.kind or None,
        "service": about.service or None,
        "objective": about.objective,
        "severity": about.severity or None,
        "state": one.state.value,
        "why": one.text or None,
    }
