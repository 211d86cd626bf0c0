"""Publishes figures as metrics of CloudWatch.

The one rule: a call holds no more than CloudWatch takes, and all data of a check bear the same time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import translate
from slactl.aws.session import AwsWorld
from slactl.model.datum import Datum

MOST_DATA, MOST_BYTES = 1000, 900_000
OVERHEAD = 160
PUT_A_SECOND = 100


def publish(world: AwsWorld, namespace: str, data: Sequence[Datum], at: int) -> int:
    """Puts the data, stamped ``at`` (seconds since the epoch); returns how many calls it took.

    Raises:
        AwsFailure: if CloudWatch doesn't take them; calls before the failing one were taken.
    """
    moment, pace = datetime.fromtimestamp(at, UTC), world.timing.pacer(PUT_A_SECOND, 1)
    batches = list(batched(data))
    for batch in batches:
        pace.wait()
        try:
            world.client("cloudwatch").put_metric_data(
                Namespace=namespace, MetricData=[_entry(datum, moment) for datum in batch]
            )
        except (BotoCoreError, ClientError) as error:
            raise translate(error, "publishing metrics") from error
    return len(batches)


def batched(data: Sequence[Datum]) -> Iterator[list[Datum]]:
    """The data in parts that fit into a call each, in order."""
    batch: list[Datum] = []
    size = 0
    for datum in data:
        own = size_of(datum)
        if batch and (len(batch) == MOST_DATA or size + own > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(datum)
        size += own
    if batch:
        yield batch


def size_of(datum: Datum) -> int:
    """No fewer bytes than a datum takes in any of CloudWatch's protocols, before anything is compressed.

    The oldest of them writes a form, in which a sign may take three bytes and each field its whole path.
    """
    pairs = sum(3 * (len(name) + len(value)) + OVERHEAD for name, value in datum.dimensions)
    return 3 * len(datum.name) + pairs + 3 * OVERHEAD


def _entry(datum: Datum, moment: datetime) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in datum.dimensions]
    return {
        "MetricName": datum.name,
        "Dimensions": dimensions,
        "Timestamp": moment,
        "Value": datum.value,
        "Unit": datum.unit,
    }
