"""How a service is named where its counts come from.

The one rule: everything that tells one service from another there is in the name, and nothing else is.
"""

from __future__ import annotations

from slactl.model.service import Service


def subject_of(service: Service) -> str:
    """Account, source, name, environment, and the stage where there is one."""
    parts = (service.account_id or "", service.source.value, service.name, service.environment or "")
    stage = service.gateway
    return "|".join((*parts, stage.api, stage.stage) if stage else parts)
