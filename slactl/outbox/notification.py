"""A notice as JSON for any receiver: ``slactl.notification/1``.

The one rule: every key is always there, ``null`` where it has nothing to say; times are UTC with ``Z``.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from slactl.model.notice import Notice

SCHEMA = "slactl.notification/1"


def notification(notice: Notice) -> bytes:
    """The body, the same bytes for the same notice."""
    subject = notice.subject
    document = {
        "schema": SCHEMA,
        "id": notice.id,
        "event": notice.happening.value,
        "window": subject.window,
        "service": subject.service,
        "objective": subject.objective,
        "class": subject.operation_class,
        "operation": subject.operation,
        "from": notice.old.value,
        "to": notice.new.value,
        "at": f"{datetime.fromtimestamp(notice.at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "title": notice.title,
        "lines": list(notice.lines),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
