"""The oracle's worked examples, told by the product."""

from __future__ import annotations

import pytest

from tests.e2e.harness import report_of
from tests.oracle.compare import compare
from tests.oracle.examples import all_examples
from tests.oracle.report import expected_report
from tests.soaking import some

EXAMPLES = all_examples()


@pytest.mark.parametrize("name", sorted(EXAMPLES))
@pytest.mark.parametrize("anchoring", some(["start", "epoch"], 2))
def test_every_figure_of_an_example_is_the_oracle_s(name: str, anchoring: str) -> None:
    case = EXAMPLES[name]
    assert compare(report_of(case, anchoring=anchoring), expected_report(case)) == []


@pytest.mark.parametrize("name", sorted(name for name in EXAMPLES if name.startswith("edge")))
def test_an_http_api_before_a_service_is_read_like_a_rest_api(name: str) -> None:
    case = EXAMPLES[name]
    assert compare(report_of(case, gateway_kind="http"), expected_report(case)) == []


@pytest.mark.parametrize("name", some(sorted(EXAMPLES), 3))
def test_the_figures_do_not_change_with_lambda_s_over_counting_series(name: str) -> None:
    case = EXAMPLES[name]
    assert compare(report_of(case, lambda_style=True), expected_report(case)) == []
