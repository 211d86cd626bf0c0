"""Source and query: which series a figure was read from, and the lines that ask for them again.

The one rule: few lines are printed, none is cut; where there would be many, it is said how to get them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.awscli import Call, calls
from slactl.formats.explanation.voice import DASH, Voice, columns
from slactl.formats.language import mark
from slactl.formats.sanitize import plain
from slactl.formats.texts import reason_text
from slactl.formats.times import utc
from slactl.model.explanation import Papers, Purpose
from slactl.model.general import AlarmRecord

if TYPE_CHECKING:
    from slactl.model.explanation import Explanation, Read
    from slactl.model.metric import Metric, Query
    from slactl.model.report import SourceUse

FEW_SERIES, FEW_CALLS = 40, 6
PURPOSES = {
    Purpose.SLICES: mark("for the slices"),
    Purpose.TAKEN: mark("taken away from the slices"),
    Purpose.COUNTS: mark("for the counts of the period"),
    Purpose.EXCLUDED: mark("for what maintenance takes out"),
    Purpose.MOMENTS: mark("read again, to look closer"),
}
Group = tuple[Purpose, "tuple[Metric, ...]", int, str, str]


def region_of(found: Explanation) -> str | None:
    """The region that was read."""
    return next((source.region for source in found.sources if source.region), None)


def queries_of(found: Explanation) -> list[Query]:
    """Every query behind the figure that CloudWatch can be asked, each once."""
    return list(dict.fromkeys(read.query for read in found.reads if read.askable))


def shown(found: Explanation) -> list[Read]:
    """The reads that the text shows: of a span that was asked for, where there is one."""
    closer = [read for read in found.reads if read.purpose is Purpose.MOMENTS]
    return closer or list(found.reads)


def section(voice: Voice) -> Iterator[str]:
    """The sources, the series and the lines."""
    found = voice.found
    yield voice.title(voice.say("Source and query"))
    yield from (voice.line(_source(voice, source)) for source in found.sources)
    yield from (voice.line(reason_text(reason, voice.language)) for reason in found.limitations)
    reads = shown(found)
    yield from _papers(voice)
    if not reads:
        yield from _instead(voice)
        return
    series = list(_series(voice, reads))
    if len(series) <= FEW_SERIES:
        yield ""
        yield from series
    yield from _lines(voice, reads)


def _papers(voice: Voice) -> Iterator[str]:
    """The kept files and the head of their chain, and the looks that nobody has kept yet."""
    papers = voice.found.papers
    if papers.files:
        text = voice.say("Read from the kept evidence ({n} files, the head of their chain is {head}):")
        yield voice.line(plain(text.format(n=voice.number(len(papers.files)), head=papers.head or DASH)))
        yield from (f"    {plain(path)}" for path in papers.files)
    if papers.looks:
        yield voice.line(voice.say("Looked at live, by these calls:"))
        yield from (f"    {plain(look)}" for look in papers.looks)


def _instead(voice: Voice) -> Iterator[str]:
    """Where the figure comes from without a query of its own."""
    if isinstance(voice.found.objective.indicator, AlarmRecord):
        text = voice.say("What was read of the promises themselves is told by slactl explain SERVICE OBJECTIVE.")
        yield voice.line(text)
    elif voice.found.papers == Papers():
        yield voice.line(voice.say("Nothing was asked for this figure."))


def _source(voice: Voice, source: SourceUse) -> str:
    """Where numbers came from: the account and region, and of evidence the files and the head of their chain."""
    place = " / ".join(filter(None, (source.account, source.region)))
    store = ""
    if source.head is not None:
        text = voice.say("{n} files of evidence, the head of their chain is {head}")
        store = text.format(n=voice.number(source.items), head=source.head)
    return plain(" · ".join(filter(None, (source.kind, place, source.caller, store))))


def _series(voice: Voice, reads: list[Read]) -> Iterator[str]:
    """One line for each metric and span, with its statistics and the points that came."""
    groups: dict[Group, list[Read]] = {}
    for read in reads:
        query = read.query
        key = (read.purpose, query.metrics, query.period, utc(query.span.start), utc(query.span.end))
        groups.setdefault(key, []).append(read)
    rows = [_row(voice, key, some) for key, some in groups.items()]
    yield from columns([_heads(voice), *rows], right=frozenset({4}))


def _heads(voice: Voice) -> list[str]:
    texts = ("", mark("series"), mark("statistics"), mark("period, s"), mark("points"), mark("span (UTC)"))
    return [voice.say(text) if text else "" for text in texts]


def _row(voice: Voice, key: Group, some: list[Read]) -> list[str]:
    purpose, metrics, period, start, end = key
    failures = {reason_text(read.failure, voice.language) for read in some if read.failure}
    points = voice.number(sum(read.points for read in some))
    span = f"{start} \N{EN DASH} {end}"
    told = " ".join([span, *sorted(failures)])
    return [
        voice.say(PURPOSES[purpose]),
        _metric(voice, metrics),
        ", ".join(dict.fromkeys(read.query.stat for read in some)),
        voice.number(period),
        points,
        told,
    ]


def _metric(voice: Voice, metrics: tuple[Metric, ...]) -> str:
    first = metrics[0]
    if len(metrics) > 1:
        text = voice.say("sum of {n} series of {name}").format(n=voice.number(len(metrics)), name=first.name)
        return plain(f"{first.namespace} {text}")
    held = ", ".join(f"{name}={value}" for name, value in first.dimensions)
    account = f" ({first.account_id})" if first.account_id else ""
    return plain(f"{first.namespace} {first.name} {{{held}}}{account}")


def _lines(voice: Voice, reads: list[Read]) -> Iterator[str]:
    asked = list(dict.fromkeys(read.query for read in reads if read.askable))
    together = len(reads) - sum(read.askable for read in reads)
    if together:
        text = voice.say("{n} series stand for operations that evidence keeps together: CloudWatch does not know them.")
        yield voice.line(text.format(n=voice.number(together)))
    made: list[Call] = calls(asked, region_of(voice.found))
    yield ""
    if len(made) > FEW_CALLS or len(asked) > FEW_SERIES * 3:
        text = voice.say(
            "{n} queries are too many to print (calls: {calls}): --queries DIR writes them as files, "
            "--operation or --at narrows them."
        )
        yield f"  {text.format(n=voice.number(len(asked)), calls=voice.number(len(made)))}"
        return
    if made:
        yield voice.line(voice.say("To ask the same again, as long as CloudWatch keeps it:"))
    for call in made:
        yield ""
        yield call.line
