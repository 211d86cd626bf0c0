"""``slactl sandbox``: a local CloudWatch with months of traffic, to try every command on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.console import fail, out, talk
from slactl.cli.files import write_whole

if TYPE_CHECKING:
    from slactl.sandbox.serve import SandboxOptions
    from slactl.sandbox.server import Server

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "sandbox",
    "AWS_SECRET_ACCESS_KEY": "sandbox",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


def _environment(url: str, packs: Sequence[str]) -> dict[str, str]:
    """What a command needs to speak to the sandbox alone, and never to AWS or Cloudflare.

    Only with pack r2 is there a Cloudflare; without, the token is empty, which hides one that the user has.
    """
    token = "sandbox" if "r2" in packs else ""
    place = {"AWS_ENDPOINT_URL": url, "SLACTL_CLOUDFLARE_URL": f"{url}/client/v4", "CLOUDFLARE_API_TOKEN": token}
    return place | ENVIRONMENT


class Anchoring(StrEnum):
    """Where buckets begin."""

    START = "start"
    EPOCH = "epoch"


class Values(StrEnum):
    """What is left of latencies."""

    EXACT = "exact"
    HISTOGRAM = "histogram"


def sandbox(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1; 0 takes any free one.")] = 0,
    seed: Annotated[int, typer.Option(help="Of the demo's chance.")] = 1,
    now: Annotated[
        str | None, typer.Option(help="The sandbox's clock, RFC 3339; default: SLACTL_NOW, else the present.")
    ] = None,
    requests: Annotated[
        Path | None,
        typer.Option(help="Recorded requests (CSV: timestamp, operation, latency_ms, status) instead of the demo's."),
    ] = None,
    service: Annotated[str, typer.Option(help="The service of recorded requests that name none.")] = "missions-api",
    environment: Annotated[
        str, typer.Option(help="The environment of recorded requests that name none.")
    ] = "lambda:prod",
    anchoring: Annotated[
        Anchoring, typer.Option(help="Where buckets begin: at the start time or at the epoch.")
    ] = Anchoring.START,
    values: Annotated[Values, typer.Option(help="Exact latencies, or what a histogram leaves of them.")] = Values.EXACT,
    misbehave: Annotated[
        list[str] | None,
        typer.Option(help="Misbehaviour KEY=VALUE, several times: throttle=0.1, forbid=Fault, delay=100ms, ..."),
    ] = None,
    months: Annotated[int, typer.Option(help="Whole months of demo traffic before the running one.")] = 15,
    packs: Annotated[
        list[str] | None,
        typer.Option("--pack", help="Show a part of the platform too, several times: dynamodb, lambda, memorydb, ..."),
    ] = None,
    broken: Annotated[
        list[str] | None,
        typer.Option("--break", help="Break one promise of a shown pack, several times: dynamodb-throttles, ..."),
    ] = None,
    write_config: Annotated[
        Path | None, typer.Option(help="First write the demo's configuration into this directory.")
    ] = None,
    exec_: Annotated[
        bool, typer.Option("--exec", help="Run what follows as a command against the sandbox, then stop.")
    ] = False,
) -> None:
    """Serve a local CloudWatch until Ctrl-C, and print the line to export; or run one command against it."""
    if context.args and not exec_:
        fail(f"unexpected argument {context.args[0]!r}", "a command to run stands behind --exec", 2)
    if exec_ and not context.args:
        fail("--exec needs a command", "for example: slactl sandbox --exec slactl report", 2)
    _need_extra()
    from slactl.sandbox.serve import SandboxOptions

    epoch = _epoch(now)
    options = SandboxOptions(
        now=epoch,
        seed=seed,
        port=port,
        requests_csv=requests,
        service=service,
        environment=environment,
        anchoring=anchoring.value,
        values=values.value,
        behaviours=tuple(misbehave or ()),
        months=months,
        packs=tuple(packs or ()),
        broken=tuple(broken or ()),
    )
    raise typer.Exit(_serve(options, write_config, context.args if exec_ else None))


def _need_extra() -> None:
    """Says what to install where the sandbox's own libraries are missing."""
    missing = [name for name in ("numpy", "pandas", "moto") if find_spec(name) is None]
    if missing:
        fail(f"the sandbox needs {', '.join(missing)}", "pip install 'slactl[sandbox]'", 1)


def _epoch(text: str | None) -> int:
    if text:
        os.environ[clock.VARIABLE] = text
    return clock.now().epoch


def _write_demo(directory: Path, options: SandboxOptions) -> None:
    from slactl.sandbox.demo_files import demo_files

    for name, text in demo_files(options.now, options.months, options.packs).items():
        if (directory / name).exists():
            talk(f"{directory / name} stands already; left as it is")
        else:
            write_whole(directory / name, text)


def _serve(options: SandboxOptions, write_config: Path | None, command: list[str] | None) -> int:
    """Runs the sandbox; the exit code is the command's, where one was given."""
    from slactl.sandbox.behaviour import BadBehaviour
    from slactl.sandbox.packs import BadPack
    from slactl.sandbox.requests import BadRequests
    from slactl.sandbox.serve import make_world
    from slactl.sandbox.server import Server

    try:
        server = Server(make_world(options), options.port, keep_params=False)
    except (BadBehaviour, BadPack, BadRequests) as wrong:
        fail(str(wrong), "slactl sandbox --help", 2)
    if write_config:
        _write_demo(write_config, options)
    with server:
        if write_config and options.packs:
            _write_history(write_config, server, options)
        settings = _environment(server.url, options.packs)
        return _run(command, settings) if command else _wait(settings)


def _write_history(directory: Path, server: Server, options: SandboxOptions) -> None:
    """What would have been collected of the packs' configuration, and of alarms, day by day."""
    from slactl.cli.sandbox_history import keep_history

    def put_clock(at: float) -> None:
        server.world.now = at

    os.environ.update(_environment(server.url, options.packs))
    keep_history(directory / "slactl.yaml", int(options.now), put_clock)


def _run(command: list[str], settings: Mapping[str, str]) -> int:
    try:
        return subprocess.run(command, env={**os.environ, **settings}, check=False).returncode  # noqa: S603 - the user's own command
    except FileNotFoundError:
        fail(f"there is no command {command[0]!r}", "", 2)


def _wait(settings: Mapping[str, str]) -> int:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    out("export " + " ".join(f"{key}={value}" for key, value in settings.items()))
    sys.stdout.flush()
    talk("the sandbox answers until Ctrl-C")
    ended.wait()
    return 0
