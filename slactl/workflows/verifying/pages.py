"""What a reader sees of an HTML page, each text with its place in words.

The one rule: a text's place is the chapter, the table and the heads of its row and column (or the term
before it), as the reader would point at it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from slactl.workflows.verifying.figures import Figures

CELLS = frozenset({"td", "th"})
TEXTS = frozenset({"p", "li", "dt", "dd", "caption", "figcaption", "h1", "h2", "h3", "title", "desc", "text", "style"})
ENDS = CELLS | TEXTS | {"tr"}
LONGEST_HEAD = 80


@dataclass(slots=True)
class _Table:
    caption: str = ""
    heads: list[str] = field(default_factory=list)
    row: str = ""
    column: int = 0
    in_head: bool = False


class _Seer(HTMLParser):
    """Gathers the texts of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: Figures = {}
        self._counts = Counter[tuple[str, str]]()
        self._chapter, self._part, self._term = "cover", "", ""
        self._table: _Table | None = None
        self._tag, self._text = "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ENDS or tag in ("table", "section", "div"):
            self._close()
        if tag == "table":
            self._table = _Table()
        elif tag == "tr" and self._table:
            self._table.row, self._table.column = "", 0
        elif tag in ("thead", "tbody") and self._table:
            self._table.in_head = tag == "thead"
        if tag in CELLS | TEXTS:
            self._tag = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._tag or tag in ("tr", "table", "section", "main", "body"):
            self._close()
        if tag == "table":
            self._table = None

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def end(self) -> None:
        """Takes in the last text."""
        self.close()
        self._close()

    def _close(self) -> None:
        text = " ".join("".join(self._text).split())
        tag, self._tag, self._text = self._tag, "", []
        if tag in CELLS and self._table:
            self._cell(self._table, tag, text)
        elif text:
            self._plain(tag, text)

    def _cell(self, table: _Table, tag: str, text: str) -> None:
        if table.in_head:
            table.heads.append(text)
        column = table.heads[table.column] if table.column < len(table.heads) else f"column {table.column + 1}"
        if tag == "th" and not table.row:
            table.row = text[:LONGEST_HEAD]
        table.column += 1
        place = " / ".join(part for part in (self._chapter, table.caption, "" if table.in_head else table.row) if part)
        self._note(place, "head" if table.in_head else column, text)

    def _plain(self, tag: str, text: str) -> None:
        if tag == "h2":
            self._chapter, self._part = text, ""
        elif tag == "h3":
            self._part = text
        elif tag == "caption" and self._table:
            self._table.caption = text[:LONGEST_HEAD]
        elif tag == "dt":
            self._term = text
        place = " / ".join(part for part in (self._chapter, self._part) if part)
        self._note(place, self._term if tag == "dd" else tag or "text", text)

    def _note(self, place: str, name: str, text: str) -> None:
        self._counts[place, name] += 1
        count = self._counts[place, name]
        self.seen[place, name if count == 1 else f"{name} #{count}"] = text


def texts_of(page: str) -> Figures:
    """What stands on a page, by place."""
    seer = _Seer()
    seer.feed(page)
    seer.end()
    return seer.seen


def lines_of(text: str) -> Figures:
    """The lines of a text, by number."""
    return {("line", str(number)): line for number, line in enumerate(text.splitlines(), 1)}
