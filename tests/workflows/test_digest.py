"""The digest of what was read is taken over canonical lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from slactl.model.metric import LadderQuery, Metric, Query, Rise, Series
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.workflows.digest import Digesting

ONE = Metric("N/S", 'a"\\é', (("Operation", "GET /\u2028"),))
TWO = Metric("N/S", "b", (), "123456789012")
SPAN = Span(0, 600)


class Told:
    """Answers what it was told."""

    def __init__(self, answers: list[Series], rises: list[Rise]) -> None:
        self.answers, self.rises = answers, rises

    def read(self, queries: Sequence[Query]) -> list[Series]:
        return self.answers

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        return self.rises

    def use(self) -> tuple[SourceUse, ...]:
        return ()


def metric(one: Metric) -> list[object]:
    return [one.namespace, one.name, one.dimensions, one.account_id]


def test_a_line_says_what_was_asked_and_what_came_in_order_of_time() -> None:
    queries = [Query((ONE, TWO), "TC(:999.999)", 300, SPAN), Query((TWO,), "Sum", 300, SPAN)]
    answers = [Series({300: 0.1 + 0.2, 0: 3.0}), Series({}, Reason.of(Code.READ_FAILED, error="x"))]
    ladder = LadderQuery(ONE, ("1", "999.999"), 600, SPAN)
    digesting = Digesting(Told(answers, [Rise({0: (1.5, None)})]))
    digesting.read(queries)
    digesting.ladders([ladder])
    lines = [
        [[[metric(ONE), metric(TWO)], "TC(:999.999)", 300, 0, 600], None, [[0, 3.0], [300, 0.1 + 0.2]]],
        [[[metric(TWO)], "Sum", 300, 0, 600], "read-failed", []],
        [[[metric(ONE)], ["1", "999.999"], 600, 0, 600], None, [[0, [1.5, None]]]],
    ]
    expected = sha256("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode())
    assert digesting.hex == expected.hexdigest()
