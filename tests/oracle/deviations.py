"""Stretches of downtime and missed rows, each with the incidents that explain it; and their summary.

Decides what stands in the report's section of deviations. The one rule: stretches are worked out from
single requests; whether a row was missed is read from the report, which other claims hold.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from .books import YEAR, Books
from .differences import differs
from .facts import Case, Dict
from .incidents import of_service, so_far
from .moments import second
from .rows import Objective, in_force
from .slices import Slice, cut, down_slices
from .spans import Span, common, length, union

Document = Mapping[str, Any]
Stretches = dict[tuple[str, int, int], tuple[list[str], int]]


def deviations(report_json: Document, case: Case) -> Iterator[str]:
    """Every difference between the section and what the requests and the incidents say."""
    section = report_json["deviations"]
    expected = {
        (service.key, *span): _explained(case, service.key, span)
        for service in case.services
        for span in stretches(Books(case, service))
    }
    found = {
        (one["service"], second(one["start"]), second(one["end"])): (one["incidents"] or [], one["uncovered_seconds"])
        for one in section["outages"]
    }
    yield from differs("the stretches", sorted(found), sorted(expected))
    for place in sorted(expected.keys() & found.keys()):
        yield from differs(f"what explains {place}", list(found[place]), list(expected[place]))
    yield from _missed(report_json, case, expected)
    yield from _summary(section, expected)


def stretches(books: Books) -> list[Span]:
    """The stretches of one service in the month, by its first availability."""
    terms = _availability(books)
    if terms is None:
        return []
    objective = Objective(books, terms)
    slices = cut(books.month, objective.rule.size, objective.excluded, objective.requests)
    down = [*down_slices(slices, objective.rule), *_silent(slices, objective.rule.no_traffic)]
    found: list[Span] = []
    for start, end in sorted((one.counted[0][0], one.counted[-1][1]) for one in down):
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _availability(books: Books) -> Dict | None:
    for terms, holds in in_force(books.case.objectives, books.case.month):
        concerned = books.service.key in terms.get("services", [books.service.key])
        if holds and concerned and terms["indicator"] == "availability":
            return terms
    return None


def _silent(slices: list[Slice], policy: str) -> list[Slice]:
    return [one for one in slices if not one.requests] if policy == "down" else []


def _told(case: Case, service: str, span: Span) -> list[Dict]:
    """The incidents of a service that share a second with a span, the first to begin first."""
    mine = [one for one in case.incidents if of_service(one, service)]
    mine = [one for one in mine if common(so_far(one, case.timezone, case.now), [span])]
    return sorted(mine, key=lambda one: (so_far(one, case.timezone, case.now)[0][0], one["id"]))


def _explained(case: Case, service: str, span: Span) -> tuple[list[str], int]:
    uptimes = {terms["id"] for terms in case.objectives if terms["indicator"] == "availability"}
    told = [one for one in _told(case, service, span) if uptimes & set(one.get("objectives", uptimes))]
    covered = union(piece for one in told for piece in so_far(one, case.timezone, case.now))
    return [one["id"] for one in told], length([span]) - length(common([span], covered))


def _missed(report_json: Document, case: Case, expected: Stretches) -> Iterator[str]:
    rows = [row for row in report_json["results"] if row["status"] == "BREACHED"]
    rows = [row for row in rows if row["operation"] is None or row["binding"]]
    names = ("service", "objective", "operation", "class", "span")
    printed = {
        tuple(one[name] for name in names): one["incidents"] or [] for one in report_json["deviations"]["missed"]
    }
    wanted = {tuple(row[name] for name in names): _behind(case, row, expected) for row in rows}
    yield from differs("the missed rows", sorted(map(str, printed)), sorted(map(str, wanted)))
    for place in wanted.keys() & printed.keys():
        yield from differs(f"what explains the miss {place}", printed[place], wanted[place])


def _behind(case: Case, row: Document, expected: Stretches) -> list[str]:
    service = next(one for one in case.services if one.key == row["service"])
    books = Books(case, service)
    start = books.year[0] if row["span"] == YEAR else books.period[0]
    told = _told(case, service.key, (start, min(books.month.settled_to // 60 * 60, books.period[1])))
    told = [one for one in told if row["objective"] in one.get("objectives", [row["objective"]])]
    mine = [names for (key, *_), (names, _) in expected.items() if key == service.key]
    by_time = row["indicator"] == "availability" and row["unit"] == "seconds" and row["span"] != YEAR
    if by_time and mine:
        told = [one for one in told if one.get("add_downtime") or any(one["id"] in names for names in mine)]
    return [one["id"] for one in told]


def _summary(section: Document, expected: Stretches) -> Iterator[str]:
    lengths = [end - start for _, start, end in expected]
    open_ones = [names for names, _ in expected.values() if not names]
    open_ones += [[] for one in section["missed"] if one["incidents"] is None]
    claims = {
        "outages": len(lengths),
        "unexplained": len(open_ones),
        "longest_outage_seconds": max(lengths, default=None),
        "mean_time_to_repair_seconds": Fraction(sum(lengths), len(lengths)) if lengths else None,
    }
    for name, claim in claims.items():
        yield from differs(name, section["summary"][name], claim)
