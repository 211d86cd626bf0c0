"""The state as text: JSON that people can read (``slactl.check-state/1``).

The one rule: a text that is not wholly understood is refused, never overwritten: it holds what is owed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slactl.model.notice import Notice, Subject
from slactl.model.status import Status
from slactl.workflows.notifying.state import Owed, Standing, State

SCHEMA = "slactl.check-state/1"
FAMILY = "slactl.check-state/"


class NotAState(Exception):
    """A text that is no state; ``what`` says what is wrong with it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def written(state: State) -> str:
    """The state as JSON, the same bytes for the same state."""
    document = {
        "schema": SCHEMA,
        "targets": {key: _standing(one) for key, one in sorted(state.standings.items())},
        "pending": [{"channel": one.channel, **_notice(one.notice)} for one in state.owed],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def read(text: str) -> State:
    """The state of a text.

    Raises:
        NotAState: if it is none, or of a newer slactl.
    """
    try:
        document = json.loads(text)
        schema = document["schema"]
        if schema != SCHEMA:
            newer = isinstance(schema, str) and schema.startswith(FAMILY)
            raise NotAState("was written by a newer slactl" if newer else "is no state of slactl's")
        standings = {key: _standing_of(one) for key, one in document["targets"].items()}
        if any(key != one.subject.key for key, one in standings.items()):
            raise NotAState("names a target by another's key")
        return State(standings, tuple(Owed(str(one["channel"]), _notice_of(one)) for one in document["pending"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotAState("is no state of slactl's") from None


def _standing(one: Standing) -> dict[str, object]:
    told = {name: status.value for name, status in sorted(one.told.items())}
    more = {"status": one.status.value, "since": one.since, "changes": one.changes, "notified": told}
    return _subject(one.subject) | more


def _standing_of(told: Mapping[str, Any]) -> Standing:
    notified = {str(name): Status(status) for name, status in told["notified"].items()}
    return Standing(_subject_of(told), Status(told["status"]), int(told["since"]), int(told["changes"]), notified)


def _notice(one: Notice) -> dict[str, object]:
    change: dict[str, object] = {"id": one.id, "from": one.old.value, "to": one.new.value, "at": one.at}
    return change | _subject(one.subject) | {"number": one.number, "title": one.title, "lines": list(one.lines)}


def _notice_of(told: Mapping[str, Any]) -> Notice:
    lines = tuple(str(line) for line in told["lines"])
    change = Status(told["from"]), Status(told["to"]), int(told["at"]), int(told["number"])
    notice = Notice(_subject_of(told), *change, str(told["title"]), lines)
    if notice.id != told["id"] or notice.new is Status.NOT_RATED:
        raise NotAState("holds a notice whose id is not its own")
    return notice


def _subject(one: Subject) -> dict[str, object]:
    return {
        "window": one.window,
        "service": one.service,
        "objective": one.objective,
        "class": one.operation_class,
        "operation": one.operation,
    }


def _subject_of(told: Mapping[str, Any]) -> Subject:
    names = [told[name] for name in ("service", "objective", "class", "operation")]
    if not all(name is None or isinstance(name, str) for name in names):
        raise NotAState("names a target that is none")
    return Subject(str(told["window"]), *names)
