"""Cloudflare as the sandbox shows it: GraphQL analytics of counts, and the domains of R2's buckets.

The one rule: it refuses as Cloudflare does (a wrong token, too old, too long, a field that it does not know), and a
page holds no more rows than was asked for, without saying what was left out.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from slactl.sandbox.buckets import DAY
from slactl.sandbox.traffic import SLOT, SLOTS
from slactl.sandbox.wire import Answer, Request

PATH = "/client/v4"
TOKEN = "sandbox"  # noqa: S105 - it opens nothing
KEPT, LONGEST, PAGE = 31 * DAY, 3 * DAY, 10_000
CUTS = {"datetimeMinute": 60, "datetimeFiveMinutes": 300, "datetimeHour": 3_600, "date": DAY}
_BUCKET = re.compile(r"/accounts/([^/]+)/r2/buckets/([^/]+)/domains/(custom|managed)")
_BUCKETS = re.compile(r"/accounts/([^/]+)/r2/buckets")
_PAGES = {"page": 1, "per_page": 50, "total_pages": 1}
Counts = Mapping[tuple[str, ...], npt.NDArray[np.int64]]
"""What happened in each five minutes of a day, by the values of a table's dimensions."""


@dataclass(frozen=True, slots=True)
class Table:
    """A data set: its dimensions, the path of its count, and its counts by the day (number since the epoch)."""

    dimensions: tuple[str, ...]
    counted: tuple[str, ...]
    counts: Callable[[int], Counts]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket's domains: those connected to it, and whether its r2.dev address is open."""

    domains: tuple[Mapping[str, Any], ...] = ()
    public: bool = False


@dataclass
class Cloudflare:
    """An account with one zone. ``page`` and ``token`` may be set at any time; ``asked`` counts what was asked."""

    account: str
    zone: str
    tables: Mapping[str, Mapping[str, Table]]
    buckets: Mapping[str, Bucket] = field(default_factory=dict)
    token: str = TOKEN
    page: int = PAGE
    asked: Counter[str] = field(default_factory=Counter)

    def answer(self, request: Request, now: float) -> Answer | None:
        """What Cloudflare answers at an instant; None of a request that is not for it."""
        if not request.path.startswith(f"{PATH}/"):
            return None
        where = request.path.removeprefix(PATH)
        self.asked[where] += 1
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return (
                _rest_refusal(401, 1000, "Invalid API Token") if where != "/graphql" else _refusal(401, "Unauthorized")
            )
        return self._graphql(request, now) if where == "/graphql" else self._rest(request, where)

    def _listed(self, request: Request, where: str) -> list[Any] | dict[str, Any] | None:
        """The accounts, or an account's buckets in the jurisdiction that is asked for."""
        place = where.partition("?")[0]
        if place == "/accounts":
            return [{"id": self.account, "name": "Sandbox", "type": "standard"}]
        found = _BUCKETS.fullmatch(place)
        if found is None or unquote(found[1]) != self.account:
            return None
        placed = request.headers.get("cf-r2-jurisdiction", "")
        told = (name.rpartition("_")[::2] for name in self.buckets)
        return {"buckets": [{"name": name, "jurisdiction": of or "default"} for of, name in told if of == placed]}

    def _rest(self, request: Request, where: str) -> Answer:
        if request.method == "GET" and (listed := self._listed(request, where)) is not None:
            told = {"success": True, "errors": [], "messages": [], "result": listed, "result_info": _PAGES}
            return _json(200, told)
        found = _BUCKET.fullmatch(where)
        if request.method != "GET" or not found or unquote(found[1]) != self.account:
            return _rest_refusal(403, 10000, "Authentication error")
        placed = request.headers.get("cf-r2-jurisdiction")
        bucket = self.buckets.get(f"{placed}_{found[2]}" if placed else found[2])
        if bucket is None:
            return _rest_refusal(404, 10006, "The specified bucket does not exist.")
        custom = {"domains": [dict(one) for one in bucket.domains]}
        managed = {"bucketId": "0123", "domain": "pub-0123.r2.dev", "enabled": bucket.public}
        result = custom if found[3] == "custom" else managed
        return _json(200, {"success": True, "errors": [], "messages": [], "result": result})

    def _graphql(self, request: Request, now: float) -> Answer:
        try:
            asked = json.loads(request.body)
            data = {"viewer": dict(self._owners(asked["query"], asked.get("variables") or {}, now))}
        except _Refused as refused:
            return _refusal(refused.status, str(refused), refused.code)
        except (ValueError, KeyError, TypeError):
            return _refusal(400, "query contains error, please review it and retry")
        return _json(200, {"data": data, "errors": None})

    def _owners(self, text: str, variables: Mapping[str, Any], now: float) -> Iterator[tuple[str, Any]]:
        for scope in _selected(_query(text, "viewer")):
            tag = _arguments(scope, variables)["filter"].get(
                "accountTag" if scope.name.value == "accounts" else "zoneTag"
            )
            if tag != {"accounts": self.account, "zones": self.zone}[scope.name.value]:
                raise _Refused(403, "not authorized for that account", "authz")
            tables = self.tables[scope.name.value]
            yield (
                scope.name.value,
                [{one.name.value: self._node(one, tables, variables, now) for one in _selected(scope)}],
            )

    def _node(self, node: Any, tables: Mapping[str, Table], variables: Mapping[str, Any], now: float) -> Any:
        if node.name.value == "settings":
            told = {"enabled": True, "maxDuration": LONGEST, "maxPageSize": self.page, "notOlderThan": KEPT}
            return {
                one.name.value: {name.name.value: told[name.name.value] for name in _selected(one)}
                for one in _selected(node)
            }
        if node.name.value not in tables:
            raise _Refused(400, f'unknown field "{node.name.value}"')
        return self._rows(tables[node.name.value], node, _arguments(node, variables), now)

    def _rows(self, table: Table, node: Any, arguments: Mapping[str, Any], now: float) -> list[dict[str, Any]]:
        told = dict(arguments["filter"])
        since, until = (_second(told.pop(name)) for name in ("datetime_geq", "datetime_lt"))
        told.pop("requestSource", None)
        if since < now - KEPT - SLOT:
            raise _Refused(400, f"cannot request data older than {KEPT}s")
        if until - since > LONGEST:
            raise _Refused(400, f"query time range is too large. Time range can't be wider than {LONGEST}s")
        if not 0 < arguments["limit"] <= self.page:
            raise _Refused(400, f"limit must be positive number and not greater than {self.page}")
        if strange := set(told) - set(table.dimensions):
            raise _Refused(400, f"unknown arg {min(strange)}")
        names = _named(node, table)
        found: Counter[tuple[str, ...]] = Counter()
        for second, values, count in _events(table, told, since, min(until, now)):
            found[tuple(_cut(second, name) if name in CUTS else values[name] for name in names)] += count
        rows = [_row(table, dict(zip(names, key, strict=True)), count) for key, count in found.items()]
        return rows[: arguments["limit"]]


class _Refused(Exception):
    """What Cloudflare complains of."""

    def __init__(self, status: int, text: str, code: str = "") -> None:
        super().__init__(text)
        self.status, self.code = status, code


def _query(text: str, name: str) -> Any:
    from graphql import GraphQLError, parse

    try:
        operation: Any = parse(text).definitions[0]
    except GraphQLError as error:
        raise _Refused(400, f"error parsing args: {error.message}") from error
    return next(one for one in _selected(operation) if one.name.value == name)


def _selected(node: Any) -> list[Any]:
    return list(node.selection_set.selections) if node.selection_set else []


def _arguments(node: Any, variables: Mapping[str, Any]) -> dict[str, Any]:
    from graphql import value_from_ast_untyped

    return {one.name.value: value_from_ast_untyped(one.value, dict(variables)) for one in node.arguments}


def _named(node: Any, table: Table) -> list[str]:
    """The dimensions that a node's rows are told apart by; its other fields must be the count."""
    inner = {one.name.value: one for one in _selected(node)}
    names = [one.name.value for one in _selected(inner.pop("dimensions"))]
    if strange := set(names) - set(table.dimensions) - set(CUTS):
        raise _Refused(400, f'unknown field "{min(strange)}"')
    if list(inner) != [table.counted[0]]:
        raise _Refused(400, f'unknown field "{min(inner)}"')
    return names


def _events(
    table: Table, told: Mapping[str, Any], since: int, until: float
) -> Iterator[tuple[int, dict[str, str], int]]:
    """What happened: when, by which dimensions, and how often."""
    for day in range(since // DAY, int(-(-until // DAY))):
        for key, counts in table.counts(day).items():
            values = dict(zip(table.dimensions, key, strict=True))
            if any(values[name] != wanted for name, wanted in told.items()):
                continue
            for slot in np.flatnonzero(counts[:SLOTS]):
                second = day * DAY + int(slot) * SLOT
                if since <= second < until:
                    yield second, values, int(counts[slot])


def _row(table: Table, dimensions: Mapping[str, str], count: int) -> dict[str, Any]:
    counted: Any = count
    for name in reversed(table.counted):
        counted = {name: counted}
    told = {
        name: int(value) if name.endswith("Status") and value.isdigit() else value for name, value in dimensions.items()
    }
    return {**counted, "dimensions": told}


@lru_cache(maxsize=20_000)
def _cut(second: int, name: str) -> str:
    at = datetime.fromtimestamp(second // CUTS[name] * CUTS[name], UTC)
    return at.strftime("%Y-%m-%d" if name == "date" else "%Y-%m-%dT%H:%M:%SZ")


def _second(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _json(status: int, found: Mapping[str, Any]) -> Answer:
    return Answer(status, "application/json", json.dumps(found).encode())


def _refusal(status: int, text: str, code: str = "") -> Answer:
    more = {"extensions": {"code": code}} if code else {}
    return _json(status, {"data": None, "errors": [{"message": text, "path": None, **more}]})


def _rest_refusal(status: int, code: int, text: str) -> Answer:
    return _json(
        status, {"success": False, "errors": [{"code": code, "message": text}], "messages": [], "result": None}
    )
