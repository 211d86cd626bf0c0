"""Asking: one series a key, gaps told once, and what was read kept in a digest."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slactl.model.metric import Query, Series
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.reading.cover import Tiles
from slactl.workflows.asking import GapList, ask, misplaced, tile_query
from slactl.workflows.digest import Digesting
from tests.fakes import FAILED, REFUSED, FakeReader, Hit, own_stream

SPAN, LATER = Span(0, 3600), Span(3600, 7200)
LATENCY = own_stream("GET /a").latency
HITS = [Hit(10, "GET /a", 5.0), Hit(4000, "GET /a", 7.0, 500)]


def query(stat: str = "Sum", span: Span = SPAN) -> Query:
    return tile_query(LATENCY, stat, Tiles(span, 3600))


@given(st.dictionaries(st.text(max_size=3), st.sampled_from(["Sum", "Maximum", "SampleCount"]), max_size=6))
def test_every_key_has_its_own_series(wanted: dict[str, str]) -> None:
    reader = FakeReader(HITS)
    found = ask(reader, {key: query(stat) for key, stat in wanted.items()})
    assert found == {key: reader.read([query(stat)])[0] for key, stat in wanted.items()}


def test_nothing_is_asked_about_nothing() -> None:
    reader = FakeReader(HITS)
    assert ask(reader, {}) == {}
    assert reader.batches == 0


def test_a_bucket_that_starts_where_no_tile_does_is_misplaced() -> None:
    tiles = Tiles(Span(3600, 10_800), 3600)
    assert not misplaced(Series({3600: 1.0, 7200: 1.0}), tiles)
    assert not misplaced(Series({}), tiles)
    for start in (0, 3660, 10_800):
        assert misplaced(Series({3600: 1.0, start: 1.0}), tiles)


def test_a_gap_is_told_once_and_names_its_metric() -> None:
    gaps = GapList("shop")
    for _ in range(2):
        gaps.failed(FAILED, "GET /a", "Latency", SPAN)
        gaps.failed(FAILED, "GET /a", "Fault", SPAN)
        gaps.failed(REFUSED, "GET /a", "Fault", SPAN)
        gaps.failed(FAILED, None, "Fault", SPAN)
        gaps.failed(FAILED, "GET /a", "Fault", LATER)
        gaps.disagree("GET /a", SPAN, 4, 5)
    assert len(gaps.all()) == 6
    assert {gap.service for gap in gaps.all()} == {"shop"}
    assert [gap.span for gap in gaps.all()] == [SPAN] * 5 + [LATER]
    (disagreement,) = [gap for gap in gaps.all() if gap.reason.code is Code.READS_DISAGREE]
    assert dict(disagreement.reason.figures) == {"coarse": 4, "fine": 5}


def digest_of(reader: FakeReader, *batches: list[Query]) -> str:
    digesting = Digesting(reader)
    for batch in batches:
        digesting.read(batch)
    return digesting.hex


def test_the_digest_is_of_what_was_answered_in_the_order_it_was_planned() -> None:
    asked = [query("Sum"), query("Maximum", LATER)]
    first = digest_of(FakeReader(HITS), asked)
    assert first == digest_of(FakeReader(HITS), asked[:1], asked[1:])
    assert first != digest_of(FakeReader(HITS), asked[::-1])
    assert first != digest_of(FakeReader(HITS[:1]), asked)
    assert first != digest_of(FakeReader(HITS), asked[:1])
    assert len(first) == 64


def test_a_failure_and_its_kind_are_in_the_digest() -> None:
    def refusing(why: Reason) -> FakeReader:
        return FakeReader(HITS, refuse=lambda query: why)

    found = {digest_of(reader, [query()]) for reader in (FakeReader([]), refusing(FAILED), refusing(REFUSED))}
    assert len(found) == 3
    other_words = Reason.of(Code.READ_FAILED, error="other words")
    assert digest_of(refusing(FAILED), [query()]) == digest_of(refusing(other_words), [query()])


def test_a_digesting_reader_answers_what_the_other_one_does() -> None:
    reader = FakeReader(HITS)
    digesting = Digesting(reader)
    assert digesting.read([query()]) == FakeReader(HITS).read([query()])
    assert digesting.use() == reader.use()
