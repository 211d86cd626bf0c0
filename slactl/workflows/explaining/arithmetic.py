"""The sums that lead to a figure, written out.

The one rule: the totals are the row's own counts and readings; where the plain terms come to something
else, because a count is kept within what there is or is made whole, the difference is a term of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from slactl.compliance.amount import whole_down
from slactl.compliance.availability import Tally
from slactl.model.explanation import Arithmetic, Line, Number, Role, Summand, What
from slactl.model.objective import Availability, Coverage, ErrorCounts, ErrorRate, Evaluation, Percentile, SilencePolicy
from slactl.model.report import CoverageDetail, Result
from slactl.workflows.explaining.trace import Made
from slactl.workflows.rows.year import Year

Term = tuple[What, Number, str | None]


def arithmetic(made: Made, row: Result, parts: Sequence[Summand]) -> Arithmetic | None:
    """The way to a row's value; None where it has no counts."""
    if row.total is None:
        return None
    match made.context.objective.indicator:
        case Availability() as indicator:
            return _of_uptime(made, row, indicator)
        case Coverage():
            return _of_coverage(row)
        case ErrorRate() as indicator:
            return _of_errors(row, parts, both=indicator.counts is ErrorCounts.FAULTS_AND_ERRORS)
        case indicator:
            return _of_latency(row, parts, quotient=not isinstance(indicator, Percentile))


def of_year(year: Year, row: Result, indicator: Availability) -> Arithmetic | None:
    """The way to a year's value: the months added up."""
    if row.total is None:
        return None
    worst, _ = year.tally.readings(indicator.evaluation, indicator.no_traffic, year.unread_requests or 0)
    held = [(one.label, _worst(one.tally, indicator)) for one in year.months]
    unread = year.unread_requests or 0 if indicator.evaluation is Evaluation.REQUESTS else 0
    more: tuple[Term, ...] = ((What.ASSUMED, unread, None),) if unread else ()
    counted = Line(_of_all(indicator), (*((What.MONTHS, total, label) for label, (_, total) in held), *more))
    bad = Line(What.BAD, (*((What.MONTHS, lost, label) for label, (lost, _) in held), *more))
    return _good_of(counted, bad, row.unit, worst.total)


def _worst(tally: Tally, indicator: Availability) -> tuple[Number, Number]:
    worst, _ = tally.readings(indicator.evaluation, indicator.no_traffic, 0)
    return worst.bad, worst.total


def _of_all(indicator: Availability) -> What:
    names = {Evaluation.TIME_SLICES: What.COUNTED, Evaluation.REQUESTS: What.REQUESTS}
    return names.get(indicator.evaluation, What.SLICES)


def _of_uptime(made: Made, row: Result, indicator: Availability) -> Arithmetic | None:
    if made.uptime is None:
        return None
    tally, unread = made.uptime.here.account.tally, made.uptime.unread_requests or 0
    worst, best = tally.readings(indicator.evaluation, indicator.no_traffic, unread)
    if indicator.evaluation is Evaluation.TIME_SLICES:
        return _good_of(*_of_seconds(tally, indicator.no_traffic), row.unit, worst.total)
    if indicator.evaluation is Evaluation.REQUESTS:
        counted = Line(What.REQUESTS, _terms((What.READ, tally.requests), (What.ASSUMED, unread)))
        bad = Line(What.BAD, _terms((What.FAULTS, tally.faults), (What.ASSUMED, unread)))
        return _good_of(counted, bad, row.unit, worst.total)
    open_shares = worst.bad - best.bad
    bad = Line(What.BAD, _terms((What.FAILED_SHARES, best.bad), (What.OPEN_SHARES, open_shares)))
    return _good_of(Line(What.SLICES, ((What.SLICES, tally.slices, None),)), bad, row.unit, worst.total)


def _of_seconds(tally: Tally, policy: SilencePolicy) -> tuple[Line, Line]:
    seconds = tally.seconds
    left_out = seconds.no_traffic if policy is SilencePolicy.EXCLUDE else 0
    counted = _terms(
        (What.OWED, seconds.total),
        (What.EXCLUDED, -seconds.excluded),
        (What.NOT_YET, -seconds.not_yet),
        (What.SILENT, -left_out),
    )
    silent = seconds.no_traffic if policy is SilencePolicy.DOWN else 0
    bad = _terms((What.DOWN, seconds.down), (What.SILENT, silent), (What.UNKNOWN, seconds.unknown))
    return Line(What.COUNTED, counted), Line(What.BAD, bad)


def _of_coverage(row: Result) -> Arithmetic | None:
    if not isinstance(row.detail, CoverageDetail) or row.good is None or row.total is None:
        return None
    seconds = row.detail.seconds
    counted = Line(What.COUNTED, _terms((What.OWED, seconds.total), (What.NOT_YET, -seconds.not_yet)))
    bad = Line(What.BAD, _terms((What.UNSEEN, row.total - row.good)))
    return _good_of(counted, bad, row.unit, row.total)


def _of_errors(row: Result, parts: Sequence[Summand], *, both: bool) -> Arithmetic:
    total, bad = row.total or 0, (row.total or 0) - (row.good or 0)
    requests = _requests(parts, total)
    found = [(What.FAULTS, _sum(one.net.faults.low for one in parts if one.role is Role.ADDED))]
    found += [(What.TAKEN_FAULTS, -_sum(one.net.faults.high for one in parts if one.role is Role.TAKEN))]
    if both:
        found += [(What.ERRORS, _sum(one.net.errors.low for one in parts if one.role is Role.ADDED))]
        found += [(What.TAKEN_ERRORS, -_sum(one.net.errors.high for one in parts if one.role is Role.TAKEN))]
    spread = _sum(_spread(one, both=both) for one in parts)
    lost = _adjusted([*found, (What.PERHAPS_BAD, spread)], bad)
    return Arithmetic((requests, Line(What.BAD, lost)), row.unit, bad, total)


def _spread(one: Summand, *, both: bool) -> Number:
    """By how many more a summand's requests may be bad than are surely so."""
    faults, errors = one.net.faults, one.net.errors
    return faults.high - faults.low + (errors.high - errors.low if both else 0)


def _of_latency(row: Result, parts: Sequence[Summand], *, quotient: bool) -> Arithmetic:
    total, good = row.total or 0, row.good or 0
    added = [one for one in parts if one.role is Role.ADDED]
    taken = [one for one in parts if one.role is Role.TAKEN]
    under = [
        (What.UNDER, _sum(one.whole.under.low for one in added if one.whole.under)),
        (What.EXCLUDED_UNDER, -_sum(one.excluded.under.high for one in added if one.excluded and one.excluded.under)),
        (What.TAKEN_UNDER, -_sum(one.net.under.high for one in taken if one.net.under)),
    ]
    exact = _sum(amount for _, amount in under)
    under.append((What.ROUNDING, whole_down(exact) - exact))
    lines = (_requests(parts, total), Line(What.GOOD, _adjusted(under, good)))
    return Arithmetic(lines, row.unit, good, total) if quotient else Arithmetic(lines, row.unit)


def _requests(parts: Sequence[Summand], total: int) -> Line:
    added = [one for one in parts if one.role is Role.ADDED]
    terms = [
        (What.READ, sum(one.whole.requests - one.whole.assumed for one in added)),
        (What.ASSUMED, sum(one.whole.assumed for one in added)),
        (What.EXCLUDED_REQUESTS, -sum(one.excluded.requests for one in added if one.excluded)),
        (What.TAKEN_REQUESTS, -sum(one.net.requests for one in parts if one.role is Role.TAKEN)),
    ]
    return Line(What.REQUESTS, _adjusted(terms, total))


def _good_of(counted: Line, bad: Line, unit: str, total: Number) -> Arithmetic:
    """What is left of all without what is bad, over all."""
    good = Line(What.GOOD, _terms((counted.what, counted.total), (What.BAD, -bad.total)))
    return Arithmetic((counted, bad, good), unit, good.total, total)


def _adjusted(terms: Sequence[tuple[What, Number]], total: Number) -> tuple[Term, ...]:
    rest = total - _sum(amount for _, amount in terms)
    return _terms(*terms, (What.NEVER_BELOW, rest))


def _terms(*terms: tuple[What, Number]) -> tuple[Term, ...]:
    """The first term, and of the others those that are not zero."""
    return tuple((what, amount, None) for place, (what, amount) in enumerate(terms) if amount or not place)


def _sum(amounts: Iterable[Number]) -> Number:
    found = sum(amounts, Fraction(0))
    return int(found) if found.denominator == 1 else found
