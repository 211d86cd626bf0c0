"""The editor's schemas accept what slactl reads and see the usual mistakes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from slactl.configuration.catalogue import SECTIONS
from slactl.configuration.evidence import EVIDENCE_KEYS
from slactl.configuration.indicators import KINDS
from slactl.configuration.maintenance import POLICY_KEYS, WINDOW_KEYS
from slactl.configuration.mistakes import Notes
from slactl.configuration.nodes import plain
from slactl.configuration.objectives import COMMON_KEYS, SPECIAL_KEYS
from slactl.configuration.schema import schema_of
from slactl.configuration.services import GATEWAY_KEYS, RULE_KEYS, SIGNALS_KEYS
from slactl.configuration.settings import AWS_KEYS, REPORT_KEYS
from slactl.configuration.yaml_reader import read_yaml

CONFIG = Path(__file__).parents[2] / "config"


@cache
def validator(what: str) -> Draft202012Validator:
    schema = schema_of(what)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def read(text: str) -> object:
    """Plain values by slactl's own reading: editors read YAML 1.2 as well."""
    node = read_yaml(text, "file", Notes())
    return plain(node) if node else None


@pytest.mark.parametrize(
    ("what", "file"),
    [
        ("config", "example.yaml"),
        ("objectives", "isms.yaml"),
        ("maintenance", "example-maintenance.yaml"),
        ("alarms", "example-alarms.yaml"),
    ],
)
def test_the_shipped_files_are_valid(what: str, file: str) -> None:
    text = (CONFIG / file).read_text(encoding="utf-8")
    validator(what).validate(read(text))
    assert yaml.safe_load(text)


OBJECTIVE = "version: 1\nservices: {api: {environment: prod}}\nobjectives: [{id: a, indicator: %s}]\n"
MAIN = "version: 1\nservices: {api: {environment: prod}}\n"


@pytest.mark.parametrize(
    "text",
    [
        "packs: {dynamodb: {tables: [a]}, lambda: {functions: [f], concurrency_limit: 500}}\n",
        "packs: {tables-eu: {pack: dynamodb, tables: [a]}, mine: {file: packs/mine.yaml, whatever: [1, x]}}\n",
        "packs: {dynamodb: {file: packs/mine.yaml}}\n",
        "packs: {dynamodb: {tables: [a], entries: {dynamodb-throttles: off, dynamodb-no-cap: {advisory: true}}}}\n",
        "clauses: none\n",
        "clauses: {document: mine.yaml, answers: answers.yaml}\n",
        "clauses: {answers: {uptime: {not_verifiable: {it: x}}}}\n",
        'objectives: [{id: c, indicator: control, call: "a:B", select: x, expect: {one_of: [1, a]}, component: k}]\n',
        (
            "objectives: [{id: r, indicator: ratio, good: {namespace: N, metric: M, dimensions: {D: [a, b], E: '*'}},"
            " total: {namespace: N, metric: T, stat: SampleCount}, goal: '>= 99%', service: api, clauses: [uptime]}]\n"
        ),
    ],
)
def test_packs_clauses_and_general_figures_are_accepted(text: str) -> None:
    validator("config").validate(read(MAIN + text))


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("config", "version: 2\nservices: {api: {environment: prod}}\n"),
        ("config", "version: 1\n"),
        ("config", "version: 1\nservices: {}\n"),
        ("config", "version: 1\nservices: {api: {}}\n"),
        ("config", "version: 1\nserivces: {api: {environment: prod}}\n"),
        ("config", "version: 1\nservices: {api: {environment: prod}}\nreport: {language: fr}\n"),
        ("config", "version: 1\nservices: {api: {environment: prod}}\nreport: {settle: 10}\n"),
        ("config", "version: 1\nservices: {api: {source: api-gateway, api: x, stage: y, edge: {api: x, stage: y}}}\n"),
        ("config", "version: 1\nservices: {api: {environment: prod, api: x}}\n"),
        ("config", "version: 1\nservices: {'a b': {environment: prod}}\n"),
        ("config", "version: 1\nservices: {api: {environment: prod}}\naws: {expected_account: 123456789012}\n"),
        ("config", "version: 1\nservices: {api: {environment: prod}}\nevidence: {resolution: 10m}\n"),
        ("config", "version: 1\nservices: {api: {environment: prod}}\nevidence: {keep: 48h}\n"),
        ("config", "version: 1\nservices: {api: {environment: prod}}\nevidence: {topics: [alerts]}\n"),
        ("config", OBJECTIVE % 'availability, goal: "< 99.9%"'),
        ("config", OBJECTIVE % 'availability, goal: ">= 99.9"'),
        ("config", OBJECTIVE % 'availability, goal: ">= 99,9%"'),
        ("config", OBJECTIVE % 'availability, goal: ">= 99%", per: operation'),
        ("config", OBJECTIVE % 'availability, goal: ">= 99%", slice: 5'),
        ("config", OBJECTIVE % 'latency, goal: ">= 99%"'),
        ("config", OBJECTIVE % 'latency, goal: ">= 99%", threshold: 1000ms'),
        ("config", OBJECTIVE % 'percentile, percentile: 95, goal: "< 2s"'),
        ("config", OBJECTIVE % 'percentile, percentile: p95, goal: "< 2"'),
        ("config", OBJECTIVE % 'error-rate, goal: ">= 1%"'),
        ("config", OBJECTIVE % 'uptime, goal: ">= 99%"'),
        ("config", OBJECTIVE % 'ratio, goal: "< 1%"'),
        ("config", OBJECTIVE % 'statistic, goal: "< 1ms", statistic: p99, unit: us'),
        ("config", OBJECTIVE % 'control, call: "dynamodb:DescribeTable", select: a'),
        ("config", OBJECTIVE % 'control, call: "dynamodb:DescribeTable", select: a, expect: {at_least: x}'),
        ("config", MAIN + "packs: {dynamodb: {}}\n"),
        ("config", MAIN + "packs: {dynamodb: {tables: missions}}\n"),
        ("config", MAIN + "packs: {dynamodb: {tables: [a], table: b}}\n"),
        ("config", MAIN + "packs: {dynamodb: {tables: [a], entries: {dynamodb-throttles: {unit: events}}}}\n"),
        ("config", MAIN + "packs: {mine: {tables: [a]}}\n"),
        ("config", MAIN + "clauses: {anwsers: a.yaml}\n"),
        ("clauses", "answers: {uptime: {}}\n"),
        ("clauses", "answers: {uptime: {attested: {by: Ada, role: CISO, on: 2026-09-30}}}\n"),
        ("document", "document: x\nclauses: [{id: a}]\n"),
        ("pack", "pack: x\nentries: []\n"),
        ("objectives", "objectives: []\n"),
        ("objectives", "objetives: []\n"),
        ("maintenance", "notice: 48\n"),
        ("maintenance", "notice: 48h\nwindows: [{id: A, start: 2026-10-14T02:00, reason: x}]\n"),
        (
            "maintenance",
            "notice: 48h\nwindows: [{id: A@1, start: 2026-10-14T02:00, end: 2026-10-14T03:00, reason: x}]\n",
        ),
        ("maintenance", "notice: 48h\nwindows: [{id: A, start: 22:30, end: 2026-10-14T03:00, reason: x}]\n"),
        (
            "maintenance",
            "windows: [{id: A, start: 2026-10-14T02:00, end: 2026-10-14T03:00, reason: x, until: 2026-12-31}]\n",
        ),
    ],
)
def test_usual_mistakes_are_seen(what: str, text: str) -> None:
    assert list(validator(what).iter_errors(read(text)))


def keys(schema: object) -> set[str]:
    """The keys that a schema of a mapping knows."""
    assert isinstance(schema, dict)
    return set(schema["properties"])


def at(schema: object, *path: str | int) -> object:
    """What lies under a path of the schema."""
    for step in path:
        schema = schema[step]  # type: ignore[index]
    return schema


def test_schema_and_reader_know_the_same_keys() -> None:
    config, maintenance = schema_of("config"), schema_of("maintenance")
    assert keys(config) == set(SECTIONS)
    assert keys(at(config, "properties", "report")) == set(REPORT_KEYS)
    assert keys(at(config, "properties", "aws")) == set(AWS_KEYS)
    assert keys(at(config, "properties", "evidence")) == set(EVIDENCE_KEYS)
    service = at(config, "properties", "services", "additionalProperties")
    assert keys(at(service, "then")) == set(GATEWAY_KEYS)
    assert keys(at(service, "else")) == set(SIGNALS_KEYS)
    assert keys(at(service, "else", "properties", "operations", "items")) == set(RULE_KEYS)
    assert keys(maintenance) == {*POLICY_KEYS, "windows"}
    assert keys(at(maintenance, "properties", "windows", "items")) == set(WINDOW_KEYS)


def test_every_kind_of_indicator_has_its_branch() -> None:
    branches = at(schema_of("objectives"), "properties", "objectives", "items", "allOf")
    assert isinstance(branches, list)
    for (name, kind), branch in zip(KINDS.items(), branches, strict=True):
        assert at(branch, "if", "properties", "indicator", "const") == name
        assert keys(at(branch, "then")) == {*COMMON_KEYS, *kind.options, *kind.admits}
        assert kind.admits <= set(SPECIAL_KEYS)
        assert set(kind.needs) <= set(kind.options)
