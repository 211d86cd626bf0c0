"""Files that people design: templates and style sheets.

The one rule: in a checkout they stand at the top, in the wheel inside the package; no other place is looked at.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
PLACES = (PACKAGE / "_assets" / "templates", PACKAGE.parent / "templates")


def templates() -> Path:
    """The folder of the templates.

    Raises:
        FileNotFoundError: if the installation is incomplete.
    """
    found = next((place for place in PLACES if place.joinpath("report.html.j2").is_file()), None)
    if found is None:
        raise FileNotFoundError("the page's templates are missing; install slactl anew")
    return found
