"""What is known of a service when its alarms are chosen: its series, its endpoints, how much traffic it has.

The one rule: this is what was found, not what was promised; what nobody looked for is empty.
"""

from __future__ import annotations

from dataclasses import dataclass

from slactl.model.metric import Stream

HOURS_OF_WEEK = 168


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An operation under the name by which it is counted, with the series behind that name.

    ``requests`` are those of the last four weeks.
    """

    operation: str
    streams: tuple[Stream, ...]
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """A service's own series (the edge's stage where there is one), and its endpoints, ignored ones left out.

    ``weekly`` holds the requests that each hour of the week promises, the mean of the last four weeks rounded down;
    the first is Monday from 0:00 to 1:00 UTC. Empty: nobody knows. ``ignored`` are operations that leave every
    figure, ``left_out`` the series of those among them that a rule of the agreement names; ``total`` counts both.
    """

    service: str
    total: Stream
    endpoints: tuple[Endpoint, ...] = ()
    weekly: tuple[int, ...] = ()
    ignored: tuple[str, ...] = ()
    left_out: tuple[Stream, ...] = ()
