"""What has to be kept of the metrics that general objectives speak of, so that they can be judged without CloudWatch.

The one rule: of a metric every plain statistic is kept, because a goal may change; of a percentile the counts at its
own limits, and a ladder around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

from slactl.compliance.distribution import Rung
from slactl.model.catalogue import Catalogue
from slactl.model.evidence import AskedTerm
from slactl.model.general import MetricTerm, Ratio, Statistic, WeightedAverage
from slactl.model.objective import Objective
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span
from slactl.model.status import Code
from slactl.workflows.general.climbing import Limit, Scales
from slactl.workflows.general.entries import Entry
from slactl.workflows.general.statistic import STATS
from slactl.workflows.ladders import rung_stat

PLAIN = ("SampleCount", "Sum", "Minimum", "Maximum")
CLOUDFLARE = "Cloudflare/"
MINUTE = 60
STEPS = 24
RATIO = Fraction(122, 100)
"""Rungs above and below a limit, each about 22 % from the next: from a hundredth of it to a hundred times."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """A component, or a service, with the measured objectives that bear its name."""

    service: Service
    objectives: tuple[Objective, ...]

    @property
    def key(self) -> str:
        return self.service.key

    @property
    def minutes(self) -> bool:
        """Whether single minutes tell more than five: percentages can be weighted only by the minute."""
        return any(isinstance(one.indicator, WeightedAverage) for one in self.objectives)

    def entries(self, span: Span) -> list[Entry]:
        """The objectives over a span, of which nothing is known yet."""
        return [
            Entry(one, one.indicator, self.service, span, span, (), (), Code.NOT_IN_EVIDENCE)
            for one in self.objectives
            if isinstance(one.indicator, Ratio | Statistic | WeightedAverage)
        ]

    def asked(self) -> tuple[AskedTerm, ...]:
        """Every term with all that is kept of its metrics."""
        found: dict[MetricTerm, dict[str, None]] = {}
        for entry in self.entries(Span(0, 1)):
            for term in entry.terms:
                found.setdefault(plain_term(term), {}).update(dict.fromkeys(stats_of(entry, term)))
        return tuple(AskedTerm(term, tuple(sorted(stats))) for term, stats in found.items())

    def digests(self) -> tuple[str, ...]:
        """What is asked, by which a later collect sees whether more is asked."""
        return tuple(sorted(digest for one in self.asked() for digest in _digests(one)))


def bearers_of(catalogue: Catalogue) -> tuple[Bearer, ...]:
    """Whoever bears measured general objectives, in order of name."""
    found: dict[str, list[Objective]] = {}
    for one in catalogue.general:
        if isinstance(one.indicator, Ratio | Statistic | WeightedAverage):
            found.setdefault(catalogue.bearer(one).key, []).append(one)
    return tuple(Bearer(_metered(catalogue.bearer(mine[0])), tuple(mine)) for _, mine in sorted(found.items()))


def told_of(catalogue: Catalogue) -> list[str]:
    """Of whom a collect tells: the services, then whoever else bears measured objectives."""
    return list(dict.fromkeys((*(one.key for one in catalogue.services), *(one.key for one in bearers_of(catalogue)))))


def _metered(service: Service) -> Service:
    return replace(service, source=SourceKind.METRICS, edge=None)


def plain_term(term: MetricTerm) -> MetricTerm:
    """Which metrics a term speaks of, and nothing of what is made of them."""
    return MetricTerm(term.namespace, term.name, "", term.dimensions, term.region, term.account_id)


def stats_of(entry: Entry, term: MetricTerm) -> Iterable[str]:
    """Every statistic that is kept of a term's metrics; Cloudflare has only those that are asked for."""
    yield from () if term.namespace.startswith(CLOUDFLARE) else PLAIN
    match entry.indicator:
        case Ratio():
            yield term.stat
        case WeightedAverage() as indicator:
            yield "Average" if term == indicator.value else term.stat
        case Statistic() as indicator if indicator.rank is None:
            yield STATS[indicator.of]
        case Statistic() as indicator:
            yield from (*PLAIN, *rung_stats(entry, indicator))


def rung_stats(entry: Entry, indicator: Statistic) -> tuple[str, ...]:
    """The counts that are kept of a percentile: at its limits, and at a ladder around them, rising."""
    scales = Scales.of(indicator)
    limit = Limit.of(entry, scales)
    rungs = sorted({*limit.all, *_around(limit.rung)})
    return tuple(dict.fromkeys(rung_stat(rung, 1 / scales.metric) for rung in rungs))


def _around(limit: Rung) -> Sequence[Rung]:
    base = limit if limit > 0 else Fraction(1)
    return [Fraction(Decimal(f"{float(base * RATIO**step):.3g}")) for step in range(-STEPS, STEPS + 1)]


def _digests(one: AskedTerm) -> Iterable[str]:
    """A digest of the term with its plain statistics, and one of each further one: a new limit is seen."""
    told = repr((one.term.namespace, one.term.name, sorted(one.term.dimensions), one.term.region, one.term.account_id))
    stats = " ".join(sorted(stat for stat in one.stats if not stat.startswith("TC")))
    counts = " ".join(sorted(stat for stat in one.stats if stat.startswith("TC")))
    for part in (stats, counts):
        if part:
            yield sha256(f"{told} {part}".encode()).hexdigest()[:16]
