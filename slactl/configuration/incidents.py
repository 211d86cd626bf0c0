"""Incident files: what people say of outages and missed objectives.

The one rule: an incident says its cause. One that is only begun, as ``slactl incidents draft`` writes
it, is refused, so that an empty form never stands for an explanation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from slactl.configuration.fields import Fields, ScalarParser, T, item_name, prose, quantity, text
from slactl.configuration.files import Opened
from slactl.configuration.mistakes import Notes, Refused, did_you_mean, quoted
from slactl.configuration.names import identifier
from slactl.configuration.nodes import Items, Node, Scalar, Table
from slactl.configuration.objectives import known_services
from slactl.configuration.times import calendar_date, instant_in
from slactl.model.incident import CorrectiveAction, Incident

INCIDENT_KEYS = (
    "id",
    "service",
    "services",
    "objectives",
    "start",
    "end",
    "ticket",
    "cause",
    "impact",
    "correction",
    "corrective_action",
    "add_downtime",
)
ACTION_KEYS = ("action", "owner", "due", "done")
CAUSE_HINT = "one line for the reader; under investigation, while nobody knows"


@dataclass(frozen=True, slots=True)
class Known:
    """What an incident needs to know of the rest: the zone, services and objectives (None: unknown)."""

    zone: ZoneInfo
    services: frozenset[str] | None
    objectives: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class PlacedIncident:
    """An incident with the fields it was read from."""

    incident: Incident
    fields: Fields


def read_incidents(files: Iterable[Opened], known: Known, notes: Notes) -> list[PlacedIncident]:
    """All incidents of all files; mistakes go to the notes."""
    placed = [one for file in files for one in _of_file(file, known, notes)]
    _check_unique(placed)
    return placed


def _of_file(file: Opened, known: Known, notes: Notes) -> list[PlacedIncident]:
    if not isinstance(file.node, Table):
        what = f"an incident file must be a mapping, found {file.node.kind}"
        notes.mistake(file.shown, file.node.line, what, "its first line is incidents:")
        return []
    top = Fields(file.node, "", file.shown, notes)
    top.only(("incidents",))
    if not top.has("incidents"):
        top.missing("incidents", "its first line is incidents:")
    items = top.items("incidents", "a list of incidents") or ()
    found = [top.as_fields(item, item_name("incidents", item, index)) for index, item in enumerate(items, 1)]
    return [PlacedIncident(_incident(fields, known, file.sha256), fields) for fields in found if fields]


def _check_unique(placed: list[PlacedIncident]) -> None:
    first: dict[str, Fields] = {}
    for one in placed:
        earlier = first.setdefault(one.incident.id, one.fields)
        if one.incident.id and earlier is not one.fields:
            found = f"{earlier.file}:{earlier.line_of('id')}"
            one.fields.mistake("id", f"is taken, found it first at {found}", "every incident has an id of its own")


def _incident(fields: Fields, known: Known, sha256: str) -> Incident:
    """An incident; what is wrong in it has a placeholder, so that the rest is read all the same."""
    fields.only(INCIDENT_KEYS)
    name = fields.must("id", identifier, "its number, such as INC-2026-10-07-1") or ""
    start, end = _times(fields, known.zone)
    return Incident(
        id=name,
        services=_services(fields, known.services),
        start=start,
        end=end,
        cause=fields.must("cause", filled(prose), CAUSE_HINT) or "",
        ticket=fields.get("ticket", filled(text)),
        impact=fields.get("impact", filled(prose)),
        correction=fields.get("correction", filled(prose)),
        actions=_actions(fields, start, known.zone),
        objectives=_objectives(fields, known.objectives),
        add_downtime=fields.flag("add_downtime"),
        sha256=sha256,
    )


def filled(parse: ScalarParser[T]) -> ScalarParser[T]:
    """The parser of a line that a draft leaves empty."""

    def parse_filled(scalar: Scalar) -> T:
        if isinstance(scalar.value, str) and not scalar.value.strip():
            raise Refused("is not filled in", "fill it in, or remove the line")
        return parse(scalar)

    return parse_filled


def _times(fields: Fields, zone: ZoneInfo) -> tuple[int, int | None]:
    """Start and end as instants; no end while it goes on."""
    start = fields.must("start", quantity(instant_in(zone)), "a time such as 2026-10-07T14:05")
    end = fields.get("end", quantity(instant_in(zone)))
    if start is not None and end is not None and end <= start:
        entry = fields.table.entry("end")
        found = entry.value.text if entry and isinstance(entry.value, Scalar) else ""
        fields.mistake("end", f"must lie after start, found {quoted(found)}", "leave end out while it goes on")
        end = None
    return start or 0, end


def _services(fields: Fields, known: frozenset[str] | None) -> tuple[str, ...]:
    if fields.has("service") == fields.has("services"):
        both = fields.has("service")
        what = "stands beside service, found both" if both else "is missing, found neither service nor services"
        fields.mistake("services", what, "write service: for one, services: [..] for several")
        return ()
    if fields.has("services"):
        return known_services(fields, known) or ()
    name = fields.get("service", text)
    if name is not None and known is not None and name not in known:
        hint = did_you_mean(name, known) or f"known: {', '.join(sorted(known)) or 'none'}"
        fields.mistake("service", f"names an unknown service, found {quoted(name)}", hint)
    return () if name is None else (name,)


def _objectives(fields: Fields, known: frozenset[str] | None) -> tuple[str, ...] | None:
    named = fields.words("objectives", text)
    for name in named or ():
        if known is not None and name not in known:
            hint = did_you_mean(name, known) or f"known: {', '.join(sorted(known)) or 'none'}"
            fields.mistake("objectives", f"names an unknown objective, found {quoted(name)}", hint)
    return named


def _actions(fields: Fields, start: int, zone: ZoneInfo) -> tuple[CorrectiveAction, ...]:
    """One corrective action, or a list of them."""
    entry = fields.table.entry("corrective_action")
    if entry is None or not isinstance(entry.value, Items):
        inner = fields.mapping("corrective_action")
        return () if inner is None else (_action(inner, start, zone),)
    where = f"{fields.name('corrective_action')}[{{}}]"
    nodes: tuple[Node, ...] = entry.value.items
    if not nodes:
        fields.mistake("corrective_action", "is an empty list, found []", "leave the key out where there is none")
    found = [fields.as_fields(node, where.format(index)) for index, node in enumerate(nodes, 1)]
    return tuple(_action(inner, start, zone) for inner in found if inner)


def _action(fields: Fields, start: int, zone: ZoneInfo) -> CorrectiveAction:
    fields.only(ACTION_KEYS)
    began = datetime.fromtimestamp(start, UTC).astimezone(zone).date()
    return CorrectiveAction(
        action=fields.must("action", filled(prose), "what shall keep it from happening again") or "",
        owner=fields.must("owner", filled(prose), "who sees to it") or "",
        due=_day(fields, "due", began),
        done=_day(fields, "done", began),
    )


def _day(fields: Fields, key: str, began: date) -> date | None:
    day = fields.get(key, filled(quantity(calendar_date)))
    if day is not None and day < began:
        fields.mistake(key, f"lies before the incident, found {quoted(day.isoformat())}")
    return day
