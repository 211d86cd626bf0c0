"""Streams are found again as they were kept; one that stands for several bears no member's name."""

from __future__ import annotations

import json

import pytest

from slactl.model.metric import Metric, Stream
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.workflows.collecting.streams import Listed, is_merged, merged, read_streams, streams_body
from tests.fakes import own_stream, stage_stream

SPAN = Span(0, 86_400)
OWN = Listed(SourceKind.APPLICATION_SIGNALS, (own_stream("GET /b"), own_stream("GET /a")), own_stream(None), False)
EDGE = Listed(SourceKind.API_GATEWAY, (stage_stream("GET /a"),), stage_stream(None), True)


def test_streams_come_back_by_source_and_name() -> None:
    edge, own = read_streams(streams_body("shop", SPAN, [OWN, EDGE]))
    assert edge == EDGE
    assert own.operations == (own_stream("GET /a"), own_stream("GET /b"))
    assert (own.total, own.total_decides) == (OWN.total, False)


def test_the_same_streams_give_the_same_bytes() -> None:
    turned = Listed(OWN.source, tuple(reversed(OWN.operations)), OWN.total, OWN.total_decides)
    assert streams_body("shop", SPAN, [OWN, EDGE]) == streams_body("shop", SPAN, [EDGE, turned])


def test_a_thousand_operations_take_little_room() -> None:
    many = Listed(
        OWN.source, tuple(own_stream(f"GET /resources-{n:04d}/{{id}}") for n in range(1000)), OWN.total, False
    )
    assert len(streams_body("shop", SPAN, [many])) < 100_000


def test_a_merged_stream_depends_on_the_rule_alone() -> None:
    one = merged("GET /users/*", own_stream("GET /users/mario@example.it"), own_stream(None))
    other = merged("GET /users/*", own_stream("GET /users/7"), own_stream(None))
    assert one == other
    assert all(is_merged(metric) for metric in (one.requests, one.faults, one.errors, one.latency))
    assert "mario" not in repr(one)
    assert not is_merged(own_stream("GET /users/*").requests)
    listed = Listed(OWN.source, (one,), OWN.total, False)
    assert read_streams(streams_body("shop", SPAN, [listed])) == (listed,)


def test_metrics_that_have_nothing_in_common_are_refused() -> None:
    other = Metric("Else", "x", ())
    odd = Stream("GET /a", other, "Sum", other, other, other)
    with pytest.raises(ValueError, match="must share"):
        streams_body("shop", SPAN, [Listed(OWN.source, (odd,), OWN.total, False)])


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"schema": "slactl.streams/9"}', b"[" * 5000])
def test_other_files_are_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"streams/1|Expecting"):
        read_streams(body)


def test_it_is_told_in_one_way() -> None:
    told = json.loads(streams_body("shop", SPAN, [EDGE]))
    assert told["schema"] == "slactl.streams/1"
    assert told["sources"][0]["operations"] == [["GET /a", {"Method": "GET", "Resource": "/a"}]]
