"""The incidents of the sample reports, and the reports with what these explain and declare."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from slactl.compliance.deviations import Calendar, deviations
from slactl.model.catalogue import ConfigFile
from slactl.model.incident import CorrectiveAction, Incident
from slactl.model.period import agreement_year
from slactl.model.report import AvailabilityDetail, Case, Report, Result, RowSpan
from slactl.model.span import Span
from slactl.model.status import Code, Reason, Status
from tests.formats.agreement import at

SAID_IN = ConfigFile("incidents.yaml", "d4" * 32)
DECLARED_SECONDS = 690
EXHAUSTED = Incident(
    "INC-2026-10-08-1",
    ("missions-api",),
    at("2026-10-08T10:40"),
    at("2026-10-08T11:25"),
    "Connessioni alla base dati esaurite dopo il rilascio delle 10.30",
    "OPS-2311",
    "Circa quattro richieste su dieci respinte",
    "Rilascio annullato alle 11.18",
    (
        CorrectiveAction(
            "Limite alle connessioni verificato prima di ogni rilascio",
            "Platform engineering",
            date(2026, 11, 15),
            date(2026, 11, 10),
        ),
        CorrectiveAction("Prova di carico mensile", "SRE", date(2026, 12, 1)),
    ),
    sha256=SAID_IN.sha256,
)
UNREACHABLE = Incident(
    "INC-2026-10-19-1",
    ("missions-api",),
    at("2026-10-19T18:02:30"),
    at("2026-10-19T18:14"),
    "Errore del DNS del dominio pubblico",
    impact="Il dominio non era risolto da una parte dei clienti",
    correction="Zona ripristinata",
    actions=(CorrectiveAction("Controllo esterno della risoluzione", "Platform engineering"),),
    objectives=("uptime",),
    add_downtime=True,
    sha256=SAID_IN.sha256,
)
UNSEEN = Incident(
    "INC-2026-10-29-1",
    ("media-api",),
    at("2026-10-29T09:00"),
    None,
    "In corso di accertamento",
    sha256=SAID_IN.sha256,
)
INCIDENTS = (EXHAUSTED, UNREACHABLE, UNSEEN)


def told(report: Report, incidents: tuple[Incident, ...] = INCIDENTS) -> Report:
    """The report with incidents beside it: what they explain is worked out, what they declare stands in its rows."""
    catalogue = replace(
        report.catalogue,
        incidents=incidents,
        files=(*(file for file in report.catalogue.files if file != SAID_IN), SAID_IN),
    )
    declares = any(one.add_downtime for one in incidents)
    results = tuple(_declared(row) if declares else row for row in report.results)
    year = agreement_year(report.period.month, report.catalogue.report.year_starts, report.period.zone)
    until = report.period.settled_until
    calendar = Calendar(Span(report.period.span.start, until), Span(year.start, until), report.generated_at)
    found = deviations(incidents, report.services, results, calendar)
    return replace(report, catalogue=catalogue, results=results, deviations=found)


def _declared(row: Result) -> Result:
    if row.service != "missions-api" or not isinstance(row.detail, AvailabilityDetail) or row.value is None:
        return row
    better = row.value + Fraction(DECLARED_SECONDS, row.total or 1)
    status = Status.WARNING if row.span is RowSpan.MONTH else Status.OK
    return replace(
        row,
        notes=(Reason.of(Code.DECLARED_DOWNTIME, seconds=DECLARED_SECONDS),),
        without_declared=Case(better, status),
        detail=replace(row.detail, declared_seconds=DECLARED_SECONDS),
    )
