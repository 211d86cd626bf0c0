"""Reads each metric where it is: in the region that it names, or from who else publishes it.

The one rule: what is wrong with another region is a failure of its own metrics, and never of the report; the
configured region's reader alone may say that nothing can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from slactl.model.metric import LadderQuery, Query, Rise, Series
from slactl.model.report import SourceUse
from slactl.model.status import Code, Reason
from slactl.ports import MetricReader
from slactl.sources.refusals import PatientReader
from slactl.workflows.asking import ladders_by_series

CLOUDFLARE = "Cloudflare/"
HOME = ""


@dataclass
class RegionalReader:
    """A ``MetricReader`` and ``LadderReader`` over several; each is made when it is first needed.

    ``home`` reads what names no region, or the ``here`` one; ``elsewhere`` makes the reader of a region, and
    ``cloudflare`` that of what Cloudflare publishes, where one is known.
    """

    home: MetricReader
    here: Callable[[], str | None]
    elsewhere: Callable[[str], MetricReader]
    cloudflare: Callable[[], MetricReader] | None = None
    _made: dict[str, MetricReader] = field(default_factory=dict)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        """One series a query, in their order.

        Raises:
            AwsFailure: when no read of the configured region can succeed.
        """
        places = [self._place(query) for query in queries]
        found: list[Series] = [Series({})] * len(queries)
        parts = [[index for index, one in enumerate(places) if one == place] for place in sorted(set(places))]
        for mine, answers in zip(parts, self._side_by_side(places, parts, queries), strict=True):
            for index, series in zip(mine, answers, strict=True):
                found[index] = series
        return found

    def _side_by_side(
        self, places: Sequence[str], parts: Sequence[Sequence[int]], queries: Sequence[Query]
    ) -> Iterable[list[Series]]:
        """The answers of each place, all asked at the same time."""
        jobs = [partial(self._read, places[mine[0]], [queries[index] for index in mine]) for mine in parts]
        if len(jobs) < 2:
            return [job() for job in jobs]
        with ThreadPoolExecutor(len(jobs)) as pool:
            return [job.result() for job in [pool.submit(job) for job in jobs]]

    def ladders(self, queries: Sequence[LadderQuery]) -> list[Rise]:
        """One ladder a query, in their order."""
        return ladders_by_series(self.read, queries)

    def use(self) -> tuple[SourceUse, ...]:
        """What was asked so far, the configured region's first."""
        others = (self._made[place] for place in sorted(self._made))
        return (*self.home.use(), *(use for reader in others for use in reader.use()))

    def _place(self, query: Query) -> str:
        metric = query.metrics[0]
        if metric.namespace.startswith(CLOUDFLARE):
            return CLOUDFLARE
        return HOME if metric.region in (None, self.here()) else metric.region or HOME

    def _read(self, place: str, queries: Sequence[Query]) -> list[Series]:
        if place == HOME:
            return self.home.read(queries)
        if place == CLOUDFLARE and self.cloudflare is None:
            return [Series({}, Reason.of(Code.READ_FAILED, error="nothing reads Cloudflare here"))] * len(queries)
        if place not in self._made:
            self._made[place] = self._make(place)
        return self._made[place].read(queries)

    def _make(self, place: str) -> MetricReader:
        if place == CLOUDFLARE and self.cloudflare is not None:
            return PatientReader(_Late(self.cloudflare))
        return PatientReader(self.elsewhere(place))


@dataclass
class _Late:
    """A ``MetricReader`` that is made when it is first asked: what keeps it from being made fails its reads."""

    make: Callable[[], MetricReader]
    _made: MetricReader | None = None

    def read(self, queries: Sequence[Query]) -> list[Series]:
        if self._made is None:
            self._made = self.make()
        return self._made.read(queries)

    def use(self) -> tuple[SourceUse, ...]:
        return self._made.use() if self._made else ()
