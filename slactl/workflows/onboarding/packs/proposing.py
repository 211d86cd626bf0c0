"""All packs together: what each shows, less what a configuration can't hold or has already.

The one rule: a pack that nothing speaks for is told with its reason, and a refusal outweighs an empty answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace

from slactl.ports import Refusal
from slactl.ports.platform import Platform, Seen
from slactl.workflows.onboarding.packs.gateway import api_gateway
from slactl.workflows.onboarding.packs.keys import idempotency
from slactl.workflows.onboarding.packs.lists import canaries, clusters, distributions, functions, tables
from slactl.workflows.onboarding.packs.media import r2
from slactl.workflows.onboarding.packs.nouns import (
    Given,
    Missing,
    Passed,
    Proposed,
    Sketch,
    Standing,
    Use,
    Value,
    Wanted,
    Why,
    some,
)
from slactl.workflows.onboarding.packs.routing import route53
from slactl.workflows.onboarding.packs.standing import left_over
from slactl.workflows.onboarding.packs.tenants import rate_limits
from slactl.workflows.onboarding.packs.watching import monitoring
from slactl.workflows.onboarding.proposal import slug

SKETCHES: Mapping[str, Callable[[Platform], Sketch]] = {
    "api-gateway": api_gateway,
    "cloudfront": distributions,
    "dynamodb": tables,
    "idempotency": idempotency,
    "lambda": functions,
    "memorydb": clusters,
    "r2": r2,
    "rate-limits": rate_limits,
    "route53": route53,
    "synthetics": canaries,
}
"""By pack; ``monitoring`` looks at the configuration too."""
LONGEST = 60
Holds = Callable[[str], bool]


def propose_packs(
    platform: Platform, packs: Mapping[str, tuple[Wanted, ...]], standing: Standing, holds: Holds
) -> Proposed:
    """What there is to switch on.

    Args:
        platform: what is there.
        packs: the variables of every shipped pack, by its name.
        standing: what the configuration says already.
        holds: whether a configuration can hold a name as it is.
    """
    uses: list[Use] = []
    passed: list[Passed] = []
    taken = set(standing.taken)
    for pack in sorted(packs):
        sketch = _sketch(pack, platform, standing)
        found = [_whole(_held(use, holds), packs[pack], sketch) for use in sketch.uses]
        fresh, already = left_over(pack, found, standing)
        uses += _keyed(fresh, taken)
        passed += [] if fresh else [_passed(pack, sketch, already)]
    return Proposed(tuple(uses), tuple(passed), tuple(dict.fromkeys(_refusals(platform))))


def _sketch(pack: str, platform: Platform, standing: Standing) -> Sketch:
    if pack == "monitoring":
        return monitoring(platform, standing)
    if pack not in SKETCHES:
        return Sketch(nothing="nobody knows how to look for what it is for", code=Why.UNKNOWN)
    return SKETCHES[pack](platform)


def _refusals(told: object) -> Iterator[Refusal]:
    """Everything that was refused, wherever it stands."""
    if isinstance(told, Seen):
        yield from (*told.refusals, *told.asides)
    elif is_dataclass(told):
        for part in fields(told):
            yield from _refusals(getattr(told, part.name))


def _held(use: Use, holds: Holds) -> Use:
    """The use without names that a configuration can't hold; each is told."""
    kept: list[Given] = []
    notes = list(use.notes)
    for one in use.given:
        value, lost = _holdable(one.value, holds)
        notes += [f"left out, because a configuration can't hold the name: {some(lost)}"] if lost else []
        kept += [replace(one, value=value)] if value is not None else []
    return replace(use, given=tuple(kept), notes=tuple(notes))


def _holdable(value: Value, holds: Holds) -> tuple[Value | None, list[str]]:
    """What of a value can be written, and what can't."""
    if isinstance(value, int):
        return value, []
    names = (value,) if isinstance(value, str) else value
    kept, lost = tuple(one for one in names if holds(one)), [one for one in names if not holds(one)]
    if isinstance(value, str):
        return (value, []) if kept else (None, lost)
    return kept or None, lost


def _whole(use: Use, wanted: tuple[Wanted, ...], sketch: Sketch) -> Use:
    """The use with every required variable that nothing was found for."""
    told = {one.name for one in use.given} | {one.name for one in use.missing}
    missing = (Missing(one.name, one.about) for one in wanted if one.required and one.name not in told)
    notes = tuple(f"not everything could be asked: {one.what}" for one in sketch.refusals)
    return replace(use, missing=(*use.missing, *missing), notes=(*use.notes, *notes))


def _keyed(uses: list[Use], taken: set[str]) -> list[Use]:
    """Each use with a key of its own: the pack's name where it is alone and free."""
    found = []
    for use in uses:
        plain = len(uses) == 1 and use.pack not in taken
        key = use.pack if plain else _free(slug(f"{use.pack}-{use.slug or 2}")[:LONGEST].strip("._-"), taken)
        taken.add(key)
        found.append(replace(use, key=key))
    return found


def _free(key: str, taken: set[str]) -> str:
    number, free = 2, key
    while free in taken:
        free, number = f"{key[: LONGEST - 4]}-{number}", number + 1
    return free


def _passed(pack: str, sketch: Sketch, already: str) -> Passed:
    """Why a pack is not proposed; a refusal before an empty answer, for nobody knows what it hides."""
    if already:
        return Passed(pack, Why.ALREADY_ON, already)
    if sketch.code in (Why.NOT_READY, Why.NOT_ASKED, Why.UNKNOWN) or not sketch.refusals:
        return Passed(pack, sketch.code, sketch.nothing)
    denied = [one for one in sketch.refusals if one.denied]
    if denied:
        hints = some(dict.fromkeys(one.hint for one in denied))
        return Passed(pack, Why.ACCESS_DENIED, f"access denied, so nobody knows whether there is any: {hints}")
    return Passed(pack, Why.NOT_READ, f"could not be read, so nobody knows: {sketch.refusals[0].what}")
