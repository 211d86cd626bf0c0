"""Which data set of Cloudflare's a metric is a count of, and which of its dimensions narrow it.

The one rule: a name that is not in the table is refused; nothing of a metric becomes part of a query's text.
"""

from __future__ import annotations

from dataclasses import dataclass

from slactl.model.metric import Metric

PREFIX = "Cloudflare/"
STEPS = ((86_400, "date"), (3_600, "datetimeHour"), (300, "datetimeFiveMinutes"), (60, "datetimeMinute"))
"""What a group's time can be cut to, in seconds, the coarsest first."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A node of the GraphQL schema.

    ``scope`` and ``tag`` say whose it is; ``own`` is the dimension that names that; ``filters`` narrow a query (by
    our name), ``groups`` tell the rows of one query apart; ``always`` narrows every query; ``counts`` are the metrics
    by the path of their field.
    """

    node: str
    scope: str
    tag: str
    own: str
    filters: dict[str, str]
    groups: dict[str, str]
    counts: dict[str, tuple[str, ...]]
    always: str = ""


DATASETS = {
    "Cloudflare/R2": Dataset(
        "r2OperationsAdaptiveGroups",
        "accounts",
        "accountTag",
        "AccountId",
        {"BucketName": "bucketName"},
        {"ActionStatus": "actionStatus", "ActionType": "actionType"},
        {"Requests": ("sum", "requests")},
    ),
    "Cloudflare/Zone": Dataset(
        "httpRequestsAdaptiveGroups",
        "zones",
        "zoneTag",
        "ZoneId",
        {"Host": "clientRequestHTTPHost"},
        {"CacheStatus": "cacheStatus", "Status": "edgeResponseStatus"},
        {"Requests": ("count",)},
        always='requestSource: "eyeball"',  # what people asked for, without what Workers asked on the way
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What one query can answer: a data set of one owner, narrowed."""

    namespace: str
    owner: str
    narrowed: tuple[tuple[str, str], ...]

    @property
    def dataset(self) -> Dataset:
        return DATASETS[self.namespace]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A metric as Cloudflare knows it: where its rows are, which of them count, and the field that counts."""

    place: Place
    rows: tuple[tuple[str, str], ...]
    field: tuple[str, ...]

    def holds(self, row: dict[str, str]) -> bool:
        """Whether a row, by the schema's names, is among those that count."""
        return all(row.get(name, "").lower() == value.lower() for name, value in self.rows)


def wanted(metric: Metric) -> Wanted:
    """What a metric means.

    Raises:
        ValueError: if it is none of Cloudflare's; says what is known.
    """
    dataset = DATASETS.get(metric.namespace)
    if dataset is None:
        raise ValueError(f"no such namespace: {metric.namespace} (known: {', '.join(sorted(DATASETS))})")
    if metric.name not in dataset.counts:
        raise ValueError(f"{metric.namespace} has no {metric.name} (known: {', '.join(dataset.counts)})")
    named = dict(metric.dimensions)
    known = (dataset.own, *dataset.filters, *dataset.groups)
    if strange := sorted(set(named) - set(known)):
        raise ValueError(f"{metric.namespace} has no dimension {strange[0]} (known: {', '.join(known)})")
    if dataset.own not in named:
        raise ValueError(f"{metric.namespace} needs the dimension {dataset.own}")
    narrowed = tuple((name, named[name]) for name in dataset.filters if name in named)
    rows = tuple((field, named[name]) for name, field in dataset.groups.items() if name in named)
    return Wanted(Place(metric.namespace, named[dataset.own], narrowed), rows, dataset.counts[metric.name])


def step_of(period: int, start: int) -> tuple[int, str]:
    """The coarsest cut that buckets of ``period`` seconds from ``start`` can be made of.

    Raises:
        ValueError: if none fits.
    """
    found = next(((step, name) for step, name in STEPS if period % step == 0 and start % step == 0), None)
    if found is None:
        raise ValueError(f"Cloudflare counts by the minute, not by {period} s from {start}")
    return found
