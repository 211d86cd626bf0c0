"""Limits that a stage sets for all of its methods or routes.

The one rule: what AWS fills in where nobody set a limit is the account's own, shared by every API of the region, and
none of the stage's.
"""

from __future__ import annotations

from slactl.sources.configuration.asking import Document, Refusal, failed
from slactl.sources.configuration.views.questions import Questions


def own_throttle(ask: Questions, rate: float | None, burst: int | None) -> Document | Refusal | None:
    """The limits of a stage, None where it sets none below the account's; not known where the account's are not.

    A stage of which anything was ever set (its logging, its metrics) tells a rate and a burst as well: the account's.
    """
    if rate is None or rate < 0:
        return None
    try:
        account = ask("apigateway:GetAccount").get("throttleSettings") or {}
    except Refusal as refusal:
        return refusal
    most, most_at_once = account.get("rateLimit"), account.get("burstLimit")
    if most is None or most_at_once is None:
        return failed("the account tells no limit to compare the stage's with")
    shared = rate >= most and (burst is None or burst >= most_at_once)
    return None if shared else {"rate": rate, "burst": burst}
