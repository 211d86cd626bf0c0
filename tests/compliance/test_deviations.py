"""Which incident explains what: by time, by service, by what it says itself."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from slactl.compliance.deviations import Calendar, deviations, is_missed
from slactl.model.incident import Deviations, Incident
from slactl.model.report import Outage, Result, RowSpan, Seconds, ServiceReport
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Status

DAY = 86_400
PERIOD = Span(100 * DAY, 130 * DAY)
YEAR = Span(0, 130 * DAY)
CALENDAR = Calendar(PERIOD, YEAR, 133 * DAY)


def minutes(start: int, end: int) -> Span:
    return Span(PERIOD.start + 60 * start, PERIOD.start + 60 * end)


def incident(name: str, span: Span | None = None, *, services: tuple[str, ...] = ("api",), **more: object) -> Incident:
    span = span or minutes(0, 60)
    return replace(Incident(name, services, span.start, span.end, "x"), **more)  # type: ignore[arg-type]


def service(*spans: Span, key: str = "api", seconds: Seconds | None = None, resolution: int = 300) -> ServiceReport:
    outages = tuple(Outage(span, 100, 60) for span in spans)
    account = seconds or Seconds(up=PERIOD.seconds)
    return ServiceReport(
        key, key, "prod", SourceKind.APPLICATION_SIGNALS, account, 1, outages=outages, resolution=resolution
    )


def row(objective: str = "uptime", indicator: str = "availability", unit: str = "seconds", **more: object) -> Result:
    goal, span, status = ">= 99.9%", RowSpan.MONTH, Status.BREACHED
    made = Result("api", objective, None, None, span, indicator, goal, True, status, unit)
    return replace(made, **more)  # type: ignore[arg-type]


UPTIME = row()
LATENCY = row("api-latency", "latency", "requests")


def found(*incidents: Incident, spans: tuple[Span, ...] = (), rows: tuple[Result, ...] = ()) -> Deviations:
    return deviations(incidents, [service(*spans)], rows, CALENDAR)


def test_a_stretch_is_explained_by_all_that_overlap_it_first_to_begin_first() -> None:
    told = found(
        incident("B", minutes(10, 20)),
        incident("A", minutes(12, 30)),
        incident("before", minutes(-20, 5)),
        incident("after", minutes(25, 40)),
        incident("other", minutes(5, 25), services=("web",)),
        spans=(minutes(5, 25),),
    )
    (stretch,) = told.stretches
    assert (stretch.incidents, stretch.uncovered) == (("B", "A"), 300)
    assert told.without_effect == ("before", "other", "after")
    assert told.unexplained == 0


def test_an_incident_without_an_end_goes_on_until_now() -> None:
    told = found(incident("A", minutes(10, 11), end=None), spans=(minutes(5, 25),))
    assert told.stretches[0].uncovered == 300
    later = deviations(
        [incident("A", Span(CALENDAR.now, CALENDAR.now + 9), end=None)],
        [service(minutes(5, 25))],
        [],
        CALENDAR,
    )
    assert (later.stretches[0].explained, later.incidents) == (False, ())


def test_an_incident_of_objectives_explains_a_stretch_only_if_one_is_an_availability() -> None:
    latency = incident("A", objectives=("api-latency",))
    uptime = incident("B", objectives=("api-latency", "uptime"))
    told = found(latency, uptime, spans=(minutes(5, 25),), rows=(UPTIME, LATENCY))
    assert told.stretches[0].incidents == ("B",)
    assert [one.incidents for one in told.missed] == [("B",), ("A", "B")]


def test_a_missed_availability_is_explained_through_its_stretches() -> None:
    elsewhere = incident("A", minutes(500, 600))
    told = found(elsewhere, spans=(minutes(5, 25),), rows=(UPTIME, LATENCY))
    assert [one.incidents for one in told.missed] == [(), ("A",)]
    assert told.unexplained == 2
    assert told.without_effect == ()
    declares = replace(elsewhere, add_downtime=True)
    assert found(declares, spans=(minutes(5, 25),), rows=(UPTIME,)).missed[0].incidents == ("A",)


def test_where_no_stretch_is_known_the_row_s_span_counts() -> None:
    elsewhere = incident("A", minutes(500, 600))
    by_requests = row("by-requests", unit="requests")
    assert found(elsewhere, rows=(UPTIME,)).missed[0].incidents == ("A",)
    assert found(elsewhere, spans=(minutes(5, 25),), rows=(by_requests,)).missed[0].incidents == ("A",)
    assert found(incident("A", minutes(-60, -1)), rows=(UPTIME,)).missed[0].incidents == ()


def test_the_year_so_far_is_explained_by_what_lies_in_it() -> None:
    year = row(span=RowSpan.YEAR_TO_DATE)
    last_month = incident("A", Span(80 * DAY, 81 * DAY))
    told = found(last_month, spans=(minutes(5, 25),), rows=(year,))
    assert told.missed[0].incidents == ("A",)
    assert [one.id for one in told.incidents] == ["A"]
    assert told.without_effect == ()
    assert found(incident("A", Span(-9, -1)), rows=(year,)).missed[0].incidents == ()


def test_what_is_missed() -> None:
    assert is_missed(UPTIME)
    assert is_missed(row(binding=False))
    assert is_missed(row(operation="GET /x"))
    assert not is_missed(row(operation="GET /x", binding=False))
    assert not is_missed(row(status=Status.WARNING))
    assert not is_missed(row(status=Status.INSUFFICIENT_DATA))


def test_what_incidents_declare_is_clipped_to_what_is_settled() -> None:
    declared = incident("A", minutes(-60, 60), services=("api", "web", "gone"), add_downtime=True)
    told = deviations([declared], [service(), service(key="web")], [], CALENDAR)
    assert [(one.service, one.span) for one in told.declared] == [("api", minutes(0, 60)), ("web", minutes(0, 60))]
    assert told.without_effect == ()
    nothing = deviations([declared], [service()], [], Calendar(None, None, CALENDAR.now))
    assert (nothing.declared, nothing.incidents) == ((), ())


def test_count_longest_and_mean() -> None:
    told = found(spans=(minutes(0, 5), minutes(10, 25)))
    assert (len(told.stretches), told.longest) == (2, 900)
    assert told.mean_time_to_repair == Fraction(600)
    assert (told.unexplained, Deviations().longest, Deviations().mean_time_to_repair) == (2, None, None)
    odd = found(spans=(minutes(0, 5), minutes(10, 25), minutes(30, 31)))
    assert odd.mean_time_to_repair == Fraction(1260, 3)


def test_services_of_which_stretches_may_be_missing() -> None:
    unknown, hours = Seconds(up=1, unknown=1), Seconds(up=1, down=1)
    services = [
        service(),
        service(key="unread", seconds=unknown),
        service(key="old", seconds=hours, resolution=3600),
        service(key="calm", seconds=Seconds(up=1), resolution=3600),
    ]
    assert deviations([], services, [], CALENDAR).incomplete == ("unread", "old")


spans = st.builds(lambda start, length: minutes(start, start + length), st.integers(-30, 300), st.integers(1, 90))
stories = st.builds(
    lambda span, who, add: (span, who, add), spans, st.sampled_from([("api",), ("web",), ("api", "web")]), st.booleans()
)


@given(st.lists(spans, max_size=4), st.lists(stories, max_size=5))
def test_a_stretch_is_explained_exactly_by_those_that_share_a_second(
    down: list[Span], told: list[tuple[Span, tuple[str, ...], bool]]
) -> None:
    incidents = [incident(f"I{n}", span, services=who, add_downtime=add) for n, (span, who, add) in enumerate(told)]
    result = deviations(incidents, [service(*down)], [], CALENDAR)
    for stretch in result.stretches:
        seconds = set(range(stretch.span.start, stretch.span.end, 60))
        mine = [one for one in incidents if one.concerns("api") and one.end is not None]
        covers = {one.id: seconds & set(range(one.start, one.end or 0, 60)) for one in mine}
        assert set(stretch.incidents) == {name for name, held in covers.items() if held}
        assert stretch.uncovered == 60 * len(seconds - set().union(*covers.values()))
    effective = {name for one in result.stretches for name in one.incidents} | {one.incident for one in result.declared}
    assert set(result.without_effect) == {one.id for one in result.incidents} - effective
