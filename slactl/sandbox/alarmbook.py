"""The book of alarms: how each was put, how it stands, and what was set off.

The one rule: a state changes only here, with an entry in the history; actions are set off for a state that was not
yet announced, at once or, where something holds them back, as soon as nothing does and the state still is another
than the one announced last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, NamedTuple

from slactl.sandbox.alarmhistory import Entry, action_entry, configuration_entry, contributor_entry, state_entry
from slactl.sandbox.compositerules import name_of
from slactl.sandbox.errors import validation_error
from slactl.sandbox.insights import is_insights, parse_insights
from slactl.sandbox.muterules import MuteRule, is_muted, muted_until

ACTIONS = {"OK": "OKActions", "ALARM": "AlarmActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}
UNCHECKED = "Unchecked: Initial alarm creation"
MUTED = "Muted"
_BY_CONTRIBUTOR = ("arn:aws:sns:", "arn:aws:lambda:")


class Fired(NamedTuple):
    """An action that was set off: when (seconds since the epoch), by which alarm in which state, and its ARN."""

    at: float
    alarm: str
    state: str
    arn: str
    contributor: str = ""


@dataclass
class Contributor:
    """One series of an alarm that watches many; ``announced`` is the state that actions were last set off for."""

    id: str
    attributes: dict[str, str]
    state: str = "OK"
    reason: str = ""
    updated: float = 0.0
    announced: str = "OK"


@dataclass
class Alarm:
    """One alarm: how it was put, and how it stands; times are seconds since the epoch.

    ``announced`` is the state that actions were last set off for, ``left`` when it last left ALARM.
    """

    kind: str
    definition: dict[str, Any]
    configured: float
    state: str = "INSUFFICIENT_DATA"
    reason: str = UNCHECKED
    reason_data: str = ""
    updated: float = 0.0
    tags: dict[str, str] = field(default_factory=dict)
    announced: str = "INSUFFICIENT_DATA"
    left: float | None = None
    contributors: dict[tuple[str, ...], Contributor] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.definition["AlarmName"])

    @property
    def has_contributors(self) -> bool:
        """Whether it is a Metrics Insights query that tells series apart: those have actions of their own."""
        texts = [term.get("Expression") or "" for term in self.definition.get("Metrics") or ()]
        return any(is_insights(text) and parse_insights(text).group_by for text in texts)


@dataclass
class AlarmBook:
    """The alarms, mute rules and history of one account and region; safe to use from many threads.

    ``broken`` are the actions that fail when they are set off, and what they fail with. ``fired`` are the actions
    set off so far, failed ones included; tests may empty it. ``unseen``: alarms were put and not yet
    evaluated.
    """

    alarms: dict[str, Alarm] = field(default_factory=dict)
    history: list[Entry] = field(default_factory=list)
    rules: dict[str, MuteRule] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    fired: list[Fired] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)
    unseen: bool = False
    lock: RLock = field(default_factory=RLock)

    def put(self, kind: str, params: Mapping[str, Any], now: float) -> None:
        """Makes an alarm, or writes over one; tags are only taken when it is made."""
        told = {name: value for name, value in params.items() if name != "Tags"}
        self.unseen = True
        definition = {"ActionsEnabled": True} | told | {name: told.get(name) or [] for name in ACTIONS.values()}
        old = self.alarms.get(definition["AlarmName"])
        if old and old.kind != kind:
            raise validation_error(f"{definition['AlarmName']} is an alarm of another type.")
        if old:
            before, old.definition, old.configured = old.definition, definition, now
            self.history.append(configuration_entry(kind, definition, now, before))
            return
        tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags") or ()}
        self.alarms[definition["AlarmName"]] = Alarm(kind, definition, now, updated=now, tags=tags)
        self.history.append(configuration_entry(kind, definition, now))

    def rings(self, name: str, state: str, now: float, reason: str, data: str = "") -> None:
        """Sets an alarm's state and sets off its actions, where the state is another one and nothing holds them.

        Raises:
            KeyError: if there is no such alarm.
        """
        self.change(name, state, now, reason, data)
        self.settle(now)

    def change(self, name: str, state: str, now: float, reason: str, data: str = "") -> None:
        """Sets an alarm's state and leaves its actions for ``settle``.

        Raises:
            KeyError: if there is no such alarm.
        """
        alarm = self.alarms[name]
        before = (alarm.state, alarm.reason, alarm.reason_data)
        alarm.state, alarm.reason, alarm.reason_data = state, reason, data
        if state == before[0]:
            return
        alarm.updated = now
        alarm.left = now if before[0] == "ALARM" else alarm.left
        self.history.append(state_entry(alarm.kind, name, now, before, (state, reason, data)))
        self.waiting.add(name)

    def change_contributor(self, alarm: Alarm, one: Contributor, state: str, now: float, reason: str) -> None:
        """Sets the state of a contributor and leaves its actions for ``settle``."""
        before = (one.state, one.reason, "")
        one.state, one.reason = state, reason
        if state != before[0]:
            one.updated = now
            entry = state_entry(alarm.kind, alarm.name, now, before, (state, reason, ""))
            self.history.append(contributor_entry(entry, one.id, one.attributes))
            self.waiting.add(alarm.name)

    def settle(self, now: float) -> None:
        """Sets off the actions of every state that nobody was told of and that nothing holds back."""
        for name in sorted(self.waiting):
            alarm = self.alarms.get(name)
            if alarm is None or not self.held_by(alarm, now):
                self.waiting.discard(name)
                if alarm:
                    self._announce(alarm, now)

    def held_by(self, alarm: Alarm, now: float) -> str:
        """What holds actions back: ``Muted``, ``Alarm``, ``ExtensionPeriod``, ``WaitPeriod``, or nothing."""
        if is_muted(self.rules.values(), alarm.name, now):
            return MUTED
        told = alarm.definition
        other = self.alarms.get(name_of(told.get("ActionsSuppressor") or ""))
        if other is None:
            return ""
        if other.state == "ALARM":
            return "Alarm"
        if other.left is not None and now < other.left + (told.get("ActionsSuppressorExtensionPeriod") or 0):
            return "ExtensionPeriod"
        return "WaitPeriod" if now < alarm.updated + (told.get("ActionsSuppressorWaitPeriod") or 0) else ""

    def wakes(self, now: float) -> Iterator[float]:
        """When what holds actions back may end by itself, in seconds since the epoch."""
        for alarm in [self.alarms[name] for name in self.waiting if name in self.alarms]:
            told, why = alarm.definition, self.held_by(alarm, now)
            if why == MUTED:
                yield muted_until(self.rules.values(), alarm.name, now)
            elif why == "WaitPeriod":
                yield alarm.updated + told["ActionsSuppressorWaitPeriod"]
            elif why == "ExtensionPeriod":
                left = self.alarms[name_of(told["ActionsSuppressor"])].left
                yield (left or now) + told["ActionsSuppressorExtensionPeriod"]

    def _announce(self, alarm: Alarm, now: float) -> None:
        for one in alarm.contributors.values():
            if one.state != one.announced:
                one.announced = one.state
                self._fire(alarm, one.state, now, one)
        if alarm.state != alarm.announced:
            alarm.announced = alarm.state
            self._fire(alarm, alarm.state, now, skipped=_BY_CONTRIBUTOR if alarm.has_contributors else ())

    def _fire(
        self, alarm: Alarm, state: str, now: float, one: Contributor | None = None, skipped: tuple[str, ...] = ()
    ) -> None:
        arns = [arn for arn in alarm.definition[ACTIONS[state]] if alarm.definition["ActionsEnabled"]]
        wanted = _BY_CONTRIBUTOR if one else ("",)
        for arn in arns:
            if not arn.startswith(wanted) or arn.startswith(skipped):
                continue
            entry = action_entry(alarm.kind, alarm.definition, now, arn, self.broken.get(arn))
            self.history.append(contributor_entry(entry, one.id, one.attributes) if one else entry)
            self.fired.append(Fired(now, alarm.name, state, arn, one.id if one else ""))

    def delete(self, name: str, now: float) -> None:
        """Takes an alarm away; its history stays."""
        alarm = self.alarms.pop(name)
        self.waiting.discard(name)
        self.history.append(configuration_entry(alarm.kind, alarm.definition, now, deleted=True))
