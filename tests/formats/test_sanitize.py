"""Text from outside stays text in every syntax."""

from __future__ import annotations

import csv
import re
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from slactl.formats.csv import cell
from slactl.formats.sanitize import INVISIBLE, css_string, csv_cell, markdown, plain
from tests.formats.agreement import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.token import Token

nasty = st.text(
    st.characters(codec="utf-8") | st.sampled_from("<>&|`*_{}[]()#~$@:\\\"'=+-\t\r\n\x1b\u202e/!.w"), max_size=60
)
COMMON = MarkdownIt("gfm-like", {"linkify": False})


def attacked(test: Callable[[str], None]) -> Callable[[str], None]:
    for name in HOSTILE:
        test = example(name)(test)
    return given(nasty)(test)


@attacked
def test_plain_text_is_one_line_without_anything_invisible(text: str) -> None:
    shown = plain(text)
    assert not INVISIBLE.search(shown)
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown


@given(nasty, nasty)
def test_different_control_characters_stay_different(left: str, right: str) -> None:
    one, other = f"{left}\u202e{right}", f"{left}\u202d{right}"
    assert plain(one) != plain(other)


def inline(text: str) -> list[Token]:
    """The inline tokens of a one-cell Markdown table."""
    tokens = COMMON.parse(f"| {text} |\n| --- |\n")
    assert [token.type for token in tokens if token.type in {"th_open", "td_open", "html_block"}] == ["th_open"]
    return [child for token in tokens if token.type == "inline" for child in token.children or []]


@attacked
def test_markdown_in_a_table_cell_reads_as_the_text(text: str) -> None:
    tokens = inline(markdown(text))
    assert {token.type for token in tokens} <= {"text", "text_special"}
    assert "".join(token.content for token in tokens) == plain(text).strip()


@attacked
def test_markdown_makes_no_link_and_no_mention(text: str) -> None:
    shown = markdown(text)
    assert not re.search(r"https?:/|(?<!&)#\d|www\.|(?<!\\)[`<|]|@", shown, re.IGNORECASE)


@attacked
def test_a_csv_cell_is_no_formula_and_survives_the_reader(text: str) -> None:
    shown = csv_cell(text)
    assert not shown.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([shown, "next"])
    assert list(csv.reader(StringIO(out.getvalue(), newline=""))) == [[shown, "next"]]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-923.4, "-923.4"), (None, ""), (True, "true"), ("=1+1", "'=1+1"), ("-5", "'-5"), (" @x", "' @x"), (0.1, "0.1")],
)
def test_numbers_stay_numbers_and_texts_stay_texts(value: str | float | bool | None, shown: str) -> None:
    assert cell(value) == shown


@attacked
def test_a_css_string_cannot_be_left(text: str) -> None:
    shown = css_string(text)
    assert shown[0] == shown[-1] == '"'
    assert not re.search(r"[\"'\n\r<>{};]", shown[1:-1])
    unescaped = re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found.group(1), 16)), shown[1:-1])
    assert unescaped == plain(text)
