"""The report on paper: the page's own texts, in a file that archives take."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pikepdf
import pypdf
import pytest

from slactl.formats import FORMATS
from slactl.formats.pdf import printable
from tests.formats.sample import SAMPLES, hostile, rich
from tests.soaking import some

EVERY = [(name, language) for name in SAMPLES for language in ("it", "en")]


def made(name: str, language: str) -> bytes:
    return FORMATS["pdf"].content(SAMPLES[name](), language)


def squeezed(text: str) -> str:
    """A text without what a line break or a narrow column does to it."""
    return re.sub(r"[\s\u200b\u00ad]+", "", text)


def _is(one: Any, kind: str) -> bool:
    return isinstance(one, pikepdf.Dictionary) and str(one.get("/Type", "")) == kind


@pytest.mark.parametrize(("name", "language"), some(EVERY, 2))
def test_every_figure_of_the_report_stands_on_paper(name: str, language: str) -> None:
    report = SAMPLES[name]()
    pages = pypdf.PdfReader(io.BytesIO(made(name, language))).pages
    text = squeezed("".join(page.extract_text() for page in pages))
    rows: list[dict[str, Any]] = json.loads(FORMATS["json"].render(report, language))["results"]
    shown = {squeezed(row["display"]).removesuffix("ms") for row in rows if row["display"]}  # units head columns
    missing = {value for value in shown if value not in text}
    assert not missing
    assert squeezed(printable(report.report_id)) in text


@pytest.mark.parametrize("language", ["it", "en"])
def test_it_is_what_archives_and_screen_readers_take(language: str) -> None:
    with pikepdf.open(io.BytesIO(made("rich", language))) as document:
        with document.open_metadata() as told:
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("3", "A")
            assert told["pdfuaid:part"] == "1"
        assert str(document.Root.Lang) == language
        assert bool(document.Root.MarkInfo.Marked)
        assert document.Root.OutputIntents
        described = [one for one in document.objects if _is(one, "/FontDescriptor")]
        assert described
        assert all(any(str(key).startswith("/FontFile") for key in one) for one in described)


def test_the_json_report_is_attached_byte_by_byte() -> None:
    with pikepdf.open(io.BytesIO(made("rich", "it"))) as document:
        ((name, attached),) = document.attachments.items()
        assert name == "slactl-2026-10.json"
        assert attached.get_file().read_bytes().decode() == FORMATS["json"].render(rich(), "it")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_report_gives_the_same_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(name, "it")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert made(name, "it") == first


def test_nothing_in_it_runs_or_leads_outside() -> None:
    with pikepdf.open(io.BytesIO(FORMATS["pdf"].content(hostile(), "it"))) as document:
        names = {str(key) for one in document.objects if isinstance(one, pikepdf.Dictionary) for key in one}
        assert not names & {"/JavaScript", "/JS", "/Launch", "/URI", "/OpenAction", "/AA"}


def test_characters_without_a_glyph_are_told_by_number() -> None:
    assert printable("perché ≥ 99,9 % – ✓") == "perché ≥ 99,9 % – ✓"
    assert printable("名 \U0001f600") == "\\u{540d} \\u{1f600}"
    assert printable("a" * 20) == "a" * 20
    assert printable("0123456789abcdef" * 4).replace("\u200b", "") == "0123456789abcdef" * 4


def test_a_pdf_is_no_text() -> None:
    with pytest.raises(TypeError, match="no text"):
        FORMATS["pdf"].render(rich(), "it")
