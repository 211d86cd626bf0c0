"""The store of evidence that a command speaks of: the one that ``--store`` names, else the configuration's.

The one rule: a store that is named needs no configuration; AWS is asked only for a store in S3.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slactl.cli.wiring import aws_world

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from slactl.evidence.store import ObjectLock, ShelfArchive
    from slactl.evidence.store.purging import Agreement
    from slactl.evidence.store.shelf import Shelf
    from slactl.model.catalogue import Catalogue

WRONG = 2


def opened_store(store: str | None, config: Path | None) -> AbstractContextManager[ShelfArchive]:
    """The store, which must be there.

    Raises:
        typer.Exit: if the configuration that names it is refused.
        EvidenceFailure: if there is none, or it cannot be read.
    """
    from slactl.evidence.store import open_archive

    place, client, lock = _place(store, config, WRONG)
    return open_archive(place, create=False, s3=client, lock=lock)


@contextmanager
def store_shelf(store: str | None, config: Path | None, code: int) -> Iterator[Shelf]:
    """What the store stands on, unread: a store whose chain is broken can be looked at too.

    Raises:
        typer.Exit: with the code, if the configuration that names it is refused.
        EvidenceFailure: if the name is no place.
    """
    from slactl.evidence.store.opening import shelf_at

    place, client, _ = _place(store, config, code)
    with closing(shelf_at(place, client)) as shelf:
        yield shelf


def agreement_of(config: Path | None, *, named: bool) -> tuple[Agreement, int | None]:
    """The agreement's calendar, and for how many days evidence is kept (None: for ever).

    Where a store was ``named`` and no configuration is found, days are UTC's and years begin in January.
    """
    from slactl.evidence.store.purging import Agreement
    from slactl.model.catalogue import ReportSettings

    catalogue = _catalogue(config, missing_is_fine=named)
    report = catalogue.report if catalogue else ReportSettings()
    keep = catalogue.evidence.keep if catalogue and catalogue.evidence else None
    return Agreement(report.zone, report.year_starts), keep


def _place(store: str | None, config: Path | None, code: int) -> tuple[str, Any, ObjectLock | None]:
    """The store's name, what makes a client of S3, and the lock of new objects, as far as it is configured."""
    if store is not None:
        from slactl.cli.looking import settings_of as aws_settings

        return store, lambda: aws_world(aws_settings(config)).client("s3"), None
    from slactl.cli.collect import settings_of
    from slactl.cli.configured import catalogue_or_exit, located
    from slactl.evidence.store import ObjectLock

    catalogue = catalogue_or_exit(config, code)
    settings = settings_of(catalogue, located(config))
    return settings.store, lambda: aws_world(catalogue.aws).client("s3"), ObjectLock.of(settings)


def _catalogue(config: Path | None, *, missing_is_fine: bool) -> Catalogue | None:
    from slactl.cli.configured import catalogue_or_exit, located
    from slactl.configuration import ConfigurationNotFound

    if config is None and missing_is_fine:
        try:
            located(None)
        except ConfigurationNotFound:
            return None
    return catalogue_or_exit(config)
