"""Whether everything that controls look at can be looked at.

The one rule: it asks whether there is an answer; whether the answer is as it should be, the report says.
"""

from __future__ import annotations

from collections.abc import Iterator

from slactl.model.catalogue import Catalogue
from slactl.model.control import ControlSample
from slactl.model.status import Code, Reason
from slactl.ports.general import ConfigurationReader
from slactl.workflows.general.sampling import controls_of, take
from slactl.workflows.onboarding import elsewhere
from slactl.workflows.onboarding.checks import Check, ok, problem, unknown, warning

SUBJECT = "controls"
ADVICE = "slactl iam policy --for collect says what a role needs"


def control_checks(catalogue: Catalogue, reader: ConfigurationReader, now: int) -> Iterator[Check]:
    """Every control in force, looked at once; those that fail for the same reason together."""
    chosen = controls_of(catalogue, now)
    if not chosen:
        return
    taken = take(catalogue, chosen, reader, now)
    failed: dict[Reason, list[ControlSample]] = {}
    for one in taken:
        if one.failure is not None:
            failed.setdefault(one.failure, []).append(one)
    for reason, samples in failed.items():
        yield _failed(reason, ", ".join(dict.fromkeys(one.control for one in samples)))
    if not failed:
        yield ok(SUBJECT, "", f"{len(taken)} looks at the configuration, all answered")


def _failed(reason: Reason, which: str) -> Check:
    figures = dict(reason.figures)
    if reason.code is Code.ACCESS_DENIED:
        if "action" in figures:
            return problem(SUBJECT, which, f"{figures['action']} is not allowed", ADVICE)
        return problem(SUBJECT, which, str(figures.get("error", "it is not allowed")), elsewhere.ADVICE)
    told = str(figures.get("error", reason.code.value))
    if reason.code is Code.NOT_THERE:
        return warning(SUBJECT, which, told, "name what is there, or leave the control out")
    return unknown(SUBJECT, which, told, "run it again; where it stays, the control's call or JMESPath is wrong")
