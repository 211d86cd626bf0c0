"""The configuration that fits the demo world: the files a user would have written.

The one rule: windows, announcements and incidents come from the same events as the traffic, so that the
demo's report tells what happened in it. Work that was announced too late is left without explanation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime

from slactl.sandbox.incidents import Event, events_of, month_before, month_of
from slactl.sandbox.packs import variables
from slactl.sandbox.requests import DEFAULT_ENVIRONMENT, DEFAULT_SERVICE
from slactl.sandbox.scenario import API, STAGE
from slactl.sandbox.traffic import ENDPOINTS, HEALTH, ZONE

DEFAULT_MONTHS = 15


def demo_files(now: float, months: int = DEFAULT_MONTHS, packs: Sequence[str] = ()) -> dict[str, str]:
    """The text of each file, by its relative path.

    Args:
        now: the clock of the demo world, seconds since the epoch.
        months: how many whole months of traffic there are.
        packs: the packs that are shown, switched on with the names that are there.

    Raises:
        BadPack: if there is no such pack.
    """
    events = list(_announced(now, months))
    proofs = {f"proofs/{event.change}.eml": _mail(event) for event in events if _is_proven(event, now)}
    return {
        "slactl.yaml": _configuration(now) + _packs(packs) + ("clauses: clauses.yaml\n" if packs else ""),
        "maintenance.yaml": _maintenance(events, now),
        "incidents.yaml": _incidents(now),
        **({"clauses.yaml": _clauses(now)} if packs else {}),
        **proofs,
    }


def _announced(now: float, months: int) -> Iterator[Event]:
    running = month_of(now)
    for back in range(months, 0, -1):
        yield from (event for event in events_of(month_before(running, back), running) if event.announced)


def _is_proven(event: Event, now: float) -> bool:
    """Announcements were kept from last month on."""
    return (event.start.year, event.start.month) == month_before(month_of(now), 1)


def _configuration(now: float) -> str:
    """The agreement began last month: of what lies before, slices are no longer kept to judge the year by."""
    year, month = month_before(month_of(now), 1)
    return f"""version: 1
report:
  title: Missions platform – livelli di servizio
  id: "SLA-{{month}}"
  classification: Interno
  prepared_by: Platform engineering
  approved_by: CISO
  language: it
  timezone: Europe/Rome
  year_starts: 01-01
aws:
  region: eu-west-1
services:
  {DEFAULT_SERVICE}:
    name: {DEFAULT_SERVICE}
    environment: {DEFAULT_ENVIRONMENT}
    since: {year:04d}-{month:02d}-01
    edge: {{api: {API}, stage: {STAGE}}}
    operations:
      - {{match: "{HEALTH}", ignore: true}}
{_classes()}
maintenance: maintenance.yaml
incidents: incidents.yaml
"""


def _packs(names: Sequence[str]) -> str:
    """The section of packs; JSON is YAML too."""
    told = "".join(f"  {name}: {json.dumps(variables(name))}\n" for name in names)
    return f"packs:\n{told}" if told else ""


def _clauses(now: float) -> str:
    """What people and suppliers say; the rest of the document waits for an answer."""
    year, month = month_before(month_of(now), 2)
    on, until = f"{year:04d}-{month:02d}-15", f"{year + 1:04d}-{month:02d}-15"
    return f"""answers:
  performance-monitored:
    attested: {{by: Ada Lovelace, role: CISO, on: {on}, valid_until: {until}, evidence: "https://wiki.example.com/sla"}}
  api-optimisation:
    attested: {{by: Grace Hopper, role: Responsabile piattaforma, on: {on}, valid_until: {until}}}
  idempotency-every-write:
    attested: {{by: Grace Hopper, role: Responsabile piattaforma, on: {on}, valid_until: {until}}}
  lambda-scaling:
    inherited:
      {{supplier: Amazon Web Services, document: AWS Lambda Developer Guide, version: "{year}", date: {on}}}
  gateway-payload:
    inherited: {{supplier: Amazon Web Services, document: AWS Lambda quotas, version: "{year}", date: {on}}}
"""


def _classes() -> str:
    queries = [endpoint.name for endpoint in ENDPOINTS if endpoint.kind == "query"]
    matches = [(name, "query") for name in queries] + [
        ("GET *", "read"),
        ("POST *", "write"),
        ("PUT *", "write"),
        ("PATCH *", "write"),
        ("DELETE *", "write"),
    ]
    return "\n".join(f'      - {{match: "{match}", class: {kind}}}' for match, kind in matches)


def _maintenance(events: list[Event], now: float) -> str:
    windows = "\n".join(_window(event, now) for event in events)
    return f"notice: 48h\nwindows:\n{windows}\n"


def _window(event: Event, now: float) -> str:
    proof = f", file: proofs/{event.change}.eml" if _is_proven(event, now) else ""
    return f"""  - id: {event.change}
    start: {_local(event.start)}
    end: {_local(event.start + timedelta(minutes=event.minutes))}
    announced: {_local(event.announced)}
    announcement: {{channel: e-mail, to: customers{proof}}}
    reason: {event.reason}
    services: [{DEFAULT_SERVICE}]"""


def _incidents(now: float) -> str:
    """What was told of last month's outage; nobody told of the rest."""
    running = month_of(now)
    told = (event for event in events_of(month_before(running, 1), running) if event.kind == "outage")
    return "incidents:\n" + "\n".join(_incident(event) for event in told)


def _incident(event: Event) -> str:
    end = event.start + timedelta(minutes=event.minutes)
    return f"""  - id: INC-{event.start:%Y-%m-%d}-1
    service: {DEFAULT_SERVICE}
    start: {_local(event.start - timedelta(minutes=2))}
    end: {_local(end + timedelta(minutes=5))}
    ticket: OPS-2311
    cause: Connessioni alla base dati esaurite dopo un rilascio
    impact: Circa sei richieste su dieci respinte per {event.minutes} minuti
    correction: Rilascio annullato alle {end:%H.%M}
    corrective_action:
      - action: Limite alle connessioni verificato prima di ogni rilascio
        owner: Platform engineering
        due: {event.start + timedelta(days=30):%Y-%m-%d}
        done: {event.start + timedelta(days=9):%Y-%m-%d}
      - action: Prova di carico mensile con il doppio delle connessioni
        owner: SRE
        due: {event.start + timedelta(days=60):%Y-%m-%d}
"""


def _local(time: datetime | None) -> str:
    assert time is not None
    return time.strftime("%Y-%m-%dT%H:%M")


def _mail(event: Event) -> str:
    assert event.announced is not None
    end = event.start + timedelta(minutes=event.minutes)
    return f"""From: Platform engineering <platform@example.com>
To: Clienti <customers@example.com>
Date: {format_datetime(event.announced.astimezone(ZONE))}
Message-ID: <{event.change.lower()}@example.com>
Subject: Manutenzione programmata {event.change}: {event.start:%d/%m/%Y} {event.start:%H:%M}-{end:%H:%M}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Gentili clienti,

il {event.start:%d/%m/%Y} dalle {event.start:%H:%M} alle {end:%H:%M} (ora italiana) eseguiremo un intervento
di manutenzione sulla piattaforma Missions: {event.reason}.

Durante la finestra il servizio {DEFAULT_SERVICE} può non rispondere.

Riferimento: {event.change}
Platform engineering
"""
