"""Running the sandbox for its command: the options, the world they describe, and a clean stop.

The one rule: nothing is printed here; what there is to say goes through ``announce``.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.buckets import Anchoring
from slactl.sandbox.packs import add_packs
from slactl.sandbox.requests import DEFAULT_ENVIRONMENT, DEFAULT_SERVICE, RequestLog
from slactl.sandbox.scenario import demo_world
from slactl.sandbox.server import Server
from slactl.sandbox.streams import Values
from slactl.sandbox.world import World


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What the command was told.

    Attributes:
        now: the clock, seconds since the epoch; it stands still.
        seed: of the demo's chance.
        port: of 127.0.0.1; 0 takes any free one.
        requests_csv: recorded requests instead of the demo's.
        service: of recorded requests that name none.
        environment: of recorded requests that name none.
        anchoring: where buckets begin.
        values: exact latencies, or what a histogram leaves of them.
        behaviours: misbehaviour, as ``Behaviour.parse`` reads it.
        months: whole months of demo traffic before the running one.
        packs: parts of the platform that are shown beside the requests.
        broken: the entries of packs whose promise is broken.
    """

    now: float
    seed: int = 1
    port: int = 0
    requests_csv: Path | None = None
    service: str = DEFAULT_SERVICE
    environment: str = DEFAULT_ENVIRONMENT
    anchoring: Anchoring = "start"
    values: Values = "exact"
    behaviours: Sequence[str] = ()
    months: int = 15
    packs: Sequence[str] = ()
    broken: Sequence[str] = ()


def make_world(options: SandboxOptions) -> World:
    """The world those options describe.

    Raises:
        BadBehaviour: if a behaviour is not understood.
        BadPack: if there is no such pack, or no such promise in those that are shown.
        BadRequests: if the recorded requests cannot be read.
        OSError: if their file cannot be opened.
    """
    behaviour = Behaviour.parse(options.behaviours)
    if options.requests_csv is None:
        world = demo_world(options.seed, options.now, options.months)
    else:
        log = RequestLog.from_csv(options.requests_csv, options.service, options.environment)
        world = World(log, now=options.now)
    world.anchoring, world.values, world.behaviour = options.anchoring, options.values, behaviour
    world.evaluates = True
    faults: dict[str, dict[str, object]] = {entry: {} for entry in options.broken}
    add_packs(world, options.packs, faults=faults, seed=options.seed, since=world.first_seen or 0)
    return world


def serve(options: SandboxOptions, announce: Callable[[str], None], stop: threading.Event | None = None) -> None:
    """Answers until SIGINT or SIGTERM arrives, or ``stop`` is set.

    Args:
        options: what to show, and where.
        announce: gets the URL once the sandbox answers.
        stop: another way to end; then no signal is listened to.

    Raises:
        BadBehaviour: as ``make_world``.
        BadPack: as ``make_world``.
        BadRequests: as ``make_world``.
        OSError: as ``make_world``, or if the port is taken.
    """
    server = Server(make_world(options), options.port, keep_params=False)
    ended = stop or _until_signal()
    with server:
        announce(server.url)
        while not ended.wait(0.2):
            pass


def _until_signal() -> threading.Event:
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return ended
