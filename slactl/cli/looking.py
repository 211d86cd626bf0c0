"""What ``discover``, ``init`` and ``doctor`` share: whom they ask, and how they write times and counts.

The one rule: like the wiring of the report, everything heavy is imported inside.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from slactl.cli.console import CONTROLS, talk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.aws.session import AwsWorld
    from slactl.model.catalogue import AwsSettings
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
    from slactl.workflows.onboarding.checks import grouped

    return "?" if number is None else grouped(number)


def json_text(document: object) -> str:
    """A document as JSON that says exactly what is there, with what a terminal would obey escaped."""
    return unobeyed(json.dumps(document, ensure_ascii=False, indent=2))


def unobeyed(text: str) -> str:
    """JSON text that says the same, with what a terminal would obey escaped."""
    return CONTROLS.sub(lambda found: "".join(f"\\u{ord(one):04x}" for one in found[0]), text)


def settings_of(config: Path | None) -> AwsSettings:
    """The aws section of the configuration that is named or found; without one, the environment decides.

    Raises:
        typer.Exit: if a configuration that was named is refused.
    """
    from slactl.cli.configured import catalogue_or_exit, located
    from slactl.configuration import ConfigurationError, ConfigurationNotFound, load_catalogue
    from slactl.model.catalogue import AwsSettings

    if config is not None:
        return catalogue_or_exit(config).aws
    try:
        return load_catalogue(located(None)).aws
    except ConfigurationNotFound:
        return AwsSettings()
    except ConfigurationError as refused:
        count = len(refused.mistakes)
        talk(f"slactl.yaml has {count} mistakes (slactl config check); account and region are the environment's")
        return AwsSettings()
