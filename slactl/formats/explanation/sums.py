"""The arithmetic: each sum written out, the quotient rounded as the report rounds it, the budget.

The one rule: the last figure is the row's, printed by the function that prints it in the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.explanation.heading import figure, gap_line
from slactl.formats.explanation.voice import Voice, columns
from slactl.formats.language import mark
from slactl.formats.numbers import exact, fixed, percent, used_percent
from slactl.formats.sanitize import plain
from slactl.formats.texts import reason_text
from slactl.formats.times import duration
from slactl.formats.words import EVALUATIONS
from slactl.model.detail import ErrorRateDetail, LatencyDetail
from slactl.model.explanation import What
from slactl.model.general import Statistic, WeightedAverage
from slactl.model.objective import Availability, ErrorRate
from slactl.model.report import AvailabilityDetail

if TYPE_CHECKING:
    from slactl.model.explanation import Arithmetic, Line, Number, YearMonth, YearWay
    from slactl.model.report import Budget, Result

WORDS = {
    What.OWED: mark("seconds of the period that are owed"),
    What.EXCLUDED: mark("excluded (maintenance)"),
    What.NOT_YET: mark("not yet settled"),
    What.SILENT: mark("no traffic"),
    What.UNKNOWN: mark("unknown"),
    What.DOWN: mark("down"),
    What.UNSEEN: mark("not read, or silent for no known reason"),
    What.COUNTED: mark("counted seconds"),
    What.READ: mark("requests that were read"),
    What.ASSUMED: mark("assumed where nothing could be read, as many as a week before"),
    What.EXCLUDED_REQUESTS: mark("in maintenance"),
    What.TAKEN_REQUESTS: mark("taken away"),
    What.REQUESTS: mark("requests"),
    What.FAULTS: mark("server errors (5xx)"),
    What.TAKEN_FAULTS: mark("server errors taken away"),
    What.ERRORS: mark("client errors (4xx)"),
    What.TAKEN_ERRORS: mark("client errors taken away"),
    What.PERHAPS_BAD: mark("perhaps bad, nobody knows"),
    What.UNDER: mark("requests under the limit"),
    What.EXCLUDED_UNDER: mark("in maintenance"),
    What.TAKEN_UNDER: mark("taken away"),
    What.ROUNDING: mark("rounded down to whole requests"),
    What.NEVER_BELOW: mark("kept within what there is"),
    What.SLICES: mark("slices"),
    What.FAILED_SHARES: mark("the slices' shares of failed requests, added up"),
    What.OPEN_SHARES: mark("slices of which nobody knows"),
    What.WITHIN: mark("samples within the limit"),
    What.BEYOND: mark("samples beyond it, or perhaps so"),
    What.SAMPLES: mark("samples"),
    What.MONTHS: mark("the month"),
    What.BAD: mark("bad"),
    What.GOOD: mark("good"),
}
YEAR_HEADS = (
    mark("the month"), mark("seconds"), mark("down"), mark("excluded (maintenance)"), mark("unknown"), mark("requests"),
    mark("5xx"),
)  # fmt: skip


def section(voice: Voice) -> Iterator[str]:
    """The sums, what they come to, and what stands beside it."""
    found = voice.found
    yield voice.title(voice.say("Arithmetic"))
    if found.arithmetic is not None:
        yield from _way(voice, found.arithmetic, found.row)
    elif found.row.value is None:
        yield voice.line(voice.say("There is nothing to compute."))
    else:
        text = voice.say("The value is no quotient of two counts: it comes from the parts and reads shown here.")
        yield voice.line(text)
    yield from _ends(voice, found.row)
    yield from _beside(voice, found.row)


def year(voice: Voice, way: YearWay) -> Iterator[str]:
    """The agreement year so far, month by month."""
    yield voice.title(voice.say("The agreement year so far (rule 22)"))
    told = [(voice.say("Figure"), figure(voice, way.row))]
    told += [("", reason_text(reason, voice.language)) for reason in (way.row.reason, *way.row.notes) if reason]
    yield from voice.facts(told)
    yield ""
    heads = [voice.say(text) for text in YEAR_HEADS]
    yield from columns([heads, *(_month(voice, one) for one in way.months)], frozenset(range(1, len(heads))))
    if way.to_come:
        yield voice.line(voice.say("Still to come: {length}.").format(length=duration(way.to_come, voice.language)))
    if way.arithmetic is not None:
        yield from _way(voice, way.arithmetic, way.row)
    yield from _beside(voice, way.row)
    yield from _missing_before(voice, way)


def _missing_before(voice: Voice, way: YearWay) -> Iterator[str]:
    """What of the months before the explained one is unknown, month by month."""
    before = [one for one in way.months if one.label != voice.found.period.label and one.gaps]
    if before:
        yield ""
        yield voice.line(voice.say("What is unknown of the months before:"))
    yield from columns([[one.label, *gap_line(voice, gap)] for one in before for gap in one.gaps])


def _month(voice: Voice, one: YearMonth) -> list[str]:
    seconds = one.seconds
    counts = (seconds.total, seconds.down, seconds.excluded, seconds.unknown, one.requests, one.faults)
    return [one.label, *(voice.number(many) for many in counts)]


def _way(voice: Voice, way: Arithmetic, row: Result) -> Iterator[str]:
    for line in way.lines:
        yield from _line(voice, line)
    if way.part is not None and way.whole:
        part, whole = voice.number(way.part, up=False), voice.number(way.whole)
        value = row.value if row.value is not None else Fraction(way.part) / Fraction(way.whole)
        yield f"  {part} / {whole} = {voice.value(value)}"


def _ends(voice: Voice, row: Result) -> Iterator[str]:
    """What a general percentile or average comes to: its share within the limit, its weight, and both ends."""
    indicator = voice.found.objective.indicator
    if not isinstance(indicator, Statistic | WeightedAverage) or not row.total:
        return
    if isinstance(indicator, WeightedAverage):
        text = voice.say("The first number is each value times its weight, added up; the second is all the weight.")
        yield voice.line(text)
    elif row.good is not None:
        share = percent(Fraction(row.good, row.total), voice.language, up=False)
        text = voice.say("{good} of {total} samples are within the limit: {share}.")
        yield voice.line(text.format(good=voice.number(row.good), total=voice.number(row.total), share=share))
    if row.low is not None and row.high is not None:
        text = voice.say("The value lies between {low} and {high}; of both, the end that looks worse counts.")
        yield voice.line(text.format(low=voice.value(row.low), high=voice.value(row.high)))


def _line(voice: Voice, line: Line) -> Iterator[str]:
    """One sum, a term in each line, and what they come to."""
    rows = [
        [_amount(voice, amount, first=not place), _word(voice, what, label)]
        for place, (what, amount, label) in enumerate(line.terms)
    ]
    rows.append([f"= {voice.number(line.total, up=False)}", voice.say(WORDS[line.what])])
    yield from columns(rows, frozenset({0}))
    yield ""


def _word(voice: Voice, what: What, label: str | None) -> str:
    return voice.say(WORDS[what]) if label is None else plain(label)


def _amount(voice: Voice, amount: Number, *, first: bool) -> str:
    sign = "\N{MINUS SIGN}" if amount < 0 else "" if first else "+"
    return f"{sign} {voice.number(-amount if amount < 0 else amount)}".strip()


def _beside(voice: Voice, row: Result) -> Iterator[str]:
    """Both readings of the unknown, the budget, and the figures that do not decide."""
    rows = [*_cases(voice, row), *_budget(voice, row.budget), *_details(voice, row), *_own(voice, row)]
    yield from voice.facts(rows)


def _cases(voice: Voice, row: Result) -> Iterator[tuple[str, str]]:
    told = (
        (voice.say("If all that is unknown were bad"), row.worst_case),
        (voice.say("If all that is unknown were good"), row.best_case),
        (voice.say("Without exclusions"), row.without_exclusions),
        (voice.say("With exclusions"), row.with_exclusions),
    )
    for name, case in told:
        if case is not None:
            yield name, f"{voice.value(case.value)}  {voice.verdict(case.status, case.value)}"


def _budget(voice: Voice, budget: Budget | None) -> Iterator[tuple[str, str]]:
    if budget is None:
        return
    text = voice.say("allowed {allowed}, used {used}, left {left}")
    amounts = {
        "allowed": _one_place(voice, budget.allowed, up=False),
        "used": _one_place(voice, budget.used, up=True),
        "left": _one_place(voice, budget.remaining, up=False),
    }
    ratio = budget.used_ratio
    strict = voice.found.objective.goal.comparison.strict
    share = "" if ratio is None else f" ({used_percent(ratio, voice.language, strict=strict)})"
    yield voice.say("Error budget"), text.format(**amounts) + share


def _one_place(voice: Voice, value: Fraction, *, up: bool) -> str:
    return fixed(value, 0 if value.denominator == 1 else 1, voice.language, up=up)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _own(voice: Voice, row: Result) -> Iterator[tuple[str, str]]:
    """The service's own figure beside the edge's, and the requests of both (rule 21)."""
    if row.beside is not None:
        yield voice.say("The service's own figure"), voice.value(row.beside.value)
    found = voice.found.reconciliation
    if found is None:
        return
    yield voice.say("Requests at the edge"), voice.known(found.edge_requests)
    yield voice.say("of them unrouted"), voice.known(found.unrouted)
    yield voice.say("Requests at the service"), voice.known(found.service_requests)
    share = "" if found.share is None else f" ({percent(found.share, voice.language, up=True)})"
    yield voice.say("not explained"), f"{voice.known(found.unexplained)}{share}"


def _details(voice: Voice, row: Result) -> Iterator[tuple[str, str]]:
    detail, indicator = row.detail, voice.found.objective.indicator
    if isinstance(detail, AvailabilityDetail) and isinstance(indicator, Availability):
        for name, value in detail.by_evaluation:
            decides = voice.say(" (this one decides)") if name == indicator.evaluation.value else ""
            yield _capital(voice.say(EVALUATIONS[name])), f"{voice.value(value)}{decides}"
        yield voice.say("If all silence were downtime"), voice.value(detail.if_silent_down)
        for share, value in detail.slice_goals:
            goal = f"{exact(share * 100, voice.language)}%"
            yield voice.say("By a slice goal of {goal}").format(goal=goal), voice.value(value)
    if isinstance(detail, LatencyDetail) and detail.without_failed is not None:
        yield voice.say("Without the failed requests"), voice.value(detail.without_failed)
    if isinstance(detail, ErrorRateDetail) and isinstance(indicator, ErrorRate):
        yield voice.say("5xx rate"), voice.value(detail.fault_rate)
        yield voice.say("4xx rate"), voice.value(detail.error_rate)
        if detail.probability is not None:
            chance = percent(detail.probability, voice.language, up=True)
            yield voice.say("Probability of so many by chance (rule 19)"), chance
