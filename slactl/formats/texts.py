"""The text of every reason, in the reader's language.

A reason is a stable code with figures; here it becomes a sentence. The one rule: each code has its
sentences from the richest to the barest, and the first whose figures are all there is said, so a
reason without figures still says what happened. A figure's kind is told by its name: ``…seconds`` is
a length of time, ``…share`` a ratio, ``…_ms`` a latency; whole numbers are counts.
"""

from __future__ import annotations

from fractions import Fraction
from string import Formatter

from slactl.formats.language import Language, mark
from slactl.formats.numbers import fixed, milliseconds, percent, whole
from slactl.formats.sanitize import plain
from slactl.formats.times import duration
from slactl.model.status import Code, Reason

SENTENCES: dict[Code, tuple[str, ...]] = {
    Code.LATE_ANNOUNCEMENT: (
        mark("Announced {given_seconds} before the start; the agreement asks for {notice_seconds}."),
        mark("Announced later than the agreement asks for."),
    ),
    Code.NOT_ANNOUNCED: (mark("No announcement is recorded."),),
    Code.CANCELLED: (mark("The window was cancelled."),),
    Code.NOT_WORKED: (mark("No work took place inside the announced window."),),
    Code.PROOF_TOO_WEAK: (
        mark("The announcement is {proof}; the agreement asks for {required}."),
        mark("The proof of the announcement is weaker than the agreement asks for."),
    ),
    Code.CAP_REACHED: (
        mark("Of the agreement's limit for one {cap} ({cap_seconds}), {left_seconds} were left for this window."),
        mark("The agreement's limit for maintenance is used up."),
    ),
    Code.OUTSIDE_PERIOD: (mark("Nothing of it lies inside the reporting period."),),
    Code.SHORTER_THAN_GRID: (
        mark("Of its {seconds}, no whole interval of the measuring grid lies inside it."),
        mark("No whole interval of the measuring grid lies inside it."),
    ),
    Code.RECORDED_OTHERWISE: (
        mark(
            "The collect of {seen_at} saw this window from {seen_start} to {seen_end}, announced {seen_announced}: "
            "moving a window is a new announcement, and no record proves this one."
        ),
        mark(
            "The collect of {seen_at} saw this window from {seen_start} to {seen_end}, without an announcement: "
            "no record proves the one given now."
        ),
        mark("The collect of {cancelled_at} saw this window as cancelled; no record proves that it was not."),
        mark("Kept records of collects saw this window with other times."),
    ),
    Code.COVERED_BY_OTHER: (
        mark("{covered_seconds} of it belong to a window that starts earlier."),
        mark("Its seconds belong to a window that starts earlier."),
    ),
    Code.AMBIGUOUS_LOCAL_TIME: (
        mark("The clocks change between {local_start} and {local_end}: it was read so that it excludes {excludes}."),
        mark("The clocks change during the window: it was read so that it excludes less."),
    ),
    Code.UNEXPLAINED_SILENCE: (
        mark("No request for {seconds}, where the weeks before held {requests}: outage or quiet cannot be told apart."),
        mark("No request for {seconds}, which the weeks before do not explain."),
        mark("No request, which the weeks before do not explain: outage or quiet cannot be told apart."),
    ),
    Code.NO_REQUESTS: (mark("Not one request in the period."),),
    Code.READ_FAILED: (
        mark("The data could not be read: {error}"),
        mark("The data could not be read."),
    ),
    Code.ACCESS_DENIED: (
        mark("Looking at it was not permitted: {action} is missing from the role's policy."),
        mark("Reading the data was not permitted: {error}"),
        mark("Reading the data was not permitted."),
    ),
    Code.NO_LONGER_KEPT: (mark("The source no longer keeps these data and no evidence was collected in time."),),
    Code.NO_DISTRIBUTION: (
        mark("The series carries no distribution of latencies: percentiles and shares cannot be told."),
    ),
    Code.READS_DISAGREE: (
        mark("Two reads of the same time differ: {coarse} and {fine}."),
        mark("Two reads of the same time differ, so neither is used: {error}"),
        mark("Two reads of the same time differ, so neither is used."),
    ),
    Code.HOURS_ONLY: (
        mark("Only hourly data are kept: downtime is known between two bounds, {seconds} apart."),
        mark("Only hourly data are kept: downtime is known between two bounds."),
    ),
    Code.BELOW_ANNUAL_GOAL: (mark("This month alone misses the annual target; the year decides."),),
    Code.BELOW_GOAL_SO_FAR: (mark("Missed so far; the rest of the period can still mend it."),),
    Code.BUDGET_LOW: (
        mark("Little of the error budget is left: {left_share}."),
        mark("Little of the error budget is left."),
    ),
    Code.SOURCES_DISAGREE: (
        mark("{unexplained} requests at the edge ({share}) are not explained by the service's own count."),
        mark("The edge and the service count different numbers of requests: {share} are not explained."),
        mark("The edge and the service count different numbers of requests."),
    ),
    Code.FEW_REQUESTS: (
        mark("{bad} of {requests}: too few requests to exclude chance."),
        mark("Few requests: {requests}; {needed} make a firm figure."),
        mark("Few requests: {requests}."),
        mark("Few requests: the figure is weak evidence."),
    ),
    Code.WITHIN_INSTRUMENT_TOLERANCE: (
        mark("The limit lies within the accuracy of the instrument: moved by 5%, the outcome would change."),
    ),
    Code.DEPENDS_ON_FAILED_REQUESTS: (mark("Met only because failed requests count among the fast ones."),),
    Code.NOT_IN_FORCE: (mark("The objective is not in force in this period."),),
    Code.NO_SUCH_CLASS: (
        mark("No operation belongs to the class {name}."),
        mark("No operation belongs to this class."),
    ),
    Code.NOTHING_SETTLED: (mark("Nothing of the period is settled yet."),),
    Code.WIDE_BRACKET: (mark("The percentile is known only within a wide bracket."),),
    Code.COARSE_LADDER: (
        mark(
            "Computed from the coarse ladder that evidence keeps every few minutes: the percentile is known "
            "between two of its rungs; the verdict is exact."
        ),
    ),
    Code.BURNING: (
        mark("Burning {rate} times as fast as the budget allows over {window}, from {factor} times on."),
        mark("The error budget burns too fast."),
    ),
    Code.NO_BURN_RATE: (mark("The objective counts no requests, so it has no burn rate."),),
    Code.INVENTORY_KEPT: (
        mark("The operations are those that evidence lists, {seconds} old."),
        mark("The operations are those that evidence lists."),
    ),
    Code.NO_DATAPOINTS: (mark("Not one datapoint in the period."),),
    Code.NOT_PUBLISHED: (
        mark("Nobody publishes the metric {metric} of {namespace} with these dimensions: {dimensions}."),
        mark("Nobody publishes the metric {metric} of {namespace}."),
        mark("Nobody publishes the metric that this is measured by."),
    ),
    Code.COUNTED_AS_ZERO: (
        mark("Never seen, so counted as zero, as the entry says: {metric} ({namespace})."),
        mark("A metric was never seen; its absence counts as zero, as the entry says."),
    ),
    Code.LISTING_INCOMPLETE: (
        mark("CloudWatch lists only what was published in the last two weeks: of {metric} something may be missing."),
        mark("CloudWatch lists only what was published in the last two weeks: something may be missing."),
    ),
    Code.METRIC_MISSING: (
        mark("The metric {metric} has no datapoints where others of the same objective have some."),
        mark("A metric has no datapoints where others of the same objective have some."),
    ),
    Code.METRIC_SILENT: (
        mark("The metric {metric} has no datapoints, though it usually has some every {every_seconds}."),
        mark("The metric {metric} has no datapoints, and nobody knows what it would have said."),
        mark("A metric has no datapoints, and nobody knows what it would have said."),
    ),
    Code.IMPOSSIBLE_VALUE: (
        mark("The metric {metric} says what can't be: {said}."),
        mark("A metric says what can't be."),
    ),
    Code.AVERAGED_BUCKETS: (
        mark(
            "Where only intervals of {seconds} are kept, the truth lies between the least and the greatest value "
            "of each: both are judged."
        ),
        mark("Where only long intervals are kept, the truth lies between the least and the greatest value of each."),
    ),
    Code.NOT_THERE: (
        mark("What was to be looked at is not there: {error}"),
        mark("What was to be looked at is not there."),
    ),
    Code.NEVER_SAMPLED: (
        mark("Nobody looked at it: slactl collect does so once a day, and the past cannot be looked at."),
    ),
    Code.CANNOT_FAIL: (mark("A figure without a verdict: nothing can miss its goal."),),
    Code.NO_RECORD: (mark("No record of alarms was kept that could tell."),),
    Code.NO_CROSSINGS: (mark("No limit was crossed."),),
    Code.MONTH_MET: (mark("No condition over a short time watches it; the month met it."),),
    Code.MONTH_NOT_MISSED: (mark("No condition over a short time watches it; the month was not judged to miss it."),),
    Code.REPORT_ONLY: (mark("Only a report judges it: a check reads too little."),),
    Code.NOT_IN_EVIDENCE: (
        mark(
            "The kept evidence does not hold these data: they were not collected. "
            "slactl collect reads what CloudWatch still has."
        ),
    ),
    Code.FROM_EVIDENCE: (
        mark("What evidence holds was taken from it (its last manifest: {head}), not read from CloudWatch again."),
        mark("What evidence holds was taken from it, not read from CloudWatch again."),
    ),
    Code.OTHER_SERVICE: (
        mark("What was kept of {service} up to {day} was read of {named}; the agreement names another service now."),
        mark("Some of it was read of another service than the agreement names now."),
    ),
    Code.DISCOVERY_INCOMPLETE: (
        mark("The list of operations may be incomplete: {error}"),
        mark("The list of operations may be incomplete."),
    ),
    Code.DECLARED_DOWNTIME: (
        mark("{seconds} of it count as down because incidents declare so, not because it was measured."),
        mark("Some of it counts as down because incidents declare so, not because it was measured."),
    ),
    Code.DECLARED_NOT_COUNTED: (
        mark("Incidents declare {seconds} of downtime; this figure counts no seconds and leaves them out."),
        mark("Incidents declare downtime; this figure counts no seconds and leaves it out."),
    ),
    Code.EACH_MONTH_DECIDES: (
        mark(
            "Each month decides for itself: {judged} judged, {missed} not met, {undetermined} not determinable. "
            "The year's figure is shown for information."
        ),
        mark("Each month decides for itself; the year's figure is shown for information."),
    ),
    Code.UNKNOWN_DECIDES: (
        mark("What is unknown could change the answer: {seconds}."),
        mark("What is unknown could change the answer: {requests} requests."),
        mark("What is unknown could change the answer; days of which nobody knows: {days}."),
        mark("What is unknown could change the answer."),
    ),
}

AFTER_START = mark("Announced {late_seconds} after the start; the agreement asks for {notice_seconds} before it.")
NO_EARLIER_WEEK = (
    mark("No request for {seconds} and no earlier week to compare with: nothing tells whether silence is usual then."),
    mark("No request, and no earlier week to compare with: nothing tells whether silence is usual at that time."),
)

TIMES = ("factor", "rate")
"""Figures that say how many times: one place, rounded up."""

WORDS = {
    "declared": mark("only declared"),
    "documented": mark("documented by a file"),
    "recorded": mark("recorded in evidence"),
    "month": mark("month"),
    "year": mark("year"),
    "less": mark("less"),
    "nothing": mark("nothing"),
}


def reason_text(reason: Reason, language: Language) -> str:
    """The sentence of a reason; outside text in it is made visible, not escaped for a syntax."""
    figures = dict(reason.figures)
    sentence = _sentence(reason.code, figures)
    shown = {name: figure_text(name, value, language) for name, value in figures.items()}
    shown["late_seconds"] = _late(figures, language)
    return language.gettext(sentence).format_map(shown)


def placeholders(sentence: str) -> frozenset[str]:
    """The names of the figures that a sentence needs."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def figure_text(name: str, value: str | float, language: Language) -> str:
    """A figure by its kind."""
    if isinstance(value, str):
        return language.gettext(WORDS[value]) if value in WORDS else plain(value)
    if name.endswith("seconds"):
        return duration(int(value), language)
    if name.endswith("share"):
        return percent(Fraction(value), language, up=name != "left_share")
    if name in TIMES:
        return fixed(Fraction(str(value)), 1, language, up=True)
    if name.endswith("_ms"):
        return milliseconds(Fraction(value), language)
    return whole(-int(-value // 1), language)


def _sentence(code: Code, figures: dict[str, str | int | float]) -> str:
    if code is Code.LATE_ANNOUNCEMENT and _given(figures) < 0 and "notice_seconds" in figures:
        return AFTER_START
    uncompared = code is Code.UNEXPLAINED_SILENCE and figures.get("weeks") == 0
    sentences = NO_EARLIER_WEEK if uncompared else SENTENCES[code]
    return next(sentence for sentence in sentences if placeholders(sentence) <= figures.keys())


def _given(figures: dict[str, str | int | float]) -> int:
    value = figures.get("given_seconds", 0)
    return 0 if isinstance(value, str) else int(value)


def _late(figures: dict[str, str | int | float], language: Language) -> str:
    return duration(max(0, -_given(figures)), language)
