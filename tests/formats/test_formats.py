"""The table of formats, and Markdown and CSV against the JSON."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from io import StringIO

import pytest
from markdown_it import MarkdownIt

from slactl.formats import FORMATS
from slactl.formats.csv import COLUMNS
from slactl.formats.sanitize import csv_cell
from tests.formats.sample import SAMPLES, hostile, rich

EVERY = [(name, language) for name in SAMPLES for language in ("it", "en")]
TEXTS = [name for name, form in FORMATS.items() if not form.binary]
HEAVY = ("jinja2", "babel", "pandas", "boto3")


def rows_of(name: str, language: str) -> tuple[list[dict[str, str]], list[dict[str, object]]]:
    report = SAMPLES[name]()
    text = FORMATS["csv"].render(report, language)
    found = json.loads(FORMATS["json"].render(report, language))["results"]
    return list(csv.DictReader(StringIO(text, newline=""))), found


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_format_says_every_report_the_same_way_twice(name: str, sample: str) -> None:
    chosen = FORMATS[name]
    text = chosen.render(SAMPLES[sample](), "it")
    assert text
    assert text.endswith("\n")
    assert text == chosen.render(SAMPLES[sample](), "it")
    text.encode("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_an_unknown_language_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no such language"):
        FORMATS[name].content(rich(), "de")


def test_files_are_named_as_the_contract_says() -> None:
    assert FORMATS["html"].file_name("2026-10", "it") == "slactl-2026-10.it.html"
    assert FORMATS["json"].file_name("2026-10", "it") == "slactl-2026-10.json"


def test_naming_the_formats_imports_none_of_them() -> None:
    code = f"import sys, slactl.formats; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_csv_has_a_line_for_each_result_with_its_figures(name: str, language: str) -> None:
    lines, found = rows_of(name, language)
    assert len(lines) == len(found)
    for line, row in zip(lines, found, strict=True):
        assert line["status"] == row["status"]
        assert line["operation"] == csv_cell(str(row["operation"] or ""))
        assert (float(line["value"]) if line["value"] else None) == row["value"]
        assert line["binding"] == str(row["binding"]).lower()
        for key in ("low", "high", "good", "total"):
            assert (float(line[key]) if line[key] else None) == row[key]
        budget, detail = row["budget"], row["detail"]
        for key in ("allowed", "used", "remaining", "used_ratio"):
            told = line[f"budget_{key}"]
            assert (float(told) if told else None) == (budget[key] if isinstance(budget, dict) else None)
        for key in ("worst_case", "best_case", "with_exclusions", "without_exclusions"):
            case = row[key]
            assert (float(line[key]) if line[key] else None) == (case["value"] if isinstance(case, dict) else None)
        down = detail.get("down_seconds") if isinstance(detail, dict) else None
        assert (int(line["down_seconds"]) if line["down_seconds"] else None) == down


def test_csv_lines_end_as_the_standard_says_and_have_all_columns() -> None:
    text = FORMATS["csv"].render(hostile(), "it")
    assert text.replace("\r\n", "").count("\n") == 0
    assert all(len(line) == len(COLUMNS) for line in csv.reader(StringIO(text, newline="")))


def test_no_text_cell_of_the_csv_is_a_formula() -> None:
    lines, _ = rows_of("hostile", "en")
    for line in lines:
        for name in ("service", "operation", "reason_text", "worst_operation", "goal"):
            assert not line[name].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_markdown_is_made_of_our_own_markup_only(name: str, language: str) -> None:
    report = SAMPLES[name]()
    text = FORMATS["md"].render(report, language)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    inner = [child for token in tokens for child in token.children or []]
    assert not [token for token in tokens if token.type in {"html_block", "fence", "code_block"}]
    assert {token.type for token in inner} <= {"text", "text_special", "strong_open", "strong_close"}
    heads = [token.content for token in tokens if token.type == "inline" and token.level == 1]
    assert heads
    shown = "".join(token.content for token in inner)
    for row in json.loads(FORMATS["json"].render(report, language))["results"]:
        if row["display"] and row["operation"] is None:
            assert row["display"] in shown


@pytest.mark.parametrize("name", SAMPLES)
def test_every_row_of_a_markdown_table_has_the_columns_of_its_head(name: str) -> None:
    text = FORMATS["md"].render(SAMPLES[name](), "en")
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    widths: list[int] = []
    for token in tokens:
        if token.type == "tr_open":
            widths.append(0)
        elif token.type in {"th_open", "td_open"}:
            widths[-1] += 1
        elif token.type == "table_close":
            assert len(set(widths)) == 1
            widths = []
