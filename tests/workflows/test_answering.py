"""A document clause by clause: what answers each clause, the strongest first, and what would."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from slactl.model.answer import ClauseAnswer, counted
from slactl.model.clause import Answered, AnswerKind, Attestation, Clause, Document, Inheritance
from slactl.model.control import ControlDetail
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import InForce
from slactl.model.report import Case, Result, Rollup, RowSpan
from slactl.model.status import Code, Reason, Status
from slactl.workflows.answering import answers, day_of
from tests.formats.agreement import UPTIME, catalogue
from tests.formats.platforms import ON_DEMAND, OWN_RATIO
from tests.formats.sample import provisional, rich

DAY = date(2026, 10, 31)
SIGNED = Attestation("Anna Bianchi", "CISO", date(2026, 10, 1), DAY)
TOLD = Inheritance("AWS", "Lambda SLA", "2022-10-05", date(2026, 10, 21))


def row(objective: str, status: Status = Status.OK, **changes: object) -> Result:
    made = Result("missions-api", objective, None, None, RowSpan.MONTH, "ratio", "", True, status, "requests")
    return replace(made, **changes)  # type: ignore[arg-type]


def answer(
    clause: Clause, told: Answered | None = None, rows: tuple[Result, ...] | None = (), day: date = DAY
) -> ClauseAnswer:
    document = Document("isms", {"it": "ISMS"}, (clause,), {clause.id: told} if told else {})
    agreed = catalogue()
    agreed = replace(agreed, objectives=(*agreed.objectives, ON_DEMAND, OWN_RATIO), document=document)
    (only,) = answers(agreed, rows, day)
    return only


BARE = Clause("c", "Uptime", "«≥ 99,9%»", measured=("uptime",), controlled=("dynamodb-on-demand",))


@pytest.mark.parametrize(
    ("clause", "told", "rows", "kind"),
    [
        (BARE, Answered("c", (SIGNED,), (TOLD,)), (row("uptime"), row("dynamodb-on-demand")), AnswerKind.MEASURED),
        (BARE, Answered("c", (SIGNED,), (TOLD,)), (row("dynamodb-on-demand"),), AnswerKind.CONTROLLED),
        (BARE, Answered("c", (SIGNED,), (TOLD,)), (), AnswerKind.ATTESTED),
        (BARE, Answered("c", (), (TOLD,)), (), AnswerKind.INHERITED),
        (BARE, Answered("c", not_verifiable={"en": "code"}), (), AnswerKind.NOT_VERIFIABLE),
        (replace(BARE, not_verifiable={"en": "code"}, whole=True), None, (), AnswerKind.NOT_VERIFIABLE),
        (replace(BARE, not_verifiable={"en": "the rest"}), None, (), AnswerKind.UNANSWERED),
        (BARE, None, (), AnswerKind.UNANSWERED),
    ],
)
def test_the_strongest_answer_heads_a_clause(
    clause: Clause, told: Answered | None, rows: tuple[Result, ...], kind: AnswerKind
) -> None:
    found = answer(clause, told, rows)
    assert found.kind is kind
    assert found.is_finding is (kind is AnswerKind.UNANSWERED)


def test_an_objective_that_is_on_without_a_row_answers_nothing() -> None:
    assert answer(BARE, rows=()).wanted.objectives == ("uptime", "dynamodb-on-demand")


def test_what_is_not_in_force_answers_nothing() -> None:
    ended = row("uptime", Status.NOT_RATED, reason=Reason.of(Code.NOT_IN_FORCE))
    quiet = row("uptime", Status.NOT_RATED, reason=Reason.of(Code.NO_REQUESTS))
    assert answer(BARE, rows=(ended,)).kind is AnswerKind.UNANSWERED
    assert (answer(BARE, rows=(quiet,)).kind, answer(BARE, rows=(quiet,)).status) == (
        AnswerKind.MEASURED,
        Status.NOT_RATED,
    )
    agreed = catalogue()
    later = replace(UPTIME, in_force=InForce(date(2027, 1, 1), None))
    document = Document("isms", {}, (replace(BARE, controlled=()),))
    agreed = replace(agreed, objectives=(later,), document=document)
    assert [one.kind for one in answers(agreed, None, DAY)] == [AnswerKind.UNANSWERED]
    assert [one.kind for one in answers(agreed, None, date(2027, 1, 1))] == [AnswerKind.MEASURED]


def test_a_row_may_name_its_clause_itself() -> None:
    found = answer(replace(BARE, id="own-clause", measured=()), rows=(row("own-ratio"),))
    assert [(one.kind, one.objective) for one in found.found] == [(AnswerKind.MEASURED, "own-ratio")]


def test_the_status_is_the_worst_of_what_binds() -> None:
    rows = (
        row("uptime"),
        row("uptime", Status.OK, service="b", rollup=Rollup(Status.WARNING, None)),
        row("uptime", Status.BREACHED, binding=False),
        row("uptime", Status.BREACHED, operation="GET /", binding=False),
        row("uptime", Status.OK, operation="GET /quick", binding=False),
    )
    found = answer(BARE, rows=rows)
    assert (found.status, found.informative, found.parts) == (Status.WARNING, Status.BREACHED, Status.BREACHED)
    assert [one.row.operation for one in found.found if one.row] == [None, None, None, "GET /"]


@pytest.mark.parametrize("status", [Status.BREACHED, Status.INSUFFICIENT_DATA, Status.WARNING])
def test_a_part_that_binds_is_not_hidden_by_the_whole(status: Status) -> None:
    rows = (row("own-ratio"), row("own-ratio", status, operation="initech"), row("own-ratio", operation="acme"))
    found = answer(replace(BARE, measured=("own-ratio",)), rows=rows)
    assert (found.status, found.informative, len(found.found)) == (status, None, 2)
    inform = tuple(replace(one, binding=one.operation is None) for one in rows)
    beside = answer(replace(BARE, measured=("own-ratio",)), rows=inform)
    assert (beside.status, beside.informative, beside.parts) == (Status.OK, None, status)


def test_what_cannot_fail_is_shown_and_answers_nothing() -> None:
    mere = replace(OWN_RATIO, goal=Goal(Comparison.AT_LEAST, Fraction(0), ">= 0%"))
    document = Document("isms", {}, (replace(BARE, measured=("own-ratio",), controlled=()),))
    agreed = replace(catalogue(), objectives=(mere,), document=document)
    for rows in (None, (row("own-ratio", Status.NOT_RATED),), (row("own-ratio", Status.OK),)):
        (found,) = answers(agreed, rows, DAY)
        assert (found.kind, found.status, found.is_finding) == (AnswerKind.UNANSWERED, None, True)
        assert [one.observed for one in found.found] == [True]


def test_figures_that_nobody_could_rate_are_said_to_be_so() -> None:
    idle, kept = row("uptime", Status.NOT_RATED), row("dynamodb-on-demand")
    assert answer(BARE, rows=(idle,)).not_rated
    assert not answer(BARE, rows=(idle, kept)).not_rated
    assert not answer(BARE, Answered("c", (SIGNED,))).not_rated


BLANK: dict[str, Any] = {"status": Status.INSUFFICIENT_DATA, "reason": Reason.of(Code.NOT_PUBLISHED)}
NEVER: dict[str, Any] = {"status": Status.INSUFFICIENT_DATA, "reason": Reason.of(Code.NEVER_SAMPLED)}
DENIED: dict[str, Any] = {"status": Status.INSUFFICIENT_DATA, "reason": Reason.of(Code.ACCESS_DENIED)}


@pytest.mark.parametrize(
    ("rows", "told", "kind"),
    [
        ((row("uptime", **BLANK), row("dynamodb-on-demand")), None, AnswerKind.CONTROLLED),
        ((row("uptime", **BLANK), row("dynamodb-on-demand", **NEVER)), None, AnswerKind.UNANSWERED),
        ((row("uptime", **BLANK),), Answered("c", (SIGNED,), (TOLD,)), AnswerKind.ATTESTED),
        ((row("uptime", **BLANK),), Answered("c", (), (TOLD,)), AnswerKind.INHERITED),
        ((row("uptime", **BLANK), row("uptime", service="b")), None, AnswerKind.MEASURED),
    ],
)
def test_what_was_never_published_or_looked_at_answers_nothing(
    rows: tuple[Result, ...], told: Answered | None, kind: AnswerKind
) -> None:
    found = answer(BARE, told, rows)
    assert (found.kind, found.is_finding, found.without_figure) == (kind, kind is AnswerKind.UNANSWERED, False)
    assert len(found.found) == len(rows)
    assert found.status is Status.INSUFFICIENT_DATA


def test_a_clause_without_one_figure_is_a_finding() -> None:
    denied, idle = row("uptime", **DENIED), row("uptime", Status.NOT_RATED, service="b")
    ends: dict[str, Any] = {"worst_case": Case(Fraction(0), Status.BREACHED), "best_case": Case(Fraction(1), Status.OK)}
    never = ControlDetail(0, 0)
    for rows in ((denied,), (denied, idle), (replace(denied, **ends, detail=never),)):
        found = answer(BARE, Answered("c", (SIGNED,)), rows)
        assert (found.kind, found.without_figure, found.is_finding) == (AnswerKind.MEASURED, True, True)
    for rows in ((replace(denied, **ends),), (denied, row("uptime", service="b")), (idle,)):
        found = answer(BARE, Answered("c", (SIGNED,)), rows)
        assert (found.without_figure, found.is_finding) == (False, False)


def test_rows_of_parts_answer_where_there_is_no_whole() -> None:
    rows = tuple(row("dynamodb-on-demand", status, operation=name) for name, status in zip("ab", Status, strict=False))
    assert len(answer(BARE, rows=rows).found) == 2


def test_what_others_say_has_no_status_of_its_own() -> None:
    found = answer(BARE, Answered("c", (SIGNED,), (TOLD,)))
    assert found.status is None
    assert (found.attested[0].age, found.inherited[0].age) == (30, 10)


def test_an_attestation_holds_through_its_last_day_and_no_longer() -> None:
    told = Answered("c", (SIGNED,))
    assert answer(BARE, told).status is None
    over = answer(BARE, told, day=date(2026, 11, 1))
    assert (over.kind, over.status, over.is_finding) == (AnswerKind.UNANSWERED, Status.INSUFFICIENT_DATA, True)
    promised = answer(BARE, Answered("c", (SIGNED,), (TOLD,)), day=date(2026, 11, 1))
    assert (promised.kind, promised.status) == (AnswerKind.INHERITED, Status.INSUFFICIENT_DATA)
    beside = answer(BARE, told, (row("uptime"),), date(2026, 11, 1))
    assert (beside.kind, beside.status, beside.is_finding) == (AnswerKind.MEASURED, Status.INSUFFICIENT_DATA, True)


def test_what_is_dated_later_does_not_count_yet() -> None:
    asks = replace(BARE, asks_attestation={"en": "a drill"}, asks_inheritance={"en": "its SLA"})
    before = date(2026, 9, 30)
    early = answer(asks, Answered("c", (SIGNED,), (TOLD,)), day=before)
    assert (early.kind, early.status, early.is_finding) == (AnswerKind.UNANSWERED, Status.INSUFFICIENT_DATA, True)
    assert (early.wanted.attestation, early.wanted.inheritance) == ({"en": "a drill"}, {"en": "its SLA"})
    assert (early.attested[0].age, early.inherited[0].age) == (0, 0)
    signed = answer(asks, Answered("c", (SIGNED,)), day=SIGNED.on)
    assert (signed.kind, signed.status) == (AnswerKind.ATTESTED, None)
    beside = answer(asks, Answered("c", (), (TOLD,)), (row("uptime"),), before)
    assert (beside.kind, beside.status) == (AnswerKind.MEASURED, Status.INSUFFICIENT_DATA)


def test_what_would_answer_is_named() -> None:
    clause = replace(BARE, pack="dynamodb", asks_attestation={"en": "a drill"}, asks_inheritance={"en": "its SLA"})
    wanted = answer(clause).wanted
    assert (wanted.objectives, wanted.pack) == (("uptime", "dynamodb-on-demand"), "dynamodb")
    assert (wanted.attestation, wanted.inheritance) == ({"en": "a drill"}, {"en": "its SLA"})
    told = answer(clause, Answered("c", (SIGNED,), (TOLD,)), (row("uptime"), row("dynamodb-on-demand"))).wanted
    assert told.nothing
    assert told.pack is None


def test_without_figures_it_is_told_how_and_not_how_well() -> None:
    found = answer(BARE, rows=None)
    assert found.kind is AnswerKind.MEASURED
    assert (found.status, [one.row for one in found.found]) == (None, [None, None])


def test_counts_add_up_to_the_clauses() -> None:
    many = [answer(BARE), answer(BARE, Answered("c", (SIGNED,))), answer(BARE, rows=(row("uptime"),))]
    found = counted(many)
    assert sum(found.values()) == 3
    assert [kind for kind, count in found.items() if count] == [
        AnswerKind.MEASURED,
        AnswerKind.ATTESTED,
        AnswerKind.UNANSWERED,
    ]
    assert set(found) == set(AnswerKind)


def test_no_document_no_clauses() -> None:
    assert answers(catalogue(), (), DAY) == ()


def test_attestations_are_judged_by_the_last_day_of_the_figures() -> None:
    assert day_of(rich().period) == date(2026, 10, 31)
    assert day_of(provisional().period) == date(2026, 10, 20)
