"""PutMetricData: what callers publish of their own can be read like everything else.

The one rule: what CloudWatch refuses is refused here, the whole call with it; nothing that was published
before is changed by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from math import isfinite
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from slactl.sandbox.buckets import DAY, HOUR
from slactl.sandbox.catalogue import MetricKey
from slactl.sandbox.errors import AwsError, validation_error
from slactl.sandbox.forms import seconds
from slactl.sandbox.queries import metric_key

if TYPE_CHECKING:
    from slactl.sandbox.world import World

MOST_DATA, MOST_VALUES = 1000, 150
OLDEST, NEWEST = 14 * DAY, 2 * HOUR
LARGEST = 2.0**360


class Sample(NamedTuple):
    """One value: when (milliseconds since the epoch), what, in which unit."""

    at: int
    value: float
    unit: str


class Published:
    """Everything that was put, by metric."""

    def __init__(self) -> None:
        self._samples: defaultdict[MetricKey, list[Sample]] = defaultdict(list)
        self._lock = Lock()

    def add(self, world: World, found: list[tuple[MetricKey, Sample]]) -> None:
        """Adds samples and shows them in the world."""
        with self._lock:
            for key, sample in found:
                self._samples[key].append(sample)
            for key in dict(found):
                samples = self._samples[key]
                times, values = [one.at for one in samples], [one.value for one in samples]
                world.add_series(key.namespace, key.name, dict(key.dimensions), samples[0].unit, times, values)


def put_metric_data(world: World, params: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of PutMetricData.

    Raises:
        AwsError: InvalidParameterValue, MissingParameter, ValidationError.
    """
    namespace, data = params.get("Namespace") or "", params.get("MetricData") or []
    if not namespace or not data:
        raise AwsError("MissingParameter", "The parameters Namespace and MetricData are required.")
    if namespace.startswith("AWS/"):
        raise _invalid("The value AWS/ for parameter Namespace is invalid.")
    if len(data) > MOST_DATA:
        raise validation_error(f"The collection MetricData must not have a size greater than {MOST_DATA}.")
    world.published.add(world, [sample for datum in data for sample in _samples(world, namespace, datum)])
    return {}


def _samples(world: World, namespace: str, datum: Mapping[str, Any]) -> list[tuple[MetricKey, Sample]]:
    key = metric_key({"Namespace": namespace, **datum})
    if any(not name or not value for name, value in key.dimensions):
        raise _invalid("The names and values of dimensions must not be empty.")
    at = _moment(world, datum.get("Timestamp"))
    unit = datum.get("Unit") or "None"
    return [(key, Sample(at, value, unit)) for value in _values(datum)]


def _moment(world: World, given: Any) -> int:
    moment = seconds(given) if isinstance(given, str) else world.now if given is None else float(given)
    if not world.now - OLDEST <= moment <= world.now + NEWEST:
        raise _invalid("Timestamp must be specified within the past two weeks and the next two hours.")
    return int(moment * 1000)


def _values(datum: Mapping[str, Any]) -> list[float]:
    ways = [way for way in ("Value", "Values", "StatisticValues") if datum.get(way) is not None]
    if len(ways) != 1:
        raise AwsError("InvalidParameterCombination", "Exactly one of Value, Values and StatisticValues must be given.")
    if ways == ["StatisticValues"]:
        raise validation_error("The sandbox takes Value and Values; statistic sets it does not know.")
    values = [datum["Value"]] if ways == ["Value"] else list(datum["Values"])
    counts = list(datum.get("Counts") or [1] * len(values))
    if len(values) > MOST_VALUES or len(counts) != len(values):
        raise _invalid(f"Values must hold at most {MOST_VALUES}, and as many as Counts.")
    numbers = [float(value) for value in values]
    if not all(isfinite(number) and abs(number) <= LARGEST for number in numbers):
        raise _invalid("The value of a metric must be a finite number between -2^360 and 2^360.")
    return [number for number, count in zip(numbers, counts, strict=True) for _ in range(int(float(count)))]


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValue", message, modern="InvalidParameterValueException")
