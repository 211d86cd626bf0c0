"""The JSON Schema of the section ``alarms``, which may be a file of its own.

The one rule: as for all schemas, it refuses nothing that slactl reads.
"""

from __future__ import annotations

from slactl.alarming.kind import Kind, Needs, OptionType
from slactl.alarming.kinds import KINDS
from slactl.configuration import patterns as p
from slactl.configuration.alarms import ACTION, LONGEST_OWNER, LONGEST_RUNBOOK, MOST_TOLD
from slactl.configuration.check import NAMESPACE
from slactl.configuration.names import IDENTIFIER, URL
from slactl.configuration.quantities import NUMBER
from slactl.model.alarm import Severity

Schema = dict[str, object]


def alarms_schema() -> Schema:
    """The schema of the section, and of the file."""
    services: Schema = {
        "type": "object",
        "additionalProperties": _service(),
        "description": "what a service has of its own, by its key",
    }
    kinds: Schema = {name: _kind(kind) for name, kind in KINDS.items()}
    return p.table(
        {
            "prefix": p.text("begins the name of every alarm; default: slactl", f"^{IDENTIFIER}$"),
            "notify": _notify("who is told"),
            "services": services,
            "kinds": p.table(kinds, description="what is changed of the shipped kinds"),
            "max_monthly_cost": _decimal("US dollars a month that the alarms may cost"),
            "namespace": p.text("where slactl check --publish puts its metrics", f"^{NAMESPACE}$"),
        },
        ("notify",),
    )


def _notify(description: str) -> Schema:
    told = {"type": "array", "items": p.text("an ARN", f"^{ACTION}$"), "minItems": 1, "maxItems": MOST_TOLD}
    keys: Schema = {
        "page": told | {"description": "who is woken"},
        "ticket": told | {"description": "who looks at it in the morning"},
    }
    return p.table(keys, description=description)


def _service() -> Schema:
    keys: Schema = {
        "owner": p.text("who owns it") | {"maxLength": LONGEST_OWNER * 10},
        "runbook": p.text("what to do", f"^{URL}$") | {"maxLength": LONGEST_RUNBOOK},
        "notify": _notify("who is told instead"),
    }
    return p.table(keys)


def _kind(kind: Kind) -> Schema:
    severity = p.words("whom it concerns; none switches it off", *Severity)
    options: Schema = {name: _option(needs) for name, needs in kind.options.items()}
    whole = p.table({"severity": severity, **options}, description=kind.says)
    return {"oneOf": [severity, whole]}


def _option(needs: Needs) -> Schema:
    match needs.of:
        case OptionType.WHOLE:
            return {"type": "integer", "minimum": 1, "maximum": needs.most, "description": needs.says}
        case OptionType.NUMBER:
            return _decimal(needs.says)
        case OptionType.SHARE:
            return p.text(needs.says, p.SHARE)
        case OptionType.PERIOD:
            return p.text(needs.says, p.DURATION)
        case OptionType.PAIRS:
            return p.listed(_pair(), needs.says)


def _pair() -> Schema:
    keys: Schema = {
        "long": p.text("the long window", p.DURATION),
        "short": p.text("the short one", p.DURATION),
        "factor": _decimal("how many times as fast as the budget lasts"),
    }
    return p.table(keys, ("long", "short", "factor"))


def _decimal(description: str) -> Schema:
    """A number, written as one or as text."""
    return {
        "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": f"^{NUMBER}$"}],
        "description": description,
    }
