"""Names to adapters: the composition root.

The one rule: what reads AWS is built here and nowhere else; everything heavy is imported inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slactl.aws.session import AwsWorld
    from slactl.model.catalogue import AwsSettings, Catalogue
    from slactl.model.service import SourceKind
    from slactl.ports import InventorySource, MetricReader
    from slactl.ports.general import GeneralWorld, SampleBook
    from slactl.sources.metric_listing import LazyDirectory, Remembered


def aws_world(settings: AwsSettings) -> AwsWorld:
    """The clients of the account that the configuration or the environment names."""
    from slactl import __version__
    from slactl.aws.session import AwsWorld, Timing
    from slactl.cli import clock

    return AwsWorld(settings, __version__, Timing(*clock.TIMING))


def metric_reader(
    world: AwsWorld, progress: Callable[[int, int], None], catalogue: Catalogue | None = None, now: int = 0
) -> MetricReader:
    """Reads series from CloudWatch.

    Where a ``catalogue`` has general objectives or a heartbeat in another region, from every region that they name,
    and from Cloudflare, whose memory is short: it is ``now``, in seconds since the epoch.
    """
    from slactl.sources.cloudwatch import CloudWatchReader

    home = CloudWatchReader(world, progress)
    beats = (one.heartbeat for one in catalogue.services) if catalogue else ()
    if catalogue is None or not (catalogue.general or any(one and one.metric.region for one in beats)):
        return home
    from slactl.cli.cloudflare import cloudflare_reader
    from slactl.sources.regions import RegionalReader

    return RegionalReader(
        home,
        lambda: world.region,
        lambda region: CloudWatchReader(world, None, region),
        lambda: cloudflare_reader(now),
    )


def general_world(
    world: Callable[[], AwsWorld],
    catalogue: Catalogue,
    now: int,
    kept: SampleBook | None = None,
    remembered: Remembered | None = None,
) -> GeneralWorld | None:
    """What general objectives are judged from, over CloudWatch and kept samples; None where there are none.

    ``remembered`` are the lists of metrics of earlier days.
    """
    if not catalogue.general:
        return None
    from slactl.cli.sampling import live_samples
    from slactl.ports.general import GeneralWorld

    return GeneralWorld(metric_directory(world, now, remembered), live_samples(world, catalogue, now, kept))


def metric_directory(world: Callable[[], AwsWorld], now: int, remembered: Remembered | None = None) -> LazyDirectory:
    """Knows which metrics there are, over ListMetrics; AWS is asked once something must be listed."""
    from slactl.cli.cloudflare import cloudflare_directory
    from slactl.sources.metric_listing import NOTHING, LazyDirectory, ListedMetrics

    earlier = remembered or NOTHING
    return LazyDirectory(
        lambda: ListedMetrics(world(), now, lambda: earlier, cloudflare=cloudflare_directory),
        any_thread=remembered is None,
    )


def inventories(world: AwsWorld) -> dict[SourceKind, InventorySource]:
    """Who knows the operations, by kind of source."""
    from slactl.model.service import SourceKind
    from slactl.sources.api_gateway import ApiGatewayInventory
    from slactl.sources.application_signals import ApplicationSignalsInventory

    return {
        SourceKind.APPLICATION_SIGNALS: ApplicationSignalsInventory(world),
        SourceKind.API_GATEWAY: ApiGatewayInventory(world),
    }
