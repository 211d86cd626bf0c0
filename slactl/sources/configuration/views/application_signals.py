"""``view:application-signals``: whether it is enabled in the account, and what it has discovered in the last day.

The one rule: it is enabled where the role is that it works with; AWS has no call that says it otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from slactl.sources.configuration.asking import Document
from slactl.sources.configuration.views.questions import Questions, texts

ROLE = "AWSServiceRoleForCloudWatchApplicationSignals"
DAY = 86_400


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    role = ask("iam:GetRole", RoleName=ROLE).get("Role")
    since, until = (datetime.fromtimestamp(at, UTC) for at in (ask.now - DAY, ask.now))
    listed = ask("application-signals:ListServices", StartTime=since, EndTime=until)
    names = {str((one.get("KeyAttributes") or {}).get("Name")) for one in listed.get("ServiceSummaries", [])}
    missing = sorted(set(texts(parameters.get("services"))) - names)
    return {"enabled": role is not None, "services": sorted(names), "missing": missing}
