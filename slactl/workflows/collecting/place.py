"""Which account and region a store was filled from.

The one rule: a store is of one place. It is neither filled on nor topped up from another: nobody could add them up,
and a place where nothing runs would look like one where nothing fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.model.evidence import Kind
from slactl.ports.archive import EvidenceFailure

if TYPE_CHECKING:
    from slactl.workflows.collecting.holdings import Store


def check_place(store: Store, account: str, region: str) -> None:
    """Holds what is kept against the account and region of the credentials.

    What linked accounts share with a monitoring account is read, and kept, as that account's.

    Raises:
        EvidenceFailure: if any counts or metrics are of another place.
    """
    kept = [one.place for kind in (Kind.COUNTS, Kind.METRICS) for one in store.items(kind)]
    places = {(one.account, one.region): one.service for one in kept}
    if places.keys() <= {(account, region)}:
        return
    others = [f"{key} from account {owner} in {where}" for (owner, where), key in sorted(places.items())]
    raise EvidenceFailure(
        f"{store.name} was filled with {', '.join(others)}; these credentials are of account {account} in {region}",
        "use the credentials and the region of that account, or name a store or prefix of its own in evidence.store",
    )
