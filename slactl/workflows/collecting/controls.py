"""The day's samples of controls, kept before a collect reads anything: what they see, nobody can read later.

The one rule: of a day the first sample of each control is kept, and every later one that tells something else; a
record takes the place of the earlier one of its day, whose samples it holds too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from zoneinfo import ZoneInfo

from slactl.compliance.expecting import same
from slactl.model.control import ControlSample
from slactl.model.evidence import Dropped, Item, Kind, NewItem, Place
from slactl.model.period import local_date
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.archive import Archive, EvidenceFailure, Overtaken
from slactl.ports.general import ConfigurationReader
from slactl.workflows.collecting import controlday
from slactl.workflows.collecting.holdings import CHECK
from slactl.workflows.collecting.outcome import Missing, Why
from slactl.workflows.collecting.plan import day_name
from slactl.workflows.collecting.run import Collect, Extra
from slactl.workflows.general.sampling import controls_of, take

NAME = "controls.json"


def keep_controls(reader: Callable[[], ConfigurationReader]) -> Extra:
    """Looks at the configuration once and keeps what controls selected of it; without controls nobody is asked."""

    def extra(run: Collect) -> Sequence[NewItem]:
        machine, outcome = run.machine, run.outcome
        chosen = controls_of(machine.catalogue, machine.now)
        if not chosen:
            return ()
        taken = take(machine.catalogue, chosen, reader(), machine.now)
        outcome.missing += [_missing(one, one.failure, machine.now) for one in taken if one.failure is not None]
        place = Place(Kind.CONTROLS, machine.made.account, machine.made.region, "", day_of(machine.now), NAME)
        added, dropped = items(machine.store, place, taken, machine.catalogue.report.zone)
        if added:
            with suppress(Overtaken):  # another run kept the same day meanwhile
                machine.store.commit(outcome.run, machine.now, added, dropped)
        return ()

    return extra


def day_of(now: int) -> str:
    """The UTC day of an instant."""
    return day_name(Span(now, now + 1))


def items(
    store: Archive, place: Place, taken: Sequence[ControlSample], zone: ZoneInfo
) -> tuple[list[NewItem], list[Dropped]]:
    """The records to keep, one a component, and those whose place they take; nothing where nothing is new.

    Raises:
        EvidenceFailure: if what is kept can't be read.
    """
    added, dropped = [], []
    for component in sorted({one.component for one in taken}):
        here = Place(place.kind, place.account, place.region, component, place.when, place.name)
        before = [item for item in store.items(here.kind, component, here.when) if _same_place(item, here)]
        held = [one for item in before for one in _read(store, item)]
        merged = joined(held, [one for one in taken if one.component == component], zone)
        if len(merged) > len(held):
            last = max(one.at for one in merged)
            body = controlday.body(here, merged)
            added.append(NewItem(here, body, {"at": last, "samples": len(merged)}))
            dropped += [Dropped(item, "superseded") for item in before]
    return added, dropped


def joined(held: Sequence[ControlSample], taken: Sequence[ControlSample], zone: ZoneInfo) -> list[ControlSample]:
    """What is kept with what was taken later, of that the first of a day and whatever differs."""
    found = sorted(held, key=lambda one: one.at)
    for one in taken:
        last = next((other for other in reversed(found) if _question(other) == _question(one)), None)
        if last is None or _tells_more(last, one, zone):
            found.append(one)
    return found


def _question(one: ControlSample) -> tuple[str, str | None, str]:
    return one.control, one.target, one.asked


def _tells_more(last: ControlSample, one: ControlSample, zone: ZoneInfo) -> bool:
    """Whether a sample tells something else, or is the first of its local day."""
    alike = same(last.selected, one.selected) and last.held is one.held and _code(last) is _code(one)
    return not alike or local_date(last.at, zone) != local_date(one.at, zone)


def _code(one: ControlSample) -> Code | None:
    return one.failure.code if one.failure else None


def _same_place(item: Item, place: Place) -> bool:
    return (item.place.account, item.place.region) == (place.account, place.region)


def _read(store: Archive, item: Item) -> tuple[ControlSample, ...]:
    try:
        return controlday.read(store.body(item))
    except ValueError as error:
        raise EvidenceFailure(f"{item.path}: {error}", CHECK) from error


def _missing(one: ControlSample, failure: Reason, now: int) -> Missing:
    figures = dict(failure.figures)
    told = f"{figures['action']} is not allowed" if "action" in figures else str(figures.get("error", failure.code))
    why = Why.ACCESS_DENIED if failure.code is Code.ACCESS_DENIED else Why.READ_FAILED
    target = f" of {one.target}" if one.target is not None else ""
    return Missing(one.component, Span(now, now + 1), why, f"control {one.control}{target}: {told}")
