"""Whose counts a store holds, where that is not who the agreement names now.

The one rule: a service is known by the key that it is kept under; that it had another name, environment or
gateway when it was read is said, and never taken for the same without a word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from slactl.model.evidence import Item, Kind
from slactl.model.service import Service
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.archive import Archive, EvidenceFailure
from slactl.workflows.collecting.subject import subject_of


def other_subjects(archive: Archive, services: Iterable[Service], around: Span) -> tuple[Reason, ...]:
    """What of a span was read of another service than the agreement names, each with the last day of it."""
    return tuple(reason for service in services for reason in _others(archive, service, around))


def check_account(archive: Archive, services: Iterable[Service], expected: str | None) -> None:
    """Holds what is kept against the account that the agreement expects.

    Raises:
        EvidenceFailure: if it was read from another one.
    """
    for service in services:
        accounts = {item.place.account for item in archive.items(Kind.COUNTS, service.key)}
        if expected and accounts and expected not in accounts:
            told = ", ".join(sorted(accounts))
            raise EvidenceFailure(
                f"the store holds {service.key} of account {told}, and aws.expected_account is {expected}",
                "name the store of that account under evidence.store, or mend aws.expected_account",
            )


def _others(archive: Archive, service: Service, around: Span) -> Iterator[Reason]:
    own, last = subject_of(service), dict[str, int]()
    for item in archive.items(Kind.COUNTS, service.key):
        subject, end = item.facts.get("subject"), _end(item)
        if isinstance(subject, str) and subject not in ("", own) and item.facts.get("streams") and end > around.start:
            last[subject] = max(end, last.get(subject, 0))
    for subject, end in sorted(last.items(), key=lambda pair: pair[1]):
        yield Reason.of(Code.OTHER_SERVICE, service=service.key, named=_named(subject), day=_day(end - 1))


def _end(item: Item) -> int:
    end = item.facts.get("end")
    return end if isinstance(end, int) else 0


def _named(subject: str) -> str:
    """The parts of a subject that were given, without what kind of source it is."""
    account, _, *rest = [*subject.split("|"), ""]
    return " / ".join(part for part in (account, *rest) if part)


def _day(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d}"
