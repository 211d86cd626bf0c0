"""Series from GetMetricData: complete, or a failure with its reason; never an empty answer for a failure."""

from __future__ import annotations

import math
from collections import Counter
from threading import Event

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from slactl.aws.failures import AwsFailure
from slactl.model.metric import Metric, Query, Series
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.sandbox.behaviour import Behaviour, Rhythm
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.sources.cloudwatch import POINTS_A_SECOND, TRIES, CloudWatchReader
from tests.aws.clock import Clock
from tests.fakes import FakeReader, Hit, hourly, instant, own_stream
from tests.sources.sandboxed import Answer, Scripted, over, page, result, visible, world_of

DAY, HOUR = 86_400, 3_600
FIRST = instant("2026-10-12T00:00:00Z")
NOW = instant("2026-10-20T06:00:00Z")
SPAN = Span(FIRST, FIRST + DAY)
TRAFFIC = hourly(FIRST, 24, [Hit(0, "GET /a", 50), Hit(60, "GET /a", 250, 503), Hit(120, "GET /b", 9, 404)])
A, B = own_stream("GET /a"), own_stream("GET /b")


def query(metric: Metric, stat: str = "Sum", period: int = HOUR, span: Span = SPAN) -> Query:
    return Query((metric,), stat, period, span)


QUERIES = [
    query(A.latency, "SampleCount"),
    query(A.faults),
    query(B.latency, "Maximum", 300),
    query(B.errors, period=DAY),
    Query((A.faults, B.faults), "Sum", HOUR, SPAN),
    query(A.latency, "TC(:100)", 300),
]
TRUE = FakeReader(TRAFFIC).read(QUERIES)


class Stage:
    """A reader over a sandbox that misbehaves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.asked: list[int] = []

    def read(self, **told: object) -> list[Series]:
        world = world_of(TRAFFIC, NOW, behaviour=Behaviour(**told))  # type: ignore[arg-type]
        aws, app = over(world, self._patch)
        found = CloudWatchReader(aws).read(QUERIES)
        self.asked = [len(call.params["MetricDataQueries"]) for call in app.calls]
        return found


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def reasons(found: list[Series]) -> list[Code | None]:
    return [series.failure.code if series.failure else None for series in found]


def test_every_series_is_what_the_store_holds(stage: Stage) -> None:
    assert stage.read() == TRUE
    assert stage.asked == [8]


@pytest.mark.parametrize("told", [{"partial": True}, {"page_points": 7}, {"partial": True, "page_points": 5}])
def test_pages_are_put_together(stage: Stage, told: dict[str, object]) -> None:
    assert stage.read(**told) == TRUE
    assert len(stage.asked) > 1


def test_what_stays_partial_is_a_failure_and_not_half_a_figure(stage: Stage) -> None:
    found = stage.read(partial_forever=frozenset({"Latency:GET /a"}))
    assert reasons(found) == [Code.READ_FAILED, None, None, None, None, Code.READ_FAILED]
    assert [series.points for series in found if series.failure] == [{}, {}]
    assert [series for series in found if not series.failure] == TRUE[1:5]


@pytest.mark.parametrize("times", [1, 2, 5])
def test_an_internal_error_heals(stage: Stage, times: int) -> None:
    assert stage.read(internal_error={"Error:GET /b": times}) == TRUE


def test_only_what_failed_is_asked_again() -> None:
    def answer(request: Answer) -> Answer:
        first = len(scripted.asked) == 1
        states = {name: "InternalError" if first and name == "q1" else "Complete" for name in visible(request)}
        return page(*(result(name, {SPAN.start: float(name[1:])}, state) for name, state in states.items()))

    scripted = Scripted(answer)
    found = CloudWatchReader(scripted).read([query(A.faults), query(A.errors), query(B.faults)])
    assert found == [Series({SPAN.start: float(number)}) for number in range(3)]
    assert [visible(request) for request in scripted.asked] == [["q0", "q1", "q2"], ["q1"]]


def test_an_internal_error_that_stays_is_a_failure(stage: Stage) -> None:
    found = stage.read(internal_error={"Error:GET /b": None})
    assert reasons(found) == [None, None, None, Code.READ_FAILED, None, None]
    assert found[3].failure is not None
    assert dict(found[3].failure.figures) == {"error": "InternalError"}
    assert (stage.asked[0], stage.asked[-1]) == (8, 1)


def test_an_internal_error_under_a_sum_fails_the_sum(stage: Stage) -> None:
    assert reasons(stage.read(internal_error={"Fault:GET /b": None}))[4] is Code.READ_FAILED


def test_a_metric_that_may_not_be_read_is_denied_and_not_asked_again(stage: Stage) -> None:
    found = stage.read(forbidden=frozenset({"Latency:GET /a"}))
    assert reasons(found) == [Code.ACCESS_DENIED, None, None, None, None, Code.ACCESS_DENIED]
    assert stage.asked == [8]
    assert found[0].failure is not None
    assert "not allowed" in str(dict(found[0].failure.figures)["error"])


def test_a_message_about_the_whole_answer_leaves_nothing_of_it_believed(stage: Stage) -> None:
    found = stage.read(messages=(("InternalError", "Some data may be missing"),))
    assert reasons(found) == [Code.READ_FAILED] * 6
    assert found[0].failure is not None
    assert dict(found[0].failure.figures)["error"] == "InternalError: Some data may be missing"
    assert len(stage.asked) == TRIES


@pytest.mark.parametrize(
    "told", [{"throttle": Rhythm.every(2)}, {"server_error": Rhythm.every(3)}, {"drop": Rhythm(0.5)}]
)
def test_what_botocore_repeats_is_not_noticed(stage: Stage, told: dict[str, object]) -> None:
    assert stage.read(page_points=9, **told) == TRUE


def test_a_throttled_call_is_tried_eight_times_three_times_over(stage: Stage) -> None:
    found = stage.read(throttle=Rhythm(1.0))
    assert reasons(found) == [Code.READ_FAILED] * 6
    assert dict(found[0].failure.figures)["error"] in {"Throttling", "ThrottlingException"}  # type: ignore[union-attr]
    assert len(stage.asked) <= 8 * TRIES


@pytest.mark.parametrize(
    ("told", "code", "hint"),
    [
        ({"expired_token": True}, "ExpiredToken", "sign in again"),
        ({"access_denied": frozenset({"GetMetricData"})}, "AccessDenied", "add it to the role's policy"),
    ],
)
def test_what_no_other_read_can_mend_is_raised(stage: Stage, told: dict[str, object], code: str, hint: str) -> None:
    with pytest.raises(AwsFailure, match=f"reading metrics: GetMetricData answered {code}") as caught:
        stage.read(**told)
    assert hint in caught.value.hint
    assert caught.value.code.startswith(code)


def test_an_endpoint_that_is_not_there_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(request: Answer) -> Answer:
        raise EndpointConnectionError(endpoint_url="http://nowhere.invalid")

    with pytest.raises(AwsFailure, match="could not be reached") as caught:
        CloudWatchReader(Scripted(refuse)).read(QUERIES)
    assert "AWS_ENDPOINT_URL" in caught.value.hint


def test_a_read_that_timed_out_is_a_gap_and_not_the_end() -> None:
    def late(request: Answer) -> Answer:
        if visible(request) == ["q0"]:
            raise ReadTimeoutError(endpoint_url="http://slow.invalid")
        return page(*(result(name, {SPAN.start: 1.0}) for name in visible(request)))

    other = Span(SPAN.end, SPAN.end + DAY)
    wanted = [query(A.faults), query(A.faults, span=other), query(A.errors, span=other)]
    scripted = Scripted(late)
    found = CloudWatchReader(scripted).read(wanted)
    assert reasons(found) == [Code.READ_FAILED, None, None]
    assert sum(visible(request) == ["q0"] for request in scripted.asked) == TRIES


def alone(*pages: Answer) -> tuple[Series, Scripted]:
    """One query, answered page by page; the last page again and again."""
    left = list(pages)
    scripted = Scripted(lambda request: left.pop(0) if len(left) > 1 else left[0])
    return CloudWatchReader(scripted).read([query(A.faults)])[0], scripted


POINTS = {SPAN.start: 1.0, SPAN.start + HOUR: 2.0}


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_not_believed(bad: float) -> None:
    found, scripted = alone(page(result("q0", POINTS | {SPAN.start: bad})))
    assert reasons([found]) == [Code.READS_DISAGREE]
    assert (found.points, len(scripted.asked)) == ({}, TRIES)
    assert alone(page(result("q0", {SPAN.start: bad})), page(result("q0", POINTS)))[0] == Series(POINTS)


def test_one_bucket_with_two_values_is_not_believed() -> None:
    twice = [
        page(result("q0", POINTS, "PartialData"), token="t"),
        page(result("q0", {SPAN.start: 7.0}), token=None),
    ]
    assert reasons([alone(*twice * TRIES)[0]]) == [Code.READS_DISAGREE]
    assert alone(*twice, page(result("q0", POINTS)))[0] == Series(POINTS)


def test_one_bucket_told_twice_with_one_value_is_one_bucket() -> None:
    pages = [page(result("q0", POINTS, "PartialData"), token="t"), page(result("q0", {SPAN.start: 1.0}))]
    assert alone(*pages)[0] == Series(POINTS)


def test_an_answer_without_the_query_is_a_failure() -> None:
    found, scripted = alone(page())
    assert found.failure is not None
    assert dict(found.failure.figures) == {"error": "no result"}
    assert len(scripted.asked) == TRIES


def test_an_empty_answer_that_is_complete_is_empty() -> None:
    assert alone(page(result("q0", {})))[0] == Series({})


def test_answers_stand_in_the_order_of_the_queries_whoever_comes_first() -> None:
    done = Event()
    spans = [Span(FIRST + day * DAY, FIRST + (day + 1) * DAY) for day in range(3)]

    def answer(request: Answer) -> Answer:
        start = request["StartTime"]
        if start == spans[0].start:
            assert done.wait(20)
        if start == spans[2].start:
            done.set()
        return page(*(result(name, {start: float(start + int(name[1:]))}) for name in reversed(visible(request))))

    wanted = [query(A.faults, span=spans[number % 3]) for number in range(9)]
    found = CloudWatchReader(Scripted(answer)).read(wanted)
    assert found == [
        Series({asked.span.start: float(asked.span.start + number // 3)}) for number, asked in enumerate(wanted)
    ]


def test_a_sum_is_hidden_inputs_under_one_expression() -> None:
    scripted = Scripted(lambda request: page(*(result(name, {}) for name in visible(request))))
    linked = Metric("N", "m", (("D", "v"),), account_id="210987654321")
    CloudWatchReader(scripted).read([Query((A.faults, linked), "Sum", 300, SPAN), query(linked)])
    (request,) = scripted.asked
    first, second, total, plain = request["MetricDataQueries"]
    assert (first["ReturnData"], second["ReturnData"], total["ReturnData"]) == (False, False, True)
    assert total["Expression"] == 'SUM(METRICS("i0_"))'
    assert {first["Id"], second["Id"]} == {"i0_0_", "i0_1_"}
    assert ("AccountId" in first, second["AccountId"], plain["AccountId"]) == (False, "210987654321", "210987654321")
    assert second["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "D", "Value": "v"}]
    assert (request["StartTime"], request["EndTime"], request["ScanBy"]) == (
        SPAN.start,
        SPAN.end,
        "TimestampAscending",
    )
    assert request["MaxDatapoints"] <= 100_800


def test_a_sum_s_inputs_are_told_from_those_of_others() -> None:
    """``METRICS("i1_")`` finds what contains it: ``i11_0_`` must not."""
    scripted = Scripted(lambda request: page(*(result(name, {}) for name in visible(request))))
    CloudWatchReader(scripted).read([Query((A.faults, B.faults), "Sum", 300, SPAN)] * 25)
    entries = scripted.asked[0]["MetricDataQueries"]
    hidden = [entry["Id"] for entry in entries if "MetricStat" in entry]
    for entry in entries:
        if "Expression" in entry:
            wanted = entry["Expression"].split('"')[1]
            assert Counter(wanted in name for name in hidden)[True] == 2


def test_reads_keep_the_datapoint_quota() -> None:
    clock = Clock()
    scripted = Scripted(lambda request: page(*(result(name, {}) for name in visible(request))), clock)
    long = Span(FIRST, FIRST + 350 * 288 * 300)
    wanted = [query(A.faults, period=300, span=long)] * 12
    CloudWatchReader(scripted).read(wanted)
    points = sum(asked.datapoints for asked in wanted)
    assert points > 4 * POINTS_A_SECOND
    assert clock.now - 1000 >= points / POINTS_A_SECOND - 1 - 1e-6


def test_a_repeated_read_keeps_the_quota_too() -> None:
    clock = Clock()
    long = Span(FIRST, FIRST + 350 * 288 * 300)
    failing = Scripted(lambda request: page(*(result(name, {}, "InternalError") for name in visible(request))), clock)
    CloudWatchReader(failing).read([query(A.faults, period=300, span=long)] * 3)
    assert clock.now - 1000 == pytest.approx(TRIES * 3 * 100_800 / POINTS_A_SECOND - 1)


def test_what_was_asked_is_counted_as_planned_not_as_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    troubles = Behaviour(internal_error={"Error:GET /b": 2}, throttle=Rhythm.every(2), page_points=9)
    aws, _ = over(world_of(TRAFFIC, NOW, behaviour=troubles), monkeypatch)
    reader = CloudWatchReader(aws)
    assert reader.use() == ()
    found = reader.read(QUERIES)
    reader.read([])
    (use,) = reader.use()
    points = sum(asked.datapoints for asked in QUERIES)
    assert (use.kind, use.account, use.region) == ("cloudwatch", "123456789012", "eu-west-1")
    assert (use.calls, use.queries, use.datapoints) == (1, 7, points)
    assert use.received == sum(len(series.points) for series in found)


def test_progress_is_told_call_by_call() -> None:
    told: list[tuple[int, int]] = []
    scripted = Scripted(lambda request: page(*(result(name, {}) for name in visible(request))))
    reader = CloudWatchReader(scripted, lambda done, total: told.append((done, total)))
    reader.read([query(A.faults, span=Span(FIRST, FIRST + (day + 1) * DAY)) for day in range(3)])
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_nothing_is_asked_about_nothing() -> None:
    scripted = Scripted(lambda request: page())
    assert CloudWatchReader(scripted).read([]) == []
    assert scripted.asked == []


def test_an_error_that_only_this_call_meets_is_a_failure_of_it() -> None:
    def refuse(request: Answer) -> Answer:
        raise ClientError({"Error": {"Code": "ValidationError", "Message": "no"}}, "GetMetricData")

    found = CloudWatchReader(Scripted(refuse)).read([query(A.faults)])
    assert found[0].failure is not None
    assert dict(found[0].failure.figures) == {"error": "ValidationError"}


def test_an_empty_world_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    aws, _ = over(World(RequestLog.empty(), now=NOW), monkeypatch)
    assert CloudWatchReader(aws).read(QUERIES) == [Series({})] * len(QUERIES)


@pytest.mark.parametrize(
    "odd",
    [
        {"Timestamps": [FIRST], "Values": [1.0, 2.0]},
        {"Timestamps": [FIRST], "Values": ["soon"]},
        {"Timestamps": [FIRST], "Values": [None]},
        {"Timestamps": ["2026-10-12"], "Values": [1.0]},
        {"Values": [1.0]},
    ],
    ids=str,
)
def test_times_and_values_that_do_not_go_together_are_a_failure(odd: Answer) -> None:
    def answer(request: Answer) -> Answer:
        return page(*({**result(name, {}), **odd} if name == "q0" else result(name, {}) for name in visible(request)))

    found = CloudWatchReader(Scripted(answer)).read([query(A.faults), query(A.errors)])
    assert reasons(found) == [Code.READ_FAILED, None]


def test_an_answer_without_results_is_a_failure() -> None:
    scripted = Scripted(lambda request: {})
    assert reasons(CloudWatchReader(scripted).read([query(A.faults)])) == [Code.READ_FAILED]
    assert len(scripted.asked) == TRIES
