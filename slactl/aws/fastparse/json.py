"""Numbers of a JSON answer.

The one rule: the decoder is the one botocore uses, so a number is what it would have been.
"""

from __future__ import annotations

import json
from typing import Any

from slactl.aws.fastparse.numbers import Checker, Numbers, Odd, Taken


def take(body: bytes) -> Taken:
    """The numbers of an answer, and the answer without them.

    Raises:
        Odd, ValueError, LookupError: if it does not look as expected.
    """
    answer = json.loads(body.decode())
    if not isinstance(answer["MetricDataResults"], list):
        raise Odd
    checker = Checker()
    numbers = [_emptied(result, checker) for result in answer["MetricDataResults"]]
    return Taken(json.dumps(answer).encode(), numbers)


def _emptied(result: Any, checker: Checker) -> Numbers:
    if not isinstance(result, dict):
        raise Odd
    stamps, values = result["Timestamps"], result["Values"]
    if not isinstance(stamps, list) or not isinstance(values, list):
        raise Odd
    result["Timestamps"], result["Values"] = [], []
    return checker.checked(stamps, values)
