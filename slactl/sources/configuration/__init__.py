"""Configuration as AWS tells it by calls that only read: what controls look at.

The one rule: only calls of the list are made, and of an answer only what a JMESPath selects leaves this room.
"""

from __future__ import annotations

from slactl.sources.configuration.reader import AwsConfiguration

__all__ = ["AwsConfiguration"]
