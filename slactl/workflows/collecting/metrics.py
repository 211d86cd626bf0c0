"""Keeps the metrics of general objectives, day by day, beside the counts of services.

The one rule: a day of a component is kept whole or not at all, and what could not be listed or read of it is named;
nobody else's days wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from slactl.model.evidence import AskedTerm, CountsFacts, Dropped, Item, Kind, MetricBins, NewItem, Place
from slactl.model.general import MetricTerm
from slactl.model.metric import Metric, Query, Series
from slactl.model.service import SourceKind
from slactl.model.span import Span, subtract
from slactl.model.status import Code, Reason
from slactl.ports.archive import Overtaken
from slactl.ports.general import Listing, MetricDirectory
from slactl.reading.retention import DAY, elsewhere_from
from slactl.reading.terms import exact_metrics, fits, is_exact, likely_metrics
from slactl.workflows.collecting.doubt import NONE, Doubt
from slactl.workflows.collecting.holdings import GENERAL_ANSWERS, Holdings
from slactl.workflows.collecting.metricneeds import MINUTE, Bearer, bearers_of
from slactl.workflows.collecting.names import looks_like_a_person, mask
from slactl.workflows.collecting.outcome import KeptSpan, Lost, Missing, Why
from slactl.workflows.collecting.plan import FINAL_AFTER, Asked, Held, Plan, Task, Wish, day_name, plan
from slactl.workflows.collecting.run import Collect, Extra

NAME = "metrics.parquet"
DATAPOINTS = "datapoints"
MEND = "publish it under another name, or name the values in the entry"
VISIBLE = 14 * 86_400
"""So long CloudWatch lists a metric that has no points any more."""
Told = Mapping[tuple[Metric, str], Series]
Lists = Callable[[str, Span], tuple[frozenset[Metric], frozenset[Metric]]]
"""Of a component and span the metrics that are kept of it, and those of the days next to it: lists forget."""


@dataclass(frozen=True, slots=True)
class Lister:
    """Who knows which metrics there are: ``directory`` of now, ``kept`` of what was read before."""

    directory: Callable[[], MetricDirectory]
    kept: Lists


def keep_metrics(lister: Lister) -> Extra:
    """Reads what general objectives need, every span for all of them at once; without such nobody is asked."""

    def extra(run: Collect) -> Sequence[NewItem]:
        bearers = chosen_of(run)
        if bearers:
            plans = [planned(run, one) for one in bearers]
            run.outcome.lost += [lost for one in plans for lost in one.lost]
            keep_tasks(run, lister, [task for one in plans for task in one.tasks])
        return ()

    return extra


def chosen_of(run: Collect) -> list[Bearer]:
    """Whose metrics are kept: of components only where no services were chosen."""
    chosen = run.wishing.options.services
    return [one for one in bearers_of(run.machine.catalogue) if chosen is None or one.key in chosen]


def holdings_of(run: Collect, key: str) -> Holdings:
    """The metrics that are kept of a component or service."""
    return Holdings(run.machine.store, key, Kind.METRICS, GENERAL_ANSWERS)


def doubt_in(run: Collect) -> Doubt:
    """Which kept reads are not believed: the same of counts and of metrics."""
    return next((wish.doubt for wish in run.wishes.values()), NONE)


def planned(run: Collect, bearer: Bearer) -> Plan:
    """What to read of a component or service now."""
    holdings = holdings_of(run, bearer.key)
    held, wish = holdings.held(), _wish(run, bearer, holdings)
    found = plan(wish, held, run.machine.now)
    return replace(found, lost=(*found.lost, *_forgotten(run, bearer, held)))


def _forgotten(run: Collect, bearer: Bearer, held: Sequence[Held]) -> Iterator[Lost]:
    """What was not kept since the first day that was, and nobody has any more: of what CloudWatch does not publish."""
    line, spans = _line(run, bearer), [one.facts.span for one in held]
    if spans and (first := min(spans).start) < line:
        yield from (Lost(bearer.key, gone, Why.EXPIRED) for gone in subtract((Span(first, line),), spans))


def _line(run: Collect, bearer: Bearer) -> int:
    """The first day that surely is still kept of what CloudWatch does not publish; 0 of all else."""
    return -(-(elsewhere_from(bearer.service, run.machine.now) or 0) // DAY) * DAY


def _wish(run: Collect, bearer: Bearer, holdings: Holdings) -> Wish:
    doubt = doubt_in(run)
    wish = run.wishing.wish(bearer.service, holdings.held(), holdings.closed(doubt), (), doubt)
    asked = Asked(bearer.key, (SourceKind.METRICS.value,), bearer.digests())
    # What nobody has any more is not wished for: whoever keeps it for a month forgets a day every day.
    line = _line(run, bearer)
    start, owed = max(wish.start, line), max(wish.owed, line)
    return replace(wish, asked=asked, width=MINUTE if bearer.minutes else run.wishing.width, start=start, owed=owed)


def keep_tasks(run: Collect, lister: Lister, tasks: Iterable[Task]) -> None:
    """Reads and keeps, oldest first; what was not tried any more when a read was hopeless is named too.

    Raises:
        Exception: what makes every read hopeless.
    """
    waiting = sorted(tasks)
    bearers = {one.key: one for one in bearers_of(run.machine.catalogue)}
    done = 0
    try:
        for _, some in groupby(list(waiting), key=lambda task: (task.span, task.bin)):
            group = list(some)
            for one in _gathered(run, lister, [(task, bearers[task.service]) for task in group]):
                _keep(run, one)
                done += 1
    except Exception as error:
        text = str(error) or type(error).__name__
        run.outcome.missing += [Missing(one.service, one.span, Why.STOPPED, text) for one in waiting[done:]]
        raise


@dataclass
class _Gathering:
    """One task with its lists and answers."""

    task: Task
    bearer: Bearer
    asked: tuple[AskedTerm, ...] = ()
    refused: tuple[MetricTerm, Reason] | None = None
    wanted: dict[tuple[Metric, str], None] = field(default_factory=dict)
    listed: frozenset[Metric] = frozenset()
    told: Told = field(default_factory=dict)

    def take(self, listings: Mapping[MetricTerm, Listing], kept: frozenset[Metric], near: frozenset[Metric]) -> None:
        """Takes the lists, and learns from them what is to be read; what the days ``near`` had is tried too."""
        asked = self.bearer.asked()
        refused = ((one.term, failure) for one in asked if (failure := listings[one.term].failure) is not None)
        self.refused = next(((term, why) for term, why in refused if not is_exact(term)), None)
        self.asked = tuple(replace(one, listed=listings[one.term].failure is None) for one in asked)
        self.listed = kept.union(metric for one in asked for metric in listings[one.term].metrics)
        exact = [metric for one in asked for metric in exact_metrics(one.term)]
        known = list(dict.fromkeys((*exact, *sorted(self.listed | near, key=repr))))
        for one in asked:
            likely = () if is_exact(one.term) else likely_metrics(one.term, known)
            mine = (*(metric for metric in known if fits(one.term, metric)), *likely)
            self.wanted.update(dict.fromkeys((metric, stat) for metric in mine for stat in one.stats))

    @property
    def failed(self) -> tuple[Metric, str, Reason] | None:
        """The first read that failed."""
        told = ((*key, self.told[key].failure) for key in self.wanted if key in self.told)
        return next(((metric, stat, why) for metric, stat, why in told if why is not None), None)

    def bins(self, day: Span) -> list[MetricBins]:
        """The day's points of all that was listed, or had any."""
        points = {key: _inside(self.told[key], day) for key in self.wanted}
        seen = {metric for (metric, _), found in points.items() if found} | self.listed
        return [MetricBins(metric, stat, found) for (metric, stat), found in points.items() if metric in seen]


def _inside(series: Series, day: Span) -> dict[int, float]:
    return {at: value for at, value in series.points.items() if day.start <= at < day.end}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What tasks would read, and what keeps the first of those from being read that could not be."""

    wanted: Mapping[Task, tuple[tuple[Metric, str], ...]]
    trouble: str | None


def foreseen(lister: Lister, bearer: Bearer, tasks: Iterable[Task]) -> Foreseen:
    """What a bearer's tasks would read: metrics are listed, and nothing is read of them."""
    made = [one for task in tasks for one in _listed(lister, [(task, bearer)])]
    refused = (missing.text for one in made if (missing := _missing(one)) is not None)
    return Foreseen({one.task: tuple(one.wanted) for one in made}, next(refused, None))


def _listed(lister: Lister, tasks: Sequence[tuple[Task, Bearer]]) -> list[_Gathering]:
    """Tasks of one span, listed together."""
    made = [_Gathering(task, bearer) for task, bearer in tasks]
    span = tasks[0][0].span
    terms = list(dict.fromkeys(asked.term for one in made for asked in one.bearer.asked()))
    listings = dict(zip(terms, lister.directory().metrics(terms, span), strict=True))
    for one in made:
        one.take(listings, *lister.kept(one.task.service, span))
    return made


def _gathered(run: Collect, lister: Lister, tasks: Sequence[tuple[Task, Bearer]]) -> list[_Gathering]:
    """Tasks of one span and bin, listed and read together."""
    made, span, width = _listed(lister, tasks), tasks[0][0].span, tasks[0][0].bin
    keys = list(dict.fromkeys(key for one in made if one.refused is None for key in one.wanted))
    queries = [Query((metric,), stat, width, span) for metric, stat in keys]
    told = dict(zip(keys, run.machine.reader.read(queries) if queries else [], strict=True))
    for one in made:
        if one.refused is None:
            one.told = {key: told[key] for key in one.wanted}
    return made


def _keep(run: Collect, one: _Gathering) -> None:
    """Commits each day of a task, or says why there is none."""
    missing = _missing(one) or _personal(one)
    if missing is not None:
        run.outcome.missing.append(missing)
        return
    for day in one.task.days:
        dropped = holdings_of(run, one.task.service).inside(day, doubt_in(run))
        item, kept = _item(run, one, day, dropped)
        if _committed(run, one.task.service, day, item, dropped):
            run.outcome.kept.append(kept)


def _item(run: Collect, one: _Gathering, day: Span, dropped: Sequence[Dropped]) -> tuple[NewItem, KeptSpan]:
    machine, task = run.machine, one.task
    bins = one.bins(day)
    final = machine.now >= day.end + FINAL_AFTER
    metrics, points = len({each.metric for each in bins}), sum(len(each.points) for each in bins)
    facts = CountsFacts(day, task.bin, machine.now, final).facts | {
        "subject": task.service,
        "sources": (SourceKind.METRICS.value,),
        "limits": one.bearer.digests(),
        "streams": metrics,
        "datapoints": points,
        "rungs": _rungs(one.asked),
        "listed": all(each.listed for each in one.asked),
        "listed_at": _listed_at(run.machine.now, day, one.bearer, [each.item for each in dropped]),
    }
    body = machine.tables.metrics(task.service, day, task.bin, one.asked, bins)
    place = Place(Kind.METRICS, machine.made.account, machine.made.region, task.service, day_name(day), NAME)
    return NewItem(place, body, facts), KeptSpan(task.service, day, task.bin, final, metrics, points, DATAPOINTS)


def _listed_at(now: int, day: Span, bearer: Bearer, before: Iterable[Item]) -> int:
    """When the list of a day was made: of one that is read late, when the files were that it takes the place of."""
    told = [
        at
        for item in before
        if isinstance(at := item.facts.get("listed_at"), int)
        and item.facts.get("limits") == bearer.digests()
        and (item.facts.get("start"), item.facts.get("end")) == (day.start, day.end)
    ]
    return now if now <= day.start + VISIBLE else min(told, default=now)


def _rungs(asked: Iterable[AskedTerm]) -> tuple[str, ...]:
    """The thresholds of all that is counted, as CloudWatch takes them, rising."""
    found = {stat[len("TC(:") : -1] for one in asked for stat in one.stats if stat.startswith("TC(:")}
    return tuple(sorted(found, key=float))


def _committed(run: Collect, key: str, day: Span, item: NewItem, dropped: Sequence[Dropped]) -> bool:
    """Whether the file was kept; not, if another run kept the same day meanwhile.

    Raises:
        Overtaken: if another run changed it, and it is not kept all the same.
    """
    try:
        run.machine.store.commit(run.outcome.run, run.machine.now, [item], dropped)
    except Overtaken:
        if subtract((day,), (held.facts.span for held in holdings_of(run, key).meeting(day))):
            raise
        return False
    return True


def _missing(one: _Gathering) -> Missing | None:
    """What keeps a task from being kept; None where nothing does."""
    if one.refused is not None:
        term, why = one.refused
        text = f"the metrics {term.namespace}/{term.name}{_where(term.region)} could not be listed ({_said(why)})"
        code = Why.ACCESS_DENIED if why.code is Code.ACCESS_DENIED else Why.DISCOVERY_INCOMPLETE
        return Missing(one.task.service, one.task.span, code, text)
    if (failed := one.failed) is None:
        return None
    metric, stat, why = failed
    text = f"{stat} of {metric.namespace}/{metric.name}{_where(metric.region)} could not be read ({_said(why)})"
    code = Why.ACCESS_DENIED if why.code is Code.ACCESS_DENIED else Why.READ_FAILED
    return Missing(one.task.service, one.task.span, code, text)


def _personal(one: _Gathering) -> Missing | None:
    """What of the metrics that would be kept nobody named, and looks like a person."""
    named = {value for asked in one.asked for _, values in asked.term.dimensions for value in values}
    seen = {metric for (metric, _), told in one.told.items() if told.points} | one.listed
    for metric in sorted(seen, key=repr):
        for name, value in metric.dimensions:
            if value not in named and (what := looks_like_a_person(value)):
                text = f"a {name} of {metric.namespace}/{metric.name} looks like {what} ({mask(value)!r}); {MEND}"
                return Missing(one.task.service, one.task.span, Why.PERSONAL_NAMES, text)
    return None


def _where(region: str | None) -> str:
    return f" in {region}" if region else ""


def _said(why: Reason) -> str:
    return str(dict(why.figures).get("error", why.code.value))
