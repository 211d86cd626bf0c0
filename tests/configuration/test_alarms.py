"""The section ``alarms``: in place or a file, over the shipped kinds; every mistake told at once."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from slactl.alarming.kinds import KINDS
from slactl.configuration import ConfigurationError, load, load_catalogue
from slactl.configuration.alarmkinds import bundled_costs, bundled_kinds
from slactl.configuration.alarms import ALARM_KEYS
from slactl.configuration.mistakes import Notes
from slactl.configuration.nodes import plain
from slactl.configuration.schema import schema_of
from slactl.configuration.yaml_reader import read_yaml
from slactl.model.alarm import Severity
from slactl.model.enforcement import AlarmCosts, Enforcement, KindSettings, Pair, ServiceAlarms, Told

MINIMAL = "version: 1\nservices: {api: {environment: prod}, web: {environment: prod}}\n"
CONFIG = Path(__file__).parents[2] / "config"
PAGE, TICKET, OTHER = (f"arn:aws:sns:eu-west-1:123456789012:{name}" for name in ("page", "ticket", "other"))
LEAST = f"notify: {{page: ['{PAGE}'], ticket: ['{TICKET}']}}\n"
EVERYTHING = f"""\
prefix: team-a
notify: {{page: ["{PAGE}"], ticket: ["{TICKET}", "{OTHER}"]}}
services:
  api: {{owner: "Missions  team", runbook: "https://wiki.example.com/api", notify: {{page: ["{OTHER}"]}}}}
  web: {{}}
kinds:
  burn-rate: {{pairs: [{{long: 2h, short: 10m, factor: 7.2}}], least_bad: 3}}
  endpoint-errors: {{top: 5, severity: page}}
  budget-left: {{left: 10%}}
  slow-burn: none
  p95: ticket
max_monthly_cost: 49.90
namespace: Missions/SLA
"""


def enforcement_of(folder: Path, text: str, main: str = MINIMAL + "alarms: alarms.yaml\n") -> Enforcement:
    """What a file of alarms comes to."""
    (folder / "slactl.yaml").write_text(main, encoding="utf-8")
    (folder / "alarms.yaml").write_text(text, encoding="utf-8")
    found = load_catalogue(folder / "slactl.yaml").enforcement
    assert found is not None
    return found


def in_place(text: str) -> str:
    """The main file with the section in it."""
    return MINIMAL + "alarms:\n" + "".join(f"  {line}\n" for line in text.splitlines())


def told_of(folder: Path, text: str) -> list[str]:
    """The mistakes of a file of alarms, without the folder."""
    with pytest.raises(ConfigurationError) as refused:
        enforcement_of(folder, text)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in refused.value.mistakes]


def in_schema(text: str) -> bool:
    """Whether an editor would take the file."""
    node = read_yaml(text, "file", Notes())
    assert node
    return Draft202012Validator(schema_of("alarms")).is_valid(plain(node))


def test_without_the_section_nothing_is_enforced(tmp_path: Path) -> None:
    (tmp_path / "slactl.yaml").write_text(MINIMAL, encoding="utf-8")
    loaded = load(tmp_path / "slactl.yaml")
    assert loaded.catalogue.enforcement is None
    assert [one.value for one in loaded.origins if one.key == "alarms"] == [None]


def test_the_least_is_who_is_told(tmp_path: Path) -> None:
    found = enforcement_of(tmp_path, LEAST)
    assert found == Enforcement(Told((PAGE,), (TICKET,)), bundled_kinds(), costs=bundled_costs())
    assert (found.prefix, found.namespace, found.max_monthly_cost) == ("slactl", "Slactl", None)


def test_everything_is_read(tmp_path: Path) -> None:
    found = enforcement_of(tmp_path, EVERYTHING)
    assert found.prefix == "team-a"
    assert found.services == {
        "api": ServiceAlarms("Missions team", "https://wiki.example.com/api", Told((OTHER,), (TICKET, OTHER))),
        "web": ServiceAlarms(),
    }
    assert found.told("api", Severity.PAGE) == (OTHER,)
    assert found.told("api", Severity.TICKET) == found.told("web", Severity.TICKET) == (TICKET, OTHER)
    shipped = bundled_kinds()
    assert found.kinds["burn-rate"] == KindSettings(
        Severity.PAGE, {"pairs": (Pair(7200, 600, Fraction("7.2")),), "least_bad": 3, "least_bad_short": 3}
    )
    assert found.kinds["endpoint-errors"].severity is Severity.PAGE
    assert found.kinds["endpoint-errors"].options == {**shipped["endpoint-errors"].options, "top": 5}
    assert found.kinds["budget-left"].options["left"] == Fraction(1, 10)
    assert found.kinds["slow-burn"] == KindSettings(Severity.NONE, shipped["slow-burn"].options)
    assert found.kinds["p95"].severity is Severity.TICKET
    assert found.kinds["daily"] == shipped["daily"]
    assert (found.max_monthly_cost, found.namespace) == (Fraction("49.9"), "Missions/SLA")
    assert in_schema(EVERYTHING)


def test_a_section_in_place_is_the_same(tmp_path: Path) -> None:
    beside = enforcement_of(tmp_path, EVERYTHING)
    assert enforcement_of(tmp_path, "x: 1\n", in_place(EVERYTHING)) == beside


def test_what_checks_publish_is_where_budgets_are_looked_for(tmp_path: Path) -> None:
    check = "check: {publish: {namespace: Mine}}\n"
    assert enforcement_of(tmp_path, LEAST, MINIMAL + check + "alarms: alarms.yaml\n").namespace == "Mine"


def test_the_shipped_kinds_are_those_of_the_code() -> None:
    kinds = bundled_kinds()
    assert list(kinds) == list(KINDS)
    assert all(set(kinds[name].options) == set(kind.options) for name, kind in KINDS.items())
    by_severity = {level: [name for name, one in kinds.items() if one.severity is level] for level in Severity}
    assert by_severity == {
        Severity.PAGE: ["burn-rate", "slices-down", "no-traffic"],
        Severity.TICKET: ["slow-burn", "endpoint-errors", "indicator", "entry-broken", "budget-left", "silent-checks"],
        Severity.NONE: ["p95", "p99", "slow-share", "daily"],
    }
    assert kinds["burn-rate"].options["pairs"] == (
        Pair(3600, 300, Fraction("14.4")),
        Pair(21600, 1800, Fraction(6)),
    )
    assert kinds["slow-burn"].options["pairs"] == (Pair(259200, 21600, Fraction(1)),)
    assert kinds["silent-checks"].options == {"within": 26 * 3600}
    assert bundled_costs() == AlarmCosts(Fraction(1, 10), Fraction(1, 10), Fraction(1, 2), 10, 5000)


def test_the_example_is_read(tmp_path: Path) -> None:
    shutil.copy(CONFIG / "example-alarms.yaml", tmp_path / "alarms.yaml")
    text = (tmp_path / "alarms.yaml").read_text(encoding="utf-8")
    main = "version: 1\nservices: {missions-api: {environment: prod}}\nalarms: alarms.yaml\n"
    found = enforcement_of(tmp_path, text, main)
    assert found.services["missions-api"].owner == "Missions team"
    assert in_schema(text)


def test_show_tells_where_every_value_comes_from(tmp_path: Path) -> None:
    enforcement_of(tmp_path, EVERYTHING)
    origins = {one.key: one for one in load(tmp_path / "slactl.yaml").origins}
    assert origins["alarms"].value == "alarms.yaml"
    assert origins["alarms.prefix"].place == f"{tmp_path / 'alarms.yaml'}:1"
    assert origins["alarms.kinds.endpoint-errors.top"].value == 5
    assert origins["alarms.kinds.endpoint-errors.window"].value == 21600
    assert origins["alarms.kinds.p99.severity"].value == "none"


@pytest.mark.parametrize(
    "text",
    [
        "kinds: {}\n",
        LEAST + "kinds: {burn-rat: page}\n",
        LEAST + "kinds: {p95: wake}\n",
        LEAST + "kinds: {endpoint-errors: {top: 0}}\n",
        LEAST + "kinds: {burn-rate: {pairs: [{long: 1h}]}}\n",
        LEAST + "kinds: {budget-left: {left: 25}}\n",
        LEAST + "max_monthly_cost: 49,90\n",
    ],
)
def test_an_editor_sees_the_usual_mistakes(text: str) -> None:
    assert not in_schema(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kinds: {}\n", "alarms has no notify"),
        ("[]\n", "a file of alarms must be a mapping, found a list"),
        (LEAST + "kinds: {burn-rate: {pairs: []}}\n", "is an empty list"),
        (LEAST + "kinds: {burn-rate: {pairs: [{long: 5m, short: 1h, factor: 1}]}}\n", "must be shorter than long"),
        (LEAST + f"kinds: {{burn-rate: {{pairs: [{'{long: 1h, short: 5m, factor: 1}, ' * 2}]}}}}\n", "twice"),
        (LEAST + "kinds: {no-traffic: {longest: 8d}}\n", "must not be longer than 7d"),
        (LEAST + "kinds: {daily: [1]}\n", "must be a mapping"),
        (f"notify: {{page: ['{PAGE}', '{PAGE}']}}\n", "twice"),
        (f"notify: {{page: ['{PAGE}.fifo']}}\n", "must be an ARN"),
        (f"notify: {{page: [{', '.join(PAGE + str(n) for n in range(6))}]}}\n", "more than 5"),
    ],
)
def test_single_mistakes(tmp_path: Path, text: str, told: str) -> None:
    found = told_of(tmp_path, text)
    assert len(found) == 1
    assert told in found[0]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws-cn:sns:cn-north-1:123456789012:on_call-1",
        "arn:aws:lambda:eu-west-1:123456789012:function:wake",
        "arn:aws:lambda:eu-west-1:123456789012:function:wake:live",
        "arn:aws:ssm:eu-west-1:123456789012:opsitem:2#CATEGORY=Availability",
        "arn:aws:ssm-incidents::123456789012:response-plan/api",
        "arn:aws:aiops:eu-west-1:123456789012:investigation-group:a1b2",
    ],
)
def test_what_a_composite_may_call(tmp_path: Path, arn: str) -> None:
    text = f"notify: {{page: ['{arn}']}}\n"
    assert enforcement_of(tmp_path, text).notify == Told((arn,), ())
    assert in_schema(text)


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "slactl.yaml").write_text(MINIMAL + "alarms: nowhere.yaml\n", encoding="utf-8")
    with pytest.raises(
        ConfigurationError, match=r"slactl.yaml:3: the file named here is missing, found 'nowhere.yaml'"
    ):
        load_catalogue(tmp_path / "slactl.yaml")


def test_schema_and_reader_know_the_same_keys() -> None:
    schema = schema_of("alarms")
    assert isinstance(schema["properties"], dict)
    assert set(schema["properties"]) == set(ALARM_KEYS)
    assert set(schema["properties"]["kinds"]["properties"]) == set(KINDS)
