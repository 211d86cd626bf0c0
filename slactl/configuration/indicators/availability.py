"""Uptime: ``evaluation``, ``slice``, ``slice_goal``, ``no_traffic``."""

from __future__ import annotations

from slactl.configuration import patterns
from slactl.configuration.fields import Fields, choice, quantity
from slactl.configuration.indicators.kind import Kind
from slactl.configuration.quantities import share_of_good, slice_goal, slice_length
from slactl.model.objective import Availability, Evaluation, SilencePolicy


def _parse(fields: Fields) -> Availability:
    return Availability(
        evaluation=fields.get("evaluation", choice(Evaluation), Evaluation.TIME_SLICES.value),
        slice_seconds=fields.get("slice", quantity(slice_length), "5m"),
        slice_goal=fields.get("slice_goal", quantity(slice_goal), ">= 95%"),
        no_traffic=fields.get("no_traffic", choice(SilencePolicy), SilencePolicy.EXPECTED.value),
    )


KIND = Kind(
    options={
        "evaluation": patterns.words("how uptime is computed", *Evaluation),
        "slice": patterns.text("the length of a slice, whole minutes that divide an hour", patterns.DURATION),
        "slice_goal": patterns.text("the share without a fault that makes a slice up", patterns.SLICE_GOAL),
        "no_traffic": patterns.words("what silence counts as", *SilencePolicy),
    },
    parse=_parse,
    goal=share_of_good,
    goal_schema=patterns.text("the least share of good", patterns.SHARE_OF_GOOD),
)
