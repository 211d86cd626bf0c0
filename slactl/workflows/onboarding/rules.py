"""The ``operations`` that are proposed for a service: what to ignore, to group, and which class it has.

The one rule: rules are tried on every known operation before they are proposed, and whatever a wide
match would swallow by mistake gets a narrow line before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slactl.model.service import OperationRule, Service
from slactl.workflows.onboarding.paths import pattern, templates

READ, WRITE, QUERY = "read", "write", "query"
READING = ("GET", "HEAD")
WRITING = ("POST", "PUT", "PATCH", "DELETE")
SLOW_MS = 200.0
OVERFLOW = "AllOtherOperations"
INTERNAL = ("InternalOperation", "/LambdaService")
MANY = 200
LONGEST = 1000

_HEALTH = re.compile(
    r"(GET|HEAD) (/[^ ]*)?/(health|healthz|healthcheck|health-check|ping|status|statusz|live|livez|liveness|alive|"
    r"ready|readyz|readiness|heartbeat)(/(live|ready|liveness|readiness))?/?",
    re.IGNORECASE,
)
_UNWRITABLE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff\\ufffe\\uffff\\ud800-\\udfff]+"
)
_AGGREGATE = re.compile(
    r"reports?|reporting|search(es)?|exports?|stats?|statistics?|analytics?|aggregat(es?|ions?)|summar(y|ies)|"
    r"dashboards?|quer(y|ies)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One proposed rule and the reason for it."""

    rule: OperationRule
    why: str = ""


EXAMPLE = "none was seen; an example that keeps the class"
NO_QUERY = Line(OperationRule("* /reports*", operation_class=QUERY), EXAMPLE)
NO_READ = Line(OperationRule("GET *", operation_class=READ), EXAMPLE)
EXAMPLES = (
    (READ, ("GET *", "GET /*", "HEAD *")),
    (QUERY, ("* /reports*", "* /exports*", "* /searches*")),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The proposed rules in order, and what is to be known about the operations."""

    lines: tuple[Line, ...]
    warnings: tuple[str, ...] = ()


def is_health_check(operation: str) -> bool:
    """Whether an operation only answers that the service is there."""
    return _HEALTH.fullmatch(operation) is not None


def is_aggregate(operation: str) -> bool:
    """Whether a word of its path says that the operation looks over many things."""
    _, _, path = operation.partition(" ")
    words = [word for segment in path.split("/") if "{" not in segment for word in re.split(r"[-_.:]", segment)]
    return any(_AGGREGATE.fullmatch(word) for word in words)


def class_of(operation: str, median_ms: float | None) -> str | None:
    """The class an operation seems to have; None where it has no HTTP method.

    ``median_ms`` is its usual latency; a quick search is a read like any other.
    """
    method = operation.partition(" ")[0]
    if method not in (*READING, *WRITING):
        return None
    slow = median_ms is None or median_ms >= SLOW_MS
    if is_aggregate(operation) and method in (*READING, "POST") and slow:
        return QUERY
    return READ if method in READING else WRITE


def propose(operations: Mapping[str, float | None]) -> Rules:
    """Rules for operations with their usual latencies in milliseconds (None: not known)."""
    known = sorted(name for name in operations if not _internal(name))
    groups = templates(name for name in known if not is_health_check(name))
    named = {member: group for group, members in groups.items() for member in members}
    wanted = {name: _wanted(name, operations[name], named.get(name)) for name in known}
    ignored = [Line(OperationRule(expressible(name), ignore=True)) for name in known if is_health_check(name)]
    queries = [Line(rule, "looks over many things") for rule in _queries(wanted)]
    grouped = [Line(rule, f"{size} names with raw identifiers") for rule, size in _grouped(groups, wanted)]
    general = [Line(OperationRule(f"{method} *", operation_class=_general(method))) for method in _methods(known)]
    lines = _mended([*ignored, *(queries or [NO_QUERY]), *grouped, *_with_reads(general)], wanted)
    return Rules(tuple(_with_classes(_reachable(lines))), _warnings(known, operations, groups))


Wanted = dict[str, OperationRule]


def _wanted(name: str, median: float | None, group: str | None) -> OperationRule:
    """What the rules together are to make of one operation, as a rule of its own."""
    if is_health_check(name):
        return OperationRule(expressible(name), ignore=True)
    return OperationRule(expressible(name), name=group, operation_class=class_of(group or name, median))


def _queries(wanted: Wanted) -> list[OperationRule]:
    return [rule for rule in wanted.values() if rule.operation_class == QUERY and rule.name is None]


def _grouped(groups: Mapping[str, Sequence[str]], wanted: Wanted) -> list[tuple[OperationRule, int]]:
    """Group rules, the ones with the longest fixed text first, so that wide ones come last."""
    rules = [
        (
            OperationRule(
                expressible(pattern(named)), name=expressible(named), operation_class=_class(members, wanted)
            ),
            len(members),
        )
        for named, members in groups.items()
    ]
    return sorted(rules, key=lambda each: (-each[0].match.count("/"), -len(each[0].match), each[0].match))


def _class(members: Sequence[str], wanted: Wanted) -> str | None:
    """The class of a group: query if most of its members are."""
    classes = [wanted[name].operation_class for name in members]
    return max(sorted(set(classes), key=str), key=classes.count)


def _methods(known: Sequence[str]) -> list[str]:
    used = {name.partition(" ")[0] for name in known}
    return [method for method in (*READING, *WRITING) if method in used]


def _general(method: str) -> str:
    return READ if method in READING else WRITE


def _mended(lines: Sequence[Line], wanted: Wanted) -> list[Line]:
    """The lines, with a narrow one before them for every operation that they would place wrongly.

    A name that holds a ``*`` gets none: its line would be a wide one.
    """
    service = Service("-", "-", None, rules=tuple(line.rule for line in lines))
    narrow = [Line(rule) for name, rule in wanted.items() if "*" not in rule.match and _misplaced(service, name, rule)]
    return [*narrow, *lines]


def _misplaced(service: Service, name: str, rule: OperationRule) -> bool:
    placed = service.place(name)
    same = (placed.name, placed.ignored) == (rule.name or name, rule.ignore)
    return not same or (rule.name is None and placed.operation_class != rule.operation_class)


def _with_reads(general: list[Line]) -> list[Line]:
    """The general lines; the targets speak of reads, so there is a line for them in any case."""
    return general if any(line.rule.operation_class == READ for line in general) else [*general, NO_READ]


def _reachable(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that an earlier one hides."""
    kept: list[Line] = []
    for line in lines:
        if not any(earlier.rule.matches(line.rule.match) for earlier in kept):
            kept.append(line)
    return kept


def _with_classes(lines: list[Line]) -> list[Line]:
    """The lines, with an example at the end for a class that operations of odd names left without one."""
    for operation_class, matches in EXAMPLES:
        rules = [line.rule for line in lines]
        if not any(rule.operation_class == operation_class for rule in rules):
            free = [match for match in matches if not any(rule.matches(match) for rule in rules)]
            lines = [
                *lines,
                *(Line(OperationRule(match, operation_class=operation_class), EXAMPLE) for match in free[:1]),
            ]
    return lines


def _internal(name: str) -> bool:
    return name == INTERNAL[0] or name.endswith(INTERNAL[1]) or name == OVERFLOW


def expressible(name: str) -> str:
    """A match for a name; what a configuration refuses (controls, marks of direction, length) becomes ``*``."""
    safe = _UNWRITABLE.sub("*", name)
    return safe if len(safe) <= LONGEST else safe[: LONGEST - 1] + "*"


def _warnings(
    known: Sequence[str], operations: Mapping[str, object], groups: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    found = []
    if OVERFLOW in operations:
        found.append(
            f"some requests are counted under {OVERFLOW}: the agent has met more operations than it keeps apart (500); "
            "give it path templates with OTEL_AWS_HTTP_OPERATION_PATHS"
        )
    raw = sum(len(members) for members in groups.values())
    if raw:
        found.append(f"{raw} operations carry raw identifiers in their paths; the rules below count them together")
    left = len(known) - raw + len(groups)
    if left >= MANY:
        found.append(f"{left} operations remain; from 500 on the agent folds new ones into {OVERFLOW}")
    return tuple(found)
