"""Controls for the commands: who looks at configuration, and which samples a figure is made from.

The one rule: AWS is asked only where a control has no kept sample of today, and never where evidence alone was asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from slactl.aws.session import AwsWorld
    from slactl.evidence.bundle.noted import NotedArchive
    from slactl.evidence.store.archive import ShelfArchive
    from slactl.model.catalogue import Catalogue
    from slactl.ports.general import AlarmBook, ConfigurationReader, SampleBook


def configuration_reader(world: AwsWorld, now: int) -> ConfigurationReader:
    """Looks at the configuration of AWS, and of Cloudflare, by the calls of the shipped list; ``now`` in seconds."""
    from slactl.cli.cloudflare import cloudflare_look
    from slactl.configuration.calls import read_only_calls
    from slactl.sources.configuration import AwsConfiguration

    return AwsConfiguration(world, read_only_calls(), now, cloudflare_look)


def live_samples(
    world: Callable[[], AwsWorld], catalogue: Catalogue, now: int, kept: SampleBook | None = None
) -> SampleBook:
    """What was kept, and a live look for today where something is missing of it; once, whoever asks."""
    from slactl.ports.general import NoSamples
    from slactl.workflows.general.sampling import SamplesOfToday

    return SamplesOfToday(catalogue, now, lambda: configuration_reader(world(), now), kept or NoSamples())


def kept_samples(archive: ShelfArchive | NotedArchive) -> SampleBook:
    """What an archive holds."""
    from slactl.evidence.reading.samples import KeptSamples

    return KeptSamples(archive, archive.head.sha256)


def kept_alarms(archive: ShelfArchive | NotedArchive) -> AlarmBook:
    """The days of alarms that an archive holds."""
    from slactl.evidence.reading.alarmbook import KeptAlarms

    return KeptAlarms(archive, archive.head.sha256)
