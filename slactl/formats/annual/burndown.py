"""The year's allowance month by month: the statement's months as the drawing that reports have too.

The one rule: a month that has no report yet has not begun, whatever it will be allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.page.yearly import Slot, Yearly, yearly_chart
from slactl.formats.sanitize import plain

if TYPE_CHECKING:
    from slactl.formats.annual.scene import AnnualScene
    from slactl.formats.page.charts import Chart
    from slactl.model.statement import UptimeYear


def burn_down(scene: AnnualScene, year: UptimeYear, place: int) -> Chart | None:
    """The drawing; None where no month has a budget."""
    slots = tuple(
        Slot(scene.short_month(one.month), one.spent, scene.statement.months[index].report_id is not None)
        for index, one in enumerate(year.months)
    )
    name = f"{plain(year.service)}, {scene.name(year)}"
    return yearly_chart(scene, Yearly(year.year, name, f"burn-{place}", year.unit, slots, year.allowance))
