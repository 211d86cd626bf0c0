"""Whether a control's parameters and JMESPath fit the call, by AWS's own model of it, without asking anybody.

The one rule: only what the SDK itself would refuse, or what no answer can have, is called wrong; a call that the SDK at
hand does not know is said to be so.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from slactl.compliance.knowing import unknown_name
from slactl.model.general import Control
from slactl.model.readonly import ReadOnlyCalls
from slactl.sources.configuration.reader import filled


def misfits(control: Control, calls: ReadOnlyCalls) -> tuple[str, ...]:
    """What is wrong with a control, one phrase each; none of a view, whose reader has looked at it already."""
    call = calls.calls.get(control.call)
    if call is None or not call.actions:
        return ()
    operation = _operation(call.service, call.operation)
    if operation is None:
        return (f"asks {call.name}, which the boto3 at hand does not know",)
    targets = control.each or (None,)
    wrong = [what for target in targets for what in _refused(operation, filled(control.parameters, target))]
    name = unknown_name(control.select, operation.output_shape, call.withheld)
    told = [f"asks for what {call.name} does not tell: {name}"] if name else []
    return tuple(dict.fromkeys((*(f"gives {call.name} what it does not take: {what}" for what in wrong), *told)))


def _refused(operation: Any, parameters: dict[str, object]) -> list[str]:
    from botocore.validate import ParamValidator

    if operation.input_shape is None:
        return [f"it takes none, found {', '.join(parameters)}"] if parameters else []
    report = ParamValidator().validate(parameters, operation.input_shape).generate_report()
    return [" ".join(line.split()) for line in report.splitlines() if line]


@cache
def _operation(service: str, name: str) -> Any:
    """The model of an operation; None where the SDK has none."""
    from botocore.exceptions import UnknownServiceError
    from botocore.session import get_session

    try:
        model = get_session().get_service_model(service)
    except UnknownServiceError:
        return None
    return model.operation_model(name) if name in model.operation_names else None
