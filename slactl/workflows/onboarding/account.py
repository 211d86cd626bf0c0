"""Whether the account can be read: who calls, where, when, and what is allowed.

The one rule: a permission that a report needs and lacks is a problem; one that only discovery needs is
a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from slactl.model.catalogue import AwsSettings
from slactl.ports import Identity, Permissions, Refusal, Stages
from slactl.workflows.onboarding.checks import Check, Health, ok, problem, unknown, warning

SKEW = 300
METRICS, LIST_METRICS = "cloudwatch:GetMetricData", "cloudwatch:ListMetrics"
OPERATIONS, SERVICES = "application-signals:ListServiceOperations", "application-signals:ListServices"
DEFINITIONS = "apigateway:GET"
WHAT_FOR = {
    METRICS: "every figure",
    OPERATIONS: "finding the operations of a month",
    LIST_METRICS: "finding the methods of a gateway",
    SERVICES: "init, discover and doctor",
    DEFINITIONS: "init, discover and doctor: whether detailed metrics are on, what stands before a service",
}
WHAT_COLLECT_IS_FOR = {
    "cloudwatch:DescribeAlarms": "collect: which alarms stand watch, and how they stand",
    "cloudwatch:DescribeAlarmHistory": "collect: what rang",
    "cloudwatch:ListTagsForResource": "collect: which alarms name a clause",
    "cloudwatch:ListAlarmMuteRules": "collect: what was muted",
    "cloudwatch:GetAlarmMuteRule": "collect: what was muted",
}
"""Tried where the configuration has evidence collected, alarms included."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is taken to be (seconds since the epoch), and whether SLACTL_NOW said so."""

    now: int
    was_set: bool


def identity_checks(found: Identity | Refusal, settings: AwsSettings, clock: Clock) -> Iterator[Check]:
    """Credentials, account, region and clock."""
    if isinstance(found, Refusal):
        yield problem("credentials", "", found.what, found.hint)
        yield unknown("everything else", "", "could not be looked at", "mend the above first")
        return
    yield ok("credentials", "", found.arn)
    yield _account(found, settings)
    yield ok("region", "", found.region)
    yield _clock(found, clock)


def _account(found: Identity, settings: AwsSettings) -> Check:
    expected = settings.expected_account
    if expected and expected != found.account:
        advice = "use other credentials, or mend aws.expected_account"
        return problem("account", "", f"{found.account}, expected {expected}", advice)
    advice = "" if expected else "aws.expected_account would refuse any other account"
    return ok("account", "", found.account + (", as expected" if expected else ""), advice)


def _clock(found: Identity, clock: Clock) -> Check:
    if clock.was_set:
        return ok("clock", "", "SLACTL_NOW sets it; not compared with AWS")
    if found.answered_at is None:
        return ok("clock", "", "near enough: AWS took the signature, though its answer bore no time")
    skew = clock.now - found.answered_at
    if abs(skew) > SKEW:
        side = "ahead of" if skew > 0 else "behind"
        return problem("clock", "", f"{abs(skew)} s {side} AWS", "set this machine's clock (NTP)")
    return ok("clock", "", f"within {abs(skew)} s of AWS")


def permission_checks(permissions: Permissions, needed: Iterable[str], *, collected: bool = False) -> list[Check]:
    """Every call that is needed or useful, tried; ``needed`` are the ones that a report can't do without."""
    must = set(needed)
    purposes = WHAT_FOR | (WHAT_COLLECT_IS_FOR if collected else {})
    return [
        _permission(permissions.tries(action), action, purpose, must=action in must)
        for action, purpose in purposes.items()
    ]


def _permission(refusal: Refusal | None, action: str, purpose: str, *, must: bool) -> Check:
    if refusal is None:
        return ok("permission", action, "allowed")
    advice = f"allow {action}: {purpose}" if refusal.denied else refusal.hint
    if not refusal.denied:
        return unknown("permission", action, refusal.what, advice)
    return Check("permission", action, Health.PROBLEM if must else Health.WARNING, refusal.what, advice)


def shared_names(stages: Stages, used: Sequence[str] | None) -> Iterator[Check]:
    """REST APIs of one name, whose metrics AWS adds together; ``used`` are the names that matter (None: all)."""
    shared = {stage.api: stage.ids for stage in stages.found if len(stage.ids) > 1}
    for api, ids in shared.items():
        if used is None or api in used:
            found = f"{len(ids)} REST APIs have this name ({', '.join(ids)}); AWS adds their metrics together"
            yield warning("api name", api, found, "rename all but one: the figures are those of all of them")
