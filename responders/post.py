"""Queues items in a commit, sealed and named. Knows what an item is, never what it is about."""

from datetime import datetime, timedelta

from responders.items import Ids, Item, sealed
from responders.keyring import TransitKeyring
from responders.pending import Pending
from responders.store import Queued

LEASE = timedelta(seconds=4)  # renewed while a living sender holds it; a dead one's page leaves this late


class Post:
    """Where everything that is to be sent is handed in."""

    def __init__(self, transit: TransitKeyring) -> None:
        self._transit = transit
        self._ids = Ids()

    def name(self, now: datetime) -> str:
        """A name that sorts by time; for items and for the parts of a body."""
        return self._ids.next(now)

    def send(
        self,
        pending: Pending,
        item: Item,
        now: datetime,
        *,
        due: datetime | None = None,
        item_id: str | None = None,
    ) -> None:
        """Queue one item; what is due now is leased to this process, which sends it from memory."""
        item_id = item_id or self.name(now)
        leased = now + LEASE if due is None else None
        blob = sealed(item, item_id, self._transit, now)
        pending.send(Queued(item_id, due or now, blob, leased, item if leased is not None else None))
