"""What would change so that the wanted SLOs stand, and nothing else.

The one rule: an SLO without our tag, of another prefix or in a stack's keeping is never touched, and what could not be
looked at stays as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from slactl.alarming.ownership import MANAGED, OBJECTIVE, OWNER, SERVICE, SPACE, STACKS
from slactl.alarming.slos.form import changed_parts, differences, flat, restarts, settled
from slactl.alarming.slos.naming import beginning
from slactl.model.alarmplan import Caution
from slactl.model.slo import REQUEST_BASED, Act, DesiredSlo, SloChange, SloPlan, StandingSlo, WantedSlos

MOST_SLOS, MOST_OF_SERVICE = 250, 100
ORDER = (Act.UPDATE, Act.CREATE, Act.REPLACE, Act.DELETE, Act.FOREIGN, Act.KEEP)
"""Updates come first; what is taken away comes last."""


def plan(wanted: WantedSlos, standing: Sequence[StandingSlo], prefix: str) -> SloPlan:
    """The changes.

    Args:
        wanted: what should stand; of its ``unread`` services everything stays.
        standing: every SLO of the account and region.
        prefix: ours begin with it.
    """
    by_name = {one.name: one for one in standing}
    changes = [_of_wanted(one, by_name.get(one.name), prefix) for one in wanted.slos]
    named = {one.name for one in wanted.slos}
    ours_there = [one for one in standing if ours(one, prefix)]
    changes += [_unwanted(one, wanted.unread) for one in ours_there if one.name not in named]
    ordered = tuple(sorted(changes, key=lambda one: (ORDER.index(one.act), one.name)))
    foreign = len(standing) - len(ours_there)
    seen = fingerprint(standing, [one.name for one in ordered], prefix)
    return SloPlan(ordered, foreign, tuple(_cautions(ordered, len(standing), wanted)), seen)


def fingerprint(standing: Iterable[StandingSlo], names: Collection[str], prefix: str) -> str:
    """A digest of what a plan rests on: our SLOs, and whatever bears one of these names (those of its changes)."""
    known = frozenset(names)
    seen = [
        [one.name, one.evaluation, flat(one.fields), dict(one.tags) if one.tags is not None else None]
        for one in standing
        if one.name in known or ours(one, prefix)
    ]
    text = json.dumps(sorted(seen, key=lambda one: str(one[0])), sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def ours(slo: StandingSlo, prefix: str) -> bool:
    """Whether we may change it: managed, of our prefix, and in no stack's keeping."""
    tags = slo.tags
    return tags is not None and slo.name.startswith(beginning(prefix)) and why_not_ours(tags) == ""


def why_not_ours(tags: Mapping[str, str] | None) -> str:
    """Why an SLO of our prefix is not ours; empty where it is."""
    if tags is None:
        return "its tags could not be read"
    if tags.get(MANAGED) != "true":
        return f"it does not bear our tag {MANAGED}"
    if tags.get(OWNER):
        return f"a stack keeps it ({tags[OWNER]})"
    return "a stack keeps it (cloudformation)" if any(key.startswith(STACKS) for key in tags) else ""


def _of_wanted(one: DesiredSlo, there: StandingSlo | None, prefix: str) -> SloChange:
    plain = SloChange(Act.KEEP, one.name, one.service, one.objective)
    if there is None:
        return replace(plain, act=Act.CREATE, fields=one.fields, tags=one.tags)
    plain = replace(plain, arn=there.arn)
    if not ours(there, prefix):
        return replace(plain, act=Act.FOREIGN, text=why_not_ours(there.tags) or "it is not of our prefix")
    if there.evaluation != REQUEST_BASED:
        text = f"it is {there.evaluation}, and AWS never changes the type: it is deleted and made anew"
        return replace(plain, act=Act.REPLACE, fields=one.fields, tags=one.tags, seen=there.fields, text=text)
    fields = settled(one.fields, there.fields)
    found = differences(fields, there.fields)
    tags, untag = _retagged(one.tags, there.tags or {})
    if not (found or tags or untag):
        return plain
    return replace(
        plain,
        act=Act.UPDATE,
        fields=changed_parts(fields, found),
        tags=tags,
        untag=untag,
        differences=found,
        restarts=restarts(found),
        text="its history begins anew" if restarts(found) else "",
        seen=there.fields,
    )


def _retagged(wanted: Mapping[str, str], there: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The tags to set, and those of ours to take away; people's stay."""
    tags = {key: value for key, value in wanted.items() if there.get(key) != value}
    return tags, tuple(sorted(key for key in there if key.startswith(SPACE) and key not in wanted))


def _unwanted(one: StandingSlo, unread: frozenset[str]) -> SloChange:
    tags = one.tags or {}
    service, objective = tags.get(SERVICE, ""), tags.get(OBJECTIVE, "")
    if service in unread:
        text = "its service could not be looked at"
        return SloChange(Act.KEEP, one.name, service, objective, one.arn, text=text)
    return SloChange(
        Act.DELETE, one.name, service, objective, one.arn, seen=one.fields, text="nobody wants it any more"
    )


def _cautions(changes: Sequence[SloChange], standing: int, wanted: WantedSlos) -> Iterator[Caution]:
    acts = Counter(one.act for one in changes)
    after = standing + acts[Act.CREATE] - acts[Act.DELETE]
    if after > MOST_SLOS:
        yield Caution("quota", f"{after} SLOs would stand; by default a region takes {MOST_SLOS}")
    for service, count in sorted(Counter(one.service for one in wanted.slos).items()):
        if count > MOST_OF_SERVICE:
            yield Caution("quota-of-service", f"{service} would have {count} SLOs; AWS takes {MOST_OF_SERVICE}")
    for service in sorted(wanted.unread):
        yield Caution("unread", f"{service} could not be looked at: its SLOs stay as they are")
    for one in changes:
        if one.act is Act.FOREIGN:
            yield Caution("foreign", f"{one.text}: it is not touched", one.name)
