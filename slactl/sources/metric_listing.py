"""Which metrics there are: what ListMetrics shows today, and what is remembered from earlier days.

The one rule: ListMetrics forgets what was silent for two weeks, so a span that reaches further back is known in
whole only where every earlier day is remembered; a refusal is a failure, never an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import DENIED, AwsFailure, code_of
from slactl.aws.session import AwsWorld
from slactl.model.general import ANY, MetricTerm
from slactl.model.metric import Metric
from slactl.model.report import SourceUse
from slactl.model.span import Span, Spans, subtract
from slactl.model.status import Code, Reason
from slactl.ports.general import Listing, MetricDirectory
from slactl.reading.terms import fits, is_exact, metric_of

VISIBLE = 14 * 86_400
CALLS_A_SECOND, BURST = 20.0, 10.0
IN_FLIGHT = 4
MOST_FILTERS = 10
CLOUDFLARE = "Cloudflare/"
ACTION = "cloudwatch:ListMetrics"


@dataclass(frozen=True, slots=True)
class Remembered:
    """Metrics that were listed on earlier days, and the days: half-open spans that were listed in whole.

    ``of_term`` tells the same of one term over a span, where days differ in what was asked.
    """

    metrics: tuple[Metric, ...] = ()
    days: Spans = ()
    of_term: Callable[[MetricTerm, Span], tuple[Iterable[Metric], Spans]] | None = None

    def told(self, term: MetricTerm, span: Span) -> tuple[Iterable[Metric], Spans]:
        """What may be a term's metrics, and the days that were listed in whole."""
        return (self.metrics, self.days) if self.of_term is None else self.of_term(term, span)


NOTHING = Remembered()


@dataclass(frozen=True, slots=True)
class _Ask:
    """One list: a metric's name in a namespace, in a region, of an account, with filters by dimension."""

    region: str | None
    account_id: str | None
    namespace: str
    name: str
    filters: tuple[tuple[str, str | None], ...]


Answer = tuple[tuple[str, str], ...]
Answers = frozenset[Answer] | Reason


class ListedMetrics:
    """A ``MetricDirectory`` over ListMetrics in every region that is named."""

    def __init__(
        self,
        world: AwsWorld,
        now: int,
        remembered: Callable[[], Remembered] = lambda: NOTHING,
        cloudflare: Callable[[], MetricDirectory] | None = None,
    ) -> None:
        """A directory.

        Args:
            world: the clients.
            now: seconds since the epoch.
            remembered: what evidence remembers, asked once it is needed.
            cloudflare: who knows what Cloudflare publishes, where anybody does.
        """
        self._world, self._now = world, now
        self._remembered, self._cloudflare = remembered, cloudflare
        self._pace = world.timing.pacer(CALLS_A_SECOND, BURST)
        self._known: dict[_Ask, Answers] = {}
        self._calls: dict[str | None, int] = {}

    def metrics(self, terms: Sequence[MetricTerm], span: Span) -> list[Listing]:
        """One listing a term, in their order."""
        own = [term for term in terms if not term.namespace.startswith(CLOUDFLARE)]
        self._ask(dict.fromkeys(_ask_of(term) for term in own))
        told = {term: self._listing(term, span) for term in own}
        told |= self._from_cloudflare([term for term in terms if term not in told], span)
        return [told[term] for term in terms]

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far, region by region."""
        if not self._calls:
            return ()
        caller = self._world.caller
        return tuple(
            SourceUse("list-metrics", caller.account, region or self._world.region, caller.arn, calls, 0, 0)
            for region, calls in sorted(self._calls.items(), key=lambda one: one[0] or "")
        )

    def _from_cloudflare(self, terms: Sequence[MetricTerm], span: Span) -> dict[MetricTerm, Listing]:
        if not terms:
            return {}
        if self._cloudflare is None:
            reason = Reason.of(Code.READ_FAILED, error="nothing reads Cloudflare here")
            return dict.fromkeys(terms, Listing((), known=False, failure=reason))
        return dict(zip(terms, self._cloudflare().metrics(terms, span), strict=True))

    def _ask(self, asks: Iterable[_Ask]) -> None:
        fresh = [ask for ask in asks if ask not in self._known]
        if not fresh:
            return
        with ThreadPoolExecutor(max_workers=IN_FLIGHT) as pool:
            self._known.update(zip(fresh, pool.map(self._answer, fresh), strict=True))
        for ask in fresh:
            self._calls[ask.region] = self._calls.get(ask.region, 0) + 1

    def _answer(self, ask: _Ask) -> Answers:
        try:
            return frozenset(self._listed(ask))
        except AwsFailure as failure:
            return _refused(failure.code, failure.message)
        except (BotoCoreError, ClientError) as error:
            return _refused(code_of(error), code_of(error))

    def _listed(self, ask: _Ask) -> Iterable[Answer]:
        client = self._world.client("cloudwatch", None if ask.region == self._world.region else ask.region)
        request = _request(ask)
        while True:
            self._pace.wait()
            page = client.list_metrics(**request)
            for metric in page.get("Metrics", ()):
                yield tuple(sorted((one["Name"], one["Value"]) for one in metric.get("Dimensions", ())))
            if not page.get("NextToken"):
                return
            request["NextToken"] = page["NextToken"]

    def _listing(self, term: MetricTerm, span: Span) -> Listing:
        answers, (earlier, days) = self._known[_ask_of(term)], self._remembered().told(term, span)
        failure = answers if isinstance(answers, Reason) else None
        listed = () if isinstance(answers, Reason) else (metric_of(term, one) for one in answers)
        found = {metric for metric in (*listed, *earlier) if fits(term, metric)}
        ordered = tuple(sorted(found, key=lambda metric: metric.dimensions))
        forgotten = () if is_exact(term) else subtract(self._forgotten(span), days)
        return Listing(ordered, known=bool(found), forgotten=forgotten, failure=failure)

    def _forgotten(self, span: Span) -> Spans:
        """What of a span ListMetrics no longer tells of."""
        line = min(span.end, self._now - VISIBLE)
        return (Span(span.start, line),) if span.start < line else ()


class LazyDirectory:
    """A ``MetricDirectory`` that is made when something must be listed.

    ``any_thread`` is whether it may be asked while others ask elsewhere.
    """

    def __init__(self, make: Callable[[], ListedMetrics], *, any_thread: bool = False) -> None:
        self._make, self.any_thread = make, any_thread
        self._made: ListedMetrics | None = None

    def metrics(self, terms: Sequence[MetricTerm], span: Span) -> list[Listing]:
        """One listing a term, in their order."""
        if self._made is None:
            self._made = self._make()
        return self._made.metrics(terms, span)

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far."""
        return self._made.use() if self._made else ()


def _ask_of(term: MetricTerm) -> _Ask:
    named = [(name, _only(patterns)) for name, patterns in sorted(term.dimensions)][:MOST_FILTERS]
    return _Ask(term.region, term.account_id, term.namespace, term.name, tuple(named))


def _only(patterns: tuple[str, ...]) -> str | None:
    """The one value that may be, if there is only one."""
    return patterns[0] if len(patterns) == 1 and ANY not in patterns[0] else None


def _request(ask: _Ask) -> dict[str, Any]:
    filters = [{"Name": name} if value is None else {"Name": name, "Value": value} for name, value in ask.filters]
    request: dict[str, Any] = {"Namespace": ask.namespace, "MetricName": ask.name}
    if filters:
        request["Dimensions"] = filters
    if ask.account_id is not None:
        request |= {"IncludeLinkedAccounts": True, "OwningAccount": ask.account_id}
    return request


def _refused(code: str, said: str) -> Reason:
    """A refusal, with the IAM action that it takes."""
    if code in DENIED:
        return Reason.of(Code.ACCESS_DENIED, error=f"{ACTION}: {said}")
    return Reason.of(Code.READ_FAILED, error=f"{ACTION}: {said}")
