"""What each kind looks at, held against values computed by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.alarming.kind import Cause, Unfit
from slactl.alarming.kinds import KINDS
from slactl.alarming.kinds.no_traffic import window_of
from slactl.model.alarm import Crossing, MathTerm, MetricTerm, Missing
from slactl.model.alarmplan import Form
from slactl.model.enforcement import Pair
from slactl.model.goal import Comparison
from slactl.model.metric import Metric
from slactl.model.objective import Availability, ErrorCounts, Evaluation
from slactl.model.service import OperationRule, Service
from slactl.model.watched import Endpoint, Watched
from tests.alarming.scenes import availability, errors, gateway, known, latency, made, percentile, signals

FAULT, LATENCY = signals().faults, signals().latency


def cause(kind: str, *promises: object, **more: object) -> Cause:
    """The only cause that a kind finds."""
    (found,) = made(kind, promises, known(), **more)  # type: ignore[arg-type]
    assert isinstance(found, Cause)
    return found


def obstacles(kind: str, *promises: object, watched: Watched | None = None) -> list[str]:
    """The codes of what a kind cannot watch, nothing else being found."""
    found = made(kind, promises, watched)  # type: ignore[arg-type]
    assert all(isinstance(one, Unfit) for one in found)
    return [one.code for one in found if isinstance(one, Unfit)]


def obstacles_of(found: list[Cause | Unfit]) -> list[str]:
    """The codes of what could not be watched."""
    return [one.code for one in found if isinstance(one, Unfit)]


def filled(name: str, metric: Metric, stat: str, period: int, value: int = 0) -> tuple[MetricTerm, MathTerm]:
    """A metric with 0, or another value, where it is missing."""
    told = f"{value} where it is missing"
    return MetricTerm(name, metric, stat, period), MathTerm("filled", f"FILL({name}, {value})", told)


def test_burn_rates_of_an_availability() -> None:
    fast, slow = made("burn-rate", [availability()], known())
    assert isinstance(fast, Cause)
    assert isinstance(slow, Cause)
    long, short = fast.watches
    assert long.terms == (
        MetricTerm("faults", FAULT, "Sum", 3600),
        MetricTerm("requests", LATENCY, "SampleCount", 3600),
        MathTerm("share", "IF(faults >= 10, 100 * faults / requests, 0)", "bad requests, in per cent"),
    )
    assert short.terms == (
        MetricTerm("faults", FAULT, "Sum", 300),
        MetricTerm("requests", LATENCY, "SampleCount", 300),
        MathTerm("share", "IF(faults >= 3, 100 * faults / requests, 0)", "bad requests, in per cent"),
    )
    assert long.threshold == short.threshold == Fraction("1.44")  # 14.4 x 0.1 %
    assert {one.crossing for one in fast.watches} == {Crossing.AT_LEAST}
    assert {one.missing for one in fast.watches} == {Missing.NOT_BREACHING}
    assert {(one.evaluation_periods, one.datapoints) for one in fast.watches} == {(1, 1)}
    assert [one.what for one in fast.watches] == ["burn 1h/5m over 1h", "burn 1h/5m over 5m"]
    assert fast.means == "That spends 2 % of the budget of a 30-day month in 1h."
    assert [one.threshold for one in slow.watches] == [Fraction("0.6")] * 2  # 6 x 0.1 %
    assert [term.period for one in slow.watches for term in one.terms[:1]] == [21600, 1800]
    assert slow.means == "That spends 5 % of the budget of a 30-day month in 6h."
    assert "1.44 % of the requests of 1h, at least 10 of them, failed" in long.says


def test_burn_rates_of_a_latency_share() -> None:
    found = cause("slow-burn", latency(limit="< 1000ms"))
    long, short = found.watches
    assert long.terms[:2] == (
        MetricTerm("requests", LATENCY, "SampleCount", 259200),
        MetricTerm("fast", LATENCY, "TC(:999.999)", 259200),
    )
    term = long.terms[2]
    assert isinstance(term, MathTerm)
    assert term.expression == "IF((requests - fast) >= 10, 100 * (requests - fast) / requests, 0)"
    assert [one.threshold for one in found.watches] == [Fraction(1)] * 2  # 1 x 1 %
    assert short.terms[1] == MetricTerm("fast", LATENCY, "TC(:999.999)", 21600)
    assert found.means == "That spends 10 % of the budget of a 30-day month in 3d."
    inclusive = cause("slow-burn", latency(limit="<= 1s")).watches[0].terms[1]
    assert isinstance(inclusive, MetricTerm)
    assert inclusive.stat == "TC(:1000)"


def test_the_edge_is_watched_where_there_is_one() -> None:
    stage = gateway()
    (fast, _) = made("burn-rate", [availability()], known(total=stage))
    assert isinstance(fast, Cause)
    assert fast.watches[0].terms[:2] == (
        MetricTerm("faults", stage.faults, "Sum", 3600),
        MetricTerm(
            "requests",
            Metric("AWS/ApiGateway", "Count", (("ApiName", "public"), ("Stage", "prod"))),
            "SampleCount",
            3600,
        ),
    )


def test_what_burn_rates_cannot_watch_is_told() -> None:
    assert obstacles("burn-rate", availability(">= 100%"), watched=known()) == ["nothing-allowed"]
    assert obstacles("burn-rate", latency(operation_class="read"), watched=known()) == ["class"]
    assert obstacles("burn-rate", availability()) == ["not-found"]
    assert obstacles("burn-rate", percentile(), errors(), watched=known()) == []
    found = made("burn-rate", [availability(">= 90%")], known())
    assert isinstance(found[0], Unfit)
    assert (found[0].code, found[0].text) == (
        "out-of-reach",
        "14.4 times the allowed share is 144 %, which no window can reach",
    )
    assert isinstance(found[1], Cause)
    assert found[1].watches[0].threshold == 60


def test_pairs_are_options() -> None:
    found = cause("burn-rate", availability(), pairs=(Pair(7200, 600, Fraction("7.2")),), least_bad=1)
    assert [term.period for one in found.watches for term in one.terms[:1]] == [7200, 600]
    assert found.watches[0].terms[2] == found.watches[1].terms[2], "the short window asks no more than the long one"
    assert found.means == "That spends 2 % of the budget of a 30-day month in 2h."


def test_what_the_agreement_ignores_is_taken_off() -> None:
    health = signals("GET /health")
    watched = replace(known(), left_out=(health,))
    found = made("slow-burn", [availability(), latency()], watched)
    failed, slow = (one.watches[0].terms for one in found if isinstance(one, Cause))
    assert failed == (
        MetricTerm("faults", FAULT, "Sum", 259200),
        MetricTerm("requests", LATENCY, "SampleCount", 259200),
        MetricTerm("faults_ignored", health.faults, "Sum", 259200),
        MetricTerm("requests_ignored", health.requests, "SampleCount", 259200),
        MathTerm(
            "share",
            "IF((faults - faults_ignored) >= 10, 100 * (faults - faults_ignored) / (requests - requests_ignored), 0)",
            "bad requests, in per cent",
        ),
    )
    term = slow[-1]
    assert isinstance(term, MathTerm)
    bad = "(requests - fast - (requests_ignored - fast_ignored))"
    assert term.expression == f"IF({bad} >= 10, 100 * {bad} / (requests - requests_ignored), 0)"
    two = made("slow-burn", [latency()], replace(watched, left_out=(health, signals("GET /ping"))))[0]
    assert isinstance(two, Cause)
    term = two.watches[1].terms[-1]
    assert isinstance(term, MathTerm)
    off = "(requests_ignored1 - fast_ignored1 + requests_ignored2 - fast_ignored2)"
    bad, total = f"(requests - fast - {off})", "(requests - (requests_ignored1 + requests_ignored2))"
    assert term.expression == f"IF({bad} >= 3, 100 * {bad} / {total}, 0)"


def test_two_of_three_slices_down() -> None:
    (watch,) = cause("slices-down", availability()).watches
    assert watch.terms == (
        MetricTerm("faults", FAULT, "Sum", 300),
        MetricTerm("requests", LATENCY, "SampleCount", 300),
        MathTerm("share", "IF(requests >= 20, 100 * faults / requests, 0)", "bad requests, in per cent"),
    )
    assert (watch.threshold, watch.crossing) == (Fraction(5), Crossing.ABOVE)  # 95 % good is up, so 5 % bad is up
    assert (watch.datapoints, watch.evaluation_periods, watch.missing) == (2, 3, Missing.NOT_BREACHING)
    assert watch.timezone == "Europe/Rome"
    strict = cause("slices-down", availability(slices="> 99.9%")).watches[0]
    assert (strict.threshold, strict.crossing) == (Fraction("0.1"), Crossing.AT_LEAST)
    assert "1000 requests or more" in strict.says
    # 600 s of the 2,592 s that 99.9 % allow in thirty days
    assert cause("slices-down", availability()).means == (
        "So much downtime spends 23.148 % of the budget of a 30-day month."
    )
    assert cause("slices-down", availability(">= 100%")).means == "Nothing may be down."


def test_slices_are_of_availability_by_slices_only() -> None:
    indicator = availability().indicator
    assert isinstance(indicator, Availability)
    by_requests = replace(availability(), indicator=replace(indicator, evaluation=Evaluation.REQUESTS))
    assert made("slices-down", [by_requests, latency()], known()) == []
    hourly = replace(availability(), indicator=replace(indicator, slice_seconds=3600))
    assert isinstance(made("slices-down", [hourly], known(), of=24)[0], Cause)
    tens = replace(availability(), indicator=replace(indicator, slice_seconds=600))
    assert made("slices-down", [tens], known())[0] == Unfit(
        tens, "slice-length", "no alarm has periods of 10m on the wall clock"
    )
    assert obstacles_of(made("slices-down", [hourly], known(), down=4)) == ["too-many-slices"]


def test_no_traffic() -> None:
    found = cause("no-traffic", availability())
    (watch,) = found.watches
    assert watch.terms == filled("requests", LATENCY, "SampleCount", 900)
    assert (watch.threshold, watch.crossing, watch.missing) == (Fraction(1), Crossing.BELOW, Missing.BREACHING)
    quiet = known(weekly=[5] * 168)
    (found_quiet,) = made("no-traffic", [availability()], quiet)
    assert isinstance(found_quiet, Cause)
    assert found_quiet.watches[0].terms[0] == MetricTerm("requests", LATENCY, "SampleCount", 7200)
    assert obstacles("no-traffic", availability(), watched=known(weekly=[])) == ["not-found"]
    assert obstacles("no-traffic", availability(), watched=known(weekly=[0] * 168)) == ["too-little-traffic"]


@pytest.mark.parametrize(
    ("weekly", "window"),
    [
        ([80] * 168, 900),
        ([79] + [80] * 167, 3600),
        ([10] * 168, 3600),
        ([9] + [10] * 167, 7200),
        ([0] * 7 + [10] * 161, 8 * 3600),
        ([10] * 160 + [0] * 8, 12 * 3600),  # the longest pause ends with the week: twelve is the next window
        ([5] * 4 + [100] * 160 + [0] * 4, 6 * 3600),  # a pause over the week's end, 0 0 0 0 5 5
        ([1] * 168, 12 * 3600),
        ([0] * 60 + [100] * 108, None),
    ],
)
def test_the_window_of_silence(weekly: list[int], window: int | None) -> None:
    assert window_of(weekly, 10, 86400) == window


def test_a_longer_silence_may_be_watched_for() -> None:
    assert window_of([0] * 60 + [100] * 108, 10, 72 * 3600) == 72 * 3600
    assert window_of([80] * 168, 10, 600) is None


@pytest.mark.parametrize(
    ("weekly", "stands", "window"),
    [
        ([9] * 168, 3600, 7200),  # it promises too little now
        ([10] * 168, 7200, 7200),  # an hour would do, but not twice
        ([19] * 168, 7200, 7200),
        ([20] * 168, 7200, 3600),
        ([159] * 168, 3600, 3600),
        ([160] * 168, 3600, 900),
        ([80] * 168, 900, 900),
        ([79] * 168, 900, 3600),
        ([0] * 168, 3600, None),
        ([10] * 168, 172800, 3600),  # longer than what is allowed
    ],
)
def test_a_window_that_stands_stays_within_reason(weekly: list[int], stands: int, window: int | None) -> None:
    assert window_of(weekly, 10, 86400, stands) == window


def test_traffic_that_cannot_be_read_changes_nothing() -> None:
    standing: dict[str, Form] = {
        "slactl api uptime no traffic": {"Metrics": [{"Id": "filled"}, {"Id": "x", "MetricStat": {"Period": 7200}}]}
    }
    (found,) = made("no-traffic", [availability()], known(weekly=()), standing=standing)
    assert isinstance(found, Cause)
    assert found.watches[0].terms == filled("requests", LATENCY, "SampleCount", 7200)
    assert obstacles("no-traffic", availability(), watched=known(weekly=())) == ["not-found"]


def test_endpoints_do_not_change_places_with_every_plan() -> None:
    def chosen(order: list[str], standing: list[str]) -> list[str]:
        names: dict[str, Form] = {f"slactl api errors endpoint errors {name}": {} for name in standing}
        found = made("endpoint-errors", [errors()], known(order), top=10, standing=names)
        return [one.operation for one in found if isinstance(one, Cause) and one.operation]

    order = [f"GET /{number:02}" for number in range(20)]
    first = chosen(order, [])
    assert first == order[:10]
    swapped = [*order[:9], order[10], order[9], *order[11:]]
    assert set(chosen(swapped, first)) == set(first)
    assert set(chosen(swapped, [])) == {*order[:9], order[10]}
    risen = [order[19], *order[:19]]
    assert chosen(risen, first)[0] == order[19]  # who is among the eight busiest gets one at once
    fallen = [*order[:9], *order[10:13], order[9], *order[13:]]
    assert order[9] not in chosen(fallen, first)  # and who is not among twelve has none


def test_errors_of_the_busiest_endpoints() -> None:
    first, second, others = made("endpoint-errors", [errors()], known(60), top=2)
    assert isinstance(first, Cause)
    assert isinstance(second, Cause)
    assert isinstance(others, Cause)
    assert (first.operation, second.operation, others.operation) == ("GET /0000", "GET /0001", None)
    (watch,) = first.watches
    stream = signals("GET /0000")
    assert watch.terms == (
        MetricTerm("faults", stream.faults, "Sum", 21600),
        MetricTerm("requests", stream.requests, "SampleCount", 21600),
        MathTerm("share", "IF(faults >= 10, 100 * faults / requests, 0)", "bad requests, in per cent"),
    )
    assert (watch.threshold, watch.crossing) == (Fraction("0.5"), Crossing.AT_LEAST)  # < 0.5 % is missed by 0.5 %
    (all_of_them,) = others.watches
    assert all_of_them.terms == (
        MathTerm(
            "faults",
            'SELECT SUM("Fault") FROM SCHEMA("ApplicationSignals", Environment, Operation, Service) '
            "WHERE Environment = 'lambda:prod' AND Service = 'missions-api' GROUP BY Operation ORDER BY SUM() DESC",
            "server errors",
            3600,
        ),
    )
    assert (all_of_them.threshold, all_of_them.crossing) == (Fraction(10), Crossing.AT_LEAST)
    for limit in ("busiest 2 ", "no shares", "no client errors", "500 endpoints at most", "falls silent"):
        assert limit in all_of_them.says


def test_all_endpoints_have_their_own_up_to_the_top() -> None:
    assert len(made("endpoint-errors", [errors()], known(50))) == 50
    assert len(made("endpoint-errors", [errors()], known(51))) == 51
    assert made("endpoint-errors", [errors(per_operation=False)], known(3)) == []


def test_client_errors_count_where_they_are_promised() -> None:
    both = errors("<= 1%", ErrorCounts.FAULTS_AND_ERRORS)
    (found,) = made("endpoint-errors", [both], known(1))
    assert isinstance(found, Cause)
    (watch,) = found.watches
    assert [term.id for term in watch.terms] == ["faults", "errors", "requests", "share"]
    term = watch.terms[3]
    assert isinstance(term, MathTerm)
    assert term.expression == "IF((faults + errors) >= 10, 100 * (faults + errors) / requests, 0)"
    assert watch.crossing is Crossing.ABOVE  # <= 1 % is met by 1 %


def test_series_counted_under_one_name_are_added_up() -> None:
    streams = tuple(signals(f"GET /users/{number}") for number in range(6))
    grouped = Watched("api", signals(), (Endpoint("GET /users/{id}", streams[:2]), Endpoint("many", streams)))
    good, bad = made("endpoint-errors", [errors()], grouped)
    assert isinstance(good, Cause)
    assert isinstance(bad, Unfit)
    term = good.watches[0].terms[-1]
    assert isinstance(term, MathTerm)
    expression = "IF((faults1 + faults2) >= 10, 100 * (faults1 + faults2) / (requests1 + requests2), 0)"
    assert term.expression == expression
    assert (bad.code, bad.text) == ("too-many-series", "many is counted from 6 series, an alarm holds ten metrics")


def test_endpoints_of_a_class() -> None:
    service = Service("api", "a", "prod", rules=(OperationRule("GET /0001", operation_class="read"),))
    found = made("endpoint-errors", [errors(operation_class="read")], known(3), service)
    assert [one.operation for one in found if isinstance(one, Cause)] == ["GET /0001"]


def test_queries_that_cannot_be_written_are_told() -> None:
    methods = Watched("api", gateway(), tuple(Endpoint(str(n), (gateway("GET", f"/{n}"),)) for n in range(2)))
    found = made("endpoint-errors", [errors()], methods, top=1)[1]
    assert isinstance(found, Cause)
    assert found.watches[0].terms[0] == MathTerm(
        "faults",
        'SELECT SUM("5XXError") FROM SCHEMA("AWS/ApiGateway", ApiName, Method, Resource, Stage) '
        "WHERE ApiName = 'public' AND Stage = 'prod' GROUP BY Method, Resource ORDER BY SUM() DESC",
        "server errors",
        3600,
    )
    for total in (signals(account="210987654321"), replace(signals(), faults=Metric("N", "it's", ()))):
        beyond = made("endpoint-errors", [errors()], known(2, total=total), top=1)[1]
        assert isinstance(beyond, Unfit)
        assert beyond.code == "beyond-top"


def test_budgets_left_and_gone() -> None:
    yearly = availability(over_year=True)
    low, gone = made("budget-left", [yearly])
    assert isinstance(low, Cause)
    assert isinstance(gone, Cause)
    metric = Metric(
        "Slactl", "BudgetRemaining", (("Window", "month-to-date"), ("Service", "api"), ("Objective", "uptime"))
    )
    (little,), (nothing,) = low.watches, gone.watches
    assert little.terms == filled("left", metric, "Minimum", 26 * 3600)
    assert (little.threshold, little.crossing, little.missing) == (Fraction(25), Crossing.BELOW, Missing.BREACHING)
    assert little.says.endswith("told nothing of it for 26h: it did not run, or the figure is INSUFFICIENT_DATA.")
    assert "slactl explain names the gap" in low.means
    assert nothing.terms == filled("left", metric, "Minimum", 26 * 3600, 100)
    assert (nothing.threshold, nothing.crossing, nothing.missing) == (
        Fraction(0),
        Crossing.AT_MOST,
        Missing.NOT_BREACHING,
    )
    assert nothing.says == "Rings when slactl check --publish tells that the year's budget is gone."
    assert gone.means == "Whatever fails until the year ends is past what was promised."
    (read, _) = made("budget-left", [percentile(50, operation_class="read")])
    assert isinstance(read, Cause)
    term = read.watches[0].terms[0]
    assert isinstance(term, MetricTerm)
    assert ("Class", "read") in term.metric.dimensions
    assert obstacles("budget-left", availability(">= 100%")) == ["nothing-allowed"]


def test_silent_checks() -> None:
    found = cause("silent-checks")
    (watch,) = found.watches
    metric = Metric("Slactl", "LastRun", (("Window", "month-to-date"),))
    assert watch.terms == filled("runs", metric, "SampleCount", 93600)
    assert (watch.threshold, watch.crossing, watch.missing) == (Fraction(1), Crossing.BELOW, Missing.BREACHING)


@pytest.mark.parametrize(
    ("rank", "sign", "crossing"),
    [(95, Comparison.BELOW, Crossing.AT_LEAST), (99, Comparison.AT_MOST, Crossing.ABOVE)],
)
def test_percentiles(rank: int, sign: Comparison, crossing: Crossing) -> None:
    promises = [percentile(95, sign), percentile(99, sign), percentile(50, sign)]
    (found,) = made(f"p{rank}", promises, known())
    assert isinstance(found, Cause)
    (watch,) = found.watches
    assert watch.terms == (MetricTerm("latency", LATENCY, f"p{rank}", 300),)
    assert (watch.threshold, watch.crossing, watch.low_samples) == (Fraction(2000), crossing, "ignore")
    assert (watch.datapoints, watch.evaluation_periods) == (3, 3)
    assert found.means == (
        f"More requests are over the limit than the {100 - rank} % that may be; 15m of that spend 0.035 % of the "
        "budget of a 30-day month, or more."
    )
    assert obstacles(f"p{rank}", percentile(rank, operation_class="read"), watched=known()) == ["class"]


def test_the_slow_share() -> None:
    found = cause("slow-share", latency())
    assert "than the 1 % that may be; 15m of that spend 0.035 % of the budget" in found.means
    assert cause("slow-share", latency(">= 100%")).means == "No request may be over the limit."
    (watch,) = found.watches
    assert watch.terms == (MetricTerm("latency", LATENCY, "PR(:999.999)", 300),)
    assert (watch.threshold, watch.crossing, watch.low_samples) == (Fraction(99), Crossing.BELOW, None)
    (strict,) = cause("slow-share", latency("> 99%", "<= 1s")).watches
    assert (strict.terms[0], strict.crossing) == (MetricTerm("latency", LATENCY, "PR(:1000)", 300), Crossing.AT_MOST)


def test_days_of_the_contract() -> None:
    found = made("daily", [availability(), latency(), errors("< 0.5%"), percentile()], known())
    watches = [one.watches[0] for one in found if isinstance(one, Cause)]
    assert [one.timezone for one in watches] == ["Europe/Rome"] * 3
    assert [one.threshold for one in watches] == [Fraction("0.1"), 1, Fraction("0.5")]
    assert [one.crossing for one in watches] == [Crossing.ABOVE, Crossing.ABOVE, Crossing.AT_LEAST]
    assert {term.period for one in watches for term in one.terms if isinstance(term, MetricTerm)} == {86400}


def test_every_period_is_one_that_cloudwatch_takes() -> None:
    promises = [availability(), latency(), errors(), percentile(), percentile(99)]
    for kind in KINDS:
        for found in made(kind, promises, known(60)):
            for watch in found.watches if isinstance(found, Cause) else ():
                periods = {term.period for term in watch.terms if term.period}
                assert len(periods) == 1
                (period,) = periods
                assert period % 60 == 0
                assert period * watch.evaluation_periods <= (86400 if period < 3600 else 604800)
                assert watch.datapoints <= watch.evaluation_periods
                assert sum(isinstance(term, MetricTerm) for term in watch.terms) <= 10
                assert watch.returned in {term.id for term in watch.terms}
