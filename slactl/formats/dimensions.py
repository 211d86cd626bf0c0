"""What the dimensions of metrics are called by those who read a report.

The one rule: a dimension that nobody gave a word keeps its own name, as from outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.language import mark

if TYPE_CHECKING:
    from slactl.formats.language import Language

WORDS = {
    "FunctionName": mark("Function"),
    "function_name": mark("Function"),
    "TableName": mark("Table"),
    "ClusterName": mark("Cluster"),
    "DistributionId": mark("Distribution"),
    "HealthCheckId": mark("Health check"),
    "CanaryName": mark("Canary"),
    "BucketName": mark("Bucket"),
    "Operation": mark("Operation"),
}


def dimension_word(name: str, language: Language) -> str:
    """``Function`` for ``FunctionName``, in the reader's language; any other as it is."""
    word = WORDS.get(name)
    return name if word is None else language.gettext(word)
