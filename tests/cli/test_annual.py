"""``slactl report --year``: names of files, exit codes, wrong usage, revisions."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.failures.small import CALM, NOW, Mood, configuration, world
from tests.failures.stage import Stage

NAMES = ["slactl-2026.en.html", "slactl-2026.json", "slactl-2026.en.md", "slactl-2026.csv"]
LATER = "2027-01-05T06:00:00Z"


@pytest.fixture
def shop(stage: Stage) -> Stage:
    stage.configure()
    stage.show(world(mood=CALM))
    return stage


def test_the_year_in_every_format(shop: Stage) -> None:
    done = shop.run("report", "--year", "2026", "--format", "html,json,md,csv", "-o", "out")
    assert (done.code, done.out.splitlines()) == (0, [f"out/{name}" for name in NAMES])
    assert shop.files() == {*configuration(), *(f"out/{name}" for name in NAMES)}
    assert "reading 2026-10" in done.err
    assert "SLA-2026:" in done.err
    statement = json.loads((shop.directory / "out/slactl-2026.json").read_text(encoding="utf-8"))
    assert (statement["schema"], statement["period"]["label"]) == ("slactl.annual/1", "2026")


def test_the_language_and_stdout(shop: Stage) -> None:
    done = shop.run("--quiet", "report", "--year", "2026", "--lang", "it", "-o", "-")
    assert (done.code, done.err) == (0, "")
    assert '<html lang="it"' in done.out
    assert "Rendiconto annuale" in done.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--year", "2026", "--month", "2026-10"], "--month and --year exclude each other"),
        (["--year", "26"], "a year is written YYYY"),
        (["--year", "2026-10"], "a year is written YYYY"),
        (["--year", "٢٠٢٦"], "a year is written YYYY"),
        (["--year", "0000"], "a year is written YYYY"),
        (["--year", "2027"], "the agreement year 2027 has not begun"),
        (["--year", "2026", "--format", "docx"], "there is no format 'docx'"),
    ],
)
def test_wrong_usage_asks_nothing_and_writes_nothing(shop: Stage, arguments: list[str], told: str) -> None:
    for code, more in ((2, []), (3, ["--fail-on", "breached"])):
        done = shop.run("report", *arguments, *more)
        assert (done.code, done.out) == (code, "")
        assert told in done.err
        assert "reading" not in done.err
    assert shop.files() == set(configuration())


def test_the_exit_code_tells_the_status_of_the_year(stage: Stage) -> None:
    """October missed its goals, November runs without a request."""
    stage.configure()
    stage.show(world(mood=Mood()))
    for level in ("breached", "insufficient-data", "warning"):
        assert stage.run("--quiet", "report", "--year", "2026", "-o", "out", "--fail-on", level).code == 2
    assert stage.run("--quiet", "report", "--year", "2026", "-o", "out").code == 0


def test_a_year_that_could_not_be_determined_is_no_pass(shop: Stage) -> None:
    """November has no request yet, so its months are not determinable."""
    assert shop.run("--quiet", "report", "--year", "2026", "-o", "out", "--fail-on", "breached").code == 0
    assert shop.run("--quiet", "report", "--year", "2026", "-o", "out", "--fail-on", "insufficient-data").code == 3


@pytest.mark.parametrize("form", ["json", "html", "csv"])
def test_a_final_statement_is_left_as_it_is_or_corrected_beside_it(
    shop: Stage, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACTL_NOW", LATER)
    name = next(one for one in NAMES if one.endswith(form))
    assert shop.run("report", "--year", "2026", "--format", form).out.strip() == name
    before = (shop.directory / name).read_bytes()
    again = shop.run("report", "--year", "2026", "--format", form)
    assert again.out.strip() == name
    assert "revision 1 stands" in again.err
    assert (shop.directory / name).read_bytes() == before
    worse(shop)
    corrected = shop.run("report", "--year", "2026", "--format", form)
    assert corrected.out.strip() == name.replace("2026", "2026.r2")
    assert (shop.directory / name).read_bytes() == before


def worse(shop: Stage) -> None:
    """A window is withdrawn: its seconds count again."""
    path = shop.directory / "maintenance.yaml"
    path.write_text(path.read_text().replace("reason: Upgrade", "reason: Upgrade, cancelled: true"))


def test_the_same_year_gives_the_same_bytes(shop: Stage) -> None:
    runs: list[Callable[[], str]] = [
        lambda: shop.run("--quiet", "report", "--year", "2026", "--format", "json", "-o", "-").out
    ] * 2
    first, second = (one() for one in runs)
    assert first == second
    assert NOW in first
