"""What a control asks and selects is there to be asked and selected: by AWS's own model of each call, by each view.

A JMESPath selects null of a name that does not exist, and ``absent`` is content with null; so every expression is
applied to an answer that has everything its call can answer, and that refuses to be asked for anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import jmespath
import pytest
from botocore.session import get_session

from slactl.aws.session import AwsWorld
from slactl.configuration.calls import read_only_calls
from slactl.model.general import Control
from slactl.model.readonly import VIEW
from slactl.sandbox.packs import add_packs, variables
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.sources.configuration import AwsConfiguration
from tests.packs.february import NOW, SINCE, configured
from tests.packs.test_names import OURS
from tests.sources.sandboxed import over

LIST = read_only_calls()
DOMAIN = {"ownership": "active", "ssl": "active"}
CLOUDFLARE: Mapping[str, Mapping[str, Any]] = {
    "cloudflare:ListCustomDomains": {
        "domains": [{"domain": "m.example.com", "enabled": True, "status": DOMAIN, "minTLS": "1.2", "zoneId": "z"}]
    },
    "cloudflare:GetManagedDomain": {"bucketId": "b", "domain": "pub-b.r2.dev", "enabled": False},
}
"""As Cloudflare's reference has them."""


class Strict(dict[str, Any]):
    """A document that says so when it is asked for what it does not have."""

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self:
            raise LookupError(f"there is no {key!r} among {sorted(self)}")
        return self[key]


def strict(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Strict((name, strict(one)) for name, one in value.items())
    return [strict(one) for one in value] if isinstance(value, list | tuple) else value


def whole(shape: Any, withheld: frozenset[str], around: tuple[str, ...] = ()) -> Any:
    """An answer with everything that the model has, but for what the list withholds."""
    if shape.type_name == "structure":
        inner = (*around, shape.name)
        members: Mapping[str, Any] = shape.members if shape.name not in around else {}
        return Strict((name, whole(one, withheld, inner)) for name, one in members.items() if name not in withheld)
    if shape.type_name == "list":
        return [whole(shape.member, withheld, around)]
    if shape.type_name == "map":
        return {"key": whole(shape.value, withheld, around)}
    numbers = {"integer": 1, "long": 1, "double": 1.0, "float": 1.0, "boolean": True}
    return numbers.get(shape.type_name, "text")


@cache
def operation(call: str) -> Any:
    """The model of an operation."""
    service, _, name = call.partition(":")
    return get_session().get_service_model(service).operation_model(name)


@cache
def controls() -> dict[str, Control]:
    found = configured({name: variables(name) for name in OURS}).general
    return {one.id: one.indicator for one in found if isinstance(one.indicator, Control)}


DIRECT = [name for name, one in controls().items() if not one.call.startswith(VIEW)]
VIEWED = [name for name, one in controls().items() if one.call.startswith(VIEW)]


@pytest.mark.parametrize("entry", DIRECT)
def test_a_call_can_answer_what_is_selected_of_it(entry: str) -> None:
    control = controls()[entry]
    assert control.call in LIST
    if control.call in CLOUDFLARE:
        assert jmespath.search(control.select, strict(CLOUDFLARE[control.call])) is not None
        return
    model = operation(control.call)
    needed, known = set(model.input_shape.required_members), set(model.input_shape.members)
    assert needed <= set(control.parameters) <= known
    assert jmespath.search(control.select, whole(model.output_shape, LIST.calls[control.call].withheld)) is not None


def test_a_view_tells_what_is_selected_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(RequestLog.empty(), now=NOW)
    add_packs(world, OURS, since=SINCE)
    made: AwsWorld = over(world, monkeypatch)[0]
    asked = [replace(controls()[name], select="@") for name in VIEWED]
    for name, looks in zip(VIEWED, AwsConfiguration(made, LIST, NOW).looks(asked), strict=True):
        assert [look.failure for look in looks] == [None] * len(looks), name
        for look in looks:
            jmespath.search(controls()[name].select, strict(look.selected))


def test_what_is_not_there_is_not_selected() -> None:
    """The tests above can fail."""
    answer = whole(operation("dynamodb:DescribeTable").output_shape, frozenset({"TableArn"}))
    for wrong in ("Table.BillingMode", "Tabel", "Table.TableArn", "Table.GlobalSecondaryIndexes[].Throughput"):
        with pytest.raises(LookupError):
            jmespath.search(wrong, answer)
    assert jmespath.search("Table.GlobalSecondaryIndexes[].IndexName", answer) == ["text"]
