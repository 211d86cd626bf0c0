"""Burn rates: from which speed on a short window is told of, and which speeds stand beside a budget.

The one rule: a file of burn rates says everything; the bundled one stands in as a whole, never for a part.
"""

from __future__ import annotations

import re
from fractions import Fraction

from slactl.configuration.assets import AssetMissing, bundled_config
from slactl.configuration.fields import Fields, quantity
from slactl.configuration.files import Opened, open_yaml
from slactl.configuration.library import BUNDLED
from slactl.configuration.mistakes import Notes, Refused, one_of
from slactl.configuration.nodes import Scalar, Table
from slactl.configuration.quantities import NUMBER, whole_seconds
from slactl.model.burn import BurnFactors, BurnPolicy, Lookback

BUNDLED_BURN_RATES = "burn-rates.yaml"
BURN_RATE_KEYS = ("windows", "least_bad", "shown", "pace")
FACTOR_KEYS = ("page", "ticket")
WINDOWS = {"1h": 3600, "6h": 21600, "24h": 86400, "7d": 604800}
GRID, LONGEST = 300, 28 * 86400
MOST_SHOWN = 12
_NOTHING = Fraction(0)


def bundled_burn_policy() -> BurnPolicy:
    """What holds where no file of burn rates is named.

    Raises:
        ConfigurationError: if the shipped file was spoilt.
        AssetMissing: if it is not there.
    """
    notes = Notes()
    try:
        opened = open_yaml(bundled_config(BUNDLED_BURN_RATES), BUNDLED + BUNDLED_BURN_RATES, notes)
    except Refused as refused:
        raise AssetMissing(f"slactl's own {BUNDLED_BURN_RATES} {refused.what}; install slactl again") from None
    policy = read_burn_rates(opened, notes) if opened else None
    notes.refuse()
    assert policy is not None
    return policy


def read_burn_rates(file: Opened, notes: Notes) -> BurnPolicy | None:
    """The policy of a file; mistakes go to the notes, and None is given where one keeps it from being built."""
    if not isinstance(file.node, Table):
        what = f"a file of burn rates must be a mapping, found {file.node.kind}"
        notes.mistake(file.shown, file.node.line, what, "its first line is windows:")
        return None
    fields = Fields(file.node, "", file.shown, notes)
    fields.only(BURN_RATE_KEYS)
    for key in (key for key in BURN_RATE_KEYS if not fields.has(key)):
        fields.missing(key)
    factors = _factors(fields)
    least_bad = fields.must("least_bad", _count) if fields.has("least_bad") else None
    shown = _shown(fields)
    pace = fields.must("pace", quantity(lookback)) if fields.has("pace") else None
    if pace and shown and pace.seconds not in [one.seconds for one in shown]:
        fields.mistake("pace", f"must be one of shown, found {pace.name!r}", one_of(one.name for one in shown))
    return BurnPolicy(factors, least_bad, shown, pace) if least_bad and pace else None


def lookback(written: str) -> Lookback:
    """A stretch of time that ends now.

    Raises:
        Refused: if it is no duration, off the grid of five minutes, or longer than four weeks.
    """
    seconds = whole_seconds(written)
    if not seconds or seconds % GRID:
        raise Refused("must be a multiple of 5m", "CloudWatch is read by five minutes")
    if seconds > LONGEST:
        raise Refused("must not be longer than 28d")
    return Lookback(written, seconds)


def factor(written: str) -> Fraction:
    """A burn rate, read exactly as written.

    Raises:
        Refused: if it is no positive decimal.
    """
    if not re.fullmatch(NUMBER, written) or not Fraction(written):
        hint = "decimals are written with a point" if "," in written else "1 spends the budget in exactly its period"
        raise Refused("must be a burn rate such as 14.4", hint)
    return Fraction(written)


def _factors(fields: Fields) -> tuple[BurnFactors, ...]:
    """The windows' factors, the shortest first."""
    windows = fields.mapping("windows") if fields.has("windows") else None
    if windows is None:
        return ()
    windows.only(WINDOWS)
    for name in (name for name in WINDOWS if not windows.has(name)):
        windows.missing(name, f"for example {name}: {{page: 6, ticket: 3}}")
    return tuple(_factor_of(windows, name) for name in WINDOWS if windows.has(name))


def _factor_of(windows: Fields, name: str) -> BurnFactors:
    window = Lookback(name, WINDOWS[name])
    pair = windows.mapping(name)
    if pair is None:
        return BurnFactors(window, _NOTHING, _NOTHING)
    pair.only(FACTOR_KEYS)
    page, ticket = pair.must("page", quantity(factor)), pair.must("ticket", quantity(factor))
    if page and ticket and page < ticket:
        pair.mistake(
            "page",
            f"must not be less than ticket, found {float(page):g}",
            "page wakes somebody, ticket is written down",
        )
    return BurnFactors(window, page or _NOTHING, ticket or _NOTHING)


def _shown(fields: Fields) -> tuple[Lookback, ...]:
    """The look-backs beside a budget, in the order of the file."""
    items = fields.items("shown", "a list such as [1h, 24h]") if fields.has("shown") else None
    if items is None:
        return ()
    named = [fields.value(item, f"shown[{index}]", quantity(lookback)) for index, item in enumerate(items, 1)]
    found = tuple(one for one in named if one)
    if not items or len(items) > MOST_SHOWN:
        fields.mistake("shown", f"must be a list of 1 to {MOST_SHOWN} durations, found {len(items)}")
    lengths = [one.seconds for one in found]
    for one in (one for index, one in enumerate(found) if one.seconds in lengths[:index]):
        fields.mistake("shown", f"names a look-back twice, found {one.name!r}", "keep it once")
    return found


def _count(scalar: Scalar) -> int:
    """A whole number of requests.

    Raises:
        Refused: for anything else, and for less than one.
    """
    value = scalar.value
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10**9:
        raise Refused("must be a whole number of requests from 1 on", "10 is usual")
    return value
