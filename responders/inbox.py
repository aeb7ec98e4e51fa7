"""The partitioned inbox: arrivals that a platform will not hand over again, sealed under the day's transit key until
their work is committed. It knows whose shard an arrival belongs to, never what it says.

Entry: order (8 bytes, big endian: milliseconds * 4096 + count), then the sealed arrival; what is sealed is the
channel's name, a line feed, and what the channel gave. The order only matters after a restart."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from responders.box import Tampered
from responders.keyring import KeyDestroyed, TransitKeyring
from responders.pending import Pending, shard_of
from responders.store import Store
from responders.store.inbox import Arrival, inbox_key
from responders.store.wire import milliseconds

log = logging.getLogger("tocsin.inbox")

_ORDER = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where one arrival lies: its person's shard, and the done mark of the message."""

    shard: int
    mark: str


@dataclass(frozen=True, slots=True, repr=False)  # it holds what somebody wrote
class Waiting:
    """One arrival that waits, opened."""

    place: Place
    at: int  # milliseconds since 1970: when it was put there
    content: bytes


class Inbox:
    """One process's way to the inboxes of all shards."""

    def __init__(
        self, store: Store, transit: TransitKeyring, mark: Callable[[str], str],
        pseudonym: Callable[[str, str], str], shards: int,
    ) -> None:  # fmt: skip
        self._store = store
        self._transit = transit
        self._mark = mark
        self._pseudonym = pseudonym
        self._shards = shards
        self._last = 0
        self._unread: set[str] = set()

    def place(self, channel: str, address: str, message_id: str) -> Place:
        """Where a message belongs. The same message always has the same place: that is how a repetition is known."""
        shard = shard_of(self._pseudonym(channel, address), self._shards)
        return Place(shard, self._mark(f"{channel}|{address}|{message_id}"))

    async def put(self, channel: str, place: Place, content: bytes, now: datetime) -> bool:
        """Keep it, and return whether there is still something to do. Raises StoreDown."""
        sealed = self._transit.seal(b"%s\n%s" % (channel.encode(), content), _aad(place), now)
        value = self._order(now).to_bytes(_ORDER) + sealed
        return await self._store.put_inbox(place.shard, place.mark, value) is not Arrival.WORKED

    @property
    def shards(self) -> int:
        """How many inboxes there are."""
        return self._shards

    async def waiting(self, channel: str, only: int | None = None) -> list[Waiting]:
        """All that waits of one channel, in the order in which it arrived; or that of one shard. Raises StoreDown."""
        found = []
        for shard in range(self._shards) if only is None else (only,):
            for mark, value in (await self._store.inbox(shard)).items():
                opened = await self._open(Place(shard, mark), value)
                if opened is not None and opened[0] == channel:
                    found.append((value[:_ORDER], Waiting(Place(shard, mark), _at(value), opened[1])))
        return [waiting for _, waiting in sorted(found, key=lambda one: one[0])]

    async def drop(self, place: Place) -> None:
        """It is worked, and no commit of its shard took it along. Raises StoreDown."""
        await self._store.drop_inbox(place.shard, place.mark)

    async def _open(self, place: Place, value: bytes) -> tuple[str, bytes] | None:
        """Channel and content; what can never be opened again is removed, what somebody else may open is left."""
        try:
            channel, _, content = self._transit.open(value[_ORDER:], _aad(place)).partition(b"\n")
        except Tampered:
            if place.mark not in self._unread:
                log.error("an arrival in the inbox cannot be opened here: do all workers share one keyring?")
            self._unread.add(place.mark)
            return None
        except KeyDestroyed:
            log.error("an arrival in the inbox cannot be opened any more and is dropped")
            await self.drop(place)
            return None
        return channel.decode(), content

    def _order(self, now: datetime) -> int:
        self._last = max(self._last + 1, milliseconds(now) << 12)
        return self._last


def forget(pending: Pending, done: str) -> None:
    """Remove an arrival with the commit that works it."""
    pending.field(inbox_key(pending.shard), done, None)


def _at(value: bytes) -> int:
    return int.from_bytes(value[:_ORDER]) >> 12


def _aad(place: Place) -> bytes:
    return b"inbox|" + place.mark.encode()
