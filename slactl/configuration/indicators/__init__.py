"""The kinds of indicator: each kind owns, in one file, its options, its legal goals and its schema.

The one rule: a new kind is a new file here and a row in ``KINDS``; nothing else in this room knows
what a kind's options are called.
"""

from __future__ import annotations

from collections.abc import Mapping

from slactl.configuration.indicators import (
    alarm_record,
    availability,
    control,
    coverage,
    error_rate,
    latency,
    percentile,
    ratio,
    statistic,
    weighted_average,
)
from slactl.configuration.indicators.kind import Kind

KINDS: Mapping[str, Kind] = {
    "availability": availability.KIND,
    "latency": latency.KIND,
    "percentile": percentile.KIND,
    "error-rate": error_rate.KIND,
    "coverage": coverage.KIND,
    "ratio": ratio.KIND,
    "statistic": statistic.KIND,
    "weighted-average": weighted_average.KIND,
    "control": control.KIND,
    "alarm-record": alarm_record.KIND,
}
