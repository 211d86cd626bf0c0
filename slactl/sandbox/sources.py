"""Where streams of requests come from, by service, environment and operation.

The one rule: a name left out means all of them, so the operation-less stream is exactly the
requests of all operations, the internal ones included.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from slactl.sandbox.requests import RequestLog
from slactl.sandbox.streams import ArrayStream, RequestStream, Stream

INTERNAL_OPERATION = "InternalOperation"


class StreamKey(NamedTuple):
    """One operation of one service; at a gateway one method of one stage (``""``: no method)."""

    service: str
    environment: str
    operation: str


class Source(Protocol):
    """Streams by name."""

    def operations(self) -> Sequence[StreamKey]:
        """Every operation there ever was."""

    def stream(self, service: str, environment: str | None = None, operation: str | None = None) -> Stream:
        """The requests of that name; of all where a name is None."""


class LogSource:
    """The streams of a request log; arrays are cut out once, when first asked for."""

    def __init__(self, log: RequestLog) -> None:
        self._log = log
        self._made: dict[tuple[str, str | None, str | None], ArrayStream] = {}
        self._rows = _rows_by_key(log)

    def operations(self) -> Sequence[StreamKey]:
        """See ``Source``."""
        return list(self._rows)

    def stream(self, service: str, environment: str | None = None, operation: str | None = None) -> Stream:
        """See ``Source``."""
        name = (service, environment, operation)
        if name not in self._made:
            rows = [rows for key, rows in self._rows.items() if _matches(key, name)]
            self._made[name] = self._cut(np.sort(np.concatenate(rows)) if rows else np.empty(0, np.intp))
        return self._made[name]

    def _cut(self, rows: npt.NDArray[np.intp]) -> ArrayStream:
        log = self._log
        if len(rows) == len(log):
            return RequestStream(log.timestamp_ms, log.latency_ms, log.status)
        return RequestStream(log.timestamp_ms[rows], log.latency_ms[rows], log.status[rows])


def _matches(key: StreamKey, name: tuple[str, str | None, str | None]) -> bool:
    return all(wanted is None or wanted == part for part, wanted in zip(key, name, strict=True))


def _rows_by_key(log: RequestLog) -> dict[StreamKey, npt.NDArray[np.intp]]:
    codes = log.service.astype(np.int64) * max(len(log.operations), 1) + log.operation
    order = np.argsort(codes, kind="stable")
    found, starts = np.unique(codes[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {_key(log, int(code)): rows for code, rows in zip(found, parts, strict=True)} if len(found) else {}


def _key(log: RequestLog, code: int) -> StreamKey:
    owner, operation = divmod(code, len(log.operations))
    return StreamKey(*log.services[owner], log.operations[operation])


def with_lambda_samples(log: RequestLog) -> RequestLog:
    """The log with what a Lambda function reports besides its routes.

    For each request one sample of ``<service>/LambdaService``, for every tenth one of
    ``InternalOperation``; both succeed.
    """
    extra = [f"{service}/LambdaService" for service, _ in log.services]
    names = [*log.operations, *extra, INTERNAL_OPERATION]
    tenth = slice(None, None, 10)
    internal = np.full(len(log.timestamp_ms[tenth]), len(names) - 1)
    return RequestLog.from_columns(
        np.concatenate([log.timestamp_ms, log.timestamp_ms, log.timestamp_ms[tenth]]),
        np.concatenate([log.operation, log.service + len(log.operations), internal]),
        np.concatenate([log.latency_ms, log.latency_ms * 1.02, log.latency_ms[tenth] * 0.1]),
        np.concatenate([log.status, np.full(len(log) + len(internal), 200)]),
        names,
        np.concatenate([log.service, log.service, log.service[tenth]]),
        log.services,
    )
