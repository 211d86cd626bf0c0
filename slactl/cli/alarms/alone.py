"""One run at a time from one machine: two that change the same account's alarms would change them under each other.

The one rule: who comes second is told and changes nothing; a lock ends with the run that holds it, however that ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from slactl.cli.console import fail, talk
from slactl.cli.remembering import cache

if TYPE_CHECKING:
    from slactl.aws.session import AwsWorld


@contextmanager
def alone(what: str, world: AwsWorld) -> Iterator[None]:
    """Holds the lock of an account and region in the user's cache; where there is none to hold, it says so.

    Args:
        what: is changed: ``alarms`` or ``SLOs``.
        world: whose.

    Raises:
        typer.Exit: with 1, if another run holds it.
    """
    import filelock

    where = f"{world.caller.account} in {world.region}"
    folder = cache("locks")
    if folder is None:
        talk(f"nothing keeps other runs off the {what} meanwhile: there is no cache to hold a lock in")
        yield
        return
    lock = filelock.FileLock(
        folder / f"{what.lower()}-{world.caller.account}-{world.region}.lock", timeout=0, thread_local=False
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout:
        fail(f"another run is changing {what} of account {where}; nothing was done", "wait until it is done")
    except (OSError, NotImplementedError) as error:
        talk(f"nothing keeps other runs off the {what} meanwhile: {error}")
    try:
        yield
    finally:
        lock.release()
