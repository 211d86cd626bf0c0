"""Random wanted and standing alarms for hypothesis: few names, so that they meet."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from slactl.alarming.ownership import tags_of
from slactl.model.alarm import (
    SILENT,
    Actions,
    AllOf,
    AnyOf,
    CompositeAlarm,
    Crossing,
    DesiredAlarm,
    MathTerm,
    MetricAlarm,
    MetricTerm,
    Missing,
    Rings,
    Rule,
    Severity,
)
from slactl.model.alarmplan import Shape, Standing
from slactl.model.metric import Metric
from tests.alarming.simulator import stands

PREFIX = "slactl"
NAMES = tuple(f"{PREFIX} api {word}" for word in ('a"b', "c\\", "dé (x)", "e, f", "g", "h"))
TOPIC = "arn:aws:sns:eu-west-1:123456789012:page"
METRICS = tuple(Metric("N", name, (("B", "2"), ("A", "1"))) for name in ("bad", "all"))
THRESHOLDS = (Fraction(144, 100), Fraction(1, 3), Fraction(0), Fraction(5))


def metric_alarm(name: str, threshold: Fraction = Fraction(1), actions: Actions = SILENT) -> MetricAlarm:
    """A ratio of two metrics over an hour."""
    terms = (
        MetricTerm("bad", METRICS[0], "Sum", 3600),
        MetricTerm("all", METRICS[1], "SampleCount", 3600),
        MathTerm("share", "100 * bad / all", "bad, in per cent"),
    )
    return MetricAlarm(name, "x", terms, "share", Crossing.AT_LEAST, threshold, 1, 1, Missing.NOT_BREACHING, actions)


def desired_of(alarm: MetricAlarm | CompositeAlarm, severity: Severity = Severity.PAGE) -> DesiredAlarm:
    """The alarm as wanted for a service and objective."""
    tags = tags_of("burn-rate", "api", severity, "uptime", "ISMS SLA, Uptime")
    return DesiredAlarm(alarm, "burn-rate", "api", severity, "uptime", None, tags)


def _rules(names: list[str]) -> st.SearchStrategy[Rule]:
    leaves = st.sampled_from(names).map(Rings)
    pairs = st.lists(leaves, min_size=1, max_size=2).map(lambda parts: AllOf(tuple(parts)))
    return st.lists(leaves | pairs, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts)))


@st.composite
def desired_sets(draw: st.DrawFn) -> tuple[DesiredAlarm, ...]:
    """Wanted alarms whose composites look only at wanted ones before them."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    found: list[DesiredAlarm] = []
    for name in names:
        actions = draw(st.sampled_from([Actions(), Actions((TOPIC,)), Actions((TOPIC,), (TOPIC,))]))
        looks = draw(st.booleans())
        if found and looks:
            rule = draw(_rules([one.name for one in found]))
            found.append(desired_of(CompositeAlarm(name, draw(st.sampled_from(["", "why"])), rule, actions)))
        else:
            threshold = draw(st.sampled_from(THRESHOLDS))
            found.append(desired_of(metric_alarm(name, threshold, actions), draw(st.sampled_from(Severity))))
    return tuple(draw(st.permutations(found)))


@st.composite
def accounts(draw: st.DrawFn) -> tuple[Standing, ...]:
    """What stands: some of ours as somebody once wanted it, touched by people, and foreign alarms of the same names."""
    ours = [stands(one) for one in draw(desired_sets())]
    touched = [Standing(one.name, one.shape, {**one.fields, **draw(_touches)}, one.tags, one.arn) for one in ours]
    free = [name for name in (*NAMES, "mine", "slactl-other x") if name not in {one.name for one in ours}]
    names = draw(st.lists(st.sampled_from(free), unique=True))
    return (*touched, *(draw(_foreign(name)) for name in names))


_touches = st.fixed_dictionaries(
    {},
    optional={
        "ActionsEnabled": st.just(False),
        "WarmUpConfiguration": st.just({"WarmUpPeriodDurationInMinutes": 5}),
        "AlarmDescription": st.just("changed by hand"),
    },
)


@st.composite
def _foreign(draw: st.DrawFn, name: str) -> Standing:
    tags = draw(
        st.sampled_from(
            [None, {}, {"team": "x"}, {"slactl:managed": "true", "slactl:owner": "terraform"}]
            + ([{"slactl:managed": "true"}] if not name.startswith(f"{PREFIX} ") else [])
        )
    )
    shape = draw(st.sampled_from([Shape.METRIC, Shape.LOG]))
    return Standing(name, shape, {"AlarmName": name, "Threshold": 7.0, "Period": 60}, tags, f"arn:{name}")
