"""Whether the answer of a call can have what a JMESPath asks of it, by AWS's own model of the call.

The one rule: what the list says of an answer goes before the SDK's model; where neither does, nothing is said.
"""

from __future__ import annotations

from slactl.aws.session import AwsWorld
from slactl.compliance.knowing import form_of, unknown_name
from slactl.model.readonly import ReadOnlyCall, ReadOnlyView


def unknown_member(world: AwsWorld, asked: ReadOnlyCall | ReadOnlyView, expression: str) -> str | None:
    """The first name in an expression that the answer of a call or view cannot have; None where there is none."""
    if isinstance(asked, ReadOnlyView) or asked.tells:
        return unknown_name(expression, form_of(asked.tells))
    if not asked.actions:
        return None
    shape = world.client(asked.service).meta.service_model.operation_model(asked.operation).output_shape
    return unknown_name(expression, shape, asked.withheld)
