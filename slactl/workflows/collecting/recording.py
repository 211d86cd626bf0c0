"""Keeps the configuration's files and the record of a run.

The one rule: files that are new are kept before anything is read, with a first record, so that a window
is proved to have been known even by a run that is killed; a run that found nothing new writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from slactl.model.catalogue import Catalogue
from slactl.model.evidence import Fact, Item, Kind, NewItem, Place
from slactl.model.span import Span
from slactl.ports.archive import Archive
from slactl.workflows.collecting.outcome import Outcome
from slactl.workflows.collecting.plan import day_name
from slactl.workflows.collecting.record import Made, run_body, stamp_of


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that is kept as it was: of the configuration (``CONFIG``) or of an announcement (``PROOF``)."""

    kind: Kind
    name: str
    body: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.body).hexdigest()


@dataclass(slots=True)
class Recorder:
    """Writes the records of one run."""

    store: Archive
    catalogue: Catalogue
    made: Made
    papers: Sequence[Paper]
    opened: bool = False

    def open(self, outcome: Outcome) -> None:
        """Keeps the files that are not kept yet, and a first record with them."""
        new = [paper for paper in self.papers if not self._kept(paper)]
        if new:
            record = self._record(outcome, complete=False)
            self.store.commit(outcome.run, outcome.at, [*map(_item, new), record])
            self.opened = True

    def finish(self, outcome: Outcome) -> None:
        """Keeps the record of what happened, if anything did."""
        record = self._record(outcome, complete=True)
        if outcome.kept or outcome.closed or outcome.missing or self.opened or self._news(record):
            self.store.commit(outcome.run, outcome.at, [record])

    def _record(self, outcome: Outcome, *, complete: bool) -> NewItem:
        day = day_name(Span(outcome.at, outcome.at + 1))
        place = Place(Kind.RUN, self.made.account, self.made.region, "", day, f"run-{outcome.run}.json")
        body = run_body(outcome, self.catalogue, self.made, complete=complete)
        return NewItem(place, body, {"at": outcome.at, "complete": complete})

    def _kept(self, paper: Paper) -> bool:
        return any(
            item.sha256 == paper.sha256 and item.place.name == paper.name for item in self.store.items(paper.kind)
        )

    def _news(self, record: NewItem) -> bool:
        """Whether the last record lacks a window, a file of the configuration, or a loss."""
        last = last_record(self.store)
        if last is None:
            return True
        then, now = json.loads(self.store.body(last)), json.loads(record.body)
        windows = [_to_come(told, record.facts["at"]) for told in (then, now)]
        return windows[0] != windows[1] or any(
            _lacks(then, now, key) for key in ("configuration", "objectives", "lost")
        )


def last_record(store: Archive) -> Item | None:
    """The newest record of a run."""
    runs = store.items(Kind.RUN)
    return max(runs, key=lambda item: (_at(item), bool(item.facts.get("complete"))), default=None)


def _at(item: Item) -> int:
    at = item.facts.get("at")
    return at if isinstance(at, int) else 0


def _to_come(told: Mapping[str, Any], at: Fact) -> list[str]:
    """The windows that are not over, as they are told."""
    from_now = stamp_of(at if isinstance(at, int) else 0)
    return [json.dumps(one, sort_keys=True) for one in told.get("windows", ()) if one["end"] > from_now]


def _lacks(then: Mapping[str, Any], now: Mapping[str, Any], key: str) -> bool:
    known = {json.dumps(one, sort_keys=True) for one in then.get(key, ())}
    return any(json.dumps(one, sort_keys=True) not in known for one in now[key])


def _item(paper: Paper) -> NewItem:
    return NewItem(Place(paper.kind, name=paper.name), paper.body, {"name": paper.name})
