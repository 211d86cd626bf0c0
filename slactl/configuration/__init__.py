"""YAML to nouns, strictly and with file and line; dicts die here.

The one rule: ``load_catalogue`` gives a catalogue without a single mistake, or refuses with all of
them at once; there is nothing between.
"""

from __future__ import annotations

from slactl.configuration.catalogue import Loaded, load, load_catalogue
from slactl.configuration.discovery import find_config
from slactl.configuration.mistakes import ConfigurationError, ConfigurationNotFound, Mistake

__all__ = [
    "ConfigurationError",
    "ConfigurationNotFound",
    "Loaded",
    "Mistake",
    "find_config",
    "load",
    "load_catalogue",
]
