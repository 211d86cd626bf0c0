"""What happens when somebody pastes a line: the shell splits it, and the AWS command line sends the call.

The one rule: the words are split as POSIX says, and real boto3 sends what they say.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any

import boto3

Points = dict[str, float]


@dataclass(frozen=True, slots=True)
class Pasted:
    """A line and what it gave: the queries by id, and the sum of what each answered."""

    words: list[str]
    queries: dict[str, dict[str, Any]]
    sums: dict[str, float]

    def stat(self, name: str) -> dict[str, Any]:
        """A query's metric, statistic and period."""
        found: dict[str, Any] = self.queries[name]["MetricStat"]
        return found

    def operation(self, name: str) -> str | None:
        """The operation that a query asks of; None where it is the whole."""
        held = {one["Name"]: one["Value"] for one in self.stat(name)["Metric"]["Dimensions"]}
        return f"{held['Method']} {held['Resource']}" if "Method" in held else held.get("Operation")

    def total(self, metric: str, stat: str) -> float:
        """What all queries of one statistic of one metric gave together."""
        wanted = [name for name in self.sums if self.is_of(name, metric, stat)]
        return sum(self.sums[name] for name in wanted)

    def is_of(self, name: str, metric: str, stat: str) -> bool:
        asked = self.stat(name)
        return (asked["Metric"]["MetricName"], asked["Stat"]) == (metric, stat)


def lines(text: str) -> list[str]:
    """The lines of an explanation that can be pasted."""
    return [line for line in text.splitlines() if line.startswith("aws ")]


def paste(line: str, endpoint: str) -> Pasted:
    """Sends what a line says."""
    words = shlex.split(line)
    assert words[:3] == ["aws", "cloudwatch", "get-metric-data"]
    told = dict(zip(words[3::2], words[4::2], strict=True))
    queries = json.loads(told["--metric-data-queries"])
    asked = {
        "MetricDataQueries": queries,
        "StartTime": told["--start-time"],
        "EndTime": told["--end-time"],
        "ScanBy": told["--scan-by"],
    }
    return Pasted(words, {one["Id"]: one for one in queries}, send(asked, told["--region"], endpoint))


def send(asked: dict[str, Any], region: str, endpoint: str) -> dict[str, float]:
    """The sums of what a call gives, by id, all pages of it."""
    client = boto3.client("cloudwatch", region_name=region, endpoint_url=endpoint)
    pages = client.get_paginator("get_metric_data").paginate(**asked)
    sums: dict[str, float] = {}
    for page in pages:
        for result in page["MetricDataResults"]:
            sums[result["Id"]] = sums.get(result["Id"], 0.0) + sum(result["Values"])
    return sums
