"""Takes today's samples of controls, and tells those that were taken from those that have to be.

The one rule: a live look proves the day it is taken on; nothing is ever said of a day that is over.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from zoneinfo import ZoneInfo

from slactl.compliance.expecting import holds
from slactl.model.catalogue import Catalogue
from slactl.model.control import ControlSample
from slactl.model.general import Control
from slactl.model.objective import Objective
from slactl.model.period import day_start, local_date
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.ports.general import ConfigurationReader, Counting, NoSamples, SampleBook, SampleOrigins


def digest_of(control: Control) -> str:
    """What a control asks, as a digest: call, parameters, JMESPath and region; not what it expects, nor of whom."""
    asked = [control.call, control.parameters, control.select, control.region]
    return sha256(json.dumps(asked, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()


def controls_of(catalogue: Catalogue, now: int) -> tuple[tuple[Objective, Control], ...]:
    """The controls that are in force today, or on the first of this month."""
    today = local_date(now, catalogue.report.zone)
    return tuple(
        (one, one.indicator)
        for one in catalogue.general
        if isinstance(one.indicator, Control) and (one.in_force_on(today) or one.in_force_on(today.replace(day=1)))
    )


def take(
    catalogue: Catalogue, chosen: Sequence[tuple[Objective, Control]], reader: ConfigurationReader, now: int
) -> tuple[ControlSample, ...]:
    """One sample of each control and target, in their order; never raises, as its reader never does."""
    looks = reader.looks([control for _, control in chosen])
    return tuple(
        ControlSample(
            catalogue.bearer(objective).key,
            objective.id,
            target,
            now,
            digest_of(control),
            look.selected,
            None if look.failure else holds(look.selected, control.expects, now),
            look.failure,
        )
        for (objective, control), found in zip(chosen, looks, strict=True)
        for target, look in zip(targets_of(control), found, strict=True)
    )


def targets_of(control: Control) -> tuple[str | None, ...]:
    """The targets of a control; None of one that has only one."""
    return control.each or (None,)


def day_of(at: int, zone: ZoneInfo) -> Span:
    """The local day that an instant lies in."""
    day = local_date(at, zone)
    return Span(day_start(day, zone), day_start(day.fromordinal(day.toordinal() + 1), zone))


@dataclass
class SamplesOfToday:
    """A ``SampleBook``: what was kept, and of today a live look at whatever has no kept sample yet.

    ``reader`` is called once, and only if a span that holds today is asked for and something is missing.
    """

    catalogue: Catalogue
    now: int
    reader: Callable[[], ConfigurationReader]
    kept: SampleBook = field(default_factory=NoSamples)
    _taken: tuple[ControlSample, ...] | None = None
    _reader: ConfigurationReader | None = None

    @property
    def any_thread(self) -> bool:
        """Whether it may be asked while others ask elsewhere: of what was kept nobody knows."""
        return isinstance(self.kept, NoSamples)

    def use(self) -> tuple[SourceUse, ...]:
        """What was read of what is kept, and what a live look asked."""
        asked: tuple[object, ...] = (self.kept, self._reader)
        return tuple(use for one in asked if isinstance(one, Counting) for use in one.use())

    def samples(self, span: Span) -> tuple[ControlSample, ...]:
        found = self.kept.samples(span)
        if not span.start <= self.now < span.end:
            return found
        if self._taken is None:
            self._taken = self._looked()
        return tuple(sorted((*found, *self._taken), key=lambda one: one.at))

    def origin(self, sample: ControlSample) -> str | None:
        """The path of the file in which a sample stands that was told before; None of a live look."""
        kept: object = self.kept
        return kept.origin(sample) if isinstance(kept, SampleOrigins) else None

    def _looked(self) -> tuple[ControlSample, ...]:
        today = self.kept.samples(day_of(self.now, self.catalogue.report.zone))
        known = {(one.control, one.target, one.asked) for one in today if one.failure is None}
        wanted = [
            (objective, control)
            for objective, control in controls_of(self.catalogue, self.now)
            if any((objective.id, target, digest_of(control)) not in known for target in targets_of(control))
        ]
        if not wanted:
            return ()
        self._reader = self.reader()
        return take(self.catalogue, wanted, self._reader, self.now)
