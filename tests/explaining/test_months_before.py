"""What is unknown of the months before is told with its month, and never among what the explained month lacks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slactl.formats.explanation import saying
from slactl.model.explanation import Explanation
from slactl.model.span import Span
from slactl.workflows.explaining.explain import Question, explain, open_month
from tests.evidence.reading.shops import NOW, OCTOBER, Shop, made, traffic
from tests.fakes import instant

QUIET = {
    "2026-09": ("2026-09-23T10:00:00Z", "2026-09-23T14:00:00Z"),
    "2026-10": ("2026-10-14T10:00:00Z", "2026-10-14T14:00:00Z"),
}


@dataclass(frozen=True)
class Told:
    """An explanation in every form."""

    found: Explanation

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(saying("json")(self.found, "en"))
        return document

    def text(self, language: str) -> str:
        return saying("text")(self.found, language)


@pytest.fixture(scope="module", params=["uptime", "coverage"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A row of a shop that fell silent in two months, where its weeks before were busy."""
    silent = [(instant(start), instant(end)) for start, end in QUIET.values()]
    hits = [
        hit
        for hit in traffic(instant("2026-09-15T22:00:00Z"), instant("2026-10-31T23:00:00Z"), every=200)
        if not any(start <= hit.at < end for start, end in silent)
    ]
    folder: Path = tmp_path_factory.mktemp("shop")
    shop = Shop(folder, hits, service="    since: 2026-09-16\n", span="year")
    opened = open_month(shop.catalogue, "shop", OCTOBER, shop.reader, shop.inventories, made(NOW))
    return Told(explain(opened, Question("shop", request.param)))


def test_what_is_unknown_is_the_month_s_own(told: Told) -> None:
    month = told.found.period.span
    assert [gap.span for gap in told.found.gaps if gap.span.holds(_silence("2026-10"))]
    assert all(gap.span.meets(month) for gap in told.found.gaps)


def test_the_year_names_the_month_of_what_it_does_not_know(told: Told) -> None:
    year, text = told.document["year"], {language: told.text(language) for language in ("en", "it")}
    if told.found.row.objective == "coverage":
        assert year is None
        assert "of the months before" not in text["en"]
        return
    unknown = {month["label"]: month["seconds"]["unknown"] for month in year["months"]}
    named = {month["label"]: sum(gap["seconds"] for gap in month["gaps"]) for month in year["months"]}
    assert named == unknown
    assert all(unknown.values())
    for language, words in (("en", "What is unknown of the months before:"), ("it", "non è noto dei mesi precedenti:")):
        _, _, after = text[language].partition(words)
        assert [line.split()[0] for line in after.split("\n\n")[0].splitlines() if line.strip()] == ["2026-09"]


def _silence(label: str) -> Span:
    return Span(*map(instant, QUIET[label]))
