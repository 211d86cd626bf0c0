"""Whatever a body holds, our clients tell what botocore's own tell; usual bodies they read by themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.aws.fastparse import numbers_of, seconds
from tests.aws.bodies import WRITERS, Scripted, Style

PROTOCOLS = list(WRITERS)
FIRST = 1_792_929_600

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))
values = st.one_of(
    st.integers(0, 2**53), st.integers(0, 30), st.floats(), st.sampled_from([0.0, 0.5, 1e300, 5e-324, math.inf, -1])
)
messages = st.lists(st.fixed_dictionaries({"Code": texts, "Value": texts}), max_size=2)
styles = st.builds(Style, st.integers(0, 5), st.booleans(), st.booleans())


@st.composite
def results(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(0, 30))
    found = {
        "Id": draw(st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)),
        "Label": draw(texts),
        "Timestamps": [FIRST + 300 * number for number in range(count)],
        "Values": draw(st.lists(values, min_size=count, max_size=count)),
        "StatusCode": draw(st.sampled_from(["Complete", "PartialData", "InternalError", "Forbidden"])),
    }
    more = draw(st.fixed_dictionaries({}, optional={"Messages": messages}))
    return dict(draw(st.permutations([*found.items(), *more.items()])))


answers = st.fixed_dictionaries(
    {"MetricDataResults": st.lists(results(), max_size=5)}, optional={"NextToken": texts, "Messages": messages}
)


class Pair:
    """Two clients of one protocol."""

    def __init__(self, protocol: str) -> None:
        self.ours, self.own = Scripted(protocol, quick=True), Scripted(protocol, quick=False)

    def agree(self, body: bytes, status: int = 200) -> Any:
        ours, own = self.ours.ask(body, status), self.own.ask(body, status)
        assert _plain(ours) == _plain(own)
        return ours

    def read_here(self, body: bytes) -> Any:
        return numbers_of(self.ours.protocol, body)

    def written(self, answer: dict[str, Any], style: Style) -> bytes:
        return WRITERS[self.ours.protocol](answer, style)


def _plain(answer: Any) -> Any:
    """With times in seconds, whoever read them, and NaN equal to itself."""
    if isinstance(answer, tuple):
        return answer
    return {**answer, "MetricDataResults": [_result(one) for one in answer.get("MetricDataResults", ())]}


def _result(one: Any) -> Any:
    numbers = {"Timestamps": _instants(one.get("Timestamps")), "Values": repr(one.get("Values"))} if one else {}
    return {**one, **numbers} if one else one


def _instants(stamps: Any) -> Any:
    if stamps is None:
        return None
    return [stamp.timestamp() if isinstance(stamp, datetime) else stamp for stamp in stamps]


@pytest.fixture(scope="module")
def pairs() -> Iterator[dict[str, Pair]]:
    made = {protocol: Pair(protocol) for protocol in PROTOCOLS}
    yield made
    for pair in made.values():
        pair.ours.client.close()
        pair.own.client.close()


@pytest.fixture(scope="module", params=PROTOCOLS)
def pair(request: pytest.FixtureRequest, pairs: dict[str, Pair]) -> Pair:
    return pairs[request.param]


@settings(max_examples=150, deadline=None)
@given(answer=answers, style=styles)
def test_the_same_answer(pair: Pair, answer: dict[str, Any], style: Style) -> None:
    pair.agree(pair.written(answer, style))


@settings(max_examples=150, deadline=None)
@given(answer=answers, style=styles, data=st.data())
def test_the_same_of_a_body_that_was_spoilt(
    pair: Pair, answer: dict[str, Any], style: Style, data: st.DataObject
) -> None:
    body = bytearray(pair.written(answer, style))
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, max(len(body) - 1, 0)))
        body[start : start + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    pair.agree(bytes(body))


def usual(count: int = 40, series: int = 3) -> dict[str, Any]:
    stamps = [FIRST + 300 * number for number in range(count)]
    return {
        "MetricDataResults": [
            {
                "Id": f"q{number}",
                "Label": "GET /é <Values>",
                "Timestamps": stamps,
                "Values": [number + place / 4 for place in range(count)],
                "StatusCode": "Complete",
            }
            for number in range(series)
        ],
        "NextToken": "more",
        "Messages": [],
    }


def without(name: str) -> dict[str, Any]:
    answer = usual()
    del answer["MetricDataResults"][1][name]
    return answer


def with_(name: str, place: int, value: Any) -> dict[str, Any]:
    answer = usual()
    answer["MetricDataResults"][1][name][place] = value
    return answer


@pytest.mark.parametrize("style", [Style(step, way, not way) for step in range(6) for way in (True, False)], ids=str)
def test_a_usual_body_is_read_here(pair: Pair, style: Style) -> None:
    body = pair.written(usual(), style)
    taken = pair.read_here(body)
    assert taken is not None
    assert len(taken.rest) < 1500 < len(body)
    answer = pair.agree(body)
    assert [one["Timestamps"] for one in answer["MetricDataResults"]] == [
        one["Timestamps"] for one in usual()["MetricDataResults"]
    ]
    assert "slactl:numbers" not in answer


def test_an_empty_series_is_read_here(pair: Pair) -> None:
    body = pair.written(usual(count=0), Style())
    assert pair.read_here(body) is not None
    assert [one["Values"] for one in pair.agree(body)["MetricDataResults"]] == [[], [], []]


@pytest.mark.parametrize(
    "answer",
    [
        without("Timestamps"),
        without("Values"),
        with_("Timestamps", 3, FIRST + 0.5),
        with_("Timestamps", 3, -300),
        {**usual(), "MetricDataResults": [{**usual()["MetricDataResults"][0], "Values": [1.0]}]},
    ],
    ids=["no times", "no values", "half a second", "before 1970", "fewer values"],
)
def test_what_is_odd_is_left_to_botocore(pair: Pair, answer: dict[str, Any]) -> None:
    body = pair.written(answer, Style())
    assert pair.read_here(body) is None
    pair.agree(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"MetricDataResults": [{"Timestamps": [1e9], "Values": ["1.5"]}]}',
        b'{"MetricDataResults": [{"Timestamps": [1e9], "Values": [true]}]}',
        b'{"MetricDataResults": [{"Timestamps": [1e9], "Values": [null]}]}',
        b'{"MetricDataResults": [{"Timestamps": ["2026-10-25T12:00:00Z"], "Values": [1]}]}',
        b'{"MetricDataResults": [{"Timestamps": [NaN], "Values": [1]}]}',
        b'{"MetricDataResults": [{"Timestamps": [1e400], "Values": [1]}]}',
        b'{"MetricDataResults": [{"Timestamps": [253402300800], "Values": [1]}]}',
        b'{"MetricDataResults": [null]}',
        b'{"MetricDataResults": {"Timestamps": [], "Values": []}}',
        b'{"MetricDataResults": [{"Timestamps": {}, "Values": {}}]}',
        b"{}",
        b"{",
        b'{"MetricDataResults": [{"Label": "\xff", "Timestamps": [], "Values": []}]}',
    ],
)
def test_odd_json_is_left_to_botocore(pairs: dict[str, Pair], body: bytes) -> None:
    assert numbers_of("json", body) is None
    pairs["json"].agree(body)


RESULT = b"<Timestamps><member>2026-10-25T12:00:00Z</member></Timestamps><Values><member>1.0</member></Values>"


@pytest.mark.parametrize(
    "inner",
    [
        b'<Timestamps at="0"/><Values at="0"/>',
        b"<!-- <Values/> -->" + RESULT,
        RESULT + RESULT,
        RESULT.replace(b"1.0", b"<![CDATA[1.0]]>"),
        RESULT.replace(b"1.0", b"&#49;.0"),
        RESULT.replace(b"1.0", b"1.0\x0b"),
        RESULT.replace(b"1.0", b""),
        RESULT.replace(b"1.0", b"1.0.0"),
        RESULT.replace(b"2026-", b"soon-"),
        RESULT.replace(b"<Values>", b'<Values kind="new">'),
    ],
)
def test_odd_xml_is_left_to_botocore(pairs: dict[str, Pair], inner: bytes) -> None:
    body = (
        b"<GetMetricDataResponse><GetMetricDataResult><MetricDataResults><member><Id>q0</Id>"
        b"%b</member></MetricDataResults></GetMetricDataResult></GetMetricDataResponse>" % inner
    )
    assert numbers_of("query", body) is None
    pairs["query"].agree(body)


def test_times_with_an_offset_are_read_as_botocore_reads_them(pairs: dict[str, Pair]) -> None:
    body = WRITERS["query"](usual(1, 1), Style()).replace(b"12:00:00Z", b"13:00:00+01:00")
    assert body.count(b"+01:00") == 1
    assert pairs["query"].agree(body)["MetricDataResults"][0]["Timestamps"] == [FIRST]


@pytest.mark.parametrize(
    "number", [b"\x20", b"\xf6", b"\xf5", b"\x61a", b"\x80", b"\xff", b"\xc1\x01", b"\x5f", b"\xfc"]
)
@pytest.mark.parametrize("name", [b"\x66Values", b"\x6aTimestamps"])
def test_odd_cbor_is_left_to_botocore(pairs: dict[str, Pair], name: bytes, number: bytes) -> None:
    usual_one = {b"\x66Values": b"\x01", b"\x6aTimestamps": b"\xc1\x1a\x00\x00\x00\x01"} | {name: number}
    inner = b"".join(key + b"\x81" + value for key, value in usual_one.items())
    body = b"\xa1\x71MetricDataResults\x81\xa2" + inner
    assert numbers_of("smithy-rpc-v2-cbor", body) is None
    pairs["smithy-rpc-v2-cbor"].agree(body)


def test_a_told_length_is_kept_to(pairs: dict[str, Pair]) -> None:
    """The key behind a list of texts and numbers may begin with bytes that look like one more number."""
    inner = b"\x66Values\x81\x05\x6aTimestamps\x81\xc1\xfb" + b"\x41\xda\xb5\xae\x00\x00\x00\x00"
    body = b"\xa2\x71MetricDataResults\x81\xa3" + inner + b"\x05\x05" + b"\x60\x60"
    assert numbers_of("smithy-rpc-v2-cbor", body) is None
    pairs["smithy-rpc-v2-cbor"].agree(body)


@pytest.mark.parametrize("status", [400, 500, 302])
def test_an_error_is_botocores(pair: Pair, status: int) -> None:
    kind, _ = pair.agree(pair.written(usual(), Style()), status)
    assert issubclass(kind, Exception)


def test_another_protocol_than_the_one_that_was_spoken_is_botocores_to_refuse(pair: Pair) -> None:
    for writer in WRITERS.values():
        pair.agree(writer(usual(), Style()))


def test_seconds_reads_both() -> None:
    assert seconds([datetime.fromtimestamp(FIRST, UTC)]) == [FIRST] == seconds([FIRST])
    assert seconds([]) == []
