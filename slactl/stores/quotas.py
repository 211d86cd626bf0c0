"""How many alarms a region takes.

The one rule: who may not ask is not refused; nobody's plan depends on an answer.
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import hopeless, translate
from slactl.aws.session import AwsWorld

SERVICE, CODE = "monitoring", "L-2FF78D7B"


def alarm_quota(world: AwsWorld) -> int | None:
    """How many alarms the account may have in the region; None if nobody tells.

    Raises:
        AwsFailure: if no other call can succeed either.
    """
    try:
        client = world.client("service-quotas")
        quota = client.get_service_quota(ServiceCode=SERVICE, QuotaCode=CODE)["Quota"]
    except (BotoCoreError, ClientError) as error:
        if isinstance(error, ClientError) and hopeless(error):
            raise translate(error, "reading quotas") from error
        return None
    # The code is found nowhere in AWS's documents: what it names is held against what was meant.
    return int(quota["Value"]) if "alarm" in quota.get("QuotaName", "").lower() else None
