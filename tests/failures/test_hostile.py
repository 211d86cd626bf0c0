"""Operation names that want to be markup, formulas or commands stay names: in every format and on the terminal."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.failures.small import CALM, ENVIRONMENT, EPOCH, SERVICE, configuration, rows
from tests.failures.stage import Outcome, Stage

HOSTILE = [
    "GET /<script>alert(1)</script>",
    "GET /\"quoted\" 'twice' `thrice`",
    "GET /two\nlines\r\n| of | a table |",
    "GET /\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "=cmd|' /C calc'!A1",
    "+1+1",
    "@SUM(A1:A9)",
    "-2+3",
    "GET /[id]",
    "GET /[bold red]{id}",
    "GET /{{ 7 * 7 }}{% raw %}",
    "GET /" + "x" * 995,
    "GET /\u202egnp.exe\u202c",
    "GET /שלום/مرحبا",
    "GET /&amp;&lt;",
    "GET /%s%n\\",
    "GET /\u0000null",
]
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Page(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.handlers: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers |= {name for name, _ in attrs if name.startswith("on")}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def hostile(stage: Stage) -> Stage:
    made = [
        (at, HOSTILE[number % len(HOSTILE)], latency, status, SERVICE, ENVIRONMENT)
        for number, (at, _, latency, status, _, _) in enumerate(rows(1, CALM))
    ]
    stage.configure(configuration())
    stage.show(World(RequestLog.from_rows(made), now=EPOCH))
    return stage


def on_stdout(stage: Stage, form: str) -> Outcome:
    done = stage.run("report", "--month", "2026-10", "--format", form, "-o", "-")
    assert done.code == 0, done.err
    assert not FORBIDDEN.search(done.err)
    return done


def test_json_gives_the_names_as_they_are(hostile: Stage) -> None:
    done = on_stdout(hostile, "json")
    assert {row["operation"] for row in done.report["results"]} == {None, *HOSTILE}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", done.out)


def test_html_shows_them_as_text(hostile: Stage) -> None:
    done = on_stdout(hostile, "html")
    page = Page(done.out)
    assert "script" not in page.tags
    assert page.handlers == set()
    assert not FORBIDDEN.search(done.out)
    for name in (
        "GET /<script>alert(1)</script>",
        "GET /[bold red]{id}",
        "GET /{{ 7 * 7 }}{% raw %}",
        "GET /&amp;&lt;",
    ):
        assert name in page.text


def test_csv_cells_begin_with_nothing_that_runs(hostile: Stage) -> None:
    done = on_stdout(hostile, "csv")
    table = list(csv.DictReader(io.StringIO(done.out.lstrip("\ufeff"), newline="")))
    cells = {row["operation"] for row in table}
    assert len(cells - {""}) == len(HOSTILE)
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "@", "-", "\t", "\r"}]
    assert not FORBIDDEN.search(done.out)


def test_markdown_keeps_its_tables(hostile: Stage) -> None:
    done = on_stdout(hostile, "md")
    assert not FORBIDDEN.search(done.out)
    assert "<script>" not in done.out
    tables = re.findall(r"(?:^\|.*\|$\n?)+", done.out, re.MULTILINE)
    assert tables
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table[:400]
    assert "lines\n" not in done.out


def test_the_terminal_sees_no_command(hostile: Stage) -> None:
    done = hostile.run("discover", "--service", SERVICE)
    assert done.code == 0, done.err
    assert "GET /[bold red]{id}" in done.out
    assert not FORBIDDEN.search(done.out + done.err)


def test_a_mistake_is_told_without_commands(hostile: Stage) -> None:
    main = configuration()["slactl.yaml"] + 'surprise: "\\e[31mred\\u202e"\n"\\e[2Jkey": 1\n'
    hostile.configure({"slactl.yaml": main})
    done = hostile.report()
    assert done.code == 2
    assert done.out == ""
    assert "surprise" in done.err
    assert not FORBIDDEN.search(done.err)
