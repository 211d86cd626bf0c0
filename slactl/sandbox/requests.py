"""The recorded requests: columns of numpy arrays, sorted by time.

The one rule: a log never changes after it is made; whatever looks at it gets views of its arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas

Int64s = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Int16s = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float64]

COLUMNS = ("timestamp", "operation", "latency_ms", "status")
DEFAULT_SERVICE = "missions-api"
DEFAULT_ENVIRONMENT = "lambda:prod"

_TEXTS = dict.fromkeys(("timestamp", "operation", "service", "environment"), str)
SEPARATOR = "\x1f"  # in no name of a service

Row = tuple[Any, ...]


class BadRequests(ValueError):
    """The recorded requests cannot be read; the message says where and why."""


@dataclass(frozen=True, eq=False)
class RequestLog:
    """Requests sorted by time.

    Attributes:
        timestamp_ms: when each began, in milliseconds since the epoch.
        operation: an index into ``operations`` for each request.
        latency_ms: how long each took.
        status: the HTTP status of each.
        service: an index into ``services`` for each request.
        operations: the names of the operations.
        services: the (service, environment) pairs; at a gateway the (API, stage) pairs.
    """

    timestamp_ms: Int64s
    operation: Int32s
    latency_ms: Floats
    status: Int16s
    service: Int16s
    operations: tuple[str, ...]
    services: tuple[tuple[str, str], ...]

    def __len__(self) -> int:
        return len(self.timestamp_ms)

    @classmethod
    def empty(cls) -> RequestLog:
        """A log without a request."""
        return cls.from_rows([])

    @classmethod
    def from_columns(
        cls,
        timestamp_ms: npt.ArrayLike,
        operation: npt.ArrayLike,
        latency_ms: npt.ArrayLike,
        status: npt.ArrayLike,
        operations: Sequence[str],
        service: npt.ArrayLike | None = None,
        services: Sequence[tuple[str, str]] = ((DEFAULT_SERVICE, DEFAULT_ENVIRONMENT),),
    ) -> RequestLog:
        """A log of columns in any order of time; ``operation`` and ``service`` hold indexes."""
        times = np.asarray(timestamp_ms, dtype=np.int64)
        order = np.argsort(times, kind="stable")
        owner = np.zeros(len(times)) if service is None else np.asarray(service)
        return cls(
            times[order],
            np.asarray(operation).astype(np.int32)[order],
            np.asarray(latency_ms, dtype=np.float64)[order],
            np.asarray(status).astype(np.int16)[order],
            owner.astype(np.int16)[order],
            tuple(operations),
            tuple(services),
        )

    @classmethod
    def from_rows(
        cls, rows: Iterable[Row], service: str = DEFAULT_SERVICE, environment: str = DEFAULT_ENVIRONMENT
    ) -> RequestLog:
        """A log of ``(timestamp, operation, latency_ms, status[, service[, environment]])`` rows.

        Args:
            rows: the timestamp is RFC 3339 text or milliseconds since the epoch.
            service: of rows that name none.
            environment: of rows that name none.

        Raises:
            BadRequests: if a row has too few fields or a field cannot be read.
        """
        import pandas

        defaults = (service, environment)
        whole = [tuple(row) + defaults[len(row) - 4 :] if len(row) >= 4 else _short(row) for row in rows]
        columns = [*COLUMNS, "service", "environment"]
        return cls._from_frame(pandas.DataFrame(whole, columns=columns), defaults, "row")

    @classmethod
    def from_csv(
        cls, path: str | Path, service: str = DEFAULT_SERVICE, environment: str = DEFAULT_ENVIRONMENT
    ) -> RequestLog:
        """A log of a CSV file with the columns of ``COLUMNS`` and, optionally, service and environment.

        Raises:
            BadRequests: if a column is missing or a field cannot be read.
            OSError: if the file cannot be opened.
        """
        import pandas

        try:
            frame = pandas.read_csv(path, dtype=_TEXTS, keep_default_na=False, encoding="utf-8")
        except (pandas.errors.ParserError, pandas.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise BadRequests(f"{path}: not a CSV file of requests: {error}") from error
        missing = [name for name in COLUMNS if name not in frame.columns]
        if missing:
            raise BadRequests(f"{path}:1: no column {', '.join(missing)}; found {', '.join(map(str, frame.columns))}")
        return cls._from_frame(frame, (service, environment), str(path), first_line=2)

    @classmethod
    def _from_frame(
        cls, frame: pandas.DataFrame, defaults: tuple[str, str], where: str, first_line: int = 1
    ) -> RequestLog:
        import pandas

        operation, operations = pandas.factorize(frame["operation"])
        service, services = _owners(frame, defaults)
        return cls.from_columns(
            _times(frame["timestamp"], where, first_line),
            operation,
            _numbers(frame["latency_ms"], where, first_line),
            _numbers(frame["status"], where, first_line),
            [str(name) for name in operations],
            service,
            services,
        )


def _short(row: Row) -> Row:
    raise BadRequests(f"a request needs timestamp, operation, latency_ms and status, found {row!r}")


def _owners(frame: pandas.DataFrame, defaults: tuple[str, str]) -> tuple[Any, list[tuple[str, str]]]:
    """For each request the number of its service and environment, and these pairs."""
    import pandas

    if not {"service", "environment"} & set(frame.columns):
        return None, [defaults]
    names, places = _filled(frame, "service", defaults[0]), _filled(frame, "environment", defaults[1])
    codes, pairs = pandas.factorize(names + SEPARATOR + places)
    parted = (str(pair).partition(SEPARATOR) for pair in pairs)
    return codes, [(name, place) for name, _, place in parted]


def _filled(frame: pandas.DataFrame, column: str, default: str) -> Any:
    import pandas

    if column not in frame.columns:
        return pandas.Series(default, index=frame.index)
    return frame[column].where(frame[column] != "", default)


def _numbers(column: Any, where: str, first_line: int) -> Floats:
    import pandas

    numbers = pandas.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= 0)))
    _refuse(bad, column, "a number of 0 or more", where, first_line)
    return np.asarray(numbers)


def _times(column: Any, where: str, first_line: int) -> Int64s:
    import pandas

    if len(column) and str(column.iloc[0]).isdigit():
        return _numbers(column, where, first_line).astype(np.int64)
    read = pandas.to_datetime(column.astype(str), utc=True, format="ISO8601", errors="coerce")
    _refuse(np.flatnonzero(read.isna().to_numpy()), column, "an RFC 3339 time or milliseconds", where, first_line)
    return np.asarray(read.dt.as_unit("ms").astype(np.int64).to_numpy(dtype=np.int64))


def _refuse(bad: npt.NDArray[np.intp], column: Any, wanted: str, where: str, first_line: int) -> None:
    if len(bad):
        found = str(column.iloc[int(bad[0])])
        raise BadRequests(f"{where}:{int(bad[0]) + first_line}: {column.name}: {wanted} is wanted, found {found!r}")
