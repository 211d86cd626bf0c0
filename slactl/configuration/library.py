"""The files that a main file names: objectives, maintenance, incidents, each opened once.

The one rule: a path is relative to the main file; where ``objectives`` is left out, the bundled
targets of the ISMS document stand in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from slactl.configuration.assets import AssetMissing, bundled_config
from slactl.configuration.fields import Fields, text
from slactl.configuration.files import Opened, open_yaml
from slactl.configuration.mistakes import Notes, Origin, Refused, quoted
from slactl.configuration.nodes import Broken, Items, Node, Scalar, Table
from slactl.model.catalogue import ConfigFile

BUNDLED = "bundled:"
BUNDLED_TARGETS = f"{BUNDLED}isms.yaml"
HINT_OF_BUNDLED = f"{BUNDLED_TARGETS} names the bundled targets; they hold too where objectives is left out"
SHIPPED_FOLDERS = ("packs", "clauses")
Named = list[tuple[str, int]]


def shipped_name(name: str) -> str:
    """The place within the shipped ``config/`` that ``bundled:packs/lambda.yaml`` names; it leads nowhere else."""
    path = PurePath(name.removeprefix(BUNDLED))
    return path.as_posix() if path.parent.as_posix() in SHIPPED_FOLDERS else path.name


@dataclass(slots=True)
class Library:
    """The main file and what was opened for it."""

    main: Opened
    notes: Notes
    instead: Mapping[Path, bytes] = field(default_factory=dict)
    _others: dict[str, Opened] = field(default_factory=dict)
    _missing: set[str] = field(default_factory=set)

    @property
    def files(self) -> tuple[ConfigFile, ...]:
        """All files read, the main one first; names are relative to it."""
        named = {self.main.path.name: self.main} | self._others
        return tuple(ConfigFile(name, opened.sha256) for name, opened in named.items())

    def objective_lists(self, top: Fields) -> list[tuple[tuple[Node, ...], Fields]]:
        """The lists of objectives, each with the fields of the mapping that holds it."""
        entry = top.table.entry("objectives")
        if entry is None:
            self.notes.origins.append(Origin("objectives", BUNDLED_TARGETS))
            return self._lists([(BUNDLED_TARGETS, top.line)])
        node = entry.value
        if isinstance(node, Items) and any(isinstance(item, Table) for item in node.items):
            return [(node.items, top)]
        top.origin("objectives")
        return self._lists(self._names(top, "objectives", "a path, a list of paths, or a list of objectives"))

    @property
    def has_bundled_targets(self) -> bool:
        """Whether the shipped targets are among the objectives; known once these were listed."""
        return BUNDLED_TARGETS in self._others

    def maintenance_files(self, top: Fields) -> list[Opened]:
        """The maintenance files."""
        top.origin("maintenance")
        return self._open(self._names(top, "maintenance", "a path or a list of paths"))

    def incident_files(self, top: Fields) -> list[Opened]:
        """The incident files."""
        top.origin("incidents")
        return self._open(self._names(top, "incidents", "a path or a list of paths"))

    def named_file(self, name: str, line: int) -> Opened | None:
        """A file that a section names; None after a mistake."""
        return self._opened(name, line)

    def named_beside(self, name: str, file: Opened, line: int) -> Opened | None:
        """A file that another file of the configuration names; None after a mistake."""
        if file is self.main or name.startswith(BUNDLED):
            return self._opened(name, line, file.shown)
        path = os.path.relpath(file.beside(name), self.main.path.parent)
        return self._opened(path, line, file.shown)

    def shared_file(self, name: str, line: int) -> Opened | None:
        """A file that may be named more than once, such as a pack; None after a mistake."""
        known = self._others.get(name)
        if known is None and name not in self._missing:
            known = self._opened(name, line)
        if known is None:
            self._missing.add(name)
        return known

    def _names(self, top: Fields, key: str, what: str) -> Named:
        entry = top.table.entry(key)
        if entry is None or isinstance(entry.value, Broken):
            return []
        if isinstance(entry.value, Scalar):
            name = top.value(entry.value, top.name(key), text, entry.line)
            return [(name, entry.line)] if name else []
        items = top.items(key, what) or ()
        if isinstance(entry.value, Items) and not items:
            top.mistake(key, "is an empty list, found []", "leave the key out, or name a file")
        where = f"{top.name(key)}[{{}}]"
        named = [(top.value(item, where.format(index), text), item.line) for index, item in enumerate(items, 1)]
        return [(name, line) for name, line in named if name]

    def _open(self, named: Named) -> list[Opened]:
        opened = [self._opened(name, line) for name, line in named]
        return [file for file in opened if file]

    def _opened(self, name: str, line: int, by: str | None = None) -> Opened | None:
        """A file by its name beside the main one; ``by`` is the file that names it, on ``line``."""
        namer = by or self.main.shown
        try:
            path, shown, kept = self._located(name)
        except AssetMissing as missing:
            self.notes.mistake(namer, line, f"{missing}, found none for {quoted(name)}")
            return None
        if kept in self._others or path == self.main.path:
            self.notes.mistake(namer, line, f"a file is named twice, found {quoted(name)}", "name it once")
            return None
        try:
            opened = open_yaml(path, shown, self.notes, self.instead.get(path))
        except Refused as refused:
            hint = HINT_OF_BUNDLED if path.name == "isms.yaml" else refused.hint
            what = f"the file named here {refused.what}, found {quoted(name)}"
            self.notes.mistake(namer, line, what, hint)
            return None
        if opened:
            self._others[kept] = opened
        return opened

    def _located(self, name: str) -> tuple[Path, str, str]:
        """The path, the name shown in messages, and the name kept in the report."""
        if name.startswith(BUNDLED):
            return bundled_config(shipped_name(name)), name, name
        path = self.main.beside(name)
        shown = os.path.normpath(Path(self.main.shown).parent / name)
        return path, shown, PurePath(os.path.relpath(path, self.main.path.parent)).as_posix()

    def _lists(self, named: Named) -> list[tuple[tuple[Node, ...], Fields]]:
        found = []
        for file in self._open(named):
            if not isinstance(file.node, Table):
                self.notes.mistake(
                    file.shown,
                    file.node.line,
                    f"an objectives file must be a mapping, found {file.node.kind}",
                    "its first line is objectives:",
                )
                continue
            fields = Fields(file.node, "", file.shown, self.notes)
            fields.only(("objectives",))
            if not fields.has("objectives"):
                fields.missing("objectives", "its first line is objectives:")
            found.append((fields.items("objectives", "a list of objectives") or (), fields))
        return found
