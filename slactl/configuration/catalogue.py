"""Loads a whole configuration: the main file and every file that it names.

The one rule: everything is read before anything is refused, so that all mistakes are told at once,
and nothing but a catalogue without mistakes ever leaves this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from slactl.configuration.assets import AssetMissing
from slactl.configuration.burn_rates import bundled_burn_policy, read_burn_rates
from slactl.configuration.check import read_check
from slactl.configuration.clauses import Answers, check_clauses, read_clauses
from slactl.configuration.evidence import read_evidence
from slactl.configuration.fields import Fields, text
from slactl.configuration.files import open_yaml
from slactl.configuration.incidents import Known, PlacedIncident, read_incidents
from slactl.configuration.library import BUNDLED, Library
from slactl.configuration.maintenance import PlacedWindow, Surroundings, read_maintenance
from slactl.configuration.mistakes import ConfigurationNotFound, Mistake, Notes, Origin, Refused
from slactl.configuration.nodes import Broken, Scalar, Table
from slactl.configuration.objectives import PLATFORM, Home, Placed, check_unique, read_objectives
from slactl.configuration.packs import Packs, read_packs
from slactl.configuration.services import PlacedService, read_services
from slactl.configuration.settings import LANGUAGES, read_aws, read_report
from slactl.model.burn import BurnPolicy
from slactl.model.catalogue import NO_BURN_RATES, Catalogue
from slactl.model.checking import CheckSettings, Publishing
from slactl.model.component import Component
from slactl.model.enforcement import Enforcement
from slactl.model.evidence import EvidenceSettings

VERSION = 1
SECTIONS = (
    "version", "report", "aws", "services", "objectives", "maintenance", "incidents", "evidence", "check", "alarms",
    "packs", "clauses",
)  # fmt: skip
ELSEWHERE = {"answers": "answers stand in the file that clauses: names"}
"""Keys of other files."""
NO_PACKS, NO_ANSWERS = Packs(), Answers()
PLATFORM_TITLE = {"it": "Piattaforma", "en": "Platform"}


@dataclass(frozen=True, slots=True)
class Promises:
    """What is promised: the objectives with their fields, whose names rows may bear beside services', the document."""

    placed: tuple[Placed, ...]
    components: tuple[Component, ...]
    packs: Packs
    answers: Answers
    bearers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A catalogue with what is known of its making: origins, names of the files, the fields of each noun."""

    catalogue: Catalogue
    origins: tuple[Origin, ...]
    opened: tuple[str, ...]
    services: tuple[PlacedService, ...]
    objectives: tuple[Placed, ...]
    windows: tuple[PlacedWindow, ...]
    incidents: tuple[PlacedIncident, ...] = ()
    calendars: tuple[str, ...] = ()
    """The maintenance files among those opened."""
    packs: Packs = NO_PACKS
    answers: Answers = NO_ANSWERS


def load_catalogue(path: Path) -> Catalogue:
    """The catalogue of a main file.

    Raises:
        ConfigurationError: with every mistake of every file; it is a ConfigurationNotFound if the
            main file cannot be opened at all.
    """
    return load(path).catalogue


def load(path: Path, instead: Mapping[Path, bytes] | None = None) -> Loaded:
    """As ``load_catalogue``, with the origins of all values and the fields of all nouns.

    ``instead`` are contents of files that are not written yet, by the path under which they are read.

    Raises:
        ConfigurationError: as ``load_catalogue``.
    """
    notes = Notes()
    try:
        main = open_yaml(path, str(path), notes, (instead or {}).get(path))
    except Refused as refused:
        missing = Mistake(str(path), 0, f"the configuration {refused.what}", refused.hint)
        raise ConfigurationNotFound([missing]) from None
    if main is None:
        notes.refuse()
        raise AssertionError("a file that gives nothing has a mistake")
    loaded = _assemble(Library(main, notes, instead or {}), notes)
    notes.refuse()
    return loaded


def _assemble(library: Library, notes: Notes) -> Loaded:
    """Reads all sections; what it gives counts only if the notes are empty."""
    top = _top(library, notes)
    report = read_report(_section(top, "report"))
    aws = read_aws(_section(top, "aws"))
    services, keys = _services(top)
    promises = _promises(top, library, keys)
    objectives = promises.placed
    zone = ZoneInfo(report.timezone)
    calendars = library.maintenance_files(top)
    bearers = None if keys is None else keys | promises.bearers
    calendar, windows = read_maintenance(calendars, Surroundings(zone, bearers), notes)
    ids = frozenset(placed.objective.id for placed in objectives)
    incidents = read_incidents(library.incident_files(top), Known(zone, bearers, None if "" in ids else ids), notes)
    evidence = _evidence(top, library)
    check, burn = _check(top, library, bearers)
    enforcement = _alarms(top, library, bearers, check)
    catalogue = Catalogue(
        report=report,
        aws=aws,
        services=tuple(placed.service for placed in services),
        objectives=tuple(placed.objective for placed in objectives),
        maintenance=calendar,
        files=library.files,
        evidence=evidence,
        incidents=tuple(placed.incident for placed in incidents),
        check=check,
        burn=burn,
        enforcement=enforcement,
        components=promises.components,
        packs=promises.packs.uses,
        document=promises.answers.document,
    )
    return Loaded(
        catalogue,
        tuple(notes.origins),
        tuple(notes.files),
        services,
        objectives,
        tuple(windows),
        tuple(incidents),
        tuple(file.shown for file in calendars),
        promises.packs,
        promises.answers,
    )


def _top(library: Library, notes: Notes) -> Fields:
    main = library.main
    table = main.node
    if not isinstance(table, Table):
        what = f"the file must be a mapping, found {table.kind}"
        notes.mistake(main.shown, table.line, what, "its first line is version: 1")
        notes.refuse()
        raise AssertionError("a mistake was written down")
    top = Fields(table, "", main.shown, notes)
    top.only(SECTIONS, ELSEWHERE)
    _check_version(top)
    return top


def _check_version(top: Fields) -> None:
    entry = top.table.entry("version")
    top.origin("version")
    if entry is None:
        top.missing("version", "write version: 1")
    elif isinstance(entry.value, Scalar) and (isinstance(entry.value.value, bool) or entry.value.value != VERSION):
        top.mistake("version", f"must be the number {VERSION}, found {entry.value.kind}", f"write version: {VERSION}")
    elif not isinstance(entry.value, Scalar | Broken):
        top.mistake("version", f"must be the number {VERSION}, found {entry.value.kind}")


def _section(top: Fields, key: str) -> Fields:
    """An optional section; empty where it is left out or wrong."""
    found = top.mapping(key) if top.has(key) else None
    return found or Fields(Table(top.line_of(key), ()), key, top.file, top.notes)


def _promises(top: Fields, library: Library, keys: frozenset[str] | None) -> Promises:
    """The objectives, those of packs after all others, and the document that they are held against."""
    fields = top.mapping("packs")
    packs = read_packs(fields, library, keys) if fields else NO_PACKS
    lists = library.objective_lists(top)
    own = [placed for items, inner in lists for placed in read_objectives(items, inner, Home(keys))]
    placed = (*own, *packs.placed)
    check_unique(list(placed))
    answers = read_clauses(top, library, expected=library.has_bundled_targets or bool(packs.uses))
    check_clauses(answers, ((one.objective.clauses, one.fields) for one in (*own, *_of_own_packs(packs))))
    components = _components(own, packs, keys)
    # The name of a pack that was refused is known all the same.
    named = {entry.key for entry in fields.table.entries} if fields else set()
    return Promises(placed, components, packs, answers, frozenset(named | {one.key for one in components}))


def _of_own_packs(packs: Packs) -> list[Placed]:
    """Entries of packs that are the user's own: shipped ones speak of the shipped document, whichever is read."""
    return [placed for placed in packs.placed if not placed.fields.file.startswith(BUNDLED)]


def _components(own: list[Placed], packs: Packs, keys: frozenset[str] | None) -> tuple[Component, ...]:
    """The parts of the platform that rows speak of: those of packs, then those of own entries."""
    found = {one.key: one for one in packs.components}
    for objective in (placed.objective for placed in (*packs.placed, *own)):
        key = (objective.services or ("",))[0]
        if objective.general and key not in found and key not in (keys or ()):
            found[key] = Component(key, PLATFORM_TITLE if key == PLATFORM else dict.fromkeys(LANGUAGES, key))
    return tuple(found.values())


def _evidence(top: Fields, library: Library) -> EvidenceSettings | None:
    """None where no evidence is kept."""
    fields = top.mapping("evidence")
    return read_evidence(fields, lambda name: str(library.main.beside(name))) if fields else None


def _check(top: Fields, library: Library, keys: frozenset[str] | None) -> tuple[CheckSettings | None, BurnPolicy]:
    """None where nothing is said of checks; the bundled burn rates where no others are named."""
    fields = top.mapping("check")
    if fields is None:
        return None, _bundled_burn_rates(library)
    settings = read_check(fields, lambda name: str(library.main.beside(name)), keys)
    name = fields.get("burn_rates", text)
    opened = library.named_file(name, fields.line_of("burn_rates")) if name else None
    own = read_burn_rates(opened, library.notes) if opened else None
    return settings, own or _bundled_burn_rates(library)


def _bundled_burn_rates(library: Library) -> BurnPolicy:
    try:
        return bundled_burn_policy()
    except AssetMissing as missing:
        library.notes.mistake(library.main.shown, 0, str(missing))
        return NO_BURN_RATES


def _alarms(
    top: Fields, library: Library, keys: frozenset[str] | None, check: CheckSettings | None
) -> Enforcement | None:
    """The section in place, or the file that it names; None where nothing is said of alarms."""
    entry = top.table.entry("alarms")
    if entry is None:
        top.origin("alarms")
        return None
    # Most commands ask nothing of alarms, and their kinds are many small files.
    from slactl.configuration.alarms import file_fields, read_alarms

    if isinstance(entry.value, Table):
        fields = top.mapping("alarms")
    else:
        name = top.get("alarms", text)
        opened = library.named_file(name, entry.line) if name else None
        fields = file_fields(opened, library.notes) if opened else None
    published = (check.publish if check else Publishing()).namespace
    return read_alarms(fields, keys, published) if fields else None


def _services(top: Fields) -> tuple[tuple[PlacedService, ...], frozenset[str] | None]:
    """The services, and their keys (None: unknown, so nothing is said of them)."""
    if not top.has("services"):
        top.missing("services", "slactl discover lists what is there")
        return (), None
    fields = top.mapping("services")
    if fields is None:
        return (), None
    keys = frozenset(entry.key for entry in fields.table.entries)
    return read_services(fields), keys
