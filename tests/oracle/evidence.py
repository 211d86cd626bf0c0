"""What a store of evidence holds, read and counted without slactl.

Decides which rows are evidence and what they should say. The one rule: a file counts only if the
chain of manifests names it and its bytes have the digest that the chain says; expected figures are
counted request by request.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

from .facts import Request

WHOLE = ""
Key = tuple[str, str, int]
"""Source, operation (empty: the whole) and the second in which a bin starts."""


@dataclass(frozen=True)
class Figures:
    """A bin: counts, extremes in ms, and the requests at or below each rung."""

    requests: int
    faults: int
    errors: int
    minimum: Fraction
    maximum: Fraction
    at_or_below: tuple[int, ...]


def live(store: Path) -> dict[str, dict[str, Any]]:
    """What the chain names: paths and what it says of them; every link and every file is held against its digest."""
    named: dict[str, dict[str, Any]] = {}
    previous = None
    for link in sorted((store / "manifest").glob("*.json")):
        body = link.read_bytes()
        told = json.loads(body)
        assert told["previous"] == previous, link
        for gone in told["dropped"]:
            del named[gone["path"]]
        named |= {item["path"]: item for item in told["added"]}
        previous = sha256(body).hexdigest()
    for path, item in named.items():
        body = (store / path).read_bytes()
        assert sha256(body).hexdigest() == item["sha256"], path
        assert len(body) == item["size"], path
    return named


def spans(store: Path, service: str) -> list[tuple[int, int, bool]]:
    """The spans of a service's counts, in order, and whether each is final."""
    found = [item["facts"] for item in live(store).values() if _counts_of(item, service)]
    return sorted((facts["start"], facts["end"], facts["final"]) for facts in found)


def kept(store: Path, service: str) -> list[tuple[Path, int, int]]:
    """The live files of a service's counts, each with the span it covers."""
    found = [(path, item["facts"]) for path, item in sorted(live(store).items()) if _counts_of(item, service)]
    return [(store / path, facts["start"], facts["end"]) for path, facts in found]


def joined(
    files: Iterable[tuple[int, int, Iterable[Mapping[str, Any]]]],
) -> tuple[tuple[Fraction, ...], dict[Key, Figures]]:
    """The rungs and all the bins of files, each with its span and rows; a bin twice or outside is an error."""
    bins: dict[Key, Figures] = {}
    rungs: tuple[Fraction, ...] = ()
    for start, end, rows in files:
        columns: list[str] = []
        for row in rows:
            if not columns:
                columns = [name for name in row if name.startswith("band_")]
                rungs = tuple(Fraction(name.removeprefix("band_")) for name in columns)
            key = _key(row)
            assert key not in bins, key
            assert start <= key[2] < end, key
            bins[key] = _told(row, columns)
    return rungs, bins


def counted(requests: Iterable[Request], source: str, rungs: Iterable[Fraction], width: int) -> dict[Key, Figures]:
    """The bins that hold a request, counted one by one, for each operation and for the whole."""
    held: defaultdict[Key, list[Request]] = defaultdict(list)
    for one in requests:
        start = one.at_ms // (width * 1000) * width
        held[source, WHOLE, start].append(one)
        if one.operation is not None:
            held[source, one.operation, start].append(one)
    limits = tuple(rungs)
    return {key: _figures(inside, limits) for key, inside in held.items()}


def _figures(inside: list[Request], rungs: tuple[Fraction, ...]) -> Figures:
    latencies = sorted(one.latency for one in inside)
    return Figures(
        requests=len(inside),
        faults=sum(one.is_fault for one in inside),
        errors=sum(one.is_error for one in inside),
        minimum=latencies[0],
        maximum=latencies[-1],
        at_or_below=tuple(bisect_right(latencies, rung) for rung in rungs),
    )


def _counts_of(item: dict[str, Any], service: str) -> bool:
    return bool(item["place"]["kind"] == "counts" and item["place"]["service"] == service)


def _key(row: Mapping[str, Any]) -> Key:
    time: datetime = row["time"]
    return str(row["source"]), str(row["operation"]), int((time - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - the column is UTC without a zone


def _told(row: Mapping[str, Any], columns: list[str]) -> Figures:
    below, sums = 0, []
    for column in columns:
        assert row[column] is not None, row
        below += row[column]
        sums.append(round(below))
    assert row["samples"] == row["requests"]
    return Figures(
        requests=round(row["requests"]),
        faults=round(row["faults"]),
        errors=round(row["errors"]),
        minimum=Fraction(repr(row["minimum"])),
        maximum=Fraction(repr(row["maximum"])),
        at_or_below=tuple(sums),
    )
