"""How each clause of a document is answered, in words: for the page, the terminal and Markdown alike.

The one rule: who says it stands beside what is said: a figure of this report, a look at the configuration, a person
or a supplier by name and age; what nobody answers says what would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slactl.formats.check.outlook import shortened
from slactl.formats.language import mark
from slactl.formats.numbers import whole
from slactl.formats.page.scene import Scene
from slactl.formats.sanitize import plain
from slactl.formats.times import long_date
from slactl.formats.units import GENERAL
from slactl.formats.words import objective_title
from slactl.model.answer import ClauseAnswer, Found
from slactl.model.clause import AnswerKind
from slactl.model.control import ControlDetail
from slactl.model.general import AlarmRecord, Control, Ratio, Recorded, Statistic, WeightedAverage, terms_of
from slactl.model.report import Report
from slactl.model.service import SourceKind
from slactl.model.status import WORST_FIRST, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from slactl.formats.language import Language
    from slactl.model.answer import Promised, Vouched
    from slactl.model.catalogue import Catalogue
    from slactl.model.objective import Indicator, Objective
    from slactl.model.report import Result

KINDS = {
    AnswerKind.MEASURED: mark("measured"),
    AnswerKind.CONTROLLED: mark("checked"),
    AnswerKind.ATTESTED: mark("attested"),
    AnswerKind.INHERITED: mark("inherited"),
    AnswerKind.NOT_VERIFIABLE: mark("not verifiable"),
    AnswerKind.UNANSWERED: mark("unanswered"),
}
SIGNS = {
    AnswerKind.MEASURED: "\N{BLACK SQUARE}",
    AnswerKind.CONTROLLED: "\N{BLACK CIRCLE}",
    AnswerKind.ATTESTED: "\N{WHITE SQUARE}",
    AnswerKind.INHERITED: "\N{WHITE CIRCLE}",
    AnswerKind.NOT_VERIFIABLE: "\N{EN DASH}",
    AnswerKind.UNANSWERED: "?",
}
"""Full is what was seen here, empty what others say: the difference does not need a colour."""

SOURCES = {
    SourceKind.APPLICATION_SIGNALS: "CloudWatch Application Signals",
    SourceKind.API_GATEWAY: "CloudWatch, API Gateway",
    SourceKind.METRICS: "CloudWatch",
}
HISTORY = mark("kept history of alarms")
CLOUDFLARE = "Cloudflare/"
"""How the namespaces of metrics begin that are not CloudWatch's."""

OBSERVED = mark("observed only")
EARLY = mark("dated later than the day it is judged by, does not count yet")
MOST = 6
LEAST = 2
"""More rows nobody reads in a cell, but one of each objective and the worst of the others; the chapters before have
every one."""

LONGEST = 400
ORDER = {status: place for place, status in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class Telling:
    """A catalogue and its reader; ``scene`` is the report's, None where no figures were asked for."""

    catalogue: Catalogue
    language: Language
    scene: Scene | None = None

    @classmethod
    def of(cls, report: Report, language: Language) -> Telling:
        return cls(report.catalogue, language, Scene(report, language))

    def say(self, text: str) -> str:
        """The text in the reader's language."""
        return self.language.gettext(text)

    def kind(self, kind: AnswerKind) -> str:
        """The word for a kind of answer."""
        return self.say(KINDS[kind])

    def text(self, texts: Mapping[str, str]) -> str:
        """A text of the agreement in the reader's language, else in another that it has."""
        found = texts.get(self.language.code) or next(iter(texts.values()), "")
        return shortened(plain(found), LONGEST)

    def objective(self, name: str) -> Objective | None:
        """An objective by its id."""
        return next((one for one in self.catalogue.objectives if one.id == name), None)

    def title(self, name: str) -> str:
        """An objective's title, else its id."""
        return plain(objective_title(self.objective(name), name, self.language))

    def kinds(self, answer: ClauseAnswer) -> str:
        """Every kind that is present, the strongest first: ``measured, attested``."""
        present = [answer.kind, *(one.kind for one in answer.found if one.answers)]
        present += [AnswerKind.ATTESTED] * any(one.holds for one in answer.attested)
        present += [AnswerKind.INHERITED] * any(not one.early for one in answer.inherited)
        ordered = sorted(dict.fromkeys(present), key=list(AnswerKind).index)
        return ", ".join(self.kind(kind) for kind in ordered)

    def findings(self, answer: ClauseAnswer) -> tuple[str, ...]:
        """What is known of a clause, a line each: figures the worst first, then people, suppliers, and the rest."""
        return (
            *self._rows(answer.found),
            *(self.vouched(one) for one in answer.attested),
            *(self.promised(one) for one in answer.inherited),
            *self._rest(answer),
        )

    def _rows(self, found: Sequence[Found]) -> Iterator[str]:
        shown = _shown(found)
        yield from (self.row(one) for one in shown)
        if len(shown) < len(found):
            yield self.language.count("and {n} more figure", "and {n} more figures", len(found) - len(shown))

    def row(self, one: Found) -> str:
        """``Uptime, missions-api, year to date: 99.865% (≥ 99.9%), not met``."""
        if one.row is None or self.scene is None:
            seen = f" [{self.say(OBSERVED)}]" if one.observed else ""
            return f"{self.title(one.objective)}{seen}"
        scene, row = self.scene, one.row
        part = scene.part(row.objective, row.operation)
        where = [scene.title(row), scene.bearer(row.service), part, scene.span_word(row)]
        word = scene.word(one.status or row.status, missed=scene.misses(row))
        goal = "" if isinstance(row.detail, ControlDetail) else f" ({scene.goal_text(row)})"
        said = f"{', '.join(filter(None, where))}: {self.figure(row)}{goal}, {word}"
        if one.observed:
            return f"{', '.join(filter(None, where))}: {self.figure(row)} [{self.say(OBSERVED)}]"
        weight = "" if one.binding else f" [{self.say('informative')}]"
        return "; ".join((f"{said}{weight}", *scene.reasons((row.reason,))))

    def figure(self, row: Result) -> str:
        """The row's value; of a control the days that it held on."""
        if isinstance(row.detail, ControlDetail):
            return held_text(row, self.language)
        value = self.scene.value(row) if self.scene else None
        return value or self.say("no figure")

    def vouched(self, one: Vouched) -> str:
        """``Anna Bianchi, CISO, 1 October 2026 (30 days ago), valid until 31 October 2026``."""
        told = one.attestation
        text = self.say("{by}, {role}, {on} ({age} before), valid until {until}")
        said = text.format(
            by=outside(told.by), role=outside(told.role), on=long_date(told.on, self.language),
            age=self.age(one.age), until=long_date(told.valid_until, self.language),
        )  # fmt: skip
        flaw = self.say("expired") if one.expired else self.say(EARLY) if one.early else ""
        return f"{said}: {flaw}" if flaw else said

    def promised(self, one: Promised) -> str:
        """``AWS, Lambda SLA, version 2022-10-05, 5 October 2022 (1,487 days ago)``."""
        told = one.inheritance
        text = self.say("{supplier}, {document}, version {version}, {on} ({age} before)")
        said = text.format(
            supplier=outside(told.supplier), document=outside(told.document), version=outside(told.version),
            on=long_date(told.on, self.language), age=self.age(one.age),
        )  # fmt: skip
        return f"{said}: {self.say(EARLY)}" if one.early else said

    def age(self, days: int) -> str:
        """An age in days."""
        return self.language.count("{n} day", "{n} days", days)

    def _rest(self, answer: ClauseAnswer) -> Iterator[str]:
        wanted = self.wanted(answer)
        if answer.not_rated:
            yield self.say("Not rated this month: there was nothing to judge.")
        if answer.kind is AnswerKind.UNANSWERED:
            text = self.say("Nothing answers it. What would: {what}.")
            yield text.format(what=wanted) if wanted else self.say("Nothing answers it.")
        if answer.not_verifiable and answer.kind is AnswerKind.NOT_VERIFIABLE:
            yield self.text(answer.not_verifiable)
        elif answer.not_verifiable:
            yield self.say("Not verifiable of it: {why}").format(why=self.text(answer.not_verifiable))
        if wanted and answer.kind is not AnswerKind.UNANSWERED:
            yield self.say("Still open: {what}.").format(what=wanted)

    def wanted(self, answer: ClauseAnswer) -> str:
        """What would answer a clause, or answer it better; empty where there is nothing."""
        wanted, told = answer.wanted, []
        known = {one.name for one in self.catalogue.packs} | {one.pack for one in self.catalogue.components}
        if wanted.pack and wanted.pack not in known:
            told.append(self.say("the pack {name} switched on").format(name=outside(wanted.pack)))
        elif wanted.objectives and not answer.found:
            names = ", ".join(outside(name) for name in wanted.objectives)
            text = self.language.ngettext("the objective {names}", "the objectives {names}", len(wanted.objectives))
            told.append(text.format(names=names))
        if wanted.attestation:
            told.append(self.say("attested: {what}").format(what=_clausal(self.text(wanted.attestation))))
        if wanted.inheritance:
            told.append(self.say("inherited: {what}").format(what=_clausal(self.text(wanted.inheritance))))
        return "; ".join(told)

    def outcome(self, answer: ClauseAnswer) -> tuple[Status, str, str] | None:
        """The status a clause is shown under, its word, and what stands beside it of informative rows.

        None where it has no outcome of its own: what others say is neither met nor missed.
        """
        status = outcome_of(answer)
        if status is None or self.scene is None:
            return None
        word = self._word(status, answer, binding=answer.status is not None)
        return status, word, "; ".join(filter(None, (self._beside(answer), self._parts(answer, status))))

    def _beside(self, answer: ClauseAnswer) -> str:
        if answer.status is None:
            return self.say("informative")
        if answer.informative in (None, answer.status):
            return ""
        beside = self._word(answer.informative or answer.status, answer, binding=False)
        return self.say("informative: {word}").format(word=beside)

    def _parts(self, answer: ClauseAnswer, status: Status) -> str:
        """What of single parts is not as promised, where the whole does not say it."""
        if self.scene is None or answer.parts in (None, status):
            return ""
        return self.say("single parts: {word}").format(word=self.scene.word(answer.parts or status, missed=False))

    def _word(self, status: Status, answer: ClauseAnswer, *, binding: bool) -> str:
        """The word for a status; a warning is not called met where a figure that only warns misses its goal."""
        rows = [one.row for one in answer.found if one.row is not None and one.binding is binding]
        assert self.scene is not None
        return self.scene.word(status, missed=any(self.scene.misses(row) for row in rows))

    def evidence(self, answer: ClauseAnswer) -> tuple[str, ...]:
        """Where it can be looked up: the objectives with their source, files with their digest, addresses."""
        told = [self._source(name, [one for one in answer.found if one.objective == name]) for name in _names(answer)]
        for vouched in answer.attested:
            file, digest = vouched.attestation.evidence, vouched.attestation.sha256
            told.append(
                " ".join(filter(None, (outside(file or ""), f"SHA-256 {plain(digest)[:16]}" if digest else "")))
            )
        told += [outside(one.inheritance.url or "") for one in answer.inherited]
        return tuple(filter(None, dict.fromkeys(told)))

    def _source(self, name: str, found: Sequence[Found]) -> str:
        known = self.objective(name)
        if known is not None and isinstance(known.indicator, Control):
            return f"{plain(name)} · {plain(known.indicator.call)}"
        sources = [text for one in found if one.row for text in self._sources_of(known, one.row)]
        return " · ".join((plain(name), *dict.fromkeys(sources)))

    def _sources_of(self, known: Objective | None, row: Result) -> Iterator[str]:
        """Whoever told a row's figure: of traffic that is accounted for, those that the services are read from."""
        if row.indicator not in GENERAL:
            yield SOURCES[row.source]
        elif known is None or not isinstance(known.indicator, AlarmRecord):
            yield from _publishers(known.indicator if known else None)
        elif known.indicator.asks in (Recorded.WATCHED, Recorded.NOTIFIED):
            yield self.say(HISTORY)
        else:
            yield from (SOURCES[one.source] for one in (self.scene.report.services if self.scene else ()))


def _publishers(indicator: Indicator | None) -> Iterator[str]:
    """Who keeps the metrics that an indicator is judged from."""
    terms = terms_of(indicator) if isinstance(indicator, Ratio | Statistic | WeightedAverage) else ()
    elsewhere = {one.namespace.startswith(CLOUDFLARE) for one in terms} or {False}
    yield from (
        name for there, name in ((True, "Cloudflare"), (False, SOURCES[SourceKind.METRICS])) if there in elsewhere
    )


def outcome_of(answer: ClauseAnswer) -> Status | None:
    """What a clause is counted under: its own status, else that of its informative rows."""
    return answer.status or answer.informative


def held_text(row: Result, language: Language) -> str:
    """``held on 29 of 31 days, 2 days without a sample``: whatever the targets, a day is one day."""
    detail = row.detail
    if not isinstance(detail, ControlDetail) or not detail.samples or row.good is None or row.total is None:
        return language.gettext("not one sample")
    days = int(row.total)
    text = language.ngettext("held on {held} of {n} day", "held on {held} of {n} days", days)
    said = text.format(held=whole(int(row.good), language), n=whole(days, language))
    gone = len(detail.days_without)
    if not gone:
        return said
    without = language.count("{n} day without a sample", "{n} days without a sample", gone)
    return f"{said}, {without}"


def outside(text: str) -> str:
    """A name from outside, on one line and of bearable length."""
    return shortened(plain(text), LONGEST)


def _clausal(text: str) -> str:
    return text.rstrip(". ")


def _names(answer: ClauseAnswer) -> list[str]:
    return list(dict.fromkeys(one.objective for one in answer.found))


def _shown(found: Sequence[Found]) -> list[Found]:
    """One row of each objective, its own before those of parts, and the worst of the others: whole ones first."""
    ordered = sorted(found, key=lambda one: (_is_part(one), *_badness(one)))
    firsts = {one.objective: one for one in reversed(ordered)}
    others = sorted((one for one in ordered if firsts[one.objective] is not one), key=_badness)
    kept = {id(one) for one in (*firsts.values(), *others[: max(MOST - len(firsts), LEAST)])}
    return [one for one in ordered if id(one) in kept]


def _is_part(one: Found) -> bool:
    return one.row is not None and one.row.operation is not None


def _badness(one: Found) -> tuple[int, bool]:
    return ORDER.get(one.status, len(ORDER)) if one.status else len(ORDER), not one.binding
