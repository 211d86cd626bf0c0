"""The smallest policy for what a role does under a configuration.

The one rule: the table says of each action who needs it, on what and under which condition, and only what the
configuration makes a command call is allowed. STS's GetCallerIdentity needs no permission, so it is not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slactl.alarming.slos.naming import beginning
from slactl.model.catalogue import Catalogue
from slactl.model.enforcement import Enforcement, Told
from slactl.model.general import Ratio, Statistic, WeightedAverage
from slactl.model.permission import Conditions, Place, Policy, Purpose, Statement
from slactl.model.readonly import ReadOnlyCalls
from slactl.model.service import SourceKind
from slactl.workflows.lookpermits import look_statements

S3 = "s3://"
REPORT, CHECK, ENFORCE, COLLECT, DISCOVER = Purpose
READERS = frozenset({REPORT, CHECK, ENFORCE, COLLECT})
LOOKERS = frozenset({REPORT, CHECK, COLLECT})
"""Who looks at the configuration for controls."""
EVERYWHERE = ("*",)
NO_CALLS = ReadOnlyCalls()
NO_CONDITIONS: Conditions = {}
OURS = {"StringEquals": {"aws:ResourceTag/slactl:managed": ("true",)}}
OUR_TAGS = {"ForAllValues:StringLike": {"aws:TagKeys": ("slactl:*",)}}


@dataclass(frozen=True, slots=True)
class Setting:
    """A configuration, and where its calls go."""

    catalogue: Catalogue
    place: Place

    @property
    def enforcement(self) -> Enforcement:
        return self.catalogue.enforcement or Enforcement(Told(), {})


Resources = Callable[[Setting], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Grant:
    """A row of the table: ``on`` says the resources, none where the configuration never makes the call."""

    sid: str
    action: str
    who: frozenset[Purpose]
    why: str
    on: Resources
    when: Callable[[Setting], Conditions] = lambda setting: NO_CONDITIONS


def policy(purpose: Purpose, catalogue: Catalogue, place: Place, calls: ReadOnlyCalls = NO_CALLS) -> Policy:
    """The policy of a role.

    Args:
        purpose: what the role is for.
        catalogue: services, store, topics, secrets, alarms.
        place: partition, region and account, as far as they are known.
        calls: the list of calls that controls may make.
    """
    setting = Setting(catalogue, place)
    merged: dict[tuple[str, tuple[str, ...], str], tuple[dict[str, str], Conditions]] = {}
    for grant in (one for one in GRANTS if purpose in one.who):
        resources = grant.on(setting)
        if not resources:
            continue
        conditions = grant.when(setting)
        why, _ = merged.setdefault((grant.sid, resources, repr(conditions)), ({}, conditions))
        why[grant.action] = grant.why
    found = ((sid, why, resources, told) for (sid, resources, _), (why, told) in merged.items())
    looks = look_statements(catalogue, place, calls) if purpose in LOOKERS else ()
    return Policy(purpose, (*(Statement(*one) for one in _named(found)), *looks))


def _named(
    found: Iterator[tuple[str, dict[str, str], tuple[str, ...], Conditions]],
) -> Iterator[tuple[str, dict[str, str], tuple[str, ...], Conditions]]:
    """Statements with ids that differ."""
    seen: dict[str, int] = {}
    for sid, why, resources, conditions in found:
        seen[sid] = seen.get(sid, 0) + 1
        yield sid + (str(seen[sid]) if seen[sid] > 1 else ""), why, resources, conditions


def _all(_: Setting) -> tuple[str, ...]:
    return EVERYWHERE


def _at_the_edge(setting: Setting) -> tuple[str, ...]:
    return EVERYWHERE if any(one.edge or one.gateway for one in setting.catalogue.services) else ()


def _metrics(setting: Setting) -> tuple[str, ...]:
    """Whoever judges any metric asks which there are."""
    measured = (Ratio, Statistic, WeightedAverage)
    return EVERYWHERE if any(isinstance(one.indicator, measured) for one in setting.catalogue.general) else ()


def _signals(setting: Setting) -> tuple[str, ...]:
    kinds = {one.source for one in setting.catalogue.services}
    return EVERYWHERE if SourceKind.APPLICATION_SIGNALS in kinds else ()


def _without_edge(setting: Setting) -> tuple[str, ...]:
    """Alarms and SLOs watch what answers the customer."""
    return EVERYWHERE if any(not (one.edge or one.gateway) for one in setting.catalogue.services) else ()


def _definitions(setting: Setting) -> tuple[str, ...]:
    place = setting.place
    paths = ("/apikeys", "/apis", "/apis/*", "/restapis", "/restapis/*", "/usageplans")
    return tuple(f"arn:{place.partition}:apigateway:{place.region}::{path}" for path in paths)


def _tables(setting: Setting) -> tuple[str, ...]:
    return (setting.place.arn("dynamodb", "table/*"),)


def _clusters(setting: Setting) -> tuple[str, ...]:
    return (setting.place.arn("memorydb", "cluster/*"),)


def _zones(setting: Setting) -> tuple[str, ...]:
    return (f"arn:{setting.place.partition}:route53:::hostedzone/*",)


def _store(setting: Setting) -> tuple[str, str] | None:
    """Bucket and prefix (empty, or with a slash at its end) of a store in S3."""
    evidence = setting.catalogue.evidence
    if evidence is None or not evidence.store.startswith(S3):
        return None
    bucket, _, prefix = evidence.store.removeprefix(S3).strip("/").partition("/")
    return bucket, f"{prefix}/" if prefix else ""


def _bucket(setting: Setting) -> tuple[str, ...]:
    store = _store(setting)
    return (f"arn:{setting.place.partition}:s3:::{store[0]}",) if store else ()


def _objects(setting: Setting) -> tuple[str, ...]:
    store = _store(setting)
    return (f"arn:{setting.place.partition}:s3:::{store[0]}/{store[1]}*",) if store else ()


def _locked(setting: Setting) -> tuple[str, ...]:
    evidence = setting.catalogue.evidence
    return _objects(setting) if evidence and evidence.lock else ()


def _below(setting: Setting) -> Conditions:
    store = _store(setting)
    return {"StringLike": {"s3:prefix": (f"{store[1]}*",)}} if store and store[1] else NO_CONDITIONS


def _told_topics(setting: Setting) -> tuple[str, ...]:
    notify = setting.catalogue.check.notify if setting.catalogue.check else ()
    return tuple(sorted({one.topic for one in notify if one.topic}))


def _secrets(setting: Setting) -> tuple[str, ...]:
    notify = setting.catalogue.check.notify if setting.catalogue.check else ()
    names = {one.keeper.secret for one in notify if one.keeper and one.keeper.secret}
    return tuple(sorted(_secret(setting.place, name) for name in names))


def _secret(place: Place, name: str) -> str:
    """A secret's ARN ends with six characters that its name does not tell."""
    arn = name if name.startswith("arn:") else place.arn("secretsmanager", f"secret:{name}")
    whole = name.startswith("arn:") and len(arn.rpartition("-")[2]) == 6
    return arn if whole else f"{arn}-??????"


def _namespace(setting: Setting) -> Conditions:
    name = setting.catalogue.check.publish.namespace if setting.catalogue.check else "Slactl"
    return {"StringEquals": {"cloudwatch:namespace": (name,)}}


def _watched_alarms(setting: Setting) -> tuple[str, ...]:
    evidence = setting.catalogue.evidence
    return EVERYWHERE if evidence is None or evidence.alarms else ()


def _tagged_alarms(setting: Setting) -> tuple[str, ...]:
    return (setting.place.arn("cloudwatch", "alarm:*"),) if _watched_alarms(setting) else ()


def _muted(setting: Setting) -> tuple[str, ...]:
    return (setting.place.arn("cloudwatch", "alarm-mute-rule:*"),) if _watched_alarms(setting) else ()


def _alarms(setting: Setting) -> tuple[str, ...]:
    return (setting.place.arn("cloudwatch", f"alarm:{setting.enforcement.prefix} *"),)


def _rules(setting: Setting) -> tuple[str, ...]:
    return (setting.place.arn("cloudwatch", f"alarm-mute-rule:{setting.enforcement.prefix} *"),)


def _alarms_and_rules(setting: Setting) -> tuple[str, ...]:
    return (*_rules(setting), *_alarms(setting))


def _slos(setting: Setting) -> tuple[str, ...]:
    return (setting.place.arn("application-signals", f"slo/{beginning(setting.enforcement.prefix)}*"),)


def _if_enforced(setting: Setting) -> tuple[str, ...]:
    return EVERYWHERE if setting.catalogue.enforcement else ()


def _own_slos(setting: Setting) -> tuple[str, ...]:
    return _slos(setting) if setting.catalogue.enforcement else ()


def _called(setting: Setting) -> tuple[str, ...]:
    """Whom alarms may tell."""
    enforcement = setting.enforcement
    told = [enforcement.notify, *(one.notify for one in enforcement.services.values() if one.notify)]
    return tuple(sorted({arn for one in told for arn in (*one.page, *one.ticket)}))


def _alarm_topics(setting: Setting) -> tuple[str, ...]:
    return tuple(arn for arn in _called(setting) if arn.split(":")[2:3] == ["sns"])


def _tells(setting: Setting) -> Conditions:
    """An alarm tells nobody but those that the configuration names."""
    told = _called(setting)
    if not told:
        return {"Null": {"cloudwatch:AlarmActions": ("true",)}}
    return {"ForAllValues:StringEquals": {"cloudwatch:AlarmActions": told}}


def _only(*who: Purpose) -> frozenset[Purpose]:
    return frozenset(who)


PACKS = (
    "cloudfront:ListDistributions",
    "cloudwatch:DescribeAlarms",
    "dynamodb:ListTables",
    "lambda:GetAccountSettings",
    "lambda:ListFunctions",
    "logs:DescribeMetricFilters",
    "route53:ListHealthChecks",
    "route53:ListHostedZones",
    "synthetics:DescribeCanaries",
)
"""What lists things that packs are for, and knows no narrower resource."""
BUDGETS = "BatchGetServiceLevelObjectiveBudgetReport"
CW, SIGNALS, BUCKETS = "cloudwatch", "application-signals", "s3"
GRANTS = (
    Grant("Read", f"{CW}:GetMetricData", READERS | {DISCOVER}, "every figure", _all),
    Grant("Read", f"{CW}:ListMetrics", READERS, "the methods of a gateway", _at_the_edge),
    Grant("Read", f"{CW}:ListMetrics", LOOKERS, "which metrics fit an objective", _metrics),
    Grant("Read", f"{SIGNALS}:ListServiceOperations", READERS - {ENFORCE}, "the operations of a month", _signals),
    Grant("Read", f"{SIGNALS}:ListServiceOperations", _only(ENFORCE), "the operations that are watched", _without_edge),
    Grant("Read", f"{CW}:ListMetrics", _only(DISCOVER), "the stages and methods of gateways", _all),
    Grant("Read", f"{SIGNALS}:ListServices", _only(DISCOVER), "which services there are", _all),
    Grant("Read", f"{SIGNALS}:ListServiceOperations", _only(DISCOVER), "the operations of services", _all),
    Grant("Definitions", "apigateway:GET", _only(DISCOVER), "detailed metrics, what a gateway calls", _definitions),
    *(Grant("Packs", action, _only(DISCOVER), "discover --packs", _all) for action in PACKS),
    Grant("Tables", "dynamodb:DescribeTimeToLive", _only(DISCOVER), "discover --packs: idempotency", _tables),
    Grant("Clusters", "memorydb:DescribeClusters", _only(DISCOVER), "discover --packs: memorydb", _clusters),
    Grant("Zones", "route53:ListResourceRecordSets", _only(DISCOVER), "discover --packs: route53", _zones),
    Grant("Read", f"{SIGNALS}:ListServiceLevelObjectives", _only(REPORT), "report --aws-budget", _if_enforced),
    Grant("Slos", f"{SIGNALS}:GetServiceLevelObjective", _only(REPORT), "report --aws-budget", _own_slos),
    Grant("Slos", f"{SIGNALS}:ListTagsForResource", _only(REPORT), "report --aws-budget", _own_slos),
    Grant("Slos", f"{SIGNALS}:{BUDGETS}", _only(REPORT), "report --aws-budget", _own_slos),
    Grant("StoreList", f"{BUCKETS}:ListBucket", READERS, "what the store of evidence holds", _bucket, _below),
    Grant("Store", f"{BUCKETS}:GetObject", READERS, "evidence", _objects),
    Grant("Store", f"{BUCKETS}:PutObject", _only(REPORT, COLLECT), "evidence, final reports", _objects),
    Grant("Store", f"{BUCKETS}:PutObjectRetention", _only(REPORT, COLLECT), "evidence.lock", _locked),
    Grant("Store", f"{BUCKETS}:DeleteObject", _only(COLLECT), "what newer evidence stands for", _objects),
    Grant("Tell", "sns:Publish", _only(CHECK), "check.notify", _told_topics),
    Grant("Secrets", "secretsmanager:GetSecretValue", _only(CHECK), "addresses of check.notify", _secrets),
    Grant("Publish", f"{CW}:PutMetricData", _only(CHECK), "check --publish", _all, _namespace),
    Grant("Alarms", f"{CW}:DescribeAlarms", _only(COLLECT), "which alarms stand watch", _watched_alarms),
    Grant("Alarms", f"{CW}:DescribeAlarmHistory", _only(COLLECT), "what rang", _watched_alarms),
    Grant("Alarms", f"{CW}:ListAlarmMuteRules", _only(COLLECT), "what was muted", _watched_alarms),
    Grant("AlarmTags", f"{CW}:ListTagsForResource", _only(COLLECT), "which alarms name a clause", _tagged_alarms),
    Grant("MuteRules", f"{CW}:GetAlarmMuteRule", _only(COLLECT), "what was muted", _muted),
    Grant("Look", f"{CW}:DescribeAlarms", _only(ENFORCE), "what stands; composites want it on *", _all),
    Grant("Look", "tag:GetResources", _only(ENFORCE), "which alarms are ours", _all),
    Grant("Look", "servicequotas:GetServiceQuota", _only(ENFORCE), "how many alarms there may be", _all),
    Grant("Topics", "sns:GetTopicAttributes", _only(ENFORCE), "whether CloudWatch may publish", _alarm_topics),
    Grant("Tags", f"{CW}:ListTagsForResource", _only(ENFORCE), "whose an alarm or a rule is", _alarms_and_rules),
    Grant("Put", f"{CW}:PutMetricAlarm", _only(ENFORCE), "alarms apply", _alarms, _tells),
    Grant("PutComposite", f"{CW}:PutCompositeAlarm", _only(ENFORCE), "alarms apply; AWS wants it on *", _all, _tells),
    Grant("Tag", f"{CW}:TagResource", _only(ENFORCE), "our mark", _alarms_and_rules, lambda _: OUR_TAGS),
    Grant("Tag", f"{CW}:UntagResource", _only(ENFORCE), "marks that hold no more", _alarms, lambda _: OUR_TAGS),
    Grant("Delete", f"{CW}:DeleteAlarms", _only(ENFORCE), "alarms apply, destroy", _alarms, lambda _: OURS),
    Grant("Look", f"{CW}:ListAlarmMuteRules", _only(ENFORCE), "maintenance sync", _all),
    Grant("Rules", f"{CW}:GetAlarmMuteRule", _only(ENFORCE), "maintenance sync", _rules),
    Grant("Rules", f"{CW}:DeleteAlarmMuteRule", _only(ENFORCE), "maintenance sync", _rules),
    Grant("Mute", f"{CW}:PutAlarmMuteRule", _only(ENFORCE), "maintenance sync", _alarms_and_rules),
    Grant("Look", f"{SIGNALS}:ListServiceLevelObjectives", _only(ENFORCE), "which SLOs there are", _all),
    Grant("Slos", f"{SIGNALS}:ListTagsForResource", _only(ENFORCE), "which SLOs are ours", _slos),
    Grant("Slos", f"{SIGNALS}:ListServiceLevelObjectiveExclusionWindows", _only(ENFORCE), "maintenance sync", _slos),
    Grant("Slos", f"{SIGNALS}:BatchUpdateExclusionWindows", _only(ENFORCE), "maintenance sync", _slos),
    Grant("Slos", f"{SIGNALS}:GetServiceLevelObjective", _only(ENFORCE), "slo plan", _slos),
    Grant("Slos", f"{SIGNALS}:UpdateServiceLevelObjective", _only(ENFORCE), "slo apply", _slos),
    Grant("Slos", f"{SIGNALS}:DeleteServiceLevelObjective", _only(ENFORCE), "slo apply", _slos),
    Grant("Slos", f"{SIGNALS}:TagResource", _only(ENFORCE), "slo apply", _slos),
    Grant("Slos", f"{SIGNALS}:UntagResource", _only(ENFORCE), "slo apply", _slos),
    Grant("Look", f"{SIGNALS}:CreateServiceLevelObjective", _only(ENFORCE), "slo apply; AWS wants it on *", _all),
)
"""Who may do what, and why."""
