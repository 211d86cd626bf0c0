"""The rows of a control: the local days on which configuration was as it should be.

The one rule: a day is held where every sample of it was as expected, missed where one was not, and unknown where
nobody looked or nobody was let look; a later look of the same day makes good for one that failed. What was kept is
held against what is expected now, as counts are against a goal; samples of another question say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from functools import cached_property
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from slactl.compliance.expecting import holds, same
from slactl.compliance.judging import Judgement, Reading, Yardstick, judge_interval
from slactl.model.control import Change, ControlDetail, ControlSample
from slactl.model.general import Control, Expects
from slactl.model.objective import Objective
from slactl.model.period import local_date, local_days
from slactl.model.report import Gap, Result
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Reason, Status
from slactl.ports.general import SampleBook
from slactl.reading.retention import DAY
from slactl.workflows.general.sampling import digest_of, targets_of
from slactl.workflows.rows.context import Subject, rolled_up, row_of

BEFORE = 7 * DAY
"""So far back a value is looked for that the first one of the period may differ from."""
WORST_FIRST = (Code.ACCESS_DENIED, Code.NOT_THERE, Code.READ_FAILED)


class Day(Enum):
    """What samples say of a day."""

    HELD = auto()
    MISSED = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class Watch:
    """A control over one period.

    ``owed`` is the part of the period that concerns its bearer, ``settled`` what of it is over; ``burning`` tells
    that the window is judged by its burn rate, which days have none of.
    """

    objective: Objective
    control: Control
    bearer: str
    owed: Span
    settled: Span
    zone: ZoneInfo
    samples: tuple[ControlSample, ...]
    burning: bool = False

    @classmethod
    def over(
        cls, objective: Objective, bearer: str, owed: Span, settled: Span, zone: ZoneInfo, book: SampleBook,
        *, burning: bool = False,
    ) -> Watch:  # fmt: skip
        """Reads the samples of a control from a book; a window that days say nothing of asks nobody."""
        control = objective.indicator
        assert isinstance(control, Control)
        asked, last = digest_of(control), local_days(settled, zone)[-1][0]
        kept = () if burning else book.samples(Span(owed.start - BEFORE, owed.end))
        told = (one for one in kept if one.control == objective.id)
        mine = (one for one in told if one.asked == asked and local_date(one.at, zone) <= last)
        judged = (replace(one, held=_as_expected(control, one)) for one in mine)
        return cls(objective, control, bearer, owed, settled, zone, tuple(sorted(judged, key=_at)), burning)

    @cached_property
    def days(self) -> tuple[tuple[date, bool], ...]:
        """The local days of what is settled, and whether each is over."""
        ends = {day: span.end for day, span in local_days(self.owed, self.zone)}
        return tuple((day, self.settled.end >= ends[day]) for day, _ in local_days(self.settled, self.zone))

    @property
    def running(self) -> bool:
        return self.settled.end < self.owed.end

    @cached_property
    def by_day(self) -> dict[tuple[str | None, date], list[ControlSample]]:
        """The samples of each target and day."""
        found: dict[tuple[str | None, date], list[ControlSample]] = {}
        for one in self.samples:
            found.setdefault((one.target, local_date(one.at, self.zone)), []).append(one)
        return found

    def days_of(self, targets: Sequence[str | None]) -> dict[date, Day]:
        """What is known of each day that counts: today only once somebody looked; of a short window none counts."""
        if self.burning:
            return {}
        return {day: self._day(targets, day) for day, over in self.days if over or self._looked(targets, day)}

    def _looked(self, targets: Sequence[str | None], day: date) -> bool:
        return any((target, day) in self.by_day for target in targets)

    def _day(self, targets: Sequence[str | None], day: date) -> Day:
        found = {_of_samples(self.by_day.get((target, day), ())) for target in targets}
        if Day.MISSED in found:
            return Day.MISSED
        return Day.UNKNOWN if Day.UNKNOWN in found else Day.HELD

    def of(self, targets: Sequence[str | None]) -> list[ControlSample]:
        """The samples of targets, those before the period included."""
        return [one for one in self.samples if one.target in targets]


def control_rows(watch: Watch) -> tuple[list[Result], list[Gap]]:
    """The row of a control in all, one for each of its targets, and the days of which nothing is known."""
    targets = targets_of(watch.control)
    rows = [_row(watch, None, targets)]
    rows += [_row(watch, target, (target,)) for target in watch.control.each]
    return rolled_up(rows, per_operation=watch.objective.per_operation), _gaps(watch, targets)


def _row(watch: Watch, target: str | None, targets: Sequence[str | None]) -> Result:
    days = watch.days_of(targets)
    detail = _detail(watch, targets, days)
    subject = Subject(watch.objective, watch.bearer, SourceKind.METRICS)
    made = row_of(subject, target, _judged(watch, targets, days), watch.control.unit)
    good = sum(one is Day.HELD for one in days.values())
    return replace(made, good=good, total=len(days), detail=detail) if days else replace(made, detail=detail)


def _judged(watch: Watch, targets: Sequence[str | None], days: dict[date, Day]) -> Judgement:
    if watch.burning:
        return Judgement(Status.NOT_RATED, Reason.of(Code.NO_BURN_RATE))
    if not days:
        return Judgement(Status.NOT_RATED, Reason.of(Code.NOTHING_SETTLED))
    missed, unknown = (sum(one is kind for one in days.values()) for kind in (Day.MISSED, Day.UNKNOWN))
    whole = len(local_days(watch.owed, watch.zone)) if watch.running else None
    worst, best = (Reading(bad, len(days), whole) for bad in (missed + unknown, missed))
    judged = judge_interval(Yardstick.of(watch.objective), worst, best, "days")
    if judged.status is not Status.INSUFFICIENT_DATA:
        return judged
    told = [one for day, what in days.items() if what is Day.UNKNOWN for one in _failures(watch, targets, day)]
    return replace(judged, reason=_why(told) or (judged.reason if len(days) > unknown else None) or _never())


def _never() -> Reason:
    return Reason.of(Code.NEVER_SAMPLED)


def _failures(watch: Watch, targets: Sequence[str | None], day: date) -> list[Reason]:
    """Of each target why the day's last look failed."""
    last = (samples[-1] for target in targets if (samples := watch.by_day.get((target, day))))
    return [one.failure for one in last if one.failure is not None]


def _why(failures: Sequence[Reason]) -> Reason | None:
    """The reason to tell: a refusal before what is not there, and that before what failed; of each the last."""
    return next((one for code in WORST_FIRST for one in reversed(failures) if one.code is code), None)


def _of_samples(samples: Iterable[ControlSample]) -> Day:
    held = {one.held for one in samples}
    return Day.MISSED if False in held else Day.HELD if True in held else Day.UNKNOWN


def _detail(watch: Watch, targets: Sequence[str | None], days: dict[date, Day]) -> ControlDetail:
    told = watch.of(targets)
    mine = [one for one in told if local_date(one.at, watch.zone) in days]
    seen = [one for one in mine if one.failure is None]
    last = seen or mine
    return ControlDetail(
        samples=len(seen),
        held=sum(one.held is True for one in seen),
        missed_days=tuple(day for day, what in days.items() if what is Day.MISSED),
        days_without=tuple(day for day, what in days.items() if what is Day.UNKNOWN),
        changes=tuple(one for one in _changes(told, watch.control.expects.how) if one.at >= watch.owed.start),
        latest=last[-1] if last else None,
        looks=len(mine),
        first=mine[0].at if mine else None,
        last=mine[-1].at if mine else None,
    )


def _changes(samples: Iterable[ControlSample], how: Expects) -> list[Change]:
    """Where a target's selected value became another one, in order of time.

    An instant that has to be recent is another one every day: of it only whether it still was is a change.
    """
    seen = sorted((one for one in samples if one.failure is None), key=lambda one: (one.target or "", one.at))
    found = [
        Change(after.at, after.target, before.selected, after.selected, after.held)
        for _, group in groupby(seen, key=lambda one: one.target)
        for before, after in pairwise(group)
        if (before.held is not after.held if how is Expects.YOUNGER_THAN else not same(before.selected, after.selected))
    ]
    return sorted(found, key=lambda one: (one.at, one.target or ""))


def _gaps(watch: Watch, targets: Sequence[str | None]) -> list[Gap]:
    """The days of which nothing is known, consecutive ones with the same reason together."""
    spans = dict(local_days(watch.settled, watch.zone))
    unknown = [day for day, what in watch.days_of(targets).items() if what is Day.UNKNOWN]
    told = [(spans[day], _why(_failures(watch, targets, day)) or _never()) for day in unknown]
    found: list[Gap] = []
    for span, reason in told:
        last = found[-1] if found else None
        if last is not None and last.span.end == span.start and last.reason.code is reason.code:
            found[-1] = replace(last, span=Span(last.span.start, span.end))
        else:
            found.append(Gap(reason, watch.bearer, None, span, watch.objective.id))
    return found


def _as_expected(control: Control, sample: ControlSample) -> bool | None:
    return None if sample.failure is not None else holds(sample.selected, control.expects, sample.at)


def _at(sample: ControlSample) -> int:
    return sample.at
