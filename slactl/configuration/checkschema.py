"""The JSON Schema of the section ``check``.

The one rule: as for all schemas, it refuses nothing that slactl reads.
"""

from __future__ import annotations

from slactl.configuration import patterns as p
from slactl.configuration.check import DIMENSION, NAMESPACE, SECRET, VARIABLE
from slactl.configuration.evidence import TOPIC
from slactl.configuration.names import IDENTIFIER
from slactl.configuration.settings import LANGUAGES
from slactl.model.checking import Happening

Schema = dict[str, object]


def check_schema() -> Schema:
    """The schema of the section."""
    return p.table(
        {
            "state": p.text(
                "what was told is remembered here, each window beside it; default: .slactl/check-state.json"
            ),
            "notify": p.listed(_destination(), "who is told of changes of status"),
            "publish": _publish(),
            "language": p.words("the language of what is told; default: the report's", *LANGUAGES),
            "burn_rates": p.text("a file of burn rates; default: the bundled one"),
        }
    )


def _destination() -> Schema:
    common: Schema = {
        "name": p.text("its name; what was sent to it is remembered under it", f"^{IDENTIFIER}$"),
        "on": p.listed(p.words("a change of status", *Happening), "the changes it is told of; default: all"),
        "services": p.listed(p.text("a service's key", f"^{IDENTIFIER}$"), "the services it is told of; default: all"),
    }
    own: dict[str, Schema] = {
        "sns": p.text("the ARN of an SNS topic", f"^{TOPIC}$"),
        "slack": _kept("a Slack webhook"),
        "teams": _kept("a Teams workflow's webhook"),
        "webhook": _webhook(),
    }
    return {"oneOf": [p.table({kind: schema} | common, (kind,)) for kind, schema in own.items()]}


def _keepers() -> dict[str, Schema]:
    return {
        "url_env": p.text("the variable that holds the address", f"^{VARIABLE}$"),
        "secret": p.text(
            "the secret of AWS Secrets Manager that holds the address; #key where it is JSON", f"^{SECRET}$"
        ),
    }


def _kept(description: str) -> Schema:
    keepers = _keepers()
    each = [p.table({key: schema}, (key,)) for key, schema in keepers.items()]
    return {"oneOf": each, "description": description}


def _webhook() -> Schema:
    headers = p.text("the variable that holds a JSON object of further headers", f"^{VARIABLE}$")
    keepers = _keepers() | {"url": p.text("the address, where it is no secret", "^https?://")}
    each = [p.table({key: schema, "headers_env": headers}, (key,)) for key, schema in keepers.items()]
    return {"oneOf": each, "description": "any receiver of JSON (slactl.notification/1)"}


def _publish() -> Schema:
    dimensions: Schema = {
        "type": "object",
        "propertyNames": {"pattern": f"^{DIMENSION}$"},
        "additionalProperties": p.text("its value"),
        "description": "dimensions that every metric gets",
    }
    return p.table({"namespace": p.text("the namespace in CloudWatch", f"^{NAMESPACE}$"), "dimensions": dimensions})
