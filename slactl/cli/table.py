"""Tables: rich on a terminal, plain aligned text anywhere else.

The one rule: nothing is cut off and nothing is markup; text from outside loses its control characters
and its line breaks before it is measured.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence

from slactl.cli.console import clean, out

SHORT = 16
"""Columns as narrow as this are never folded on a terminal."""
STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red", "unknown": "magenta"}


def cell(text: str) -> str:
    """Text on one line, without control characters."""
    return " ".join(clean(text).split())


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> None:
    """Prints rows under their heads; the columns in ``right`` are numbers."""
    cells = [[cell(text) for text in row] for row in rows]
    if sys.stdout.isatty():
        _rich(heads, cells, right)
        return
    for line in aligned([list(heads), *cells], right):
        out(line)


def aligned(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Plain lines, the columns under each other and two blanks apart."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(_padded(text, widths[i], i in right) for i, text in enumerate(row)).rstrip() for row in rows]


def _padded(text: str, reach: int, right: bool) -> str:
    blanks = " " * (reach - width(text))
    return blanks + text if right else text + blanks


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )


def _rich(heads: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    used = [index for index in range(len(heads)) if any(row[index] for row in rows)]
    right = frozenset(place for place, index in enumerate(used) if index in right)
    heads, rows = [heads[index] for index in used], [[row[index] for index in used] for row in rows]
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for index, head in enumerate(heads):
        short = max(width(text) for text in (head, *(row[index] for row in rows))) <= SHORT
        table.add_column(Text(head), justify="right" if index in right else "left", overflow="fold", no_wrap=short)
    for row in rows:
        table.add_row(*(Text(text, STYLES.get(text, "")) for text in row))
    Console(markup=False, highlight=False, emoji=False).print(table)
