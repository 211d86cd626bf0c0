"""What ``discover``, ``init`` and ``doctor`` share: whom they ask, and how they write times and counts.

The one rule: like the wiring of the report, everything heavy is imported inside.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.aws.session import AwsWorld
    from slactl.model.span import Span
    from slactl.ports import Directory, MetricReader
    from slactl.workflows.onboarding.landscape import Landscape


def directory(world: AwsWorld) -> Directory:
    """Knows what is there."""
    from slactl.sources.discovery import AccountDirectory

    return AccountDirectory(world)


def patient_reader(world: AwsWorld) -> MetricReader:
    """Reads series, and never raises."""
    from slactl.cli.wiring import metric_reader
    from slactl.sources.refusals import PatientReader

    return PatientReader(metric_reader(world, lambda done, total: None))


def look_around(world: AwsWorld, now: int, days: Sequence[Span] = (), *, medians: bool = False) -> Landscape:
    """Everything there is, with a progress bar on a terminal."""
    from slactl.cli.progress import progress_bar
    from slactl.workflows.onboarding.landscape import Survey, look

    with progress_bar("looking") as progress:
        survey = Survey(
            directory(world),
            patient_reader(world),
            now,
            days,
            medians=medians,
            progress=lambda _, done, total: progress(done, total),
        )
        return look(survey)


def written(instant: int) -> str:
    """An instant as RFC 3339 in UTC."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def count(number: int | None) -> str:
    """A count with its thousands apart; a question mark where it could not be read."""
    return "?" if number is None else f"{number:,}".replace(",", "'")
