"""What a report says about the machine that made it."""

from __future__ import annotations

import json
import platform
from hashlib import sha256
from importlib.metadata import version
from typing import TYPE_CHECKING

from slactl import __version__
from slactl.cli import clock

if TYPE_CHECKING:
    from slactl.cli.clock import Now
    from slactl.model.catalogue import Catalogue
    from slactl.workflows.report import Circumstances


def circumstances(catalogue: Catalogue, present: Now, command: str) -> Circumstances:
    """The clock, the versions, and the digest of the configuration's files."""
    from slactl.workflows.report import Circumstances

    return Circumstances(
        now=present.epoch,
        clock_set=present.was_set,
        version=__version__,
        python=platform.python_version(),
        boto3=version("boto3"),
        tzdata=version("tzdata"),
        config_digest=config_digest(catalogue),
        command=command,
        finished=lambda: clock.now().epoch,
    )


def config_digest(catalogue: Catalogue) -> str:
    """The SHA-256 over the digests of the configuration's files."""
    files = json.dumps(sorted((file.name, file.sha256) for file in catalogue.files))
    return sha256(files.encode()).hexdigest()
