"""Packs: variables and what is put where, changes of entries, several uses, and every mistake of them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from slactl.configuration import ConfigurationError, Loaded, load
from slactl.configuration.findings import find
from slactl.model.component import Component, PackUse
from slactl.model.general import Control, Ratio, Statistic

HEAD = "version: 1\nservices: {api: {environment: prod}}\nobjectives: [{id: u, indicator: coverage, goal: '>= 99%'}]\n"
PACK = """\
pack: queues
title: {it: Code, en: Queues}
limits: {it: Poco, en: Little}
variables:
  queues: {kind: names, about: {it: Le code, en: the queues}}
  prefix: {kind: name, default: prod}
  oldest: {kind: duration, default: 60s}
  least: {kind: number, default: 2}
  dimension: {kind: name, default: QueueName}
  dead: {kind: names, required: false}
  region: {kind: region, required: false}
  of: {kind: service, required: false}
entries:
  - id: queues-age
    title: {it: "Età in {queues}", en: "Age in {queues}"}
    indicator: statistic
    metric: {namespace: "Queues/{prefix}", metric: Age, dimensions: {"{dimension}": ["{queues}", other]}}
    statistic: maximum
    unit: s
    region: "{region}"
    goal: "<= {oldest}"
  - id: queues-share
    indicator: ratio
    bad: [{namespace: AWS/SQS, metric: Late, dimensions: {QueueName: "{queues}"}}]
    total: [{namespace: AWS/SQS, metric: Sent, dimensions: {QueueName: "{queues}"}}]
    breakdown: QueueName
    goal: "< 1%"
  - id: queues-depth
    indicator: control
    call: dynamodb:DescribeTable
    with: {TableName: "{prefix}-{each}", Limit: "{least}"}
    for_each: "{queues}"
    select: "Table.{a: Name, b: Size}"
    expect: {at_least: "{least}"}
  - id: queues-dead
    indicator: statistic
    metric: {namespace: AWS/SQS, metric: Dead, dimensions: {QueueName: "{dead}"}}
    statistic: sum
    unit: count
    goal: "<= 0"
  - id: queues-own
    indicator: statistic
    metric: {namespace: AWS/SQS, metric: Own}
    statistic: sum
    unit: count
    service: "{of}"
    goal: ">= 1"
"""


def loaded_of(folder: Path, packs: str, pack: str = PACK) -> Loaded:
    """The configuration with a section of packs; the pack lies in packs/queues.yaml."""
    (folder / "packs").mkdir(exist_ok=True)
    (folder / "packs" / "queues.yaml").write_text(pack, encoding="utf-8")
    (folder / "slactl.yaml").write_text(f"{HEAD}clauses: none\npacks:\n{packs}", encoding="utf-8")
    return load(folder / "slactl.yaml")


def told_of(folder: Path, packs: str, pack: str = PACK) -> list[str]:
    """What is said of a wrong section; the section begins on line 6."""
    with pytest.raises(ConfigurationError) as refused:
        loaded_of(folder, packs, pack)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in refused.value.mistakes]


OURS = "  queues: {file: packs/queues.yaml, queues: [a, b]%s}\n"


def test_defaults_and_what_is_left_out(tmp_path: Path) -> None:
    loaded = loaded_of(tmp_path, OURS % "")
    found = loaded.catalogue
    assert [one.id for one in found.general] == ["queues-age", "queues-share", "queues-depth"]
    assert found.components == (
        Component("queues", {"it": "Code", "en": "Queues"}, "queues", {"it": "Poco", "en": "Little"}),
    )
    assert found.packs == (
        PackUse(
            "queues",
            {"queues": ["a", "b"], "prefix": "prod", "oldest": "60s", "least": 2, "dimension": "QueueName"},
        ),
    )
    assert [file.name for file in found.files] == ["slactl.yaml", "packs/queues.yaml"]
    told = {origin.key: origin.value for origin in loaded.origins}
    assert told["packs.queues.entries.queues-dead"] == "left out, for dead is not given"
    assert told["packs.queues.oldest"] == "60s"


def test_before_a_pack_was_switched_on_nothing_is_owed(tmp_path: Path) -> None:
    found = loaded_of(tmp_path, OURS % ", since: 2026-10-12").catalogue
    (component,) = found.components
    assert component.since == date(2026, 10, 12)
    assert {found.bearer(one).since for one in found.general} == {date(2026, 10, 12)}


def test_everything_is_put_in_its_place(tmp_path: Path) -> None:
    age, share, depth = loaded_of(tmp_path, OURS % "").catalogue.general
    assert isinstance(age.indicator, Statistic)
    assert (age.indicator.term.namespace, age.indicator.term.region) == ("Queues/prod", None)
    assert age.indicator.term.dimensions == (("QueueName", ("a", "b", "other")),)
    assert age.title == {"it": "Età in a, b", "en": "Age in a, b"}
    assert (int(age.goal.limit), age.pack, age.services) == (60_000, "queues", ("queues",))
    assert isinstance(share.indicator, Ratio)
    assert isinstance(depth.indicator, Control)
    assert depth.indicator.parameters == {"TableName": "prod-{each}", "Limit": 2}
    assert (depth.indicator.each, depth.indicator.expects.value) == (("a", "b"), 2)
    assert depth.indicator.select == "Table.{a: Name, b: Size}"


def test_what_is_given_wins(tmp_path: Path) -> None:
    given = ", prefix: test, oldest: 1.5h, least: 0.5, dimension: Queue, dead: [d], region: us-east-1, of: api"
    found = loaded_of(tmp_path, OURS % given).catalogue
    age, _, depth, dead, own = found.general
    assert isinstance(age.indicator, Statistic)
    assert (age.indicator.term.namespace, age.indicator.term.region) == ("Queues/test", "us-east-1")
    assert age.indicator.term.dimensions == (("Queue", ("a", "b", "other")),)
    assert (age.goal.limit, age.goal.text) == (Fraction(5_400_000), "<= 1.5h")
    assert isinstance(depth.indicator, Control)
    assert depth.indicator.expects.value == 0.5
    assert isinstance(dead.indicator, Statistic)
    assert dead.indicator.term.dimensions == (("QueueName", ("d",)),)
    assert own.services == ("api",)
    assert found.bearer(own).environment == "prod"


def test_entries_are_changed_and_switched_off(tmp_path: Path) -> None:
    changes = (
        ", entries: {queues-age: {goal: '<= 500ms', advisory: true, warning: 10%, exclude: maintenance,"
        " in_force: {from: 2026-01-01}}, queues-share: off, queues-dead: off}"
    )
    loaded = loaded_of(tmp_path, OURS % changes)
    age, depth = loaded.catalogue.general
    assert (age.id, depth.id) == ("queues-age", "queues-depth")
    assert (int(age.goal.limit), age.goal.text) == (500, "<= 500ms")
    assert (age.advisory, age.warning, age.excludes_maintenance) == (True, Fraction(1, 10), True)
    assert age.in_force is not None
    assert [changed.shipped.goal.limit for changed in loaded.packs.changed] == [60_000]


def test_a_pack_may_be_used_twice(tmp_path: Path) -> None:
    found = loaded_of(
        tmp_path,
        OURS % ""
        + "  eu: {file: packs/queues.yaml, queues: [c], region: eu-west-1,"
        + " entries: {eu-share: off, queues-depth: {advisory: true}}}\n",
    ).catalogue
    assert [one.id for one in found.general] == ["queues-age", "queues-share", "queues-depth", "eu-age", "eu-depth"]
    assert [one.key for one in found.components] == ["queues", "eu"]
    assert found.components[1].title == {"it": "Code (eu)", "en": "Queues (eu)"}
    assert found.general[-1].advisory
    assert {one.pack for one in found.general} == {"queues"}
    assert [file.name for file in found.files] == ["slactl.yaml", "packs/queues.yaml"]


def test_a_shipped_pack_by_another_name(tmp_path: Path) -> None:
    found = loaded_of(tmp_path, "  dynamodb: {tables: [a]}\n  tables-eu: {pack: dynamodb, tables: [b]}\n").catalogue
    assert [one.name for one in found.packs] == ["dynamodb", "dynamodb"]
    assert {one.id.removeprefix("dynamodb") for one in found.general if one.services == ("dynamodb",)} == {
        one.id.removeprefix("tables-eu") for one in found.general if one.services == ("tables-eu",)
    }
    assert [file.name for file in found.files] == ["slactl.yaml", "bundled:packs/dynamodb.yaml"]


def test_only_what_is_switched_on_is_opened(tmp_path: Path) -> None:
    loaded = loaded_of(tmp_path, "  route53: {health_checks: [h], zone: Z1, name: api.example.com}\n")
    assert [name.rpartition("/")[2] for name in loaded.opened if "packs" in name] == ["route53.yaml"]


def test_a_looser_goal_than_the_document_is_found(tmp_path: Path) -> None:
    entries = "{memorydb-read-latency: {goal: '< 2ms'}, memorydb-multi-az: {advisory: true}, "
    entries += "memorydb-write-latency: {goal: '< 5s'}, memorydb-replicas: {goal: '>= 100%'}}"
    loaded = loaded_of(tmp_path, f"  memorydb: {{clusters: [c], entries: {entries}}}\n")
    found = [(one.code, one.what) for one in find(loaded) if one.code == "looser-than-document"]
    assert found == [
        (
            "looser-than-document",
            "packs.memorydb.entries.memorydb-read-latency is looser than the document: < 2ms instead of < 1ms",
        ),
        ("looser-than-document", "packs.memorydb.entries.memorydb-multi-az decides nothing any more"),
    ]


@pytest.mark.parametrize(
    ("section", "told"),
    [
        (
            "  dynamo: {tables: [a]}\n",
            "slactl.yaml:6: packs.dynamo is no known pack, found 'dynamo'\n  hint: did you mean dynamodb?",
        ),
        (
            "  x: {pack: lamda, functions: [a]}\n",
            "slactl.yaml:6: packs.x is no known pack, found 'lamda'\n  hint: did you mean lambda?",
        ),
        (
            "  dynamodb: {table: [a], tables: [b]}\n",
            "slactl.yaml:6: unknown variable of the pack dynamodb, found 'table'\n  hint: did you mean tables?",
        ),
        (
            "  dynamodb: {}\n",
            "slactl.yaml:6: packs.dynamodb has no tables\n  hint: tables: The names of the tables.",
        ),
        (
            "  dynamodb: {tables: missions}\n",
            "slactl.yaml:6: packs.dynamodb.tables must be a list such as [one, two], found 'missions'",
        ),
        (
            "  dynamodb: {tables: []}\n",
            ("slactl.yaml:6: packs.dynamodb.tables is an empty list, found []\n  hint: name one at least"),
        ),
        (
            "  dynamodb: {tables: [a, 'b*']}\n",
            (
                "slactl.yaml:6: packs.dynamodb.tables must be a plain name, found 'b*'\n"
                "  hint: no wildcards, braces or quotes"
            ),
        ),
        (
            "  dynamodb: {tables: [a], entries: {dynamodb-throttle: off}}\n",
            (
                "slactl.yaml:6: unknown entry of the pack dynamodb, found 'dynamodb-throttle'\n"
                "  hint: did you mean dynamodb-throttles?"
            ),
        ),
        (
            "  memorydb: {clusters: [a], entries: {memorydb-nope: off}}\n",
            (
                "slactl.yaml:6: unknown entry of the pack memorydb, found 'memorydb-nope'\n"
                "  hint: known: memorydb-multi-az, memorydb-read-latency, memorydb-replicas, memorydb-snapshot-recent, "
                "memorydb-snapshots-kept, memorydb-write-latency"
            ),
        ),
        (
            "  synthetics: {canaries: [a, a]}\n",
            "slactl.yaml:6: packs.synthetics.canaries names something twice, found 'a'\n  hint: keep it once",
        ),
        (
            "  lambda: {functions: [a], concurrency_limit: 0}\n",
            (
                "slactl.yaml:6: packs.lambda.lambda-concurrency.divide_by must not be zero, found the number 0\n"
                "  hint: a value given to the pack does not fit there"
            ),
        ),
        (
            "  api-gateway: off\n",
            (
                "slactl.yaml:6: packs.api-gateway must be a mapping, found 'off'\n"
                "  hint: a pack that is not wanted is left out; one that is has its variables below it"
            ),
        ),
        (
            "  dynamodb: {tables: [a]}\nanswers: {uptime: {}}\n",
            ("slactl.yaml:7: unknown key, found 'answers'\n  hint: answers stand in the file that clauses: names"),
        ),
        (
            "  dynamodb: {tables: [a], entries: {dynamodb-throttles: {goal: '>= 1%'}}}\n",
            (
                "slactl.yaml:6: packs.dynamodb.entries.dynamodb-throttles.goal must use < or <=, found '>= 1%'\n"
                "  hint: less is better here"
            ),
        ),
        (
            "  dynamodb: {tables: [a], entries: {dynamodb-throttles: on}}\n",
            "slactl.yaml:6: packs.dynamodb.entries.dynamodb-throttles must be off, found 'on'",
        ),
        (
            "  dynamodb: {tables: [a], entries: {dynamodb-throttles: {unit: events}}}\n",
            (
                "slactl.yaml:6: unknown key in packs.dynamodb.entries.dynamodb-throttles, found 'unit'\n"
                "  hint: known here: goal, advisory, warning, exclude, in_force"
            ),
        ),
        (
            "  api: {pack: dynamodb, tables: [a]}\n",
            (
                "slactl.yaml:6: packs.api bears the key of a service, found 'api'\n"
                "  hint: give it another name: packs: {api-pack: {pack: api, ...}}"
            ),
        ),
        (
            "  x: {file: packs/none.yaml}\n",
            (
                "slactl.yaml:6: the file named here is missing, found 'packs/none.yaml'\n"
                "  hint: a path is relative to the file that names it"
            ),
        ),
        (
            OURS % ", oldest: 60",
            (
                "slactl.yaml:6: packs.queues.oldest must be a duration such as 90s, 5m, 48h or 2d, "
                "found the number 60\n"
                "  hint: write the unit: 60m is minutes, 60h is hours"
            ),
        ),
        (
            OURS % ", least: many",
            (
                "slactl.yaml:6: packs.queues.least must be a number, found 'many'\n"
                "  hint: write it without quotes and without a unit"
            ),
        ),
        (
            OURS % ", region: ireland",
            "slactl.yaml:6: packs.queues.region must be a region such as eu-west-1, found 'ireland'",
        ),
        (
            OURS % ", of: apo",
            "slactl.yaml:6: packs.queues.of must be the key of a service, found 'apo'\n  hint: did you mean api?",
        ),
    ],
)
def test_every_mistake_says_where_and_what(tmp_path: Path, section: str, told: str) -> None:
    assert told_of(tmp_path, section) == [told]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            '"{prefix}-{each}"',
            '"{prefx}-{each}"',
            (
                "packs/queues.yaml:28: an entry names a variable that the pack does not have, found '{prefx}'\n"
                "  hint: known: dead, dimension, least, of, oldest, prefix, queues, region"
            ),
        ),
        (
            "id: queues-share",
            "id: share",
            "packs/queues.yaml:22: an entry's id must begin with queues-, found 'share'\n  hint: write queues-share",
        ),
        (
            "kind: number, default: 2",
            "kind: number, default: two",
            (
                "packs/queues.yaml:8: pack.variables.least.default must be a number, found 'two'\n"
                "  hint: write it without quotes and without a unit"
            ),
        ),
        (
            "kind: number, default: 2",
            "kind: count, default: 2",
            (
                "packs/queues.yaml:8: pack.variables.least.kind must be name, pattern, text, number, share, duration, "
                "region, account, service, url, flag, names, patterns, regions or services, found 'count'"
            ),
        ),
        (
            "unit: s\n",
            "unit: m\n",
            (
                "packs/queues.yaml:19: packs.queues.queues-age.unit must be us, ms, s, percent, ratio, bytes or count, "
                "found 'm'"
            ),
        ),
        (
            'goal: "<= {oldest}"',
            'goal: "<= {queues}"',
            (
                "packs/queues.yaml:14: an entry has the list {queues} within a longer text\n"
                "  hint: a list stands alone, or in a title"
            ),
        ),
        (
            'select: "Table.{a: Name, b: Size}"',
            'select: "Table.{a: Name"',
            "packs/queues.yaml:33: packs.queues.queues-depth.select is no JMESPath, found 'Table.{a: Name'",
        ),
    ],
)
def test_a_mistake_in_a_pack_names_its_file(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in PACK
    found = told_of(tmp_path, OURS % "", PACK.replace(old, new, 1))
    assert any(one.startswith(told) for one in found), found


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    told = told_of(tmp_path, "  nothing: {}\n  dynamodb: {table: a}\n  lambda: []\n  queues: {file: 5, pack: x}\n")
    assert [line.partition("\n")[0].removeprefix("slactl.yaml:") for line in told] == [
        "6: packs.nothing is no known pack, found 'nothing'",
        "7: unknown variable of the pack dynamodb, found 'table'",
        "7: packs.dynamodb has no tables",
        "8: packs.lambda must be a mapping, found a list",
        "9: packs.queues.pack does not go with file",
        "9: packs.queues.file must be text, found the number 5",
    ]
