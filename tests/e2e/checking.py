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
from fractions import Fraction
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
from tests.oracle.books import MONTH, Books
from tests.oracle.burning import WINDOWS, Key, outlook, window_rows, window_status
from tests.oracle.claims import INSUFFICIENT, NOT_RATED
from tests.oracle.compare import row_differences
from tests.oracle.compare_burning import outlook_differences, surely_troubled, window_differences
from tests.oracle.differences import LOST, differs, number, show, status_differs
from tests.oracle.facts import Case
from tests.oracle.figures import Claims
from tests.oracle.improvements import HARD
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

    def improvements(self, case: Case, trouble: str, window: str) -> list[str]:
        """What a check under a trouble says better than the requests do."""
        case = replace(case, month=judged_month(case))
        with TemporaryDirectory() as place:
            said = self.desk(case, Path(place), Behaviour.parse([trouble])).check(window)
        return [f"{trouble}: {window}: {one}" for one in better(said, case, window)]


def better(said: Said, case: Case, window: str) -> Iterator[str]:
    """What a check says better than it is; one that fails says 3 and nothing else."""
    claims = window_claims(case, window)
    if not said.out:
        yield from differs("the exit code", said.code, 3)
        return
    printed = {place_of(row): row for row in _rows(said.document)}
    for key, claim in claims.items():
        place = (*key[:3], key[4])
        if key[2] is None and place in printed:
            name = " / ".join(part for part in place if part is not None)
            yield from (f"{name}: {one}" for one in _milder(printed[place], claim))
            yield from (f"{name}: {one}" for one in _slower(printed[place], case, key))
        elif key[2] is None and not claim.get("optional"):
            yield f"{place}: the row is missing"
    yield from differs("the exit code", said.code, CODES[said.document["status"]])


def window_claims(case: Case, window: str) -> dict[RowKey, Claims]:
    """The claims of a short window or of the running month, in the form of a report's."""
    if window not in WINDOWS:
        found: dict[RowKey, Claims] = expected_report(case)["rows"]
        return found
    return {(*key, MONTH): claims for key, claims in window_rows(case, window).items()}


def _milder(row: Json, claims: Claims) -> Iterator[str]:
    for name, printed in (("status", row["status"]), ("rollup", (row["rollup"] or row)["status"])):
        claimed = claims.get(name)
        if isinstance(claimed, frozenset) and HARD[printed] < min(HARD[one] for one in claimed):
            yield f"{name} is {printed}, milder than {' or '.join(sorted(claimed))}"


def _slower(row: Json, case: Case, key: RowKey) -> Iterator[str]:
    """A rate that is printed lower than it is."""
    if row["outlook"] is None:
        return
    service = next(one for one in case.services if one.key == key[0])
    terms = next(one for one in case.objectives if one["id"] == key[1])
    rates = outlook(Objective(Books(case, service), terms), key[4])["rates"]
    assert isinstance(rates, dict)
    for one in row["outlook"]["burn_rates"]:
        true, name = rates[one["lookback"]], one["lookback"]
        if _below(one["rate"], true["high"]):
            yield f"{name} burns at {one['rate']}, not at {show(true['high'])}"
        if _below(true["low"], one["least_rate"]):
            yield f"{name} burns at least at {one['least_rate']}, not at {show(true['low'])}"


def _below(one: float | Fraction | None, other: float | Fraction | None) -> bool:
    """Whether both are known, and the one is less."""
    if one is None or other is None:
        return False
    less, more = (figure if isinstance(figure, Fraction) else number(figure) for figure in (one, other))
    return less < more - LOST * max(Fraction(1), abs(more))


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
    printed = {place_of(row): row for row in _rows(document)}
    expected = year_rows(case) if yearly else expected_report(case)["rows"]
    shelf = {service.key: Books(case, service) for service in case.services}
    for key, claims in expected.items():
        place = (*key[:3], key[4])
        name = " / ".join(part for part in place if part is not None)
        if place in printed:
            yield from (f"{name}: {one}" for one in row_differences(printed[place], _lean(claims), key))
            if key[2] is None:
                yield from (f"{name}: {one}" for one in outlooks(printed[place], shelf[key[0]], key, yearly=yearly))
        elif (key[2] is None or surely_troubled(claims)) and not claims.get("optional"):
            yield f"{name}: the row is missing"


def place_of(row: Json) -> tuple[str, str, str | None, str]:
    """What names a row."""
    return row["service"], row["objective"], row["operation"], row["span"]


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


def outlooks(row: Json, books: Books, key: RowKey, *, yearly: bool = False) -> Iterator[str]:
    """What stands beside a row of a running month, where something can."""
    terms = next(one for one in books.case.objectives if one["id"] == key[1])
    if terms["indicator"] == "coverage":
        return
    if row["outlook"] is not None:
        objective = Objective(books, over_the_year(terms) if yearly else terms)
        yield from outlook_differences(row, outlook(objective, key[4]))
    elif row["status"] not in (NOT_RATED, INSUFFICIENT) and settled_at(books.case.now) < books.period[1]:
        yield f"a row that is {row['status']} has no outlook"
