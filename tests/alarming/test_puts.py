"""Every put is one that boto3 takes, with the limits of CloudWatch's own model."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from slactl.alarming.form import KEPT_BY_PEOPLE, OWNED, TOLD, form_of, merged, shape_of
from slactl.alarming.plan import plan
from slactl.model.alarm import Severity
from slactl.model.alarmplan import Shape
from tests.alarming.scenes import availability, enforcement, errors, known, latency, percentile, wanted
from tests.alarming.simulator import stands

MODEL = botocore.session.get_session().get_service_model("cloudwatch")
PUTS = {Shape.METRIC: "PutMetricAlarm", Shape.COMPOSITE: "PutCompositeAlarm"}
SAID = {Shape.METRIC: "MetricAlarm", Shape.COMPOSITE: "CompositeAlarm"}
PROMISES = [availability(), latency(), errors(), percentile(), percentile(99)]


def taken(shape: Shape) -> Any:
    """What a put takes, by name."""
    return MODEL.operation_model(PUTS[shape]).input_shape


def test_every_put_is_valid() -> None:
    every = enforcement(dict.fromkeys(enforcement().kinds, Severity.TICKET))
    for one in wanted(PROMISES, known(["GET /" + "è" * 900, 'a "b"\n', *map(str, range(60))]), every).alarms:
        shape = shape_of(one.alarm)
        tags = [{"Key": key, "Value": value} for key, value in one.tags.items()]
        errors_found = ParamValidator().validate({**form_of(one.alarm), "Tags": tags}, taken(shape))
        assert not errors_found.has_errors(), errors_found.generate_report()
        assert len(tags) <= 50


@pytest.mark.parametrize("shape", [Shape.METRIC, Shape.COMPOSITE])
def test_every_field_is_ours_or_peoples_or_only_told(shape: Shape) -> None:
    """A field that is new in the model must be thought about."""
    asked = set(taken(shape).members) - {"Tags"}
    assert asked <= OWNED | KEPT_BY_PEOPLE
    said: Any = MODEL.shape_for(SAID[shape])
    assert set(said.members) - asked <= TOLD


def test_what_is_put_over_a_standing_alarm_is_taken() -> None:
    (alarm, *_) = wanted(PROMISES, known()).alarms
    there = stands(alarm)
    people = {"ActionsEnabled": False, "WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 5}}
    told = {"StateReason": "x", "AlarmArn": "arn", "EvaluationState": "PARTIAL_DATA"}
    put = merged(form_of(alarm.alarm), {**there.fields, **people, **told})
    assert not ParamValidator().validate(put, taken(Shape.METRIC)).has_errors()
    assert {key: put[key] for key in people} == people
    assert plan([alarm], [there]).to_do == ()
