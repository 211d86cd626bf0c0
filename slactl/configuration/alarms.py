"""The section ``alarms``: who is told, which kinds ring, what they may cost.

The one rule: what a service does not say of whom it tells is as for all; what the file does not say of a kind is as
shipped.
"""

from __future__ import annotations

import re

from slactl.configuration.alarmkinds import bundled_costs, bundled_kinds, dollars, read_kinds
from slactl.configuration.check import namespace
from slactl.configuration.fields import Fields, ScalarParser, prose, quantity, text
from slactl.configuration.files import Opened
from slactl.configuration.mistakes import Notes, Refused, did_you_mean, one_of, quoted
from slactl.configuration.names import identifier, url
from slactl.configuration.nodes import Scalar, Table
from slactl.model.alarm import Severity
from slactl.model.enforcement import Enforcement, ServiceAlarms, Told

ALARM_KEYS = ("prefix", "notify", "services", "kinds", "max_monthly_cost", "namespace")
NOTIFY_KEYS = (Severity.PAGE.value, Severity.TICKET.value)
SERVICE_KEYS = ("owner", "runbook", "notify")
DEFAULT_PREFIX = "slactl"
MOST_TOLD = 5
LONGEST_OWNER, LONGEST_RUNBOOK = 100, 400
ACTION = (
    r"arn:aws[a-z-]*:(sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}"
    r"|lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?"
    r"|ssm:[a-z0-9-]+:[0-9]{12}:opsitem:\S{1,512}|ssm-incidents::[0-9]{12}:response-plan/\S{1,512}"
    r"|aiops:[a-z0-9-]+:[0-9]{12}:investigation-group:\S{1,512})"
)


def read_alarms(fields: Fields, services: frozenset[str] | None, published: str) -> Enforcement:
    """What is to ring; mistakes go to the notes.

    Args:
        fields: the section, or the whole of the file that it names.
        services: the keys of the services; None where they could not be read.
        published: the namespace that ``check`` publishes to, which is the default here.
    """
    fields.only(ALARM_KEYS)
    if not fields.has("notify"):
        fields.missing("notify", "notify: {page: [arn:aws:sns:...], ticket: [arn:aws:sns:...]}")
    told = _told(fields, Told()) or Told()
    return Enforcement(
        notify=told,
        kinds=read_kinds(fields, bundled_kinds()),
        services=_services(fields, services, told),
        prefix=fields.get("prefix", identifier, DEFAULT_PREFIX),
        max_monthly_cost=fields.get("max_monthly_cost", quantity(dollars)),
        namespace=fields.get("namespace", namespace, published),
        costs=bundled_costs(),
    )


def file_fields(opened: Opened, notes: Notes) -> Fields | None:
    """A file as a mapping; None after a mistake."""
    if isinstance(opened.node, Table):
        return Fields(opened.node, "alarms", opened.shown, notes)
    what = f"a file of alarms must be a mapping, found {opened.node.kind}"
    notes.mistake(opened.shown, opened.node.line, what, "its first line is notify:")
    return None


def action(scalar: Scalar) -> str:
    """The ARN of what a composite may set off.

    Raises:
        Refused: if it is none.
    """
    name = text(scalar)
    if not re.fullmatch(ACTION, name):
        hint = "a composite tells topics (no FIFO ones), Lambda functions, OpsItems and investigations"
        raise Refused("must be an ARN such as arn:aws:sns:eu-west-1:123456789012:on-call", hint)
    return name


def _told(fields: Fields, others: Told) -> Told | None:
    """Whom ``notify`` names; what it leaves out is as for all. None where nothing is said."""
    inner = fields.mapping("notify")
    if inner is None:
        return None
    inner.only(NOTIFY_KEYS)
    page, ticket = (inner.words(key, action) if inner.has(key) else None for key in NOTIFY_KEYS)
    for key, named in zip(NOTIFY_KEYS, (page, ticket), strict=True):
        if named and len(named) > MOST_TOLD:
            inner.mistake(key, f"must not be more than {MOST_TOLD}, found {len(named)}", "one topic tells many")
    return Told(others.page if page is None else page, others.ticket if ticket is None else ticket)


def _services(fields: Fields, known: frozenset[str] | None, told: Told) -> dict[str, ServiceAlarms]:
    inner = fields.mapping("services")
    found = {}
    for entry in inner.table.entries if inner else ():
        if known is not None and entry.key not in known:
            what = f"names an unknown service, found {quoted(entry.key)}"
            hint = did_you_mean(entry.key, known) or f"known: {one_of(sorted(known))}" if known else None
            fields.notes.mistake(fields.file, entry.line, f"{fields.name('services')} {what}", hint)
        one = inner.mapping(entry.key) if inner else None
        if one is None:
            continue
        one.only(SERVICE_KEYS)
        owner = one.get("owner", _no_longer_than(LONGEST_OWNER, prose))
        runbook = one.get("runbook", _no_longer_than(LONGEST_RUNBOOK, url))
        found[entry.key] = ServiceAlarms(owner, runbook, _told(one, told))
    return found


def _no_longer_than(most: int, parse: ScalarParser[str]) -> ScalarParser[str]:
    """A parser of short texts."""

    def parse_short(scalar: Scalar) -> str:
        value = parse(scalar)
        if len(value) > most:
            raise Refused(f"must not be longer than {most} characters", "a description of an alarm holds 1024 in all")
        return value

    return parse_short
