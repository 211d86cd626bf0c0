"""Looks at configuration for controls: calls and views, and what a JMESPath selects of their answers.

The one rule: a look never raises and never guesses; whatever stands between it and the answer is its reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from slactl.aws.session import AwsWorld
from slactl.compliance.selecting import NothingSelectable, selected
from slactl.model.general import Control
from slactl.model.readonly import VIEW, ReadOnlyCalls
from slactl.model.report import SourceUse
from slactl.ports.general import Look
from slactl.sources.configuration.asking import Asker, Document, Elsewhere, Refusal, failed
from slactl.sources.configuration.knowing import unknown_member
from slactl.sources.configuration.views import VIEWS, Questions, known

AT_ONCE = 16
EACH = "{each}"
LONGEST = 20_000
"""So many characters a selected value may have as JSON."""


class AwsConfiguration:
    """A ``ConfigurationReader`` over AWS (and what stands beside it), asked once for what several controls share."""

    def __init__(self, world: AwsWorld, calls: ReadOnlyCalls, now: int, elsewhere: Elsewhere | None = None) -> None:
        """``now`` is seconds since the epoch; ``elsewhere`` answers what on the list is no call of AWS."""
        self._world, self._calls, self._now, self._elsewhere = world, calls, now, elsewhere
        self._askers: list[Asker] = []

    def looks(self, controls: Sequence[Control]) -> list[tuple[Look, ...]]:
        """Of each control one look for each of ``each`` (one in all where that is empty), in their order."""
        asker = Asker(self._world, self._calls, self._now, self._elsewhere)
        self._askers.append(asker)
        wanted = [(control, target) for control in controls for target in control.each or (None,)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = iter(list(pool.map(lambda one: self._look(asker, *one), wanted)))
        return [tuple(islice(found, len(control.each) or 1)) for control in controls]

    def use(self) -> tuple[SourceUse, ...]:
        """What AWS was asked so far, region by region; a question is one call, whatever its pages."""
        asked: dict[str, int] = {}
        for region, calls in ((region, calls) for asker in self._askers for region, calls in asker.planned.items()):
            place = region or self._world.region or ""
            asked[place] = asked.get(place, 0) + calls
        if not asked:
            return ()
        caller = self._world.caller
        found = ((place or None, asked[place]) for place in sorted(asked))
        return tuple(
            SourceUse("configuration", caller.account, place, caller.arn, calls, 0, 0) for place, calls in found
        )

    def _look(self, asker: Asker, control: Control, target: str | None) -> Look:
        try:
            document = self._document(asker, control, filled(control.parameters, target))
            return Look(_bearable(selected(control.select, document)))
        except Refusal as refusal:
            return Look(failure=refusal.reason)
        except NothingSelectable as wrong:
            return Look(failure=failed(f"{control.select}: {wrong}").reason)

    def _document(self, asker: Asker, control: Control, parameters: Mapping[str, object]) -> Document:
        if control.call.startswith(VIEW):
            return self._view(asker, control, parameters)
        found = asker.ask(control.call, parameters, control.region)
        if wrong := unknown_member(self._world, self._calls.calls[control.call], control.select):
            raise failed(f"the answer of {control.call} has no {wrong}")
        return found

    def _view(self, asker: Asker, control: Control, parameters: Mapping[str, object]) -> Document:
        view, known = VIEWS.get(control.call), self._calls.views.get(control.call)
        if view is None or known is None:
            raise failed(f"{control.call} is not on the list of calls that only read")
        if missing := [name for name in known.takes if not parameters.get(name)]:
            raise failed(f"{control.call} needs {missing[0]}")
        if wrong := unknown_member(self._world, known, control.select):
            raise failed(f"{control.call} tells no {wrong}")
        try:
            return view(Questions(asker, frozenset(known.calls), control.region), parameters)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise failed(f"{control.call} met an answer that it cannot read: {error!r}") from error


def _bearable(value: object) -> object:
    """A selected value; nobody keeps whole inventories day by day.

    Raises:
        Refusal: if it is too long, or holds what is not known.
    """
    size = len(json.dumps(value, default=known))
    if size > LONGEST:
        raise failed(f"the JMESPath selects {size} characters, more than {LONGEST}: select what is expected only")
    return value


def filled(parameters: Mapping[str, object], target: str | None) -> dict[str, object]:
    """Parameters with the target in the place of ``{each}``, at any depth."""
    return {name: _filled(value, target) for name, value in parameters.items()}


def _filled(value: object, target: str | None) -> object:
    if target is None:
        return value
    if isinstance(value, str):
        return value.replace(EACH, target)
    if isinstance(value, Mapping):
        return {name: _filled(one, target) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(one, target) for one in value]
    return value
