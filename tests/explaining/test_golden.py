"""The contract's worked example, said in full: an hour down, ninety minutes of work, a quarter of an hour silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from slactl.formats.explanation import saying
from slactl.formats.sanitize import plain
from slactl.model.span import Span
from tests.explaining.months import desk
from tests.oracle.examples import all_examples, local

GOLDEN = Path(__file__).parent / "worked-example.{}.txt"


@pytest.mark.parametrize("language", ["en", "it"])
def test_the_worked_example(language: str) -> None:
    with desk(all_examples()["worked-example"]) as made:
        row, _ = made.report().results
        found = made.explain(row, Span(*local("2026-10-20T09:55", "2026-10-20T10:10")))
    text = saying("text")(found, language)
    assert text == Path(str(GOLDEN).format(language)).read_text(encoding="utf-8")
    assert all(plain(line) == line for line in text.splitlines())
