"""What every test may rely on: no credentials, clock or settings of the machine reach slactl.

The one rule: a test that needs AWS talks to the sandbox or to a fake; the credentials here open nothing.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from functools import cache

import pytest
from botocore.loaders import JSONFileLoader, Loader
from hypothesis import settings

# The same examples on every machine, however slow, so that a run says something of the change; `make soak` draws
# new ones.
settings.register_profile("steady", derandomize=True, deadline=None, max_examples=40)
settings.load_profile("steady")

# Whoever starts the tests in the background has them ignore an interrupt, and every command that they start inherits
# that; a handler of our own is not inherited.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What is imported and collected lives as long as the run: looking for garbage in it again and again takes long.
gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """Leaves what was imported and collected out of every later look for garbage."""
    gc.collect()
    gc.freeze()


CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

MACHINE = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}


@pytest.fixture(scope="session", autouse=True)
def _models_of_services_are_read_once() -> Iterator[None]:
    """Every session of boto3 reads the same files anew, which took a sixth of the tests' time.

    Nobody changes them, but for the metadata of a service, which some tests do.
    """
    one, read = JSONFileLoader(), cache(JSONFileLoader.load_file)
    walk = Loader.list_available_services

    def load(_self: JSONFileLoader, path: str) -> object:
        found = read(one, path)
        metadata = found.get("metadata") if isinstance(found, dict) else None
        return {**found, "metadata": dict(metadata)} if isinstance(metadata, dict) else found

    @cache
    def there(places: tuple[str, ...], kind: str) -> list[str]:
        found: list[str] = walk(Loader(extra_search_paths=places, include_default_search_paths=False), kind)
        return found

    def listed(self: Loader, type_name: str) -> list[str]:
        return list(there(tuple(self.search_paths), type_name))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(JSONFileLoader, "load_file", load)
        patched.setattr(Loader, "list_available_services", listed)
        yield


@pytest.fixture(autouse=True)
def _a_machine_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the machine says about AWS, slactl, colours and proxies, and give dummy credentials."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "SLACTL_")) or name.upper() in MACHINE:
            monkeypatch.delenv(name)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", f"{os.devnull}/no-such-place")
