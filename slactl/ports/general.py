"""What the world must offer for general indicators and controls.

The one rule: whoever lists or looks answers a refusal with its reason; an empty answer is never a pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from slactl.model.control import ControlSample
from slactl.model.general import Control, MetricTerm
from slactl.model.metric import Metric
from slactl.model.report import SourceUse
from slactl.model.span import Span, Spans
from slactl.model.status import Reason


@dataclass(frozen=True, slots=True)
class Listing:
    """The exact metrics that fit a term over a span.

    ``known`` is false where nothing says that the metric was ever published (told apart from a quiet one).
    ``forgotten`` is what of the span the source no longer tells of, so that some may be missing;
    ``failure`` is set where nobody would tell.
    """

    metrics: tuple[Metric, ...]
    known: bool = True
    forgotten: Spans = ()
    failure: Reason | None = None


class MetricDirectory(Protocol):
    """Knows which metrics there were. Never raises: what failed is a listing's ``failure``."""

    def metrics(self, terms: Sequence[MetricTerm], span: Span) -> list[Listing]:
        """One listing a term, in their order, over a month and not by the last two weeks as far as can be."""
        ...

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far, of somebody who is not a reader too."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What one look selected, or why nothing."""

    selected: object = None
    failure: Reason | None = None


class ConfigurationReader(Protocol):
    """Looks at configuration by the allowed read-only calls. Never raises: what failed is a look's ``failure``."""

    def looks(self, controls: Sequence[Control]) -> list[tuple[Look, ...]]:
        """Of each control one look for each of ``each`` (one in all where that is empty), in their order."""
        ...


@runtime_checkable
class Counting(Protocol):
    """Whoever asks somebody, and tells what."""

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far."""
        ...


class SampleBook(Protocol):
    """The samples of controls that were kept."""

    def samples(self, span: Span) -> tuple[ControlSample, ...]:
        """Every sample taken in a span, in order of time."""
        ...


@runtime_checkable
class SampleOrigins(Protocol):
    """Whoever knows in which kept files samples stand."""

    def origin(self, sample: ControlSample) -> str | None:
        """The path of the file in which a sample stands that was told before; None of a live look."""
        ...


@runtime_checkable
class DayOrigins(Protocol):
    """Whoever knows which kept files tell of the alarms."""

    def origins(self, span: Span) -> tuple[str, ...]:
        """The paths of the documents that may tell of a span, in order of time."""
        ...


class AlarmBook(Protocol):
    """The documents of days on which alarms were looked at."""

    def days(self, span: Span) -> tuple[Mapping[str, Any], ...]:
        """Those that may tell of a span, in order of time."""
        ...


@dataclass(frozen=True, slots=True)
class NoSamples:
    """Nothing was kept."""

    def samples(self, span: Span) -> tuple[ControlSample, ...]:
        del span
        return ()


@dataclass(frozen=True, slots=True)
class NoDirectory:
    """Nobody knows which metrics there were, and why."""

    why: Reason

    def metrics(self, terms: Sequence[MetricTerm], span: Span) -> list[Listing]:
        del span
        return [Listing((), failure=self.why) for _ in terms]

    def use(self) -> tuple[SourceUse, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class GeneralWorld:
    """What general indicators are judged from, beside the metric reader; ``record`` is the kept history of alarms."""

    directory: MetricDirectory
    samples: SampleBook
    record: AlarmBook | None = None
