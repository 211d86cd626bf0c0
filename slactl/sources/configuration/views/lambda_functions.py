"""``view:lambda-functions``: what of Lambda functions somebody set by hand: reserved and provisioned concurrency.

The one rule: provisioned concurrency scales where a scaling policy of Application Auto Scaling names its alias.
"""

from __future__ import annotations

from collections.abc import Mapping

from slactl.sources.configuration.asking import Document, failed
from slactl.sources.configuration.views.questions import Questions, texts

INSIGHTS = ":layer:LambdaInsightsExtension"


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    names = texts(parameters["FunctionName"])
    if not names:
        raise failed("FunctionName names no function")
    functions = [_function(ask, name) for name in names]
    return {
        "functions": functions,
        "capped": [one["name"] for one in functions if one["reserved_concurrency"] is not None],
        "unscaled": [
            f"{one['name']}:{each['qualifier']}"
            for one in functions
            for each in one["provisioned"]
            if not each["scaling_policy"]
        ],
    }


def _function(ask: Questions, name: str) -> Document:
    told = ask("lambda:GetFunctionConfiguration", FunctionName=name)
    reserved = ask("lambda:GetFunctionConcurrency", FunctionName=name).get("ReservedConcurrentExecutions")
    listed = ask("lambda:ListProvisionedConcurrencyConfigs", FunctionName=name)
    provisioned = listed.get("ProvisionedConcurrencyConfigs") or []
    scaled = _scaled(ask) if provisioned else frozenset()
    return {
        "name": name,
        "timeout_seconds": told.get("Timeout"),
        "memory_mb": told.get("MemorySize"),
        "reserved_concurrency": reserved,
        "insights": any(INSIGHTS in str(layer.get("Arn")) for layer in told.get("Layers") or ()),
        "provisioned": [_provisioned(one, str(told.get("FunctionName") or name), scaled) for one in provisioned],
    }


def _scaled(ask: Questions) -> frozenset[str]:
    """The resources that a scaling policy names: ``function:NAME:ALIAS``."""
    found = ask("application-autoscaling:DescribeScalingPolicies", ServiceNamespace="lambda")
    return frozenset(str(one.get("ResourceId")) for one in found.get("ScalingPolicies") or ())


def _provisioned(told: Document, name: str, scaled: frozenset[str]) -> Document:
    qualifier = str(told.get("FunctionArn") or "").rpartition(":")[2]
    return {
        "qualifier": qualifier,
        "requested": told.get("RequestedProvisionedConcurrentExecutions"),
        "scaling_policy": f"function:{name}:{qualifier}" in scaled,
    }
