"""The check section: who is told, where addresses are kept, and that no mistake repeats a secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from slactl.configuration import ConfigurationError, load, load_catalogue
from slactl.configuration.check import CHECK_KEYS, DESTINATION_KEYS
from slactl.configuration.mistakes import Notes
from slactl.configuration.nodes import plain
from slactl.configuration.schema import schema_of
from slactl.configuration.yaml_reader import read_yaml
from slactl.model.checking import ChannelKind, CheckSettings, Destination, Happening, Keeper, Publishing

MINIMAL = "version: 1\nservices: {api: {environment: prod}, web: {environment: prod}}\n"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts.fifo"
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:chat-AbCdEf"
EVERYTHING = f"""\
check:
  state: ../kept/state.json
  language: it
  notify:
    - {{sns: "{TOPIC}", name: on-call, on: [breached, recovered], services: [api]}}
    - slack: {{url_env: SLACK_URL}}
    - teams: {{secret: "{ARN}#teams"}}
    - webhook: {{secret: prod/hook, headers_env: HOOK_HEADERS}}
    - webhook: {{url: "https://status.example.com/hook"}}
  publish: {{namespace: Missions/SLA, dimensions: {{Team: platform}}}}
"""
SECRET = "T0SECRET/B0SECRET/zZzSecret"
SLACK = f"https://hooks.slack.com/services/{SECRET}"


def settings_of(folder: Path, section: str) -> CheckSettings | None:
    """What a section comes to."""
    path = folder / "slactl.yaml"
    path.write_text(MINIMAL + section, encoding="utf-8")
    return load_catalogue(path).check


def told_of(folder: Path, section: str) -> list[str]:
    """The mistakes of a section, each in one line, without the file."""
    with pytest.raises(ConfigurationError) as refused:
        settings_of(folder, section)
    return [str(mistake).removeprefix(f"{folder / 'slactl.yaml'}:") for mistake in refused.value.mistakes]


def in_schema(section: str) -> bool:
    """Whether an editor would take it."""
    node = read_yaml(MINIMAL + section, "file", Notes())
    assert node
    return Draft202012Validator(schema_of("config")).is_valid(plain(node))


def test_without_the_section_nothing_is_remembered(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "") is None


def test_an_empty_section_has_defaults(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "check: {}\n") == CheckSettings(str(tmp_path / ".slactl/check-state.json"))
    assert in_schema("check: {}\n")


def test_every_key(tmp_path: Path) -> None:
    assert in_schema(EVERYTHING)
    assert settings_of(tmp_path, EVERYTHING) == CheckSettings(
        state=str(tmp_path.parent / "kept/state.json"),
        notify=(
            Destination(
                "on-call", ChannelKind.SNS, TOPIC, on=(Happening.BREACHED, Happening.RECOVERED), services=("api",)
            ),
            Destination("slack:SLACK_URL", ChannelKind.SLACK, keeper=Keeper(variable="SLACK_URL")),
            Destination(f"teams:{ARN}#teams", ChannelKind.TEAMS, keeper=Keeper(secret=ARN, field="teams")),
            Destination(
                "webhook:prod/hook", ChannelKind.WEBHOOK, keeper=Keeper(secret="prod/hook"), headers="HOOK_HEADERS"
            ),
            Destination(
                "webhook:status.example.com",
                ChannelKind.WEBHOOK,
                keeper=Keeper(address="https://status.example.com/hook"),
            ),
        ),
        publish=Publishing("Missions/SLA", (("Team", "platform"),)),
        language="it",
    )


def test_who_wants_what() -> None:
    some = Destination("a", ChannelKind.SNS, TOPIC, on=(Happening.BREACHED,), services=("api",))
    assert some.wants("api", Happening.BREACHED)
    assert some.wants(None, Happening.BREACHED)
    assert not some.wants("web", Happening.BREACHED)
    assert not some.wants("api", Happening.RECOVERED)


def test_show_tells_what_is_in_effect(tmp_path: Path) -> None:
    path = tmp_path / "slactl.yaml"
    path.write_text(MINIMAL + EVERYTHING, encoding="utf-8")
    shown = {origin.key: origin.value for origin in load(path).origins}
    assert shown["check.state"] == "../kept/state.json"
    assert shown["check.notify[2].slack.url_env"] == "SLACK_URL"
    assert shown["check.publish.namespace"] == "Missions/SLA"
    assert shown["check.burn_rates"] is None


@pytest.mark.parametrize(
    "destination",
    [
        f'slack: "{SLACK}"',
        f'slack: {{url: "{SLACK}"}}',
        f'slack: {{url_env: "{SLACK}"}}',
        f'slack: {{secret: "{SLACK}"}}',
        f'teams: {{url_env: ["{SLACK}"]}}',
        f'webhook: {{url: "{SLACK}"}}',
        f'webhook: {{url: "ftp://{SECRET}"}}',
        f'webhook: {{url: "https://me:{SECRET}@example.com/"}}',
        f'webhook: {{url_env: A, headers_env: "Authorization: {SECRET}"}}',
    ],
)
def test_an_address_in_the_file_is_refused_and_not_repeated(destination: str, tmp_path: Path) -> None:
    [told] = told_of(tmp_path, f"check:\n  notify:\n    - {destination}\n")
    assert told.startswith("5: check.notify[1].")
    assert SECRET not in told
    assert "hint: " in told


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    section = (
        "check:\n  state: ./\n  notify:\n    - {sns: alerts, slack: {url_env: A}}\n    - {sns: alerts}\n"
        "    - {slack: {url_env: A, secret: b}, on: [broken], services: [app]}\n    - {slack: {url_env: X}}\n"
        "    - {slack: {url_env: X}}\n    - {}\n  publish: {namespace: AWS/Lambda, dimensions: {Service: x, T: è}}\n"
        "  language: fr\n  states: x\n"
    )
    told = [mistake.split("\n")[0].replace("eu-west-1:123456789012:", "") for mistake in told_of(tmp_path, section)]
    assert told == [
        "4: check.state must be a file, found './'",
        "6: check.notify[1] must have one of sns, slack, teams or webhook, found 2",
        "7: check.notify[2].sns must be a topic's ARN such as arn:aws:sns:alerts, found 'alerts'",
        "8: check.notify[3].slack must have one of url_env or secret, found 2",
        "8: check.notify[3].on must be breached, warning, insufficient-data or recovered, found 'broken'",
        "8: check.notify[3].services names an unknown service, found 'app'",
        "10: check.notify names two destinations alike, found 'slack:X'",
        "11: check.notify[6] must have one of sns, slack, teams or webhook, found 0",
        "12: check.publish.namespace must not begin with AWS/, found 'AWS/Lambda'",
        "12: check.publish.dimensions.T must be a dimension's value of ASCII characters, at most 255, found 'è'",
        "12: check.publish.dimensions.Service cannot be a dimension",
        "13: check.language must be it or en, found 'fr'",
        "14: unknown key in check, found 'states'",
    ]
    assert not in_schema(section)


def test_an_own_file_of_burn_rates_is_read_and_counted_among_the_files(tmp_path: Path) -> None:
    (tmp_path / "burn.yaml").write_text(
        "windows: {1h: {page: 10, ticket: 5}, 6h: {page: 6, ticket: 3}, 24h: {page: 3, ticket: 1}, "
        "7d: {page: 2, ticket: 1}}\nleast_bad: 3\nshown: [1h]\npace: 1h\n",
        encoding="utf-8",
    )
    path = tmp_path / "slactl.yaml"
    path.write_text(MINIMAL + "check: {burn_rates: burn.yaml}\n", encoding="utf-8")
    catalogue = load_catalogue(path)
    assert catalogue.burn.least_bad == 3
    assert "burn.yaml" in [file.name for file in catalogue.files]
    assert [told.split(", found")[0] for told in told_of(tmp_path, "check: {burn_rates: none.yaml}\n")] == [
        "3: the file named here is missing"
    ]


def test_schema_and_reader_know_the_same_keys() -> None:
    properties = schema_of("config")["properties"]
    assert isinstance(properties, dict)
    assert set(properties["check"]["properties"]) == set(CHECK_KEYS)
    kinds = properties["check"]["properties"]["notify"]["items"]["oneOf"]
    assert {key for kind in kinds for key in kind["properties"]} == set(DESTINATION_KEYS)
