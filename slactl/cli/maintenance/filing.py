"""The maintenance file that windows are added to: what it will read as, its proofs, and its replacement.

The one rule: a file is replaced only by a text under which everything that was there is still there, and only if
nobody wrote to it meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from slactl.cli.configured import loaded_or_exit, located, refuse
from slactl.cli.console import fail, out, talk
from slactl.cli.files import write_whole
from slactl.model.maintenance import RecurringWindow

if TYPE_CHECKING:
    from slactl.configuration import Loaded
    from slactl.configuration.adding import Draft
    from slactl.configuration.maintenance import PlacedWindow
    from slactl.model.maintenance import Proof, Window

WRONG, PROOFS, BOM = 2, "proofs", b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Filing:
    """A configuration, and the one of its maintenance files that is written to; ``content`` is as it was read."""

    main: Path
    loaded: Loaded
    path: Path
    content: bytes

    def local(self, instant: int) -> str:
        """An instant as the file would say it: a local time, with its offset only where it comes twice."""
        from datetime import datetime

        from slactl.configuration.times import readings
        from slactl.formats.times import local_iso

        zone = self.loaded.catalogue.report.zone
        text = local_iso(instant, zone)
        naive = datetime.fromisoformat(text).replace(tzinfo=None)
        return text if len(readings(naive, zone)) > 1 else text[: -len("+00:00")]

    def fresh(self, drafts: Sequence[Draft]) -> tuple[Draft, ...]:
        """The windows that are not there yet.

        Raises:
            typer.Exit: if one of them stands there with other times.
        """
        standing = {one.template.id: one for one in self.loaded.windows}
        known = [one for one in drafts if one.id in standing]
        for one in known:
            self._check_same(one, standing[one.id])
        if known:
            talk(f"{len(known)} of {len(drafts)} windows stand there already")
        return tuple(one for one in drafts if one.id not in standing)

    def _check_same(self, draft: Draft, standing: PlacedWindow) -> None:
        from slactl.configuration import ConfigurationError
        from slactl.configuration.adding import as_window

        catalogue = self.loaded.catalogue
        try:
            keys = frozenset(service.key for service in catalogue.services)
            wanted = as_window(draft, catalogue.report.zone, keys)
        except ConfigurationError as refused:
            talk("the window is refused; nothing was written")
            refuse(refused, WRONG)
        if _times(wanted) != _times(standing.window):
            where = f"{standing.fields.file}:{standing.fields.line_of('id')}"
            hint = "moving or cancelling a window is an announcement of its own: change it there"
            fail(f"{draft.id} stands otherwise in {where}; nothing was written", hint, WRONG)

    def add(self, drafts: Sequence[Draft], proof: Path | None, now: int, *, late: bool) -> None:
        """Writes windows, and says how each is proved.

        Args:
            drafts: the windows.
            proof: the announcement's file.
            now: seconds since the epoch; nothing was announced later.
            late: write also what comes too late to be applied.

        Raises:
            typer.Exit: if any is refused; then nothing is written.
        """
        kept = _Kept.of(self.path, proof, drafts[0].id) if proof else None
        drafts = [_with_file(one, kept.name) if kept else one for one in drafts]
        content = self._content(drafts)
        try:
            if kept:
                kept.write()
            added = self._read(content, len(drafts))
            self._check_announced(added, now)
            self._check_late(added, late=late)
            self._replace(content)
        except BaseException:
            if kept:
                kept.take_back()
            raise
        self._tell(added)

    def _content(self, drafts: Sequence[Draft]) -> bytes:
        from slactl.configuration.adding import with_window
        from slactl.configuration.mistakes import Refused

        text = self.content.decode("utf-8-sig")
        try:
            for one in drafts:
                text = with_window(text, one)
            return (BOM if self.content.startswith(BOM) else b"") + text.encode()
        except Refused as refused:
            fail(f"{self.path} {refused.what}; nothing was written", refused.hint or "", WRONG)
        except UnicodeEncodeError:
            fail("a text is not UTF-8; nothing was written", "", WRONG)

    def _read(self, content: bytes, number: int) -> tuple[PlacedWindow, ...]:
        """The added windows as the next command will read them."""
        from slactl.configuration import ConfigurationError, load
        from slactl.configuration.files import MAXIMUM_BYTES

        if len(content) > MAXIMUM_BYTES:
            fail(f"{self.path} would be larger than 1 MB; nothing was written", "name a second file", WRONG)
        try:
            found = load(self.main, {self.path: content})
        except ConfigurationError as refused:
            talk("the window is refused; nothing was written")
            refuse(refused, WRONG)
        before = [one.window for one in self.loaded.windows]
        added = [one for one in found.windows if one.window not in before]
        if len(added) != number or len(found.windows) != len(before) + number:
            fail(f"{self.path} would say something else than before; nothing was written", "add it by hand")
        return tuple(added)

    def _check_announced(self, added: Sequence[PlacedWindow], now: int) -> None:
        """An announcement that lies ahead is none: nobody has been told yet."""
        for one in added:
            told = one.template.announced
            if told is not None and told > now:
                what = f"{one.template.id} is announced {self.local(told)}, and it is {self.local(now)}"
                fail(f"{what}: nobody was told yet; nothing was written", "add it once customers were told", WRONG)

    def _check_late(self, added: Sequence[PlacedWindow], *, late: bool) -> None:
        from slactl.compliance.exclusions import refusal
        from slactl.formats.language import speak
        from slactl.formats.texts import reason_text
        from slactl.model.status import Code

        policy = self.loaded.catalogue.maintenance.policy
        for one in added:
            why = refusal(one.template, policy)
            if why is None or why.code is Code.CANCELLED:
                continue
            said = f"{one.template.id} will not be applied: {reason_text(why, speak('en'))}"
            if why.code is Code.LATE_ANNOUNCEMENT and not late:
                fail(f"{said} Nothing was written", "--late writes it all the same", 1)
            talk(said)

    def _replace(self, content: bytes) -> None:
        target = self.path.resolve()
        if target.read_bytes() != self.content:
            fail(f"{self.path} was changed meanwhile; nothing was written", "add the window again")
        mode = target.stat().st_mode & 0o7777
        write_whole(target, content)
        target.chmod(mode)

    def _tell(self, added: Sequence[PlacedWindow]) -> None:
        for one in added:
            out(f"{self.path}: {one.template.id} {one.template.proof.word}")
        talk(_hint(min(one.template.proof for one in added)))


@dataclass(slots=True)
class _Kept:
    """A copy of the announcement beside the maintenance file; ``name`` is as the file will say it."""

    name: str
    path: Path
    content: bytes | None = None
    made: tuple[Path, ...] = ()

    @classmethod
    def of(cls, calendar: Path, proof: Path, window: str) -> _Kept:
        """Where a copy goes; what lies below the file's folder already stays where it is.

        Raises:
            typer.Exit: if it can't be read.
        """
        try:
            content = proof.read_bytes()
        except OSError as error:
            fail(f"the announcement can't be read: {proof}: {error.strerror}", "nothing was written", WRONG)
        folder = calendar.resolve().parent
        if proof.resolve().is_relative_to(folder):
            return cls(proof.resolve().relative_to(folder).as_posix(), proof)
        stem = "".join(one if one.isalnum() or one in "._-" else "-" for one in window)
        path = folder / PROOFS / f"{stem}{proof.suffix}"
        if path.exists() and path.read_bytes() != content:
            path = path.with_name(f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}{proof.suffix}")
        return cls(f"{PROOFS}/{path.name}", path, None if path.exists() else content)

    def write(self) -> None:
        if self.content is not None:
            missing = () if self.path.parent.exists() else (self.path.parent,)
            write_whole(self.path, self.content)
            self.made = missing

    def take_back(self) -> None:
        """Leaves no copy of what was refused."""
        if self.content is not None:
            self.path.unlink(missing_ok=True)
            for folder in self.made:
                folder.rmdir()


def opened(config: Path | None, into: Path | None) -> Filing:
    """The configuration and the file to write to.

    Raises:
        typer.Exit: if the configuration is refused, or names no maintenance file, or several and none was chosen.
    """
    loaded = loaded_or_exit(config)
    names = [Path(name) for name in loaded.calendars]
    if not names:
        hint = "write maintenance: maintenance.yaml, and notice: 48h into that file"
        fail("the configuration names no maintenance file", hint, WRONG)
    if into is not None:
        names = [name for name in names if name.resolve() == into.resolve()]
        if not names:
            fail(f"{into} is no maintenance file of the configuration", f"it names {_named(loaded)}", WRONG)
    if len(names) > 1:
        fail("the configuration names several maintenance files", f"--into one of {_named(loaded)}", WRONG)
    return Filing(located(config), loaded, names[0], names[0].read_bytes())


def _times(window: Window | RecurringWindow) -> tuple[object, ...]:
    """What must not differ between a window and the event that it came from."""
    if isinstance(window, RecurringWindow):
        return window.start, window.end, window.rrule, window.until, window.template.cancelled
    return window.span, window.cancelled


def _named(loaded: Loaded) -> str:
    return ", ".join(loaded.calendars)


def _with_file(draft: Draft, name: str) -> Draft:
    return replace(draft, announcement={**draft.announcement, "file": name})


def _hint(proof: Proof) -> str:
    told = {
        "declared": "declared: only the line in the YAML; --file keeps the announcement (documented)",
        "documented": "documented: the announcement is kept as a file, and hashed",
    }
    return f"{told.get(proof.word, proof.word)}; slactl collect before its start makes it recorded"
