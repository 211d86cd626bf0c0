"""The platform of a sample report: components, rows of every general kind, and a document clause by clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.model.clause import Answered, Attestation, Clause, Document, Inheritance
from slactl.model.component import Component, PackUse
from slactl.model.control import Change, ControlDetail, ControlSample
from slactl.model.detail import PercentileDetail
from slactl.model.general import (
    AlarmRecord,
    Control,
    Expectation,
    Expects,
    MetricTerm,
    Ratio,
    Recorded,
    Statistic,
    Statistical,
    WeightedAverage,
)
from slactl.model.goal import Comparison
from slactl.model.objective import Indicator, Objective, Reference
from slactl.model.report import Budget, Case, Gap, Report, Result, Rollup, RowSpan
from slactl.model.service import SourceKind
from slactl.model.status import Code, Reason, Status
from slactl.model.watch import Crossing, Muted, WatchedPromise
from slactl.workflows.answering import answers, day_of
from tests.formats.agreement import HOSTILE, MONTH, OBJECTIVES, at, goal
from tests.formats.sample import rich

if TYPE_CHECKING:
    from collections.abc import Iterable

DYNAMO = (("TableName", ("missions", "idempotency")),)
THROTTLED = MetricTerm("AWS/DynamoDB", "ReadThrottleEvents", "Sum", DYNAMO)
ASKED = MetricTerm("AWS/DynamoDB", "SuccessfulRequestLatency", "SampleCount", DYNAMO)


def entry(name: str, title: tuple[str, str], indicator: Indicator, sign: str, limit: str, **more: object) -> Objective:
    comparison = Comparison(sign.split(maxsplit=1)[0])
    made = Objective(
        name, {"it": title[0], "en": title[1]}, indicator, goal(comparison, sign, limit), services=("platform",)
    )
    return replace(made, **more)  # type: ignore[arg-type]


THROTTLES = entry(
    "dynamodb-throttles", ("Letture rifiutate per limite", "Reads refused by a limit"),
    Ratio((THROTTLED,), (ASKED,), counts_good=False, unit="operations", breakdown="TableName"),
    "< 0.1%", "0.001", services=("dynamodb",), per_operation=True, pack="dynamodb",
    reference=Reference("ISMS", "Amazon DynamoDB", "Throughput illimitato"),
)  # fmt: skip
ON_DEMAND = entry(
    "dynamodb-on-demand", ("Modalità on-demand", "On-demand mode"),
    Control(
        "dynamodb:DescribeTable", "Table.BillingModeSummary.BillingMode",
        Expectation(Expects.EQUALS, "PAY_PER_REQUEST"), each_name="tables", each=("missions", "idempotency"),
        miss={"it": "La tabella ha una capacità fissa.", "en": "The table has a fixed capacity."},
    ),
    ">= 100%", "1", services=("dynamodb",), per_operation=True, pack="dynamodb",
)  # fmt: skip
READS = entry(
    "memorydb-read-latency", ("Latenza di lettura, p99", "Read latency, p99"),
    Statistic(THROTTLED, Statistical.PERCENTILE, "ms", Fraction(1, 1000), Fraction(99, 100)),
    "< 1000us", "1", services=("memorydb",), pack="memorydb",
)  # fmt: skip
CONCURRENCY = entry(
    "lambda-concurrency", ("Concorrenza rispetto al limite", "Concurrency against the limit"),
    Statistic(THROTTLED, Statistical.MAXIMUM, "ratio", Fraction(1, 1000)),
    "< 80%", "0.8", services=("lambda",), pack="lambda",
)  # fmt: skip
PAYLOAD = entry(
    "payload", ("Dimensione massima", "Largest payload"),
    Statistic(THROTTLED, Statistical.MAXIMUM, "bytes"), "<= 6MB", "6000000", services=("lambda",), pack="lambda",
)  # fmt: skip
EDGE_ERRORS = entry(
    "cloudfront-5xx", ("Tasso di errore 5xx", "5xx rate"), WeightedAverage(THROTTLED, ASKED),
    "< 0.5%", "0.005", services=("cloudfront",), pack="cloudfront", advisory=True,
)  # fmt: skip
WATCHED = entry(
    "alarms-watched", ("Ore sorvegliate", "Hours watched"), AlarmRecord(Recorded.WATCHED),
    ">= 99%", "0.99", services=("monitoring",), pack="monitoring",
)  # fmt: skip
OWN_RATIO = entry(
    "own-ratio", ("Missioni concluse", "Missions finished"),
    Ratio((THROTTLED,), (ASKED,), counts_good=True, unit="events"),
    ">= 99%", "0.99", services=("missions-api",), clauses=("own-clause",),
)  # fmt: skip
GENERAL = (THROTTLES, ON_DEMAND, READS, CONCURRENCY, PAYLOAD, EDGE_ERRORS, WATCHED, OWN_RATIO)
COMPONENTS = tuple(
    Component(key, {"it": title, "en": title}, pack=key)
    for key, title in (
        ("dynamodb", "Amazon DynamoDB"), ("memorydb", "AWS MemoryDB"), ("lambda", "AWS Lambda"),
        ("cloudfront", "Amazon CloudFront"), ("monitoring", "CloudWatch"),
    )
)  # fmt: skip
GAPLESS = Reason.of(Code.NOT_IN_EVIDENCE)


def row(one: Objective, value: str | Fraction | None, status: Status = Status.OK, **more: object) -> Result:
    indicator = one.indicator
    made = Result(
        (one.services or ("",))[0], one.id, None, None, RowSpan.MONTH, indicator.kind, one.goal.text, not one.advisory,
        status, getattr(indicator, "unit", ""), None if value is None else Fraction(value), source=SourceKind.METRICS,
    )  # fmt: skip
    made = replace(made, **more)  # type: ignore[arg-type]
    return made if made.operation is not None or made.rollup else replace(made, rollup=Rollup(status, None))


def sample(target: str, day: str, selected: object, held: bool | None) -> ControlSample:
    return ControlSample("dynamodb", "dynamodb-on-demand", target, at(day), "ab" * 32, selected, held)


def control_rows(names: Iterable[str]) -> Iterable[Result]:
    """One table held on every day, one was changed for two days, one could be looked at too seldom to tell."""
    good, bad, unsure = names
    was, became = "PAY_PER_REQUEST", "PROVISIONED"
    changes = (
        Change(at("2026-10-12T05:00"), bad, was, became, held=False),
        Change(at("2026-10-14T05:00"), bad, became, was, held=True),
    )
    missed = (date(2026, 10, 12), date(2026, 10, 13))
    gone = tuple(date(2026, 10, day) for day in (3, 4, 5, 6, 9))
    last = sample(bad, "2026-10-31T05:00", was, held=True)
    share, rollup = Fraction(29, 31), Rollup(Status.BREACHED, bad)
    yield row(
        ON_DEMAND, share, Status.BREACHED, good=29, total=31, rollup=rollup,
        detail=ControlDetail(88, 86, missed, gone, changes, last, 93, at("2026-10-01T05:00"), last.at),
    )  # fmt: skip
    yield row(
        ON_DEMAND, "1", operation=good, good=31, total=31, detail=ControlDetail(31, 31, latest=last),
        budget=Budget(Fraction(0), Fraction(0)),
    )  # fmt: skip
    yield row(
        ON_DEMAND, share, Status.BREACHED, operation=bad, good=29, total=31,
        detail=ControlDetail(31, 29, missed, (), changes, last),
    )  # fmt: skip
    yield row(
        ON_DEMAND, None, Status.INSUFFICIENT_DATA, operation=unsure, reason=GAPLESS,
        detail=ControlDetail(26, 26, (), gone, (), replace(last, selected={"mode": was})),
        worst_case=Case(Fraction(26, 31), Status.BREACHED), best_case=Case(Fraction(1), Status.OK),
    )  # fmt: skip


def _throttled(name: str, total: int, *, bad: bool) -> Result:
    refused = total // 500 if bad else 0
    status = Status.BREACHED if bad else Status.OK
    value = Fraction(refused, total)
    return row(THROTTLES, value, status, operation=name, good=total - refused, total=total)


def general_rows(tables: tuple[str, ...]) -> tuple[Result, ...]:
    """Rows of every general kind: met, missed in a part, unknown."""
    total = 1_204_331
    parts = tuple(_throttled(name, total // (place + 2), bad=place == 1) for place, name in enumerate(tables))
    whole = row(
        THROTTLES, Fraction(411, total), good=total - 411, total=total,
        budget=Budget(Fraction(total, 1000), Fraction(411)), rollup=Rollup(Status.BREACHED, tables[1]),
    )  # fmt: skip
    return (
        whole, *parts, *control_rows(tables[:3]),
        row(READS, "0.4123", low=Fraction("0.41"), high=Fraction("0.4123"), good=999_120, total=1_000_000,
            detail=PercentileDetail(Fraction("0.1"), Fraction("9.7"), Fraction(880, 1_000_000)),
            budget=Budget(Fraction(10_000), Fraction(880))),
        row(CONCURRENCY, "0.8000001", Status.BREACHED),
        row(PAYLOAD, "5812334"),
        row(EDGE_ERRORS, None, Status.INSUFFICIENT_DATA, reason=Reason.of(Code.ACCESS_DENIED, error="cloudwatch"),
            worst_case=Case(Fraction(1), Status.BREACHED), best_case=Case(Fraction(1, 1000), Status.OK)),
        row(WATCHED, Fraction(995, 1000), Status.WARNING, good=2_668_590, total=2_682_000,
            budget=Budget(Fraction(26_820), Fraction(13_410))),
        row(OWN_RATIO, "0.9971", good=9971, total=10_000, budget=Budget(Fraction(100), Fraction(29))),
    )  # fmt: skip


CLAUSES = (
    Clause("uptime", "Uptime", "≥ 99,9% annuale", measured=("uptime",)),
    Clause(
        "p99", "API latency", "percentile p99 tracciato in CloudWatch", measured=("api-latency-p99",),
        note={"it": "«Tracciato» è letto come: riportato ogni mese.", "en": "Read as: reported every month."},
    ),
    Clause(
        "caching", "API latency", "caching, query optimization, connection pooling",
        asks_attestation={"it": "chi risponde del codice lo attesta", "en": "whoever owns the code vouches for it"},
    ),
    Clause("on-demand", "Amazon DynamoDB", "scaling automatico read/write capacity", controlled=("dynamodb-on-demand",),
           pack="dynamodb"),
    Clause(
        "unlimited", "Amazon DynamoDB", "capacità teoricamente illimitata (costi proporzionali)",
        measured=("dynamodb-throttles",), controlled=("dynamodb-on-demand",), pack="dynamodb",
        not_verifiable={"it": "Nessuna misura prova l'assenza di un limite.", "en": "Nothing proves no limit."},
    ),
    Clause("partitioning", "Amazon DynamoDB", "distribuzione carico per performance consistenti"),
    Clause("drill", "AWS Route 53", "deviazione traffico in caso di guasto regionale"),
    Clause(
        "costs", "Cloudflare R2", "Costi ottimizzati per storage e bandwidth", whole=True,
        not_verifiable={"it": "Manca un termine di confronto.", "en": "There is no baseline."},
    ),
    Clause(
        "failover", "AWS Route 53", "monitoraggio stato endpoint regionali",
        measured=("route53-health",), controlled=("route53-failover",), pack="route53",
        asks_attestation={"it": "una prova di failover", "en": "a failover drill"},
        asks_inheritance={"it": "lo SLA di Route 53", "en": "Route 53's SLA"},
    ),
    Clause("own-clause", "Missioni", "le missioni si concludono"),
)  # fmt: skip
ANSWERS = {
    "caching": Answered(
        "caching",
        (Attestation("Anna Bianchi", "CTO", date(2026, 9, 1), date(2027, 8, 31), "proofs/code.pdf", "7d" * 32),),
    ),
    "partitioning": Answered(
        "partitioning",
        inherited=(
            Inheritance("AWS", "DynamoDB SLA", "2025-09", date(2025, 9, 16), "https://aws.example.com/dynamodb/sla"),
        ),
    ),
    "drill": Answered("drill", (Attestation("Luca Verdi", "SRE", date(2025, 9, 1), date(2026, 9, 30)),)),
}
DOCUMENT = Document("isms", {"it": "ISMS – Performance", "en": "ISMS – Performance"}, CLAUSES, ANSWERS)


def watched() -> tuple[WatchedPromise, ...]:
    """Promises with a limit: watched all the time and rung at once, watched in part and silent, without a history."""
    rang = (Crossing(at("2026-10-08T10:40"), at("2026-10-08T10:46")), Crossing(at("2026-10-21T23:20")))
    return (
        WatchedPromise("missions-api", "uptime", None, MONTH.seconds, MONTH.seconds - 3600, rang),
        WatchedPromise(
            "missions-api",
            "error-rate",
            None,
            MONTH.seconds,
            MONTH.seconds,
            (Crossing(at("2026-10-26T21:50"), at("2026-10-26T22:35")),),
            muted=(
                Muted(at("2026-10-20T02:10"), "CHG-1", True, at("2026-10-20T02:15")),
                Muted(at("2026-10-26T21:50"), "CHG-2", False),
            ),
        ),
        WatchedPromise(
            "memorydb",
            "memorydb-read-latency",
            None,
            MONTH.seconds,
            MONTH.seconds,
            (Crossing(MONTH.end - 1),),
            by_month=True,
        ),
        WatchedPromise("lambda", "lambda-concurrency", None, MONTH.seconds, MONTH.seconds, by_month=True, unknown=1),
        WatchedPromise("dynamodb", "dynamodb-throttles", "missions", MONTH.seconds, None, reason=GAPLESS),
    )


def with_platform(report: Report, tables: tuple[str, ...], document: Document = DOCUMENT) -> Report:
    """A report with the rows of components after its own, its clauses answered, its alarms told."""
    agreed = replace(
        report.catalogue,
        objectives=(*report.catalogue.objectives, *GENERAL),
        components=COMPONENTS,
        packs=tuple(PackUse(one.key, {"tables": tables}) for one in COMPONENTS),
        document=document,
    )
    rows = (*report.results, *general_rows(tables))
    gap = Gap(Reason.of(Code.ACCESS_DENIED, error="cloudwatch"), "cloudfront", None, MONTH, "cloudfront-5xx")
    made = replace(report, catalogue=agreed, results=rows, gaps=(*report.gaps, gap), watched=watched())
    return replace(made, answers=answers(agreed, rows, day_of(made.period)))


def platform() -> Report:
    """The rich month with a platform beside it."""
    tables = ("missions", "idempotency", "leaderboard", *(f"tenant-{number:02d}" for number in range(20)))
    return with_platform(rich(), tables)


def hostile_platform() -> Report:
    """Tables, clauses, people and suppliers whose names attack something."""
    bad = HOSTILE[0] + HOSTILE[4] + HOSTILE[3]
    told = Answered(
        "uptime",
        (Attestation(bad, bad, date(2026, 9, 1), date(2026, 9, 30), bad, "aa" * 32),),
        (Inheritance(bad, bad, bad, date(2025, 1, 1), "javascript:alert(1)"),),
        {"it": bad, "en": bad},
    )
    clause = replace(CLAUSES[0], section=bad, quote=bad, note={"it": bad, "en": bad}, not_verifiable={"it": bad})
    asking = Clause(
        bad, bad, bad, measured=(bad,), pack=bad, asks_attestation={"it": bad}, asks_inheritance={"it": bad}
    )
    document = Document(bad, {"it": bad}, (clause, asking), {"uptime": told})
    report = with_platform(rich(), HOSTILE, document)
    parts = tuple(replace(one, title={"it": bad, "en": bad}) for one in report.catalogue.components)
    return replace(report, catalogue=replace(report.catalogue, components=parts))


assert {one.id for one in GENERAL}.isdisjoint(one.id for one in OBJECTIVES)
