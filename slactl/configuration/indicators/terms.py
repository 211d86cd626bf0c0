"""Metric terms: one statistic of the metrics that fit, as ratios, statistics and weighted averages name them.

The one rule: a term says all of itself; ``region``, ``account`` and ``missing`` may be said once for a whole entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, ScalarParser, choice, text, word_of
from slactl.configuration.indicators.measures import SCALE, factor
from slactl.configuration.mistakes import Refused, one_of, quoted
from slactl.configuration.names import ACCOUNT, REGION, account, region
from slactl.configuration.nodes import Broken, Entry, Items, Node, Scalar, Table
from slactl.model.general import MetricTerm, Missing, Silence

TERM_KEYS = ("namespace", "metric", "stat", "dimensions", "region", "account", "missing", "scale")
COUNTS = ("Sum", "SampleCount")
MOST_DIMENSIONS = 30
COUNTS_HINT = "only counts add up: a percentile or maximum is indicator: statistic, a rate is weighted-average"
TERMS_HINT = "a list such as [{namespace: AWS/DynamoDB, metric: SystemErrors, dimensions: {TableName: missions}}]"

Schema = dict[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a term is read: the statistic (None: the term chooses one of the counts), and keys of its own."""

    stat: str | None = None
    more: tuple[str, ...] = ()


COUNTED = Manner()


def read_terms(fields: Fields, key: str) -> tuple[MetricTerm, ...] | None:
    """The terms of a ratio; None after a mistake."""
    entry = fields.table.entry(key)
    if entry is None:
        return None
    nodes: tuple[Node, ...] = (entry.value,) if isinstance(entry.value, Table) else ()
    nodes = nodes or fields.items(key, TERMS_HINT) or ()
    if isinstance(entry.value, Items) and not nodes:
        fields.mistake(key, "is an empty list, found []", TERMS_HINT)
    names = (fields.name(key) if len(nodes) == 1 else f"{fields.name(key)}[{index}]" for index in range(1, 1000))
    inner = [fields.as_fields(node, name) for node, name in zip(nodes, names, strict=False)]
    found = [read_term(each, fields, COUNTED) for each in inner if each]
    terms = tuple(term for term in found if term)
    return terms if terms and len(terms) == len(nodes) else None


def one_term(fields: Fields, key: str, manner: Manner) -> tuple[MetricTerm, Fields] | None:
    """The one term of a kind that has one, with its fields; None after a mistake."""
    if not fields.has(key):
        fields.missing(key, "write {namespace: ..., metric: ..., dimensions: {...}}")
        return None
    inner = fields.mapping(key)
    term = read_term(inner, fields, manner) if inner else None
    return (term, inner) if term and inner else None


def read_term(fields: Fields, outer: Fields, manner: Manner) -> MetricTerm | None:
    """One term; ``outer`` is the entry's, which may say region, account and missing for all of its terms."""
    stat = manner.stat
    fields.only((*TERM_KEYS, *manner.more))
    namespace = fields.must("namespace", text, "such as AWS/DynamoDB")
    name = fields.must("metric", text, "the metric's name, letter by letter")
    counted = _optional(fields, "stat", word_of(stat) if stat else count_stat) or stat or "Sum"
    term = MetricTerm(
        namespace=namespace or "",
        name=name or "",
        stat=counted,
        dimensions=_dimensions(fields),
        region=_own(fields, outer, "region", region),
        account_id=_own(fields, outer, "account", account),
        missing=_own(fields, outer, "missing", choice(Missing)) or Missing.UNKNOWN,
        scale=_optional(fields, "scale", factor) or Fraction(1),
    )
    return term if namespace and name else None


def count_stat(scalar: Scalar) -> str:
    """A statistic that adds up.

    Raises:
        Refused: for any other.
    """
    if scalar.text not in COUNTS:
        meant = next((stat for stat in COUNTS if stat.casefold() == scalar.text.casefold()), None)
        raise Refused(f"must be {one_of(COUNTS)}", f"write {meant}" if meant else COUNTS_HINT)
    return scalar.text


def silence_of(fields: Fields) -> Silence:
    """What an entry says of a period without a single point."""
    return fields.get("silence", choice(Silence), Silence.UNKNOWN.value)


def breakdown_of(fields: Fields, terms: tuple[MetricTerm, ...]) -> str | None:
    """The dimension by which rows are told apart: one that all of these terms have."""
    found = fields.get("breakdown", text)
    common = set.intersection(*({name for name, _ in term.dimensions} for term in terms)) if terms else set()
    if found is not None and terms and found not in common:
        hint = f"known: {', '.join(sorted(common)) or 'none'}"
        fields.mistake("breakdown", f"must be a dimension of each of its metrics, found {quoted(found)}", hint)
    return found


def _own(fields: Fields, outer: Fields, key: str, parse: ScalarParser[T]) -> T | None:
    """What a term says itself, else what its entry says for all."""
    return _optional(fields, key, parse) if fields.has(key) else _optional(outer, key, parse)


def _optional(fields: Fields, key: str, parse: ScalarParser[T]) -> T | None:
    """A value that most terms leave out, of which nothing is told then."""
    return fields.get(key, parse) if fields.has(key) else None


def _dimensions(fields: Fields) -> tuple[tuple[str, tuple[str, ...]], ...]:
    inner = fields.mapping("dimensions") if fields.has("dimensions") else None
    if inner is None:
        return ()
    found = [(entry.key, _patterns(inner, entry)) for entry in inner.table.entries]
    if len(found) > MOST_DIMENSIONS:
        fields.mistake("dimensions", f"must not be more than {MOST_DIMENSIONS}, found {len(found)}")
    return tuple(sorted((name, values) for name, values in found if values))


def _patterns(fields: Fields, entry: Entry) -> tuple[str, ...]:
    """The values of a dimension that fit; empty after a mistake."""
    if isinstance(entry.value, Items):
        return fields.words(entry.key, dimension_value) or ()
    if isinstance(entry.value, Broken):
        return ()
    found = fields.must(entry.key, dimension_value)
    return (found,) if found else ()


def dimension_value(scalar: Scalar) -> str:
    """A dimension's value; a number is the text that was written.

    Raises:
        Refused: for a truth value, empty or overlong text.
    """
    if isinstance(scalar.value, bool):
        raise Refused("must be text", "put it in quotes")
    return text(Scalar(scalar.line, scalar.text, scalar.text))


def term_schema(manner: Manner = COUNTED, more: Schema | None = None) -> Schema:
    """What an editor can check of a term."""
    value = {"type": ["string", "number"], "description": "a value; * fits any run of characters"}
    keys: Schema = {
        "namespace": p.text("the metric's namespace, such as AWS/DynamoDB"),
        "metric": p.text("the metric's name, letter by letter"),
        "stat": p.words("the count that is read", *COUNTS),
        "dimensions": {
            "type": "object",
            "additionalProperties": {"oneOf": [value, p.listed(value, "values, any of which fits")]},
            "description": "every dimension of the metric",
        },
        "scale": {"type": ["number", "string"], "pattern": SCALE, "description": "what every point is multiplied by"},
    }
    if manner.stat is not None:
        keys["stat"] = p.text(f"{manner.stat or 'as statistic says'}, if anything")
    return p.table(keys | _where() | (more or {}), ("namespace", "metric"))


def terms_schema(description: str) -> Schema:
    """One term or several."""
    return {"oneOf": [term_schema(), p.listed(term_schema(), "several metrics, added up")], "description": description}


def entry_schema() -> dict[str, Schema]:
    """What every measured entry may say beside its terms."""
    return _where() | {
        "silence": p.words("what a period without a single point means", *Silence),
        "breakdown": p.text("the dimension by which rows are told apart"),
        "per": p.words("whether each value of the breakdown counts", "service", "breakdown"),
    }


def _where() -> dict[str, Schema]:
    return {
        "region": p.text("the region that holds it; default: the configured one", f"^{REGION}$"),
        "account": p.text("the linked account that holds it; in quotes", f"^{ACCOUNT}$"),
        "missing": p.words("what the absence of its points means where others have some", *Missing),
    }
