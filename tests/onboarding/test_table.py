"""Tables lose nothing: neither on a narrow terminal nor in a pipe."""

from __future__ import annotations

import re
import sys

import pytest

from slactl.cli.table import aligned, cell, print_table, width

HEADS = ("check", "of", "status", "remarks")
ROWS = [
    ("edge", "[bold]x[/] :smile:", "warning", "GET /" + "long" * 40),
    ("edge", "\x1b[31mred\u202e\nnext", "ok", ""),
]


def test_a_pipe_gets_plain_aligned_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(HEADS, ROWS)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    column = lines[0].index("status")
    assert [line[column:].split()[0] for line in lines] == ["status", "warning", "ok"]
    assert "[bold]x[/] :smile:" in lines[1]
    assert "long" * 40 in lines[1]
    assert lines[2] == "edge   red next            ok"


@pytest.mark.parametrize("columns", ["40", "80", "300"])
def test_a_terminal_folds_and_never_cuts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_table(HEADS, ROWS)
    said = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert "…" not in said
    assert said.count("long") + len(re.findall(r"l\s+ong|lo\s+ng|lon\s+g", said)) >= 38
    assert "\u202e" not in said
    assert "[bold]" in said
    assert max(map(len, said.splitlines())) <= int(columns)


def test_a_column_that_says_nothing_is_left_out_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_table(HEADS, [("edge", "", "ok", "3")], frozenset({3}))
    said = capsys.readouterr().out
    assert "status" in said
    assert " of " not in said


def test_wide_and_combining_characters_are_measured_as_shown() -> None:
    assert [width(text) for text in ("ab", "\u65e5\u672c", "e\u0301")] == [2, 4, 1]
    assert aligned([["\u65e5", "x"], ["abc", "y"]]) == ["\u65e5   x", "abc  y"]


def test_numbers_stand_to_the_right() -> None:
    assert aligned([["n", "x"], ["100", "y"]], frozenset({0})) == ["  n  x", "100  y"]


def test_a_cell_is_one_line() -> None:
    assert cell(" a\n\tb\x1b[2Jc ") == "a bc"
