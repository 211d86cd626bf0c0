"""A window more in a file as people write it: what stood there stays, and what is added is read back as asked."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.configuration import load
from slactl.configuration.adding import Draft, scalar, with_window
from slactl.configuration.mistakes import Notes, Refused
from slactl.configuration.nodes import Items, Scalar, Table, plain
from slactl.configuration.yaml_reader import read_yaml
from slactl.model.maintenance import RecurringWindow, Window
from tests.maintenance.place import MAIN

DRAFT = Draft("CHG-2", "2026-11-14T02:00", "2026-11-14T04:00", "Disks: new ones", "2026-11-01T10:00")
LINES = [
    "- id: CHG-2",
    "  start: 2026-11-14T02:00",
    "  end: 2026-11-14T04:00",
    "  announced: 2026-11-01T10:00",
    '  reason: "Disks: new ones"',
]
FLOW = "{id: A, start: 2026-10-14T02:00, end: 2026-10-14T03:00, reason: x}"


def indented(by: int, lines: list[str] | None = None) -> str:
    return "".join(f"{' ' * by}{line}\n" for line in lines or LINES)


@pytest.mark.parametrize(
    ("before", "added", "after"),
    [
        ("notice: 48h\n", "windows:\n" + indented(2), ""),
        ("notice: 48h # as agreed\n# the end\n", None, None),
        ("notice: 48h\nwindows:\n  - {id: A, x: y}\n", indented(2), ""),
        ("windows:\n- id: A\n  reason: x # why\n", indented(0), "\nnotice: 48h\n# said last\n"),
        ("windows:\n  - id: A\n    reason: x\n    # moved once\n", indented(2), "  # - id: TEMPLATE\n\nnotice: 48h\n"),
        ("windows:\n    - id: A\n\n    - id: B\n      reason: x\n", "\n" + indented(4), "\n\nnotice: 48h\n"),
        ("windows:\n  - id: A\n    reason: >\n      long\n      text\n", indented(2), "notice: 48h\n"),
        ("windows:\n  - id: A\n    reason: 'x\n      y'\n", indented(2), "notice: 48h\n"),
        ("---\nwindows:\n  - id: A\n    services: [shop,\n      search]\n", indented(2), "...\n"),
        ("windows:\n  -\n    id: A\n", indented(2), "notice: 48h\n"),
        ('"windows":\n  - id: "Ä – 漢"\n', indented(2), "notice: 48h\n"),
    ],
)
def test_lines_are_only_put_between(before: str, added: str | None, after: str | None) -> None:
    if added is None:
        made = with_window(before, DRAFT)
        assert made == "notice: 48h # as agreed\nwindows:\n" + indented(2) + "# the end\n"
        return
    assert with_window(before + (after or ""), DRAFT) == before + added + (after or "")


def test_odd_indentation_is_kept_to() -> None:
    made = with_window("windows:\n -   id: A\n     reason: x\n", DRAFT)
    assert made.splitlines()[3:5] == [" -   id: CHG-2", "     start: 2026-11-14T02:00"]


def test_the_files_own_line_ends_are_used_and_a_missing_last_one_is_set() -> None:
    assert with_window("windows:\r\n- id: A\r\n", DRAFT) == "windows:\r\n- id: A\r\n" + indented(0).replace(
        "\n", "\r\n"
    )
    assert with_window("windows:\n- id: A", DRAFT) == "windows:\n- id: A\n" + indented(0)
    assert with_window("notice: 48h", DRAFT) == "notice: 48h\nwindows:\n" + indented(2)


def test_an_empty_list_makes_room() -> None:
    assert with_window("windows: [] # none yet\nnotice: 48h\n", DRAFT) == (
        "windows: # none yet\n" + indented(2) + "notice: 48h\n"
    )
    assert with_window("notice: 48h\nwindows:   []", DRAFT) == "notice: 48h\nwindows:\n" + indented(2)


@pytest.mark.parametrize(
    "text",
    [
        "{notice: 48h}\n",
        f"windows: [{FLOW}]\n",
        "windows: [ ]\n",
        "windows: nothing\n",
        "- a\n",
        "a: [\n",
        "",
        "windows: {a: b}\n",
    ],
)
def test_where_no_line_can_be_added_the_file_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        with_window(text, DRAFT)


def test_every_key_has_its_line() -> None:
    draft = Draft(
        "W", "2026-10-04T02:30", "2026-10-04T03:30", "yes", "2026-10-01", {"channel": "mail", "url": "https://a.b/c?d=e"},
        ("shop", "search"), "FREQ=WEEKLY;BYDAY=SU", "2026-12-31", cancelled=True, mute=False,
    )  # fmt: skip
    node = read_yaml(with_window("notice: 48h\n", draft), "f", Notes())
    assert node is not None
    assert plain(node) == {
        "notice": "48h",
        "windows": [
            {
                "id": "W", "start": "2026-10-04T02:30", "end": "2026-10-04T03:30", "rrule": "FREQ=WEEKLY;BYDAY=SU",
                "until": "2026-12-31", "announced": "2026-10-01", "reason": "yes", "services": ["shop", "search"],
                "announcement": {"channel": "mail", "url": "https://a.b/c?d=e"}, "cancelled": True, "mute": False,
            }
        ],
    }  # fmt: skip


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp", "Cn", "Cs"]), min_size=1))
def test_every_text_is_read_back_as_it_was(text: str) -> None:
    for made in (f"a: {scalar(text)}\n", f"a: [{scalar(text)}, {scalar(text)}]\n"):
        notes = Notes()
        node = read_yaml(made, "f", notes)
        assert notes.mistakes == []
        assert isinstance(node, Table)
        value = node.entries[0].value
        for one in value.items if isinstance(value, Items) else (value,):
            assert isinstance(one, Scalar)
            assert one.value == text


@st.composite
def files(draw: st.DrawFn) -> tuple[str, int]:
    """A file as somebody may have written it, and how many windows it has."""
    number = draw(st.integers(0, 4))
    dash, offset = draw(st.integers(0, 5)), draw(st.integers(2, 5))
    blank, end = draw(st.booleans()), draw(st.sampled_from(["\n", "\r\n"]))
    lines = ["# Werkzeug – tools", "notice: 48h   # as agreed"]
    if number or draw(st.booleans()):
        lines.append("windows:" if number else "windows: []")
    for index in range(number):
        start = f"2026-10-{10 + index}T02:00"
        if draw(st.booleans()):
            lines.append(" " * dash + f"- {{id: W{index}, start: {start}, end: 2026-10-{20 + index}T02:00, reason: x}}")
        else:
            margin = " " * (dash + offset)
            lines += [" " * dash + "-".ljust(offset) + f"id: W{index}   # why", f"{margin}start: '{start}'"]
            lines += [f"{margin}end:   2026-10-{20 + index}T02:00", f'{margin}reason: "a # b"', f"{margin}  # said"]
        lines += [""] * (blank and draw(st.booleans()))
    lines += draw(st.sampled_from([[], ["# the end"], ["", "max_per_month: 8h"]]))
    return end.join(lines) + draw(st.sampled_from(["", end])), number


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    day, hour = draw(st.integers(1, 28)), draw(st.integers(4, 20))
    words = st.text(st.sampled_from("abcÄ漢 :#-[]{},&*!|>'\"%@`?0123456789="), min_size=1).map(
        lambda text: " ".join(f"x{text}".split())
    )
    announcement = draw(st.dictionaries(st.sampled_from(["channel", "to"]), words))
    again = draw(st.booleans())
    return Draft(
        draw(st.from_regex(r"\A[A-Z][A-Za-z0-9._-]{0,20}\Z").filter(lambda name: not name.startswith("W"))),
        f"2026-11-{day:02}T{hour:02}:30",
        f"2026-11-{day:02}T{hour + 2:02}:{draw(st.integers(0, 59)):02}",
        draw(words),
        draw(st.none() | st.just("2026-10-01T10:00+02:00")),
        announcement,
        draw(st.sampled_from([(), ("shop",), ("shop", "search")])),
        "FREQ=DAILY" if again else None,
        "2026-12-31" if again else None,
        cancelled=draw(st.booleans()),
        mute=draw(st.booleans()),
    )


@pytest.fixture(scope="module")
def main(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("round") / "slactl.yaml"
    path.write_text(MAIN, encoding="utf-8")
    return path


@settings(deadline=None, max_examples=60)
@given(files(), drafts())
def test_what_is_added_is_read_back_as_asked_and_nothing_else_changes(
    main: Path, file: tuple[str, int], draft: Draft
) -> None:
    text, number = file
    made = with_window(text, draft)
    gone = [line for line in difflib.ndiff(text.splitlines(), made.splitlines()) if line.startswith("- ")]
    assert gone == (["- windows: []"] if "windows: []" in text else [])
    path = main.parent / "maintenance.yaml"
    before = load(main, {path: text.encode()}).windows
    after = load(main, {path: made.encode()}).windows
    assert [one.window for one in after[:-1]] == [one.window for one in before]
    assert len(before) == number
    window, template = after[-1].window, after[-1].template
    assert isinstance(window, RecurringWindow if draft.rrule else Window)
    assert (template.id, template.reason, template.services or ()) == (draft.id, draft.reason, draft.services)
    assert (template.cancelled, template.mute) == (draft.cancelled, draft.mute)
    assert (template.announced is None) == (draft.announced is None)
    told = template.announcement
    assert {key: value for key, value in (("channel", told.channel), ("to", told.to)) if value} == draft.announcement
