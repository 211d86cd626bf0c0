"""The kinds of alarms and what alarms cost: the shipped files, and what a file of alarms changes of the kinds.

The one rule: a kind is changed option by option over the shipped file, which says everything; so an option that a
kind does not have is a mistake, and one that is left out never is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from slactl.alarming.kind import Kind, Needs, OptionType
from slactl.alarming.kinds import KINDS
from slactl.configuration.assets import bundled_config
from slactl.configuration.burn_rates import factor
from slactl.configuration.fields import Fields, ScalarParser, choice, quantity
from slactl.configuration.files import open_yaml
from slactl.configuration.library import BUNDLED
from slactl.configuration.mistakes import Notes, Origin, Refused
from slactl.configuration.nodes import Node, Scalar, Table
from slactl.configuration.quantities import NUMBER, duration_text, share, whole_seconds
from slactl.model.alarm import Severity
from slactl.model.enforcement import AlarmCosts, KindSettings, Option, Pair

PAIR_KEYS = ("long", "short", "factor")
COST_KEYS = ("metric", "insights_metric", "composite", "free_metrics", "quota")
BUNDLED_KINDS, BUNDLED_COSTS = "alarm-kinds.yaml", "alarm-costs.yaml"
LONGEST_PERIOD = 604_800

Kinds = Mapping[str, KindSettings]


def bundled_kinds() -> Kinds:
    """The shipped kinds.

    Raises:
        ConfigurationError: if the shipped file was spoilt.
        AssetMissing: if it is not there.
    """
    notes = Notes()
    fields = _bundled(BUNDLED_KINDS, notes)
    fields.only(("kinds",))
    kinds = fields.mapping("kinds")
    found = {}
    for name, kind in KINDS.items() if kinds else ():
        one = kinds.mapping(name) if kinds else None
        if one is None:
            fields.missing(f"kinds.{name}")
            continue
        one.only(("severity", *kind.options))
        options = {key: _option(one, key, needs) for key, needs in kind.options.items()}
        for key in (key for key in ("severity", *kind.options) if not one.has(key)):
            one.missing(key)
        severity = one.must("severity", choice(Severity)) if one.has("severity") else None
        found[name] = KindSettings(
            severity or Severity.NONE, {key: value for key, value in options.items() if value is not None}
        )
    notes.refuse()
    return found


def bundled_costs() -> AlarmCosts:
    """What alarms cost.

    Raises:
        ConfigurationError: if the shipped file was spoilt.
        AssetMissing: if it is not there.
    """
    notes = Notes()
    fields = _bundled(BUNDLED_COSTS, notes)
    fields.only(COST_KEYS)
    amounts = [fields.must(key, quantity(dollars)) or Fraction(0) for key in COST_KEYS[:3]]
    numbers = [fields.must(key, _whole(1_000_000)) or 0 for key in COST_KEYS[3:]]
    notes.refuse()
    return AlarmCosts(amounts[0], amounts[1], amounts[2], numbers[0], numbers[1])


def dollars(written: str) -> Fraction:
    """US dollars.

    Raises:
        Refused: if it is no plain decimal.
    """
    if not re.fullmatch(NUMBER, written):
        hint = "decimals are written with a point" if "," in written else "US dollars a month, without a sign"
        raise Refused("must be an amount such as 50 or 49.90", hint)
    return Fraction(written)


def read_kinds(fields: Fields, shipped: Kinds) -> Kinds:
    """Every shipped kind with what the file changes of it."""
    inner = fields.mapping("kinds")
    if inner is not None:
        inner.only(KINDS)
    found = {}
    for name, kind in KINDS.items():
        own = inner if inner is not None and inner.has(name) else None
        found[name] = _kind(own, name, kind, shipped[name]) if own else shipped[name]
        if not own:
            _tell(fields, name, shipped[name])
    return found


def _kind(kinds: Fields, name: str, kind: Kind, shipped: KindSettings) -> KindSettings:
    """A kind that the file changes: a severity alone, or a mapping."""
    entry = kinds.table.entry(name)
    assert entry is not None
    if isinstance(entry.value, Scalar) and entry.value.value is not None:
        severity = kinds.get(name, choice(Severity))
        return KindSettings(severity or shipped.severity, shipped.options)
    one = kinds.mapping(name)
    if one is None:
        return shipped
    before = len(one.notes.mistakes)
    one.only(("severity", *kind.options))
    severity = one.get("severity", choice(Severity)) if one.has("severity") else None
    given = {key: _option(one, key, needs) for key, needs in kind.options.items() if one.has(key)}
    options = dict(shipped.options) | {key: value for key, value in given.items() if value is not None}
    for key in (key for key in ("severity", *kind.options) if not one.has(key)):
        shown = shipped.severity.value if key == "severity" else shown_option(shipped.options[key])
        one.notes.origins.append(Origin(one.name(key), shown))
    if len(one.notes.mistakes) == before:
        _check_together(one, options)
    return KindSettings(severity or shipped.severity, options)


def _check_together(one: Fields, options: Mapping[str, Option]) -> None:
    """So many of so many last ones."""
    last = options.get("of")
    for key in ("down", "slow"):
        value = options.get(key)
        if isinstance(last, int) and isinstance(value, int) and value > last:
            one.mistake(key if one.has(key) else "of", f"is {value} of the last {last}, found more than there are")


def _tell(fields: Fields, name: str, shipped: KindSettings) -> None:
    """Write down that a kind is as shipped."""
    where = fields.name("kinds")
    told = {"severity": shipped.severity.value} | {key: shown_option(value) for key, value in shipped.options.items()}
    fields.notes.origins += [Origin(f"{where}.{name}.{key}", value) for key, value in told.items()]


def shown_option(value: Option) -> object:
    """An option's value for ``config show``."""
    if isinstance(value, tuple):
        return [_shown_pair(one) if isinstance(one, Pair) else one for one in value]
    return float(value) if isinstance(value, Fraction) else value


def _shown_pair(one: Pair) -> str:
    return f"{duration_text(one.long)}/{duration_text(one.short)} {float(one.factor):g}"


def _option(one: Fields, key: str, needs: Needs) -> Option | None:
    """An option; None where it is left out, and after a mistake."""
    if not one.has(key):
        return None
    match needs.of:
        case OptionType.WHOLE:
            return one.must(key, _whole(needs.most))
        case OptionType.NUMBER:
            return one.must(key, quantity(factor))
        case OptionType.SHARE:
            return one.must(key, quantity(share))
        case OptionType.PERIOD:
            return one.must(key, quantity(_period(needs.most)))
        case OptionType.PAIRS:
            return _pairs(one, key)


def _whole(most: int) -> ScalarParser[int]:
    def parse_whole(scalar: Scalar) -> int:
        value = scalar.value
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise Refused(f"must be a whole number from 1 to {most}")
        return value

    return parse_whole


def _period(most: int) -> Callable[[str], int]:
    def parse_period(written: str) -> int:
        seconds = whole_seconds(written)
        if not seconds or seconds % 60:
            raise Refused("must be whole minutes", "an alarm's period is a multiple of a minute")
        if seconds > most:
            raise Refused(f"must not be longer than {duration_text(most)}")
        return seconds

    return parse_period


def _pairs(one: Fields, key: str) -> tuple[Pair, ...] | None:
    items = one.items(key, "a list of pairs such as {long: 1h, short: 5m, factor: 14.4}")
    if items is None:
        return None
    one.origin(key)
    found = [_pair(one, item, f"{one.name(key)}[{number}]") for number, item in enumerate(items, 1)]
    pairs = tuple(pair for pair in found if pair)
    windows = [(pair.long, pair.short) for pair in pairs]
    if not items:
        one.mistake(key, "is an empty list, found []", "severity: none switches the kind off")
    elif len(set(windows)) < len(windows):
        one.mistake(key, "names a pair of windows twice", "keep it once")
    return pairs


def _pair(one: Fields, node: Node, where: str) -> Pair | None:
    fields = one.as_fields(node, where)
    if fields is None:
        return None
    fields.only(PAIR_KEYS)
    long, short = (fields.must(key, quantity(_period(LONGEST_PERIOD))) for key in PAIR_KEYS[:2])
    times = fields.must("factor", quantity(factor))
    if long is None or short is None or times is None:
        return None
    if short >= long:
        fields.mistake("short", f"must be shorter than long, found {duration_text(short)}", "a twelfth of it is usual")
    return Pair(long, short, times)


def _bundled(name: str, notes: Notes) -> Fields:
    opened = open_yaml(bundled_config(name), BUNDLED + name, notes)
    notes.refuse()
    assert opened is not None
    return Fields(opened.node if isinstance(opened.node, Table) else Table(1, ()), "", opened.shown, notes)
