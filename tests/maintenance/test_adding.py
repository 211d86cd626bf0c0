"""``slactl maintenance add``: one window more, proved, in time, and refused without a trace."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from slactl.cli.maintenance import filing
from slactl.configuration import load_catalogue
from slactl.model.maintenance import Proof
from tests.cli.child import SLACTL, environment
from tests.maintenance.place import Place

FILE = """# Maintenance of the platform
notice: 48h   # clause 4.2
windows:
  # kept for the auditor
  - id: CHG-1
    start: 2026-09-14T02:00
    end: 2026-09-14T04:00
    announced: 2026-09-01T10:00
    reason: 'Disks'   # all of them

# caps are not agreed yet
"""
ASKED = ("--id", "CHG-2", "--start", "2026-10-14T02:00", "--end", "2026-10-14T04:00", "--reason", "Engine: upgrade")


@pytest.fixture
def filed(place: Place) -> Place:
    place.write("maintenance.yaml", FILE)
    return place


def test_a_window_is_written_behind_the_last_and_its_proof_is_told(filed: Place) -> None:
    done = filed.run("add", *ASKED)
    assert (done.code, done.out) == (0, "maintenance.yaml: CHG-2 declared\n")
    assert "recorded" in done.err
    added = (
        "  - id: CHG-2\n    start: 2026-10-14T02:00\n    end: 2026-10-14T04:00\n    announced: 2026-10-01T12:00\n"
        '    reason: "Engine: upgrade"\n'
    )
    head, tail = FILE.split("\n\n")
    assert filed.read() == f"{head}\n{added}\n{tail}"
    window = load_catalogue(Path("slactl.yaml")).maintenance.windows[-1]
    assert (window.id, window.span.seconds, window.proof) == ("CHG-2", 7200, Proof.DECLARED)
    assert filed.files() == {"slactl.yaml", "maintenance.yaml"}


def test_every_option_is_a_key(filed: Place) -> None:
    done = filed.run(
        "add", "--id", "SUN", "--start", "2026-10-11T02:30", "--end", "2026-10-11T03:00", "--reason", "Patching",
        "--announced", "2026-10-01T09:00+02:00", "--service", "shop", "--service", "search", "--rrule",
        "FREQ=WEEKLY;BYDAY=SU", "--until", "2026-12-31", "--channel", "status-page", "--to", "customers",
        "--url", "https://status.example.com/1", "--no-mute",
    )  # fmt: skip
    assert done.code == 0, done.err
    window = load_catalogue(Path("slactl.yaml")).maintenance.recurring[0]
    told = window.template.announcement
    assert (told.channel, told.to, told.url) == ("status-page", "customers", "https://status.example.com/1")
    assert (window.rrule, str(window.until), window.template.mute) == (
        "FREQ=WEEKLY;BYDAY=SU", "2026-12-31 23:59:59", False,
    )  # fmt: skip
    assert window.template.services == ("shop", "search")


def test_the_announcement_is_copied_once_and_hashed(filed: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    mail = tmp_path_factory.mktemp("mail") / "told.eml"
    mail.write_bytes(b"Subject: planned work\r\n")
    assert filed.run("add", *ASKED, "--file", str(mail)).out == "maintenance.yaml: CHG-2 documented\n"
    assert "file: proofs/CHG-2.eml" in filed.read()
    assert (filed.directory / "proofs/CHG-2.eml").read_bytes() == mail.read_bytes()
    # Another text under the same name does not write over the first one.
    (filed.directory / "proofs/CHG-3.eml").write_bytes(b"older")
    filed.run("add", "--id", "CHG-3", *ASKED[2:], "--file", str(mail))
    assert (filed.directory / "proofs/CHG-3.eml").read_bytes() == b"older"
    assert len([name for name in filed.files() if name.startswith("proofs/CHG-3-")]) == 1
    # What lies there already is named, not copied.
    filed.write("mails/CHG-4.txt", "told")
    filed.run("add", "--id", "CHG-4", *ASKED[2:], "--file", "mails/CHG-4.txt")
    assert "file: mails/CHG-4.txt" in filed.read()
    assert len(filed.files()) == 6


def test_a_window_that_comes_too_late_is_refused_unless_told(filed: Place) -> None:
    late = (*ASKED[:2], "--start", "2026-10-02T02:00", "--end", "2026-10-02T03:00", *ASKED[6:])
    done = filed.run("add", *late)
    assert done.code == 1
    assert "will not be applied" in done.err
    assert "--late" in done.err
    assert filed.read() == FILE
    done = filed.run("add", *late, "--late")
    assert (done.code, done.out) == (0, "maintenance.yaml: CHG-2 declared\n")
    assert "will not be applied" in done.err
    exact = ("--id", "CHG-3", "--start", "2026-10-03T12:00", "--end", "2026-10-03T13:00", "--reason", "x")
    assert filed.run("add", *exact).code == 0


@pytest.mark.parametrize("more", [(), ("--late",)])
def test_what_nobody_was_told_yet_is_refused(filed: Place, more: tuple[str, ...]) -> None:
    done = filed.run("add", *ASKED, "--announced", "2026-10-01T12:01", *more)
    assert done.code == 2
    assert "CHG-2 is announced 2026-10-01T12:01, and it is 2026-10-01T12:00: nobody was told yet" in done.err
    assert filed.read() == FILE
    assert filed.run("add", *ASKED, "--announced", "2026-10-01T12:00").code == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--id": "CHG-1"}, "is taken"),
        ({"--id": "a b"}, "must be an id"),
        ({"--end": "2026-10-14T01:00"}, "must lie after start"),
        ({"--start": "tomorrow"}, "must be a time"),
        ({"--start": "2026-10-25T02:30", "--end": "2026-10-25T05:00"}, "exists twice"),
        ({"--start": "2027-03-28T02:30", "--end": "2027-03-28T05:00"}, "does not exist"),
        ({"--service": "nobody"}, "nobody"),
        ({"--rrule": "FREQ=HOURLY", "--until": "2026-12-31"}, "FREQ"),
        ({"--rrule": "FREQ=DAILY"}, "needs an end"),
        ({"--until": "2026-12-31"}, "rrule"),
        ({"--reason": "two\x00"}, "character"),
        ({"--reason": " "}, "must not be empty"),
        ({"--url": "ftp://x"}, "address"),
        ({"--announced": "soon"}, "must be a time"),
        ({"--file": "nothing.eml"}, "nothing.eml"),
        ({"--reason": "\udcff"}, "UTF-8"),
    ],
)
def test_what_config_check_would_refuse_is_refused_without_a_trace(
    filed: Place, changed: dict[str, str], said: str
) -> None:
    told = {**dict(zip(ASKED[::2], ASKED[1::2], strict=True)), **changed}
    done = filed.run("add", *(word for pair in told.items() for word in pair))
    assert done.code == 2, done.err
    assert said in done.err
    assert "Traceback" not in done.err
    assert filed.read() == FILE
    assert filed.files() == {"slactl.yaml", "maintenance.yaml"}


def test_a_refused_window_leaves_no_copy_of_its_announcement(
    filed: Place, tmp_path_factory: pytest.TempPathFactory
) -> None:
    mail = tmp_path_factory.mktemp("mail") / "told.eml"
    mail.write_bytes(b"told")
    assert filed.run("add", *ASKED, "--file", str(mail), "--service", "nobody").code == 2
    assert filed.files() == {"slactl.yaml", "maintenance.yaml"}
    assert not (filed.directory / "proofs").exists()


def test_a_broken_configuration_is_told_before_anything_is_added(filed: Place) -> None:
    for text in (FILE + "odd: 1\n", FILE.replace("id: CHG-1", "id: &a CHG-1"), FILE.replace("    reason", "\treason")):
        filed.write("maintenance.yaml", text)
        assert filed.run("add", *ASKED).code == 2
        assert filed.read() == text
    filed.write(
        "maintenance.yaml",
        "notice: 48h\nwindows: [{id: A, start: 2026-10-14T02:00, end: 2026-10-14T03:00, reason: x}]\n",
    )
    done = filed.run("add", *ASKED)
    assert (done.code, "between brackets" in done.err) == (2, True)


def test_several_files_need_a_choice_and_none_a_hint(filed: Place) -> None:
    main = filed.read("slactl.yaml")
    filed.write(
        "slactl.yaml", main.replace("maintenance: maintenance.yaml", "maintenance: [maintenance.yaml, sub/more.yaml]")
    )
    filed.write("sub/more.yaml", "windows: []\n")
    assert "--into" in filed.run("add", *ASKED).err
    assert filed.run("add", *ASKED, "--into", "slactl.yaml").code == 2
    done = filed.run("add", *ASKED, "--into", "sub/more.yaml")
    assert (done.code, done.out) == (0, "sub/more.yaml: CHG-2 declared\n")
    assert filed.read("sub/more.yaml").startswith("windows:\n  - id: CHG-2\n")
    assert filed.read() == FILE
    filed.write("slactl.yaml", main.replace("maintenance: maintenance.yaml\n", ""))
    assert "names no maintenance file" in filed.run("add", *ASKED).err
    assert "--id, --start" in filed.run("add").err


def test_links_modes_and_marks_of_the_encoding_stay(filed: Place) -> None:
    real = filed.write("real/kept.yaml", "\ufeff" + FILE)
    real.chmod(0o640)
    (filed.directory / "maintenance.yaml").unlink()
    (filed.directory / "maintenance.yaml").symlink_to(real)
    assert filed.run("add", *ASKED).code == 0
    assert (filed.directory / "maintenance.yaml").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes().startswith(b"\xef\xbb\xbf# Maintenance")


def test_whoever_wrote_meanwhile_is_not_written_over(filed: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    check = filing.Filing._check_late

    def slow(self: filing.Filing, added: object, *, late: bool) -> None:
        filed.write("maintenance.yaml", FILE + "# me too\n")
        check(self, added, late=late)  # type: ignore[arg-type]

    monkeypatch.setattr(filing.Filing, "_check_late", slow)
    done = filed.run("add", *ASKED)
    assert (done.code, "changed meanwhile" in done.err) == (1, True)
    assert filed.read() == FILE + "# me too\n"


def test_on_a_terminal_the_announcement_is_asked_for(filed: Place, tmp_path_factory: pytest.TempPathFactory) -> None:
    mail = tmp_path_factory.mktemp("mail") / "told.eml"
    mail.write_bytes(b"told")
    ours, theirs = pty.openpty()
    try:
        child = subprocess.Popen(
            [*SLACTL, "maintenance", "add", *ASKED],
            cwd=filed.directory,
            env=environment(SLACTL_NOW="2026-10-01T10:00:00Z"),
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
        )
        os.write(ours, f"{mail}\n".encode())
        out, _ = child.communicate(timeout=60)
    finally:
        os.close(theirs)
        os.close(ours)
    assert (child.returncode, out) == (0, b"maintenance.yaml: CHG-2 documented\n")
