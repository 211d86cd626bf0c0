"""Files are whole or absent; what is no file is never replaced by one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from slactl.cli.files import write_whole
from slactl.cli.plugin import status_line


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, "told")
        assert os.read(reader, 100) == b"told"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [one.name for one in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link(tmp_path: Path, there: bool) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    if there:
        file.write_text("old")
    link.symlink_to(file.name)
    write_whole(link, "new")
    assert link.is_symlink()
    assert file.read_text() == "new"


def test_a_directory_is_refused_by_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as refused:
        write_whole(tmp_path, "text")
    assert refused.value.filename == str(tmp_path)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ((), True),
        (("-o", "-"), True),
        (("-o-",), True),
        (("--output=-",), True),
        (("-o", "file"), False),
        (("-ofile",), False),
        (("--output=file",), False),
        (("--output", "file"), False),
    ],
)
def test_a_plugin_owes_its_line_to_stdout_only(output: tuple[str, ...], said: bool) -> None:
    assert bool(status_line(("check", *output), "why")) is said
