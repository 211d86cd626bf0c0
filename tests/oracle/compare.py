"""Holds a JSON report against the oracle's claims, and names every difference.

Decides when two figures are the same: counts and seconds exactly, ratios as far as a float can
tell, percentiles by their bracket. The one rule: a row that is missing, or that nobody asked
for, is a difference too.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from .claims import NOT_RATED, Between, Percentile
from .differences import differs, number, show, status_differs
from .moments import exclusions, gaps, period

Row = Mapping[str, Any]
BRACKET = Fraction(101, 100)
BRACKETED = ("p50", "p95", "p99")
HISTOGRAM = Fraction(11, 10)
PLAIN = ("good", "total", "value", "binding")
DETAILS = ("excluded_seconds", "down_seconds", "if_silent_down", "declared_seconds")


def compare(report_json: Mapping[str, Any], expected: Mapping[str, Any], *, histogram: bool = False) -> list[str]:
    """The differences, each with its row and both figures; empty when all is as it should be.

    ``histogram``: latencies were kept in buckets of ten percent, so percentiles and counts
    under a limit may be off by one bucket, and verdicts that hang on it are not compared.
    """
    found: list[str] = []
    found += period(report_json, expected)
    found += exclusions(report_json, expected)
    rows = {_row_key(row): row for row in report_json["results"]}
    if len(rows) != len(report_json["results"]):
        found.append("results: two rows with the same service, objective, operation and span")
    for key, claims in expected["rows"].items():
        place = (key[0], key[1], key[2], key[4])
        name = " / ".join(str(part) for part in key if part is not None)
        if place in rows:
            seen = list(_row(rows[place], _blurred(claims) if histogram else claims, key))
            found += [f"{name}: {difference}" for difference in seen]
            found += gaps(report_json, claims, key[0], name)
        elif not claims.get("optional"):
            found.append(f"{name}: the row is missing")
    found += _unasked(rows, expected)
    if not histogram:
        found += list(status_differs("report status", report_json["status"], expected["status"]))
    return found


def row_differences(row: Row, claims: Row, key: tuple[Any, ...]) -> list[str]:
    """In what one printed row differs from what is claimed of it."""
    return list(_row(row, claims, key))


def _row_key(row: Row) -> tuple[Any, ...]:
    return (row["service"], row["objective"], row["operation"], row["span"])


def _blurred(claims: Row) -> Row:
    """The claims that a histogram of latencies cannot blur, and the others as far as it may."""
    if "histogram_good" not in claims:
        return claims
    hidden = ("status", "rollup", "value", "budget", "notes", "reason", "without_exclusions")
    kept = {name: claim for name, claim in claims.items() if name not in hidden}
    value = claims.get("value")
    if isinstance(value, Percentile):
        kept["value"] = Between(value.true / HISTOGRAM, value.true * HISTOGRAM * BRACKET)
    return kept | {"good": claims["histogram_good"]}


def _row(row: Row, claims: Row, key: tuple[Any, ...]) -> Iterator[str]:
    if key[2] is None and row.get("class") != key[3]:
        yield f"class is {row.get('class')!r}, not {key[3]!r}"
    if "status" in claims:
        yield from status_differs("status", row["status"], claims["status"])
    if "rollup" in claims and key[2] is None:
        yield from status_differs("rollup", (row.get("rollup") or {}).get("status"), claims["rollup"])
    for name in PLAIN:
        if name in claims and not (name == "value" and _is_bracketed(claims)):
            yield from _figure(row, claims, name)
    if isinstance(claims.get("value"), Percentile):
        yield from _bracket(row, claims["value"])
    yield from _reason(row, claims)
    yield from _notes(row, claims)
    yield from _parts(row, claims)
    yield from _seconds(row, claims)
    yield from _bounds(row, claims)


def _is_bracketed(claims: Row) -> bool:
    return isinstance(claims["value"], Percentile)


def _figure(row: Row, claims: Row, name: str) -> Iterator[str]:
    if name == "value" and row[name] is None and claims.get("value_may_be_null"):
        return
    yield from differs(name, row[name], claims[name])


def _bracket(row: Row, claim: Percentile) -> Iterator[str]:
    low, high = row.get("low"), row.get("high")
    if low is None or high is None or row.get("value") != high:
        yield f"bracket: low {low!r}, high {high!r}, value {row.get('value')!r}; value must be high"
        return
    slack = Fraction(1, 10**9) * claim.true
    if not number(low) - slack <= claim.true <= number(high) + slack:
        yield f"{claim.percentile} is {show(claim.true)}, outside of {low!r} to {high!r}"
    if claim.percentile in BRACKETED and number(high) > number(low) * BRACKET + slack:
        yield f"bracket {low!r} to {high!r} is wider than one percent"


def _reason(row: Row, claims: Row) -> Iterator[str]:
    code = (row.get("reason") or {}).get("code")
    if "reason" in claims and code != claims["reason"]:
        yield f"reason is {code!r}, not {claims['reason']!r}"


def _notes(row: Row, claims: Row) -> Iterator[str]:
    printed = row.get("notes", (row.get("detail") or {}).get("notes"))
    if printed is None:
        return
    codes = {note["code"] if isinstance(note, dict) else note for note in printed}
    for name, wanted in claims.get("notes", {}).items():
        if (name in codes) != wanted:
            yield f"the note {name} is {'missing' if wanted else 'there'}"


def _parts(row: Row, claims: Row) -> Iterator[str]:
    """The parts of a row that are dicts: claimed keys only, where the report has them."""
    detail = row.get("detail") or {}
    for name, claim in claims.get("budget", {}).items():
        yield from differs(f"budget.{name}", (row.get("budget") or {}).get(name), claim)
    for name, claim in claims.get("by_evaluation", {}).items():
        yield from differs(f"by_evaluation.{name}", (detail.get("by_evaluation") or {}).get(name), claim)
    for name in ("faults", "errors"):
        if name in claims and name in detail:
            yield from differs(f"detail.{name}", detail[name], claims[name])
    if row.get("without_exclusions") and "without_exclusions" in claims:
        yield from _other_way("without_exclusions", row, claims)
    if "without_declared" in claims:
        yield from _other_way("without_declared", row, claims)


def _other_way(name: str, row: Row, claims: Row) -> Iterator[str]:
    other, claim = row.get(name) or {}, claims[name]
    if "value" in claim and not isinstance(claim["value"], Percentile):
        yield from differs(f"{name}.value", other.get("value"), claim["value"])
    if "status" in claim:
        yield from status_differs(f"{name}.status", other.get("status"), claim["status"])


def _seconds(row: Row, claims: Row) -> Iterator[str]:
    if "seconds" not in claims:
        return
    detail = row.get("detail") or {}
    seconds = detail.get("seconds") or {}
    for name, claim in claims["seconds"].items():
        yield from differs(f"seconds.{name}", seconds.get(name), claim)
    yield from differs("the sum of seconds", sum(seconds.values()), claims["seconds_sum"])
    for name in DETAILS:
        if name in claims:
            yield from differs(name, detail.get(name), claims[name])


def _bounds(row: Row, claims: Row) -> Iterator[str]:
    """What is true must lie between the worst and the best case, where these are printed."""
    if "true_value" not in claims:
        return
    for name, sign in (("worst_case", 1), ("best_case", -1)):
        printed = row.get(name)
        value = printed.get("value") if isinstance(printed, dict) else printed
        if value is not None and sign * (claims["true_value"] - number(value)) < -Fraction(1, 10**9):
            yield f"{name} {value!r} is on the wrong side of the true {show(claims['true_value'])}"


def _unasked(rows: Mapping[tuple[Any, ...], Row], expected: Mapping[str, Any]) -> Iterator[str]:
    places = {(key[0], key[1], key[2], key[4]) for key in expected["rows"]}
    for place, row in rows.items():
        service, objective, operation, span = place
        silent = row["status"] == NOT_RATED and not row["total"]
        from_edge = operation is not None and service in expected["edges"]
        yearly = operation is not None and span == "year-to-date"
        if place in places or silent or from_edge or yearly or objective in expected["unchecked"]:
            continue
        name = " / ".join(str(part) for part in place if part is not None)
        yield f"{name}: a row nobody asked for, status {row['status']}, {row['good']} of {row['total']}"
