"""Tells people of changes of status: the state file, its lock, and the channels of the configuration.

The one rule: who tells holds the lock from before the check is made until everybody was told, so that an
older look at things never overtakes a newer one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slactl.cli.console import complain, talk

if TYPE_CHECKING:
    from slactl.model.catalogue import Catalogue
    from slactl.model.check import Check
    from slactl.model.checking import CheckSettings
    from slactl.ports.notices import Channel
    from slactl.workflows.notifying.changes import Seen
    from slactl.workflows.notifying.delivering import Delivered
    from slactl.workflows.notifying.state import State

HINT_OF_STATE = "nobody was told anything new; mend this and run again, nothing is lost"


class NotTold(Exception):
    """Nobody can be told: ``message`` says why, ``hint`` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class StateFile:
    """The ``Memory`` of checks: a file, replaced as a whole; ``.next`` beside it holds what is intended."""

    def __init__(self, path: Path) -> None:
        """``path`` may be a link; then what it leads to is replaced, not the link."""
        self.path = Path(os.path.realpath(path))
        self.beside = self.path.with_name(f"{self.path.name}.next")

    def text(self) -> str | None:
        """The text in force; None where there is none yet.

        Raises:
            OSError: if it can't be read.
            UnicodeDecodeError: if it is no text.
        """
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def intend(self, text: str) -> None:
        """Writes the text beside, safe on the disk."""
        try:
            self._write(text.encode())
        except OSError:
            self.forget()
            raise

    def settle(self) -> None:
        """Renames what stands beside into its place."""
        self.beside.replace(self.path)
        self._sync_folder()

    def forget(self) -> None:
        """Removes what stands beside; what can't be removed is overwritten by the next run."""
        with suppress(OSError):
            self.beside.unlink(missing_ok=True)

    def _write(self, body: bytes) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            self._made_safe(file.fileno())

    def _sync_folder(self) -> None:
        if os.name != "posix":
            return
        handle = os.open(self.path.parent, os.O_RDONLY)
        try:
            self._made_safe(handle)
        finally:
            os.close(handle)

    def _made_safe(self, handle: int) -> None:
        os.fsync(handle)


@dataclass(slots=True)
class Teller:
    """Tells what a check changed; made by ``telling``."""

    catalogue: Catalogue
    settings: CheckSettings
    memory: StateFile
    state: State
    language: str
    channels: Mapping[str, Channel]

    def tell(self, check: Check) -> Delivered:
        """Tells of every binding target that stands otherwise than before, and that slactl itself is well.

        Raises:
            NotTold: if the state can't be kept.
        """
        from slactl.formats.check.notices import itself_words, target_words
        from slactl.formats.language import speak
        from slactl.workflows.notifying.subjects import seen_in

        language = speak(self.language)
        itself = itself_words(check.window.value, None, language)
        seen = seen_in(check, lambda target, old: target_words(check, target, old, language), itself)
        return self.tell_of(list(seen), check.now)

    def tell_failure(self, window: str, message: str, now: int) -> Delivered:
        """Tells that a check could not be made, if the one before could.

        Args:
            window: what was to be judged, such as ``1h``.
            message: what went wrong, as it is said on stderr.
            now: when, seconds since the epoch.

        Raises:
            NotTold: if the state can't be kept.
        """
        from slactl.formats.check.notices import itself_words
        from slactl.formats.language import speak
        from slactl.workflows.notifying.subjects import seen_failing

        return self.tell_of(list(seen_failing(window, itself_words(window, message, speak(self.language)))), now)

    def tell_of(self, seen: Sequence[Seen], now: int) -> Delivered:
        """Tells of what was seen.

        Raises:
            NotTold: if the state can't be kept.
        """
        from slactl.workflows.notifying.changes import observed, without_strangers
        from slactl.workflows.notifying.delivering import deliver, remember

        known = without_strangers(self.state, self.catalogue, self.settings.notify)
        after = observed(known, seen, self.settings.notify, now)
        with _state_kept(self.memory.path):
            remember(self.state, after, self.memory)
            self.state = after
            return deliver(after, self.channels, self.memory)


def configured_channels(catalogue: Catalogue, settings: CheckSettings) -> Mapping[str, Channel]:
    """The channels that the configuration names; nobody is asked yet."""
    from slactl import __version__
    from slactl.cli.wiring import aws_world
    from slactl.outbox.channels import channels_of

    return channels_of(settings.notify, aws_world(catalogue.aws), os.environ, __version__)


@contextmanager
def telling(
    catalogue: Catalogue,
    settings: CheckSettings | None,
    language: str,
    channels: Callable[[Catalogue, CheckSettings], Mapping[str, Channel]] = configured_channels,
    kept_in: Callable[[Path], StateFile] = StateFile,
    window: str | None = None,
) -> Iterator[Teller]:
    """Holds the state file while a check is made and told of.

    Args:
        catalogue: the whole one, not what a check was narrowed to.
        settings: its section ``check``.
        language: of what is told, unless the section says one.
        channels: makes the channels of the destinations, by name.
        kept_in: makes the memory of a path.
        window: has a file and a lock of its own, so that crons of several windows never wait for each other.

    Raises:
        NotTold: if nobody is to be told, another run is at work, or the state can't be read.
    """
    if settings is None or not settings.notify:
        raise NotTold("the configuration names nobody to tell", "write check.notify: [{sns: arn:aws:sns:...}]")
    memory = kept_in(state_path(settings.state, window))
    with _locked(memory.path):
        memory.forget()  # what a killed run intended is still owed
        state, spoken = _state_in(memory), settings.language or language
        yield Teller(catalogue, settings, memory, state, spoken, channels(catalogue, settings))


def state_path(state: str, window: str | None) -> Path:
    """The file of a window: ``check-state-1h.json`` beside where ``check-state.json`` is named."""
    path = Path(state)
    return path.with_name(f"{path.stem}-{window}{path.suffix}") if window else path


def report_delivery(delivered: Delivered) -> None:
    """Says on stderr who was told, and who was not."""
    if delivered.sent:
        count = len(delivered.sent)
        talk(f"told {', '.join(sorted({one.channel for one in delivered.sent}))}: {count} change{_s(count)} of status")
    for one in delivered.failed:
        complain(f"{one.channel}: {one.reason}")
    if delivered.owed:
        count = len(delivered.owed)
        talk(f"{count} notice{_s(count)} still to be told; the next run tries again")


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _state_in(memory: StateFile) -> State:
    from slactl.workflows.notifying.state import State
    from slactl.workflows.notifying.statefile import NotAState, read

    with _state_kept(memory.path):
        try:
            text = memory.text()
            return State() if text is None else read(text)
        except NotAState as error:
            what = f"{memory.path} {error.what}"
        except UnicodeDecodeError:
            what = f"{memory.path} is no state of slactl's"
    raise NotTold(what, "move it away, then every target is seen for the first time; or name another: check.state")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    import filelock

    with _state_kept(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path.with_name(f"{path.name}.lock"), timeout=0, thread_local=False)
        try:
            lock.acquire()
        except filelock.Timeout:
            raise NotTold(
                f"another run is at work with {path}", "wait until it is done; its lock ends with it"
            ) from None
        except NotImplementedError as error:
            raise OSError(0, "this file system knows no locks") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _state_kept(path: Path) -> Iterator[None]:
    """An error of the disk in words."""
    try:
        yield
    except OSError as error:
        raise NotTold(f"the state {path} could not be kept: {error.strerror or error}", HINT_OF_STATE) from None
