"""Stores of evidence: files named by their content, and a chain of manifests that names them.

The one rule: whoever needs a store opens it with ``open_archive`` and knows nothing of what it stands on.
"""

from __future__ import annotations

from slactl.evidence.store.archive import ShelfArchive
from slactl.evidence.store.chain import Head
from slactl.evidence.store.opening import open_archive
from slactl.evidence.store.s3 import ObjectLock

__all__ = ["Head", "ObjectLock", "ShelfArchive", "open_archive"]
