"""The oracle's worked examples, told by the product."""

from __future__ import annotations

import pytest

from tests.e2e.harness import report_of
from tests.oracle.compare import compare
from tests.oracle.examples import all_examples
from tests.oracle.report import expected_report

EXAMPLES = all_examples()


@pytest.mark.parametrize("anchoring", ["start", "epoch"])
@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_figure_of_an_example_is_the_oracle_s(name: str, anchoring: str) -> None:
    case = EXAMPLES[name]
    assert compare(report_of(case, anchoring=anchoring), expected_report(case)) == []
