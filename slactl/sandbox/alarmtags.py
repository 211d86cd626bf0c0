"""Finding alarms and mute rules by their tags, as the Resource Groups Tagging API does.

The one rule: only what has a tag is found; pages hold resources in the order of their ARNs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from slactl.sandbox.alarms import alarm_arn
from slactl.sandbox.errors import AwsError
from slactl.sandbox.muterules import mute_rule_arn
from slactl.sandbox.paging import read_token, write_token

if TYPE_CHECKING:
    from slactl.sandbox.world import World

ALARM, MUTE_RULE = "cloudwatch:alarm", "cloudwatch:alarm-mute-rule"
PAGE, LARGEST_PAGE, MOST_FILTERS, MOST_VALUES = 50, 100, 50, 20
Tags = Mapping[str, str]


def asks_for_alarms(params: Mapping[str, Any]) -> bool:
    """Whether nothing but alarms and mute rules is looked for."""
    types = params.get("ResourceTypeFilters") or ()
    return bool(types) and all(one.split(":")[0] == "cloudwatch" for one in types)


def get_resources(world: World, params: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The answer of GetResources.

    Raises:
        AwsError: InvalidParameterException, PaginationTokenExpiredException.
    """
    size, filters = params.get("ResourcesPerPage") or PAGE, params.get("TagFilters") or ()
    if not 1 <= size <= LARGEST_PAGE:
        raise _invalid(f"ResourcesPerPage must be between 1 and {LARGEST_PAGE}.")
    if len(filters) > MOST_FILTERS or any(len(one.get("Values") or ()) > MOST_VALUES for one in filters):
        raise _invalid(f"At most {MOST_FILTERS} TagFilters with {MOST_VALUES} Values each can be given.")
    here = region in ("", world.region)
    found = sorted((arn, tags) for arn, tags in _tagged(world, params) if here and _passes(tags, filters))
    bound = {name: value for name, value in params.items() if name != "PaginationToken"}
    token = params.get("PaginationToken")
    start = int(read_token(token, bound)) if token else 0
    following = write_token(bound, start + size) if start + size < len(found) else ""
    return {
        "PaginationToken": following,
        "ResourceTagMappingList": [
            {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}
            for arn, tags in found[start : start + size]
        ],
    }


def _tagged(world: World, params: Mapping[str, Any]) -> list[tuple[str, Tags]]:
    types, book = params["ResourceTypeFilters"], world.alarms
    alarms = [(alarm_arn(world, name), alarm.tags) for name, alarm in book.alarms.items()]
    rules = [(mute_rule_arn(world, name), rule.tags) for name, rule in book.rules.items()]
    kinds = ((ALARM, alarms), (MUTE_RULE, rules))
    chosen = [pair for kind, pairs in kinds if kind in types or "cloudwatch" in types for pair in pairs]
    wanted = params.get("ResourceARNList")
    return [(arn, tags) for arn, tags in chosen if tags and (not wanted or arn in wanted)]


def _passes(tags: Tags, filters: Any) -> bool:
    """Whether every filter finds its key, with one of its values where it names some."""
    return all(one["Key"] in tags and (not one.get("Values") or tags[one["Key"]] in one["Values"]) for one in filters)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterException", message)
