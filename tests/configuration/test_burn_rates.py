"""Burn rates: the shipped figures are the workbook's, and what an own file may say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from slactl.configuration import ConfigurationError, burn_rates, load_catalogue
from slactl.configuration.burn_rates import bundled_burn_policy, read_burn_rates
from slactl.configuration.files import open_yaml
from slactl.configuration.mistakes import Notes
from slactl.model.burn import BurnFactors, BurnPolicy, Lookback

MINIMAL = "version: 1\nservices: {api: {environment: prod}}\n"
DAY = Lookback("24h", 86400)
SHIPPED = BurnPolicy(
    factors=(
        BurnFactors(Lookback("1h", 3600), Fraction(72, 5), Fraction(6)),
        BurnFactors(Lookback("6h", 21600), Fraction(6), Fraction(3)),
        BurnFactors(DAY, Fraction(3), Fraction(1)),
        BurnFactors(Lookback("7d", 604800), Fraction(2), Fraction(1)),
    ),
    least_bad=10,
    shown=(Lookback("1h", 3600), Lookback("6h", 21600), DAY, Lookback("3d", 259200)),
    pace=DAY,
)
OWN = """\
windows: {7d: {page: 1.5, ticket: 1}, 1h: {page: 10, ticket: 5}, 6h: {page: 6, ticket: 3}, 24h: {page: 3, ticket: 1}}
least_bad: 3
shown: [3d, 5m]
pace: 72h
"""


def read(folder: Path, text: str) -> tuple[BurnPolicy | None, list[str]]:
    """The policy of a file, and what is told of its mistakes."""
    path, notes = folder / "burn.yaml", Notes()
    path.write_text(text, encoding="utf-8")
    opened = open_yaml(path, "burn.yaml", notes)
    policy = read_burn_rates(opened, notes) if opened else None
    return policy, [str(mistake) for mistake in notes.in_order()]


def test_the_shipped_rates_are_exactly_those_of_the_contract(tmp_path: Path) -> None:
    assert bundled_burn_policy() == SHIPPED
    (tmp_path / "slactl.yaml").write_text(MINIMAL, encoding="utf-8")
    assert load_catalogue(tmp_path / "slactl.yaml").burn == SHIPPED


def test_an_own_file_keeps_its_order_of_what_is_shown(tmp_path: Path) -> None:
    policy, told = read(tmp_path, OWN)
    assert not told
    assert policy
    assert [factors.window.name for factors in policy.factors] == ["1h", "6h", "24h", "7d"]
    assert policy.of("7d") == BurnFactors(Lookback("7d", 604800), Fraction(3, 2), Fraction(1))
    assert policy.shown == (Lookback("3d", 259200), Lookback("5m", 300))
    assert policy.pace == Lookback("72h", 259200)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = (
        "windows:\n  1h: {page: 1, ticket: 6}\n  6h: {page: -6}\n  24h: 3\n  2h: {page: 1, ticket: 1}\n"
        "least_bad: 0\nshown: [1h, 60m, 90s, 30d, 1h30m]\npace: 6h\nleast: 3\n"
    )
    _, told = read(tmp_path, text)
    assert [line for mistake in told for line in mistake.split("\n")] == [
        "burn.yaml:2: windows has no 7d",
        "  hint: for example 7d: {page: 6, ticket: 3}",
        "burn.yaml:2: windows.1h.page must not be less than ticket, found 1",
        "  hint: page wakes somebody, ticket is written down",
        "burn.yaml:3: windows.6h.page must be a burn rate such as 14.4, found the number -6",
        "  hint: 1 spends the budget in exactly its period",
        "burn.yaml:3: windows.6h has no ticket",
        "burn.yaml:4: windows.24h must be a mapping, found the number 3",
        "burn.yaml:5: unknown key in windows, found '2h'",
        "  hint: did you mean 24h?",
        "burn.yaml:6: least_bad must be a whole number of requests from 1 on, found the number 0",
        "  hint: 10 is usual",
        "burn.yaml:7: shown[3] must be a multiple of 5m, found '90s'",
        "  hint: CloudWatch is read by five minutes",
        "burn.yaml:7: shown[4] must not be longer than 28d, found '30d'",
        "burn.yaml:7: shown[5] must be a duration such as 90s, 5m, 48h or 2d, found '1h30m'",
        "  hint: the units are ms, s, m, h and d, in small letters and without a space",
        "burn.yaml:7: shown names a look-back twice, found '60m'",
        "  hint: keep it once",
        "burn.yaml:8: pace must be one of shown, found '6h'",
        "  hint: 1h or 60m",
        "burn.yaml:9: unknown key, found 'least'",
        "  hint: did you mean least_bad?",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]\n", "burn.yaml:1: a file of burn rates must be a mapping, found a list"),
        ("least_bad: 3\nshown: [1h]\npace: 1h\n", "burn.yaml:1: the file has no windows"),
        (OWN.replace("[3d, 5m]", "[]"), "burn.yaml:3: shown must be a list of 1 to 12 durations, found 0"),
        (OWN.replace("[3d, 5m]", "3d"), "burn.yaml:3: shown must be a list such as [1h, 24h], found '3d'"),
        (OWN.replace("1.5", "'1,5'"), "burn.yaml:1: windows.7d.page must be a burn rate such as 14.4, found '1,5'"),
        (OWN.replace("least_bad: 3", "least_bad: 3.5"), "burn.yaml:2: least_bad must be a whole number"),
    ],
)
def test_each_mistake_names_its_line(text: str, told: str, tmp_path: Path) -> None:
    [only] = read(tmp_path, text)[1]
    assert only.startswith(told)


def test_an_installation_without_its_burn_rates_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burn_rates, "BUNDLED_BURN_RATES", "none.yaml")
    (tmp_path / "slactl.yaml").write_text(MINIMAL, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"slactl's own none\.yaml is missing"):
        load_catalogue(tmp_path / "slactl.yaml")
