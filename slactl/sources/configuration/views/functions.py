"""The Lambda functions behind integrations.

The one rule: a function is known by the ARN in an integration's address; one that a stage variable chooses is not.
"""

from __future__ import annotations

import re

from slactl.sources.configuration.asking import Document
from slactl.sources.configuration.views.questions import Questions

_FUNCTION = re.compile(r"arn:[^:/]+:lambda:(?P<region>[a-z0-9-]+):\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?")


def function_of(address: str) -> str | None:
    """The ARN of the function that an integration calls; None of anything else."""
    found = _FUNCTION.search(address)
    return found[0] if found and "${" not in address else None


def timeout_ms(ask: Questions, function: str | None) -> int | None:
    """How long a function may run; None where it is not told or not there."""
    if function is None:
        return None
    region = function.split(":")[3]
    found = ask.maybe("lambda:GetFunctionConfiguration", region, FunctionName=function)
    seconds = (found or {}).get("Timeout")
    return seconds * 1000 if isinstance(seconds, int) else None


def over(integrations: list[Document]) -> list[str]:
    """The routes whose function may still run when nobody waits any more."""
    return [one["route"] for one in integrations if (one["function_timeout_ms"] or 0) > one["timeout_ms"]]
