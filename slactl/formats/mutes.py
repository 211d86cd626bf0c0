"""What ``slactl maintenance sync`` does, as lines of a plan and as ``slactl.maintenance-sync/1``.

The one rule: a line says all of a rule that anybody decides by; whom it mutes is in the JSON by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from slactl.alarming.schedules import duration
from slactl.formats.times import utc
from slactl.model.muting import MuteForm, MutePlan

SCHEMA = "slactl.maintenance-sync/1"
Object = Mapping[str, Any]


class Outcome(Protocol):
    """What became of a change; an empty text: it is done."""

    @property
    def what(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def text(self) -> str: ...


def lines(made: MutePlan) -> Iterator[str]:
    """A line for each rule that is put or deleted, and for each window that mutes nothing."""
    for sign, forms in (("+", made.creates), ("~", made.updates)):
        for form in forms:
            alarms = "1 alarm" if len(form.targets) == 1 else f"{len(form.targets)} alarms"
            yield f"{sign} {form.name}: {form.expression} {duration(form.minutes)} {form.timezone}, {alarms}"
    yield from (f"- {name}" for name in made.deletes)
    yield from (f"  {one.window} mutes nothing: {one.why}" for one in made.unmuted)


def document(made: MutePlan, outcomes: Sequence[Outcome], *, dry_run: bool) -> Object:
    """The plan and what became of it."""
    why = {(one.what, one.name): one.text for one in outcomes}

    def outcome(what: str, name: str) -> Object:
        text = why.get((what, name))
        return {"done": text == "" and not dry_run, "failure": text or None}

    return {
        "schema": SCHEMA,
        "dry_run": dry_run,
        "create": [{**_form(form), **outcome("create", form.name)} for form in made.creates],
        "update": [{**_form(form), **outcome("update", form.name)} for form in made.updates],
        "delete": [{"name": name, **outcome("delete", name)} for name in made.deletes],
        "keep": list(made.keeps),
        "blocked": list(made.blocked),
        "unmuted": [{"window": one.window, "why": one.why} for one in made.unmuted],
    }


def _form(form: MuteForm) -> Object:
    return {
        "name": form.name,
        "description": form.description,
        "expression": form.expression,
        "duration": duration(form.minutes),
        "timezone": form.timezone,
        "alarms": list(form.targets),
        "starts": None if form.starts is None else utc(form.starts),
        "expires": None if form.expires is None else utc(form.expires),
    }
