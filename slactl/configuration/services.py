"""The ``services`` section: names, sources, edges, and the rules that group operations.

The one rule: an Application Signals service is named by its name and its environment, an API
Gateway service by its api and its stage; the keys of one are refused on the other.
"""

from __future__ import annotations

from dataclasses import dataclass

from slactl.configuration.fields import Fields, quantity, text, word_of
from slactl.configuration.heartbeat import read_heartbeat
from slactl.configuration.mistakes import Refused, quoted
from slactl.configuration.names import account, identifier, identifier_text
from slactl.configuration.times import calendar_date
from slactl.model.service import GatewayStage, Heartbeat, OperationRule, Service, SourceKind

SIGNALS_KEYS = ("source", "name", "environment", "since", "edge", "operations", "account", "heartbeat")
GATEWAY_KEYS = ("source", "name", "api", "stage", "since", "operations", "account", "heartbeat")
RULE_KEYS = ("match", "ignore", "as", "class")

_NO_SIGNALS = {
    "edge": "an api-gateway service is the edge itself",
    "environment": "an api-gateway service is named by api and stage",
}
_NO_GATEWAY = {
    "api": "it goes with source: api-gateway; what stands before a service is its edge: {api: ..., stage: ...}",
    "stage": "it goes with source: api-gateway; what stands before a service is its edge: {api: ..., stage: ...}",
}


@dataclass(frozen=True, slots=True)
class PlacedService:
    """A service with the fields of each of its rules."""

    service: Service
    rules: tuple[Fields, ...]


def read_services(fields: Fields) -> tuple[PlacedService, ...]:
    """All services, those with mistakes left out; mistakes go to the notes."""
    found = []
    for entry in fields.table.entries:
        key = _checked_key(fields, entry.key)
        inner = fields.as_fields(entry.value, fields.name(entry.key), entry.line)
        if inner:
            found.append(_read_service(key, inner))
    if not fields.table.entries:
        hint = "slactl discover lists what is there"
        fields.notes.mistake(fields.file, fields.line, "services names no service, found {}", hint)
    return tuple(found)


def _checked_key(fields: Fields, key: str) -> str:
    try:
        return identifier_text(key)
    except Refused as refused:
        what = f"the service's key {refused.what}, found {quoted(key)}"
        fields.notes.mistake(fields.file, fields.line_of(key), what, "its name in AWS goes to name")
        return "-"


def _read_service(key: str, fields: Fields) -> PlacedService:
    read = _read_gateway if _is_gateway(fields) else _read_signals
    rules, placed = _read_rules(fields)
    return PlacedService(read(key, fields, rules), placed)


def _is_gateway(fields: Fields) -> bool:
    kinds = word_of(SourceKind.APPLICATION_SIGNALS, SourceKind.API_GATEWAY)
    return fields.get("source", kinds, SourceKind.APPLICATION_SIGNALS) == SourceKind.API_GATEWAY


def _read_signals(key: str, fields: Fields, rules: tuple[OperationRule, ...]) -> Service:
    fields.only(SIGNALS_KEYS, _NO_GATEWAY)
    environment = fields.must("environment", text, "a service has a name and an environment, such as lambda:prod")
    edge = fields.mapping("edge")
    return Service(
        key=key,
        name=fields.get("name", text, key),
        environment=environment,
        since=fields.get("since", quantity(calendar_date)),
        edge=_read_stage(edge) if edge else None,
        rules=rules,
        account_id=fields.get("account", account),
        heartbeat=_read_heartbeat(fields),
    )


def _read_gateway(key: str, fields: Fields, rules: tuple[OperationRule, ...]) -> Service:
    fields.only(GATEWAY_KEYS, _NO_SIGNALS)
    stage = _stage(fields)
    return Service(
        key=key,
        name=fields.get("name", text, key),
        environment=None,
        source=SourceKind.API_GATEWAY,
        since=fields.get("since", quantity(calendar_date)),
        gateway=stage,
        rules=rules,
        account_id=fields.get("account", account),
        heartbeat=_read_heartbeat(fields),
    )


def _read_heartbeat(fields: Fields) -> Heartbeat | None:
    inner = fields.mapping("heartbeat") if fields.has("heartbeat") else None
    return read_heartbeat(inner) if inner else None


def _read_stage(fields: Fields) -> GatewayStage | None:
    fields.only(("api", "stage"))
    return _stage(fields)


def _stage(fields: Fields) -> GatewayStage | None:
    api = fields.must("api", text, "the ApiName of a REST API or the ApiId of an HTTP API")
    stage = fields.must("stage", text, "the stage's name, such as prod or $default")
    return GatewayStage(api, stage) if api and stage else None


def _read_rules(fields: Fields) -> tuple[tuple[OperationRule, ...], tuple[Fields, ...]]:
    """The rules, and the fields of each."""
    items = fields.items("operations", 'a list such as [{match: "GET *", class: read}]') or ()
    name = fields.name("operations")
    placed = [inner for index, item in enumerate(items, 1) if (inner := fields.as_fields(item, f"{name}[{index}]"))]
    return tuple(_read_rule(inner) for inner in placed), tuple(placed)


def _read_rule(fields: Fields) -> OperationRule:
    fields.only(RULE_KEYS)
    match = fields.must("match", text, 'an operation such as "GET /users/*"; only * is special')
    ignore = fields.flag("ignore")
    name = fields.get("as", text)
    return OperationRule(match or "", ignore, name, fields.get("class", identifier))
