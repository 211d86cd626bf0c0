"""Runs ``slactl check`` on a case of the oracle and holds every row against its claims.

The one rule: the command line is the real one, over a sandbox that really answers; what it should say is
counted by tests/oracle.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from slactl.cli.app import run
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.server import Server
from tests.e2e.harness import world_of, write_configuration
from tests.failures.stage import no_waiting
from tests.oracle.books import Books
from tests.oracle.burning import WINDOWS, Key, outlook, window_rows, window_status
from tests.oracle.claims import INSUFFICIENT, NOT_RATED
from tests.oracle.compare import row_differences
from tests.oracle.compare_burning import outlook_differences, window_differences
from tests.oracle.differences import differs, status_differs
from tests.oracle.facts import Case
from tests.oracle.figures import Claims
from tests.oracle.lookbacks import judged_month, settled_at
from tests.oracle.moments import second
from tests.oracle.report import expected_report
from tests.oracle.rows import Key as RowKey
from tests.oracle.rows import Objective
from tests.oracle.to_date import over_the_year, year_rows

Json = dict[str, Any]
CODES = {"BREACHED": 2, "INSUFFICIENT_DATA": 3, "WARNING": 1, "OK": 0, "NOT_RATED": 0}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command line came to."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Json:
        """The JSON on stdout."""
        found: Json = json.loads(self.out)
        return found


class Desk:
    """A directory with a case's configuration, a sandbox that shows its world, and the command line."""

    def __init__(self, case: Case, directory: Path, url: str) -> None:
        self.case, self.directory, self.url = case, directory, url
        self.main = write_configuration(case, directory)

    def run(self, *arguments: str, now: int | None = None) -> Said:
        """A command with this configuration, at the case's own time or another."""
        present = datetime.fromtimestamp(self.case.now if now is None else now, UTC)
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.directory)
            patch.setenv("AWS_ENDPOINT_URL", self.url)
            patch.setenv("SLACTL_NOW", f"{present:%Y-%m-%dT%H:%M:%SZ}")
            no_waiting(patch)
            code = run(("--quiet", *arguments))
        return Said(code, out.getvalue(), err.getvalue())

    def check(self, window: str, *arguments: str, now: int | None = None) -> Said:
        """``slactl check`` of a window, as JSON."""
        return self.run("check", "--window", window, "--format", "json", *arguments, now=now)


class Office:
    """A sandbox that stays up while one case after the other is asked for."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def desk(self, case: Case, directory: Path, behaviour: Behaviour | None = None, **options: Any) -> Desk:
        """The case's world is shown, its configuration written."""
        world = world_of(case, **options)
        if behaviour is not None:
            world.behaviour = behaviour
        self.server.restart(world)
        return Desk(case, directory, self.server.url)

    def differences(self, case: Case, windows: tuple[str, ...], **options: Any) -> list[str]:
        """In what the checks of a case differ from what its requests say; its month is the one that is judged."""
        case = replace(case, month=judged_month(case))
        with TemporaryDirectory() as place:
            desk = self.desk(case, Path(place), **options)
            return [f"{window}: {one}" for window in windows for one in held(desk.check(window), case, window)]


def held(said: Said, case: Case, window: str) -> list[str]:
    """The differences of one check."""
    try:
        document = said.document
    except json.JSONDecodeError:
        return [f"no JSON, exit {said.code}: {said.err}"]
    burns = window in WINDOWS
    found = list(_head(said, document, case, window))
    found += _burning(document, case, window) if burns else _to_date(document, case, window)
    return found


def _head(said: Said, document: Json, case: Case, window: str) -> Iterator[str]:
    yield from differs("the exit code", said.code, CODES[document["status"]])
    yield from differs("judged", document["judged"], "burn-rate" if window in WINDOWS else "goal")
    yield from differs("settled_until", second(document["period"]["settled_until"]), settled_at(case.now))
    counted = [row["counts_as"] for row in document["results"] if row["binding"]]
    yield from differs("the status", document["status"], _worst(counted))


def _worst(statuses: list[str]) -> str:
    return next((one for one in ("BREACHED", "INSUFFICIENT_DATA", "WARNING", "OK") if one in statuses), NOT_RATED)


def _burning(document: Json, case: Case, window: str) -> Iterator[str]:
    claims = window_rows(case, window)
    yield from window_differences(rows_by_key(document), claims)
    yield from status_differs("the status", document["status"], window_status(claims))


def rows_by_key(document: Json) -> dict[Key, Json]:
    """The rows of a check, those of operations too, by service, objective, operation and class."""
    rows = [*document["results"], *(one for row in document["results"] for one in row["operations"])]
    return {(row["service"], row["objective"], row["operation"], row["class"]): row for row in rows}


def _to_date(document: Json, case: Case, window: str) -> Iterator[str]:
    """The rows of the running month or year, and what stands beside them."""
    yearly = window == "year-to-date"
    printed = {(row["service"], row["objective"], row["operation"], row["span"]): row for row in _rows(document)}
    expected = year_rows(case) if yearly else expected_report(case)["rows"]
    for key, claims in expected.items():
        place = (*key[:3], key[4])
        name = " / ".join(part for part in place if part is not None)
        if place in printed:
            yield from (f"{name}: {one}" for one in row_differences(printed[place], _lean(claims), key))
            if key[2] is None:
                yield from (f"{name}: {one}" for one in outlooks(printed[place], case, key, yearly=yearly))
        elif key[2] is None and not claims.get("optional"):
            yield f"{name}: the row is missing"


def _rows(document: Json) -> Iterator[Json]:
    """The judged rows, the months beside years, and the operations behind both."""
    for row in document["results"]:
        yield row
        yield from row["operations"]
        if row["month"] is not None:
            yield row["month"]


def _lean(claims: Claims) -> Claims:
    """A check reads no percentile and nothing that only stands beside a figure."""
    beside = ("notes", "by_evaluation", "without_exclusions", "true_value", "silences", "without_declared")
    return {name: claim for name, claim in claims.items() if name not in beside and not _is_percentile(name, claims)}


def _is_percentile(name: str, claims: Mapping[str, object]) -> bool:
    return name == "value" and "histogram_good" in claims


def outlooks(row: Json, case: Case, key: RowKey, *, yearly: bool = False) -> Iterator[str]:
    """What stands beside a row of a running month, where something can."""
    service = next(one for one in case.services if one.key == key[0])
    terms = next(one for one in case.objectives if one["id"] == key[1])
    if terms["indicator"] == "coverage":
        return
    if row["outlook"] is not None:
        objective = Objective(Books(case, service), over_the_year(terms) if yearly else terms)
        yield from outlook_differences(row, outlook(objective, key[4]))
    elif row["status"] not in (NOT_RATED, INSUFFICIENT) and settled_at(case.now) < Books(case, service).period[1]:
        yield f"a row that is {row['status']} has no outlook"
