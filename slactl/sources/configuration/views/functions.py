"""The Lambda functions behind integrations.

The one rule: a function is known by the ARN in an integration's address; of one that a stage variable chooses, that is
gone, or that may not be looked at, nobody knows how long it runs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from slactl.sources.configuration.asking import Document, Refusal, failed
from slactl.sources.configuration.views.questions import Questions, Told

LAMBDA = ":lambda:"
_FUNCTION = re.compile(r"arn:[^:/]+:lambda:(?P<region>[a-z0-9-]+):\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?")


def function_of(address: str) -> str | None:
    """The ARN of the function that an integration calls; None of anything else."""
    found = _FUNCTION.search(address)
    return found[0] if found and "${" not in address else None


def with_function(ask: Questions, integration: Document, address: str) -> Document:
    """An integration with its function, and how long that may run: None where it calls no function at all."""
    function = function_of(address)
    return Told(integration | {"function": function, "function_timeout_ms": _timeout_ms(ask, function, address)})


def _timeout_ms(ask: Questions, function: str | None, address: str) -> int | Refusal | None:
    if function is None:
        return failed("a stage variable chooses the function") if LAMBDA in address else None
    region = function.split(":")[3]
    try:
        seconds = ask("lambda:GetFunctionConfiguration", region, FunctionName=function).get("Timeout")
    except Refusal as refusal:
        return refusal
    return seconds * 1000 if isinstance(seconds, int) else failed(f"{function} tells of no timeout")


def over(integrations: list[Document]) -> list[str] | Refusal:
    """The routes whose function may still run when nobody waits any more; not known where one function is not."""
    times = [one["function_timeout_ms"] for one in integrations]
    unknown = next((one for one in times if isinstance(one, Refusal)), None)
    routes = zip(integrations, times, strict=True)
    return unknown or [one["route"] for one, time in routes if time is not None and time > one["timeout_ms"]]


def longest(integrations: list[Document], names: Sequence[str]) -> int | Refusal:
    """How long any of these functions may run, by the version or alias that integrations call, in milliseconds.

    Not known where no integration calls one of them, or where one calls nobody knows which.
    """
    by_name: dict[str, list[int | Refusal]] = {name: [] for name in names}
    for one in integrations:
        function, time = one["function"], one["function_timeout_ms"]
        if function is None and isinstance(time, Refusal):
            return time
        if function is not None and (name := function.split(":")[6]) in by_name:
            by_name[name].append(time)
    lost = next((name for name, times in by_name.items() if not times), None)
    if lost is not None:
        return failed(f"no integration calls {lost}")
    times = [time for found in by_name.values() for time in found]
    unknown = next((time for time in times if isinstance(time, Refusal)), None)
    return unknown or max(time for time in times if not isinstance(time, Refusal))
