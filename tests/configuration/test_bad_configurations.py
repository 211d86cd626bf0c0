"""Every mistake that a configuration can hold, and exactly what is said of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from slactl.configuration import ConfigurationError, ConfigurationNotFound, load_catalogue

Case = tuple[dict[str, str], str]


def read_cases() -> dict[str, Case]:
    """The table of bad configurations: name, files, what is told."""
    cases = {}
    for chunk in (Path(__file__).parent / "bad.txt").read_text(encoding="utf-8").split("### ")[1:]:
        name, _, rest = chunk.partition("\n")
        files = dict(part.split("\n", 1) for part in rest.split("## ")[1:])
        cases[name] = (files, files.pop("told").strip())
    return cases


CASES = read_cases()


@pytest.mark.parametrize("name", CASES)
def test_every_mistake_is_told_at_once(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, told = CASES[name]
    for file, text in files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as refused:
        load_catalogue(Path("slactl.yaml"))
    assert str(refused.value) == told


def test_the_table_is_the_whole_table() -> None:
    assert len(CASES) > 30
    assert sum(told.count("slactl.yaml:") + told.count("windows.yaml:") for _, told in CASES.values()) > 150


def told_of(content: bytes, folder: Path) -> list[str]:
    path = folder / "slactl.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        load_catalogue(path)
    return [f"{mistake.line}: {mistake.what}" for mistake in refused.value.mistakes]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"version: 1\ntitle: caff\xe8\n", "2: is not UTF-8, found the byte 0xe8"),
        ("version: 1\n".encode("utf-16"), "1: is not UTF-8, found the byte 0xff"),
        (b"version: 1\nreport:\n  title: a\x00b\n", "3: a character that does not belong here, found '\\x00'"),
        (b"version: 1\r\n\r\n# \x1b[31m\n", "3: a character that does not belong here, found '\\x1b'"),
        ("a: \u202etxt.exe\n".encode(), "1: a character that does not belong here, found '\\u202e'"),
        ("a: b\u2028c: d\n".encode(), "1: a character that does not belong here, found '\\u2028'"),
        (b"a: \n" * 2 + b"[" * 5000, "3: not valid YAML: could not find expected ':'"),
        (b"a:\n  " + b"[" * 5000, "2: nested deeper than 32 levels"),
        (b"a: " + b"{b: " * 40, "1: nested deeper than 32 levels"),
        (b'a: "\\UFFFFFFFF"\n', "1: not valid YAML: Python int too large to convert to C int"),
    ],
)
def test_unreadable_text_is_a_mistake_with_its_line(content: bytes, told: str, tmp_path: Path) -> None:
    assert told_of(content, tmp_path) == [told]


@pytest.mark.parametrize(
    ("scalar", "found"),
    [
        ("2026-13-45", "'2026-13-45'"),
        ("22:30", "'22:30'"),
        ("010", "the number 010"),
        ("NO", "'NO'"),
        ("off", "'off'"),
        ("0x1F", "'0x1F'"),
        ("0o17", "'0o17'"),
        ("1_000", "'1_000'"),
        ("1e400", "the number 1e400"),
        ("1e9999999999", "'1e9999999999'"),
    ],
)
def test_scalars_stay_what_was_written(scalar: str, found: str, tmp_path: Path) -> None:
    text = f"version: 1\nservices: {{api: {{environment: prod}}}}\nreport: {{settle: {scalar}}}\n"
    assert told_of(text.encode(), tmp_path) == [
        f"3: report.settle must be a duration such as 90s, 5m, 48h or 2d, found {found}"
    ]


@pytest.mark.parametrize("tagged", ["!!int x", "!!timestamp x", "!!float x", "!!python/name:os.system", "!local x"])
def test_tags_are_refused_before_pyyaml_builds_anything(tagged: str, tmp_path: Path) -> None:
    [told] = told_of(f"version: {tagged}\nservices: {{api: {{environment: prod}}}}\n".encode(), tmp_path)
    assert told.startswith("1: a tag is not allowed, found '!")


def test_a_file_over_a_megabyte_is_not_read(tmp_path: Path) -> None:
    assert told_of(b"# " + b"x" * 1_000_000, tmp_path) == ["0: the configuration is larger than 1 MB"]


def test_a_missing_file_and_a_directory_cannot_be_looked_at(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "no.yaml", "is missing"), (tmp_path, "is a directory")):
        with pytest.raises(ConfigurationNotFound) as refused:
            load_catalogue(path)
        assert refused.value.mistakes[0].what == f"the configuration {told}"
        assert str(refused.value).startswith(f"{path}: the configuration {told}")


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slactl.yaml")
    with pytest.raises(ConfigurationNotFound, match="is no regular file"):
        load_catalogue(tmp_path / "slactl.yaml")
