"""Metrics Insights queries that an alarm with contributors holds.

The one rule: what cannot be said without doubt in the query's language is not said: no name with a quote, no other
account's series.
"""

from __future__ import annotations

from slactl.model.metric import Stream

LONGEST_LOOK = 10800
"""An alarm sees three hours of a query's past, in seconds."""


def select_faults(whole: Stream) -> str | None:
    """The failures of each operation, the most first; ``whole`` is the stream of the service or stage.

    None where no query can ask for them.
    """
    metric = whole.faults
    texts = (metric.namespace, metric.name, *(part for pair in metric.dimensions for part in pair))
    if metric.account_id or any(sign in text for text in texts for sign in "'\"\\"):
        return None
    own = [name for name, _ in metric.dimensions]
    by = ("Method", "Resource") if metric.namespace == "AWS/ApiGateway" else ("Operation",)
    said = (
        ("SELECT", f'SUM("{metric.name}")'),
        ("FROM", f'SCHEMA("{metric.namespace}", {", ".join(sorted((*own, *by)))})'),
        ("WHERE", " AND ".join(f"{name} = '{value}'" for name, value in metric.dimensions)),
        ("GROUP BY", ", ".join(by)),
        ("ORDER BY", "SUM() DESC"),
    )
    return " ".join(f"{word} {what}" for word, what in said)
