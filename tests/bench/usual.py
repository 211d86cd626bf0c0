"""The usual script: one thread, boto3's paginator, five-minute series of six statistics for each operation.

``python -m tests.bench.usual URL OPERATIONS`` prints a figure for each operation, as such scripts do. The
one rule: it is written as one would write it in an afternoon, and asks for nothing it does not use.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import boto3
import pandas

STATISTICS = (
    ("Latency", "SampleCount"),
    ("Latency", "p50"),
    ("Latency", "p95"),
    ("Latency", "p99"),
    ("Fault", "Sum"),
    ("Error", "Sum"),
)
START = datetime(2026, 9, 30, 22, tzinfo=UTC)
END = datetime(2026, 10, 31, 23, tzinfo=UTC)
SERVICE = {"Environment": "lambda:prod", "Service": "missions-api"}


def operations(signals: Any) -> list[str]:
    attributes = {"Type": "Service", "Name": SERVICE["Service"], "Environment": SERVICE["Environment"]}
    pages = signals.get_paginator("list_service_operations").paginate(
        StartTime=END.replace(day=30), EndTime=END, KeyAttributes=attributes
    )
    return [one["Name"] for page in pages for one in page["ServiceOperations"]]


def queries(operation: str) -> list[dict[str, Any]]:
    dimensions = [{"Name": name, "Value": value} for name, value in {**SERVICE, "Operation": operation}.items()]
    return [
        {
            "Id": f"q{number}",
            "MetricStat": {
                "Metric": {"Namespace": "ApplicationSignals", "MetricName": metric, "Dimensions": dimensions},
                "Period": 300,
                "Stat": stat,
            },
        }
        for number, (metric, stat) in enumerate(STATISTICS)
    ]


def frame(cloudwatch: Any, operation: str) -> pandas.DataFrame:
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries(operation), StartTime=START, EndTime=END
    )
    columns: dict[str, dict[datetime, float]] = {f"q{number}": {} for number in range(len(STATISTICS))}
    for page in pages:
        for result in page["MetricDataResults"]:
            columns[result["Id"]].update(zip(result["Timestamps"], result["Values"], strict=True))
    found = pandas.DataFrame({name: pandas.Series(points, dtype="float64") for name, points in columns.items()})
    return found.set_axis([f"{metric} {stat}" for metric, stat in STATISTICS], axis=1).sort_index()


def main(url: str, count: int) -> None:
    cloudwatch = boto3.client("cloudwatch", endpoint_url=url)
    signals = boto3.client("application-signals", endpoint_url=url)
    for operation in operations(signals)[:count]:
        found = frame(cloudwatch, operation)
        requests, faults = found["Latency SampleCount"].sum(), found["Fault Sum"].sum()
        up = 1 - (found["Fault Sum"] / found["Latency SampleCount"] > 0.05).mean()
        print(operation, requests, faults / requests, up, found["Latency p99"].max(), sep="\t")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
