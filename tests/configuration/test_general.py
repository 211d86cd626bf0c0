"""Ratios, statistics, weighted averages, controls and alarm records, as they stand in a list of objectives."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from slactl.configuration import ConfigurationError, load_catalogue
from slactl.model.catalogue import Catalogue
from slactl.model.component import Component
from slactl.model.general import (
    AlarmRecord,
    Control,
    Expectation,
    Expects,
    MetricTerm,
    Missing,
    Ratio,
    Recorded,
    Silence,
    Statistic,
    Statistical,
    WeightedAverage,
)
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Objective

HEAD = "version: 1\nservices: {api: {environment: prod}}\nclauses: none\nobjectives:\n"
ERRORS = "{namespace: AWS/DynamoDB, metric: SystemErrors, dimensions: {TableName: [a, b], Operation: '*'}}"
REQUESTS = "{namespace: AWS/DynamoDB, metric: Requests, stat: SampleCount, dimensions: {TableName: [a, b]}}"
RATIO = f"id: r, indicator: ratio, bad: [{ERRORS}], total: [{REQUESTS}]"
METRIC = "metric: {namespace: AWS/MemoryDB, metric: Latency, dimensions: {ClusterName: c}}"
STATISTIC = f"id: s, indicator: statistic, {METRIC}"
WEIGHTED = (
    "id: w, indicator: weighted-average, value: {namespace: AWS/CloudFront, metric: 5xxErrorRate, unit: percent},"
    " weight: {namespace: AWS/CloudFront, metric: Requests}"
)
CONTROL = "id: c, indicator: control, call: dynamodb:DescribeTable, with: {TableName: a}, select: Table.TableStatus"


def catalogue_of(folder: Path, *entries: str, head: str = HEAD) -> Catalogue:
    """The catalogue of some entries, one a line from line 5 on."""
    path = folder / "slactl.yaml"
    path.write_text(head + "".join(f"  - {{{entry}}}\n" for entry in entries), encoding="utf-8")
    return load_catalogue(path)


def objective_of(folder: Path, entry: str) -> Objective:
    (found,) = catalogue_of(folder, entry).general
    return found


def told_of(folder: Path, *entries: str) -> list[str]:
    """What is said of wrong entries, without the folder."""
    with pytest.raises(ConfigurationError) as refused:
        catalogue_of(folder, *entries)
    return [str(mistake).removeprefix(f"{folder}/slactl.yaml:") for mistake in refused.value.mistakes]


def test_a_ratio(tmp_path: Path) -> None:
    found = objective_of(tmp_path, RATIO + ', goal: "< 0.1%", component: tables, per: breakdown, breakdown: TableName')
    bad = MetricTerm("AWS/DynamoDB", "SystemErrors", "Sum", (("Operation", ("*",)), ("TableName", ("a", "b"))))
    total = MetricTerm("AWS/DynamoDB", "Requests", "SampleCount", (("TableName", ("a", "b")),))
    assert found.indicator == Ratio((bad,), (total,), counts_good=False, breakdown="TableName")
    assert (found.services, found.per_operation, found.general) == (("tables",), True, True)
    assert found.goal == Goal(Comparison.BELOW, Fraction(1, 1000), "< 0.1%")


def test_a_ratio_of_good_with_everything(tmp_path: Path) -> None:
    found = objective_of(
        tmp_path,
        "id: r, indicator: ratio,"
        " good: {namespace: N, metric: M, scale: 1/100, missing: unknown, account: '210987654321'},"
        " total: {namespace: N, metric: M, stat: SampleCount, region: us-east-1}, region: eu-west-1, missing: zero,"
        ' silence: quiet, unit: runs, goal: "> 99%", service: api, exclude: maintenance, clauses: [one]',
    )
    good = MetricTerm("N", "M", "Sum", (), "eu-west-1", "210987654321", Missing.UNKNOWN, Fraction(1, 100))
    total = MetricTerm("N", "M", "SampleCount", (), "us-east-1", None, Missing.ZERO)
    assert found.indicator == Ratio((good,), (total,), counts_good=True, unit="runs", silence=Silence.QUIET)
    assert (found.services, found.clauses, found.excludes_maintenance) == (("api",), ("one",), True)


@pytest.mark.parametrize(
    ("written", "unit", "scale", "limit"),
    [
        ('unit: us, statistic: p99, goal: "< 1ms"', "ms", Fraction(1, 1000), 1),
        ('unit: us, statistic: p99, goal: "< 500us"', "ms", Fraction(1, 1000), Fraction(1, 2)),
        ('unit: s, statistic: p95, goal: "<= 500ms"', "ms", Fraction(1000), 500),
        ('unit: ms, statistic: maximum, goal: "< 1.5s"', "ms", Fraction(1), 1500),
        ('unit: percent, statistic: minimum, goal: ">= 99.5%"', "ratio", Fraction(1, 100), Fraction(199, 200)),
        ('unit: ratio, statistic: maximum, goal: "< 80%"', "ratio", Fraction(1), Fraction(4, 5)),
        ('unit: count, statistic: maximum, divide_by: 1000, goal: "< 80%"', "ratio", Fraction(1, 1000), Fraction(4, 5)),
        ('unit: ms, statistic: p99, divide_by: 29000, goal: "< 80%"', "ratio", Fraction(1, 29000), Fraction(4, 5)),
        ('unit: count, statistic: sum, goal: ">= 1"', "count", Fraction(1), 1),
        ('unit: bytes, statistic: maximum, goal: "<= 6MB"', "bytes", Fraction(1), 6_000_000),
        ('unit: bytes, statistic: maximum, goal: "<= 6MiB"', "bytes", Fraction(1), 6_291_456),
    ],
)
def test_units_are_converted_exactly(
    tmp_path: Path, written: str, unit: str, scale: Fraction, limit: Fraction | int
) -> None:
    found = objective_of(tmp_path, f"{STATISTIC}, {written}")
    assert isinstance(found.indicator, Statistic)
    assert (found.indicator.unit, found.indicator.scale, found.goal.limit) == (unit, scale, limit)


def test_a_percentile_knows_its_rank(tmp_path: Path) -> None:
    found = objective_of(tmp_path, f'{STATISTIC}, unit: ms, statistic: p99.9, goal: "< 1s"').indicator
    assert isinstance(found, Statistic)
    assert (found.of, found.rank, found.term.stat) == (Statistical.PERCENTILE, Fraction(999, 1000), "p99.9")


def test_a_weighted_average_is_a_ratio(tmp_path: Path) -> None:
    found = objective_of(tmp_path, WEIGHTED + ', goal: ">= 0.5%"')
    value = MetricTerm("AWS/CloudFront", "5xxErrorRate", "Average", scale=Fraction(1, 100))
    assert found.indicator == WeightedAverage(value, MetricTerm("AWS/CloudFront", "Requests", "Sum"))
    assert found.goal.limit == Fraction(1, 200)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("ACTIVE", Expectation(Expects.EQUALS, "ACTIVE")),
        ("29000", Expectation(Expects.EQUALS, 29000)),
        ("true", Expectation(Expects.EQUALS, value=True)),
        ("false", Expectation(Expects.EQUALS, value=False)),
        ("{one_of: [A, 2]}", Expectation(Expects.ONE_OF, ["A", 2])),
        ("{at_least: 1}", Expectation(Expects.AT_LEAST, 1)),
        ("{at_most: 0.5}", Expectation(Expects.AT_MOST, 0.5)),
        ("{present: true}", Expectation(Expects.PRESENT, value=True)),
        ("{absent: true}", Expectation(Expects.ABSENT, value=True)),
        ("{younger_than: 25h}", Expectation(Expects.YOUNGER_THAN, 90000)),
    ],
)
def test_what_a_control_expects(tmp_path: Path, written: str, expected: Expectation) -> None:
    found = objective_of(tmp_path, f"{CONTROL}, expect: {written}")
    assert isinstance(found.indicator, Control)
    assert found.indicator.expects == expected
    assert type(found.indicator.expects.value) is type(expected.value)
    assert found.goal == Goal(Comparison.AT_LEAST, Fraction(1), ">= 100%")


def test_a_control_for_each(tmp_path: Path) -> None:
    found = objective_of(
        tmp_path,
        "id: c, indicator: control, call: dynamodb:DescribeTable, with: {TableName: '{each}', Deep: [1, {x: true}]},"
        " for_each: [a, 2], select: Table.TableStatus, expect: ACTIVE, region: us-east-1, miss: {it: Giù},"
        ' goal: ">= 90%", per: breakdown',
    )
    assert found.indicator == Control(
        "dynamodb:DescribeTable",
        "Table.TableStatus",
        Expectation(Expects.EQUALS, "ACTIVE"),
        {"TableName": "{each}", "Deep": [1, {"x": True}]},
        "each",
        ("a", "2"),
        "us-east-1",
        {"it": "Giù", "en": "Giù"},
    )
    assert (found.per_operation, found.goal.limit) == (True, Fraction(9, 10))


def test_an_alarm_record(tmp_path: Path) -> None:
    found = objective_of(tmp_path, 'id: a, indicator: alarm-record, asks: notified, goal: ">= 100%"')
    assert found.indicator == AlarmRecord(Recorded.NOTIFIED, "crossings")


def test_own_entries_bear_a_component(tmp_path: Path) -> None:
    found = catalogue_of(
        tmp_path,
        f'{RATIO}, goal: "< 1%"',
        f'{STATISTIC}, unit: ms, statistic: p99, goal: "< 1s", component: cache',
        f"{CONTROL}, expect: ACTIVE, service: api",
    )
    assert found.components == (
        Component("platform", {"it": "Piattaforma", "en": "Platform"}),
        Component("cache", {"it": "cache", "en": "cache"}),
    )
    assert [found.bearer(one).key for one in found.general] == ["platform", "cache", "api"]
    assert found.objectives_of(found.services[0]) == ()


def test_windows_may_name_components(tmp_path: Path) -> None:
    window = "id: W, start: 2026-10-14T02:00, end: 2026-10-14T03:00, reason: x, services: "
    (tmp_path / "windows.yaml").write_text(f"notice: 1h\nwindows: [{{{window}[platform]}}]\n", encoding="utf-8")
    head = HEAD.replace("objectives:", "maintenance: windows.yaml\nobjectives:")
    found = catalogue_of(tmp_path, f'{RATIO}, goal: "< 1%"', head=head)
    assert found.maintenance.windows[0].services == ("platform",)
    (tmp_path / "windows.yaml").write_text(f"notice: 1h\nwindows: [{{{window}[platfrom]}}]\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="unknown service, found 'platfrom'\n  hint: did you mean platform"):
        catalogue_of(tmp_path, f'{RATIO}, goal: "< 1%"', head=head)


NOT_COUNTS = "only counts add up: a percentile or maximum is indicator: statistic, a rate is weighted-average"


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            f'{RATIO}, goal: ">= 99%"',
            "5: objectives.r.goal must use < or <=, found '>= 99%'\n  hint: less is better here",
        ),
        (f'{RATIO}, goal: "< 1"', "5: objectives.r.goal needs a per cent sign, found '< 1'\n  hint: write \"< 1%\""),
        (
            RATIO.replace("SampleCount", "Average") + ', goal: "< 1%"',
            f"5: objectives.r.total.stat must be Sum or SampleCount, found 'Average'\n  hint: {NOT_COUNTS}",
        ),
        (
            RATIO.replace("SampleCount", "p99") + ', goal: "< 1%"',
            f"5: objectives.r.total.stat must be Sum or SampleCount, found 'p99'\n  hint: {NOT_COUNTS}",
        ),
        (
            RATIO.replace("SampleCount", "sum") + ', goal: "< 1%"',
            "5: objectives.r.total.stat must be Sum or SampleCount, found 'sum'\n  hint: write Sum",
        ),
        (f'{RATIO}, goal: "< 1%", over: year', "5: objectives.r.over must be month, found 'year'"),
        (
            f'{RATIO}, goal: "< 1%", component: api',
            ("5: objectives.r.component bears the key of a service, found 'api'\n"
            "  hint: write service: api if the service is meant, or give the component another name"),
        ),
        (
            f'{RATIO}, goal: "< 1%", service: apo',
            "5: objectives.r.service names an unknown service, found 'apo'\n  hint: did you mean api?",
        ),
        (
            f'{RATIO}, goal: "< 1%", services: [api]',
            "5: unknown key in objectives.r, found 'services'\n  hint: services does not go with indicator: ratio",
        ),
        (
            f'{RATIO}, goal: "< 1%", breakdown: Region',
            ("5: objectives.r.breakdown must be a dimension of each of its metrics, found 'Region'\n"
            "  hint: known: Operation, TableName"),
        ),
        (
            f'{RATIO}, goal: "< 1%", per: breakdown',
            "5: objectives.r.per has no breakdown to go by, found 'breakdown'\n  hint: add breakdown, or leave per out",
        ),
        (
            "id: r, indicator: ratio, total: [], goal: '< 1%'",
            ("5: objectives.r has neither good nor bad\n"
            "  hint: name the one that its goal is about: good with >=, bad with <"),
        ),
        (
            f'{STATISTIC}, unit: us, statistic: p99, goal: "> 1ms"',
            "5: objectives.s.goal must use < or <=, found '> 1ms'\n  hint: a percentile stays under its goal",
        ),
        (
            f'{STATISTIC}, unit: us, statistic: p99, goal: "< 1%"',
            ("5: objectives.s.goal needs a unit, us, ms, s, m, h or d, found '< 1%'\n"
            '  hint: write "< 1ms", if that is meant; the unit must be one that the metric\'s can be turned into'),
        ),
        (
            f'{STATISTIC}, unit: count, statistic: maximum, goal: "< 80%"',
            ("5: objectives.s.goal needs a plain number without a unit, found '< 80%'\n"
            '  hint: write "< 80", if that is meant; the unit must be one that the metric\'s can be turned into'),
        ),
        (
            f'{STATISTIC}, unit: ms, statistic: average, goal: "< 1s"',
            ("5: objectives.s.statistic must be a percentile such as p99, or maximum, minimum or sum, found 'average'\n"
            "  hint: averages don't add up: take p50, or weigh it by a count with indicator: weighted-average"),
        ),
        (
            f'{STATISTIC}, unit: minutes, statistic: sum, goal: "< 1s"',
            "5: objectives.s.unit must be us, ms, s, percent, ratio, bytes or count, found 'minutes'",
        ),
        (
            WEIGHTED.replace("Requests}", "Requests, stat: Average}") + ', goal: "< 1%"',
            f"5: objectives.w.weight.stat must be Sum or SampleCount, found 'Average'\n  hint: {NOT_COUNTS}",
        ),
        (
            CONTROL.replace("Table.TableStatus", "\"Table[?Name=='{each}']\"") + ", expect: ACTIVE",
            "5: objectives.c.select is not filled in, found {each}\n  hint: put {each} into the parameters: with",
        ),
        (
            WEIGHTED.replace(", unit: percent", "") + ', goal: "< 1%"',
            (
                "5: objectives.w.value has no unit\n"
                "  hint: percent, if it is published so: a rate of 0.5 may be half of all"
            ),
        ),
        (
            f"{CONTROL.replace('DescribeTable', 'DescribeTabel')}, expect: ACTIVE",
            ("5: objectives.c.call must be on the list of read-only calls (config/read-only-calls.yaml), "
            "found 'dynamodb:DescribeTabel'\n  hint: did you mean dynamodb:DescribeTable?"),
        ),
        (
            f"{CONTROL.replace('dynamodb:DescribeTable', 'secretsmanager:GetSecretValue')}, expect: ACTIVE",
            ("5: objectives.c.call must be on the list of read-only calls (config/read-only-calls.yaml), "
            "found 'secretsmanager:GetSecretValue'\n"
            "  hint: it could answer with a secret, an object, a row, code or logs: no control may ask it"),
        ),
        (
            f"{CONTROL.replace('dynamodb:DescribeTable', 'lambda:GetFunction')}, expect: ACTIVE",
            ("5: objectives.c.call must be on the list of read-only calls (config/read-only-calls.yaml), "
            "found 'lambda:GetFunction'\n"
            "  hint: it could answer with a secret, an object, a row, code or logs: no control may ask it"),
        ),
        (
            f"{CONTROL.replace('DescribeTable', 'DeleteTable')}, expect: ACTIVE",
            ("5: objectives.c.call must be on the list of read-only calls (config/read-only-calls.yaml), "
            "found 'dynamodb:DeleteTable'\n  hint: a control only reads: Get, List, Describe, Head, BatchGet"),
        ),
        (f"{CONTROL}, expect: [A, B]", ("5: objectives.c.expect must be a value or a mapping, found a list\n"
                                       "  hint: write {one_of: [...]}")),
        (
            f"{CONTROL}, expect: {{at_least: many}}",
            ("5: objectives.c.expect.at_least must be a number, found 'many'\n"
            "  hint: write it without quotes and without a unit"),
        ),
        (
            CONTROL.replace("TableName: a", "TableName: 'x{each}'") + ", expect: ACTIVE",
            "5: objectives.c.with has {each} and nothing to put there\n  hint: name the values: for_each: [one, two]",
        ),
        (
            f"{CONTROL}, expect: ACTIVE, for_each: [a, b]",
            ("5: objectives.c.for_each has values that are put nowhere, found 'a, b'\n"
            '  hint: put {each} where the value belongs, such as with: {TableName: "{each}"}'),
        ),
        (
            "id: v, indicator: control, call: 'view:route53-routing', with: {Name: x}, select: regions, expect: 1",
            "5: objectives.v.with does not fit: view:route53-routing needs 'HostedZoneId', found Name",
        ),
        (
            "id: v, indicator: control, call: 'view:usage-plans', select: 'plans[?limit].name', expect: {absent: true}",
            ("5: objectives.v.select asks for what view:usage-plans does not tell, found 'limit'\n"
            "  hint: config/read-only-calls.yaml lists what each view tells"),
        ),
        (
            'id: a, indicator: alarm-record, asks: rung, goal: ">= 100%"',
            "5: objectives.a.asks must be watched, notified, percentiles-readable or attributed, found 'rung'",
        ),
    ],
)  # fmt: skip
def test_every_mistake_says_where_and_what(tmp_path: Path, entry: str, told: str) -> None:
    assert told in told_of(tmp_path, entry)


def test_a_jmespath_that_does_not_parse(tmp_path: Path) -> None:
    (told,) = told_of(tmp_path, CONTROL.replace("Table.TableStatus", '"Table[?"') + ", expect: ACTIVE")
    what, _, hint = told.partition("\n")
    assert what == "5: objectives.c.select is no JMESPath, found 'Table[?'"
    assert hint.startswith("  hint: ")


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    told = told_of(
        tmp_path,
        'id: r, indicator: ratio, good: [{namespace: N}], bad: 5, total: [], goal: ">= 99%", unit: apples',
        f'{STATISTIC}, goal: "< 1ms", divide_by: 0',
        "id: c, indicator: control, expect: {present: false, absent: true}, goal: 99%",
    )
    assert [line.partition("\n")[0] for line in told] == [
        "5: objectives.r has both good and bad",
        "5: objectives.r.good has no metric",
        "5: objectives.r.total is an empty list, found []",
        (
            "5: objectives.r.unit must be requests, operations, invocations, checks, runs, items, events, minutes or "
            "keys, found 'apples'"
        ),
        "6: objectives.s has no statistic",
        "6: objectives.s has no unit",
        "6: objectives.s.divide_by must not be zero, found the number 0",
        "7: objectives.c has no call",
        "7: objectives.c has no select",
        "7: objectives.c.expect must say one thing, found 2",
        "7: objectives.c.goal needs a comparison sign, found '99%'",
    ]
