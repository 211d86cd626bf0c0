"""The state file of checks on a real disk: what is refused, what a killed or starved process leaves, who is let in."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from slactl.cli.notifying import NotTold, StateFile, Teller, configured_channels, telling
from slactl.model.checking import ChannelKind, CheckSettings, Destination, Keeper
from slactl.model.status import Status
from slactl.workflows.notifying.changes import Seen
from tests.cli.child import ROOT, environment
from tests.formats.check import checks
from tests.outbox.receivers import Receiver, receiver
from tests.workflows.notifying.stories import CATALOGUE, TARGETS, said

HOOK = Destination("hook", ChannelKind.WEBHOOK, keeper=Keeper(variable="HOOK"))
CHILD = """
import resource, sys
from pathlib import Path
from slactl.cli.notifying import NotTold, telling
from slactl.model.checking import CheckSettings
from tests.cli.test_notifying import HOOK, breach
from tests.workflows.notifying.stories import CATALOGUE

room = int(sys.argv[2])
if room:
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
try:
    with telling(CATALOGUE, CheckSettings(sys.argv[1], (HOOK,)), "en") as teller:
        print("holding", flush=True)
        done = teller.tell_of(breach(), 1000)
        print(len(done.sent), len(done.owed))
except NotTold as error:
    print(f"refused: {error.message}")
    sys.exit(3)
"""


def breach(status: Status = Status.BREACHED) -> list[Seen]:
    """A target that stands so."""
    return [Seen(TARGETS[0], status, said(TARGETS[0]))]


def child(state: Path, url: str, room: int = 0) -> subprocess.Popen[str]:
    """A process that tells of a breach; its files may have no more than so many bytes (0: as many as they like)."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(state), str(room)],
        cwd=ROOT,
        env=environment(HOOK=url, PYTHONWARNINGS="ignore"),
        stdout=subprocess.PIPE,
        text=True,
    )


def settings(folder: Path, *destinations: Destination) -> CheckSettings:
    return CheckSettings(str(folder / "kept/state.json"), destinations or (HOOK,))


def keys(here: Receiver) -> list[str]:
    return [one.headers["Idempotency-Key"] for one in here.taken]


def wait_for(here: Receiver, count: int) -> None:
    for _ in range(1500):
        if len(here.taken) >= count:
            return
        time.sleep(0.02)
    pytest.fail(f"{len(here.taken)} requests came, not {count}")


def test_a_process_that_is_killed_while_it_sends_sends_again_under_the_same_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings(tmp_path)
    with receiver() as here:
        here.status = -1
        killed = child(Path(chosen.state), here.url)
        wait_for(here, 1)
        killed.kill()
        killed.communicate()
        assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [
            "state.json",
            "state.json.lock",
            "state.json.next",
        ]
        here.status = 200
        monkeypatch.setenv("HOOK", here.url)
        with telling(CATALOGUE, chosen, "en") as teller:
            done = teller.tell_of(breach(), 2000)
        assert len(done.sent) == 1
        with telling(CATALOGUE, chosen, "en") as teller:
            assert teller.tell_of(breach(), 3000).sent == ()
        assert len(keys(here)) == 2
        assert len(set(keys(here))) == 1
        assert not (tmp_path / "kept/state.json.next").exists()


@pytest.mark.parametrize("room", [1, 600])
def test_a_disk_that_is_full_is_found_out_before_anybody_is_told(room: int, tmp_path: Path) -> None:
    """The limit is the system's own: the write fails after a part of the file was written."""
    with receiver() as here:
        state = Path(settings(tmp_path).state)
        first = child(state, here.url, room)
        out, _ = first.communicate(timeout=60)
        assert first.returncode == 3
        assert f"refused: the state {state} could not be kept: File too large" in out
        assert here.taken == []
        assert not state.exists()
        second = child(state, here.url)
        assert second.communicate(timeout=60)[0].split() == ["holding", "1", "0"]
        assert len(here.taken) == 1


def test_a_second_process_is_refused_while_the_first_works(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    with receiver() as here:
        here.status = -1
        first = child(Path(chosen.state), here.url)
        wait_for(here, 1)
        with pytest.raises(NotTold, match="another run is at work with"), telling(CATALOGUE, chosen, "en"):
            pytest.fail("two are at work")
        first.kill()
        first.communicate()
    with telling(CATALOGUE, chosen, "en") as teller:
        assert teller.state.owed


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is no state of slactl's"),
        ("{", "is no state of slactl's"),
        ('{"schema": "slactl.check-state/9"}', "was written by a newer slactl"),
        ("\udcff", "is no state of slactl's"),
    ],
)
def test_a_file_that_is_no_state_is_refused_and_left_as_it_is(text: str, what: str, tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    path = Path(chosen.state)
    path.parent.mkdir()
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(NotTold) as refused, telling(CATALOGUE, chosen, "en"):
        pytest.fail("it was read")
    assert refused.value.message == f"{path} {what}"
    assert path.read_bytes() == text.encode(errors="surrogateescape")


def test_places_that_cannot_hold_a_state(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file", encoding="utf-8")
    with pytest.raises(NotTold, match="could not be kept"), telling(CATALOGUE, settings(tmp_path), "en"):
        pytest.fail("a file was taken for a folder")
    folder = tmp_path / "other"
    (folder / "kept/state.json").mkdir(parents=True)
    with pytest.raises(NotTold, match="Is a directory"), telling(CATALOGUE, settings(folder), "en"):
        pytest.fail("a folder was taken for a file")


def test_what_is_intended_never_follows_a_link(tmp_path: Path) -> None:
    """Somebody who may write into the folder must not lead slactl to overwrite another file."""
    victim = tmp_path / "victim"
    victim.write_text("precious", encoding="utf-8")
    memory = StateFile(tmp_path / "state.json")
    memory.beside.symlink_to(victim)
    with pytest.raises(OSError, match="symbolic links"):
        memory.intend("text")
    assert victim.read_text(encoding="utf-8") == "precious"


def test_a_link_to_the_state_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "kept.json")
    memory = StateFile(tmp_path / "link.json")
    assert memory.text() is None
    memory.intend("text")
    memory.settle()
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "kept.json").read_text(encoding="utf-8") == "text"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.json", "link.json"]


def test_windows_do_not_wait_for_each_other(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    with telling(CATALOGUE, chosen, "en", window="1h"):
        with telling(CATALOGUE, chosen, "en", window="month-to-date") as other:
            assert other.memory.path.name == "state-month-to-date.json"
        with (
            pytest.raises(NotTold, match=r"at work with .*state-1h\.json"),
            telling(CATALOGUE, chosen, "en", window="1h"),
        ):
            pytest.fail("two are at work")


def test_nobody_to_tell_is_refused() -> None:
    for chosen in (None, CheckSettings("state.json")):
        with pytest.raises(NotTold, match="names nobody to tell"), telling(CATALOGUE, chosen, "en"):
            pytest.fail("nobody was told")


def test_the_channels_of_a_configuration_are_made_without_asking_anybody() -> None:
    kinds = (ChannelKind.SLACK, ChannelKind.TEAMS, ChannelKind.WEBHOOK)
    destinations = [Destination(kind.value, kind, keeper=Keeper(variable="NONE")) for kind in kinds]
    topic = Destination("sns", ChannelKind.SNS, "arn:aws:sns:eu-west-1:123456789012:alerts")
    made = configured_channels(CATALOGUE, CheckSettings("state.json", (*destinations, topic)))
    assert list(made) == ["slack", "teams", "webhook", "sns"]


def said_of(folder: Path, language: str, here: Receiver) -> list[dict[str, object]]:
    """What a webhook is told of a check, of one that failed, and of one that worked again."""
    check = checks.breached()
    catalogue = check.catalogue
    chosen = replace(settings(folder), language=language)
    steps: list[Callable[[Teller], object]] = [
        lambda teller: teller.tell(check),
        lambda teller: teller.tell_failure("month-to-date", "no way\n\x1b[1m", 9),
    ]
    for step in (*steps, steps[0]):
        with telling(catalogue, chosen, "en") as teller:
            step(teller)
    return [json.loads(one.body) for one in here.taken]


@pytest.mark.parametrize(
    ("language", "titles", "line"),
    [
        (
            "en",
            [
                "missions-api, Uptime: BREACHED (was OK), month-to-date",
                "missions-api, Error rate per endpoint: BREACHED (was OK), month-to-date",
                "missions-api, Error rate: INSUFFICIENT_DATA (was OK), month-to-date",
                "slactl cannot check month-to-date",
                "slactl can check month-to-date again",
            ],
            "Settled until 2026-11-20T10:50:00Z.",
        ),
        (
            "it",
            [
                "missions-api, Uptime: BREACHED (era OK), month-to-date",
                "missions-api, Error rate per endpoint: BREACHED (era OK), month-to-date",
                "missions-api, Error rate: INSUFFICIENT_DATA (era OK), month-to-date",
                "slactl non può verificare month-to-date",
                "slactl può di nuovo verificare month-to-date",
            ],
            "",
        ),
    ],
)
def test_what_people_read(
    language: str, titles: list[str], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as here:
        monkeypatch.setenv("HOOK", here.url)
        told = said_of(tmp_path, language, here)
    assert [one["title"] for one in told] == titles
    lines = told[0]["lines"]
    assert isinstance(lines, list)
    assert lines[0].startswith("BREACHED missions-api, Uptime: 99")
    assert line in lines[1]
    assert told[3]["lines"] == ["no way", "\\x1b[1m"]
    assert told[3]["service"] is None
