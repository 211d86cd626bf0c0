"""What ``slactl maintenance sync`` does, as lines of a plan and as ``slactl.maintenance-sync/1``.

The one rule: a line says all of a rule that anybody decides by; whom it mutes is in the JSON by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from slactl.alarming.schedules import duration
from slactl.formats.times import utc
from slactl.model.excluding import Exclusion, SloExclusions, StandingExclusion
from slactl.model.muting import MuteForm
from slactl.workflows.excluding import Synced

SCHEMA = "slactl.maintenance-sync/1"
Object = Mapping[str, Any]


def lines(done: Synced) -> Iterator[str]:
    """A line for each rule and exclusion window that is put or taken away, and for each window that mutes nothing."""
    for sign, forms in (("+", done.mutes.creates), ("~", done.mutes.updates)):
        for form in forms:
            alarms = "1 alarm" if len(form.targets) == 1 else f"{len(form.targets)} alarms"
            yield f"{sign} {form.name}: {form.expression} {duration(form.minutes)} {form.timezone}, {alarms}"
    yield from (f"- {name}" for name in done.mutes.deletes)
    yield from (f"  {one.window} mutes nothing: {one.why}" for one in done.mutes.unmuted)
    for slo in done.slos:
        yield from (f"+ SLO {slo.slo.name}: {_window(one)}, {one.reason}" for one in slo.add)
        yield from (f"- SLO {slo.slo.name}: {_removed(one)}" for one in slo.remove)
        if slo.left:
            yield f"  SLO {slo.slo.name} has room for ten windows: {slo.left} later ones wait"


def document(done: Synced, *, dry_run: bool) -> Object:
    """The plan and what became of it."""
    made = done.mutes
    why = {(one.what, one.name): one.text for one in done.muted}
    failed = {one.change.slo.arn: one.text for one in done.excluded}

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
        "slos": [_slo(one, failed.get(one.slo.arn), dry_run=dry_run) for one in done.slos],
        "doubts": list(done.doubts),
    }


def _slo(one: SloExclusions, failure: str | None, *, dry_run: bool) -> Object:
    return {
        "name": one.slo.name,
        "add": [_exclusion(window) for window in one.add],
        "remove": [_exclusion(each.window) for each in one.remove if each.window],
        "left": one.left,
        "done": not dry_run and not failure,
        "failure": failure or None,
    }


def _exclusion(window: Exclusion) -> Object:
    return {"start": utc(window.start), "end": utc(window.end), "reason": window.reason}


def _window(window: Exclusion) -> str:
    return f"{utc(window.start)} {duration(window.minutes)}"


def _removed(standing: StandingExclusion) -> str:
    return f"{_window(standing.window)}, {standing.window.reason}" if standing.window else "a window that recurs"


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
