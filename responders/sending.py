"""Sends what waits in the outbox: in order for each address, leased, and given back if this process dies.
Knows the two faults of delivery and nothing else; what an arrival or a failure means is the app's to say."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from responders.box import Box, Tampered
from responders.changing import replace
from responders.clearing import Clearing, kept
from responders.compact import NotOurs
from responders.delivery import Reason, Sender, TryAgain, Undeliverable
from responders.each_shard import EachShard
from responders.handing import Handing
from responders.items import HELLO, Item, Kind, opened
from responders.keyring import KeyDestroyed, TransitKeyring
from responders.noting import NOTES, note
from responders.patience import Pause, patiently, seconds
from responders.post import LEASE
from responders.settling import Place, Settling
from responders.store import Queued, Settled, Store, StoreDown, sent_key

log = logging.getLogger("tocsin.sending")

_IDLE = 0.25  # seconds between looks at an outbox in which nothing is due
_OTHER_WAY_AFTER = timedelta(seconds=10)  # a page whose channel is away that long also takes its next channel
_BROKEN_AFTER = 3  # tries that ended in a fault of ours: then the item counts as undeliverable


class Sending:
    """The outbox loops of one process, over all shards."""

    def __init__(
        self, store: Store, transit: TransitKeyring, box: Box, senders: Mapping[str, Sender],
        clock: Callable[[], datetime], pseudonym: Callable[[str, str], str], shards: int,
    ) -> None:  # fmt: skip
        self._store = store
        self._transit = transit
        self._box = box
        self._clock = clock
        self._pseudonym = pseudonym
        self._shards = shards
        self._lanes: dict[Place, deque[tuple[int, str, Item]]] = {}
        self._flying: dict[str, int] = {}
        self._broken: dict[str, int] = {}
        self._unread: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self.passes = 0  # counts up for as long as the outbox of this process moves
        self.handing = Handing(senders)
        self.clearing = Clearing(store, box, senders, shards)
        self.settling = Settling(store, clock, self.clearing, self._arrived, self._forget)
        self.pause: Pause = asyncio.sleep
        self.on_arrived: Callable[[Item], Awaitable[None]] | None = None
        self.on_undeliverable: Callable[[Item, str], Awaitable[None]] | None = None
        self.may_greet: Callable[[str, Item], Awaitable[bool]] | None = None
        self.digest: Callable[[str, str, datetime], Awaitable[None]] | None = None
        self.group: Callable[[Item, datetime], Awaitable[None]] | None = None
        self.observe: Callable[[str, str], None] = lambda _channel, _outcome: None

    def offer(self, shard: int, queued: Sequence[Queued]) -> None:
        """Send at once what this process has just committed and leased."""
        for entry in queued:
            if entry.leased_until is not None and isinstance(entry.plain, Item):
                self._fly(shard, entry.id, entry.plain)
            elif entry.leased_until is not None:
                self._take(shard, entry.id, entry.item)
            else:
                self._wake.set()

    async def heard_from(self, channel: str, address: str) -> None:
        """Before somebody's words are worked: note what has reached them, however quickly they answer it."""
        place = (channel, address)
        await self.handing.is_over(place)
        with suppress(StoreDown):  # the words themselves need it, too, and wait for it
            await self.settling.heard_from(place)

    def in_hand(self) -> Iterator[tuple[str, Item]]:
        """What this process holds and has not sent yet, with its name."""
        return ((item_id, item) for lane in self._lanes.values() for _, item_id, item in lane)

    async def run(self) -> None:
        """Claim, renew and settle until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._claim())
            group.create_task(self._renew())
            group.create_task(self.settling.run())

    async def drain(self, patience: float = 5.0) -> None:
        """For a graceful stop: settle what has been sent; what still waits goes to whoever comes next."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.settling.flush()
        await self.settling.leave(patience)

    async def _claim(self) -> None:
        claiming = EachShard(self._shards, self._claim_shard)
        while True:
            waits = await claiming.round()
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(waits):
                    await self._wake.wait()

    async def _claim_shard(self, shard: int) -> float:
        self.passes += 1
        now = self._clock()
        claimed = await self._store.claim_outbox(shard, now, LEASE, 500)
        for item_id, blob in claimed.items:
            self._take(shard, item_id, blob, lasts=claimed.lasts)
        waits = _IDLE if claimed.next_due is None else (claimed.next_due - now).total_seconds()
        return min(_IDLE, max(0.002, waits))

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            try:
                held: dict[int, list[str]] = {}
                for item_id, shard in self._flying.items():
                    held.setdefault(shard, []).append(item_id)
                until = self._clock() + LEASE
                await asyncio.gather(*(self._store.renew(shard, ids, until) for shard, ids in held.items()))
            except StoreDown:
                log.warning("leases not renewed: the store is away")

    def _take(self, shard: int, item_id: str, blob: bytes, *, lasts: bool = True) -> None:
        """`lasts`: whether enough machines have it. Somebody is woken in any case; whatever confirms anything waits."""
        if item_id in self._flying:
            return
        try:
            item = opened(blob, item_id, self._transit) if blob else None
        except NotOurs:  # a newer version's worker can read it: it stays, and comes again when its lease ends
            log.error("an outbox item is not one of this version and is left where it is")
            return
        except Tampered:  # perhaps sealed under another keyring than ours, by a worker that can open it
            if item_id not in self._unread:
                log.error(
                    "an outbox item cannot be opened here and is left: do all workers share one keyring?"
                )
            self._unread.add(item_id)
            return
        except KeyDestroyed:
            log.error("an outbox item cannot be opened any more and is dropped")
            item = None
        if item is None:
            self._flying[item_id] = shard
            self._finish(shard, item_id)
            return
        if lasts or item.kind not in (Kind.REPLY, Kind.TELL):  # else it comes again when its lease ends
            self._fly(shard, item_id, item)

    def _fly(self, shard: int, item_id: str, item: Item) -> None:
        """Put one item behind those for the same address."""
        if item_id in self._flying:
            return
        self._flying[item_id] = shard
        # what goes to no platform waits only for its own kind: notes may be many, and slow to write
        place = (item.channel, item.address) if item.channel else (item.kind.value, "")
        lane = self._lanes.setdefault(place, deque())
        lane.append((shard, item_id, item))
        if len(lane) == 1:
            task = asyncio.create_task(self._work(place))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _work(self, place: Place) -> None:
        """Everything for one address, in order."""
        lane = self._lanes[place]
        try:
            while lane:
                shard, item_id, item = lane[0]
                try:
                    await patiently(partial(self._deliver, shard, item_id, item), self.pause)
                except Exception as fault:  # one item that breaks us must not silence everybody else
                    log.error("an outbox item could not be worked: %s", type(fault).__name__, exc_info=True)
                    await patiently(partial(self._set_aside, shard, item_id, item), self.pause)
                lane.popleft()
        finally:
            del self._lanes[place]
            for _, item_id, _ in lane:  # stopped: the leases run out and the items are claimed again
                self._flying.pop(item_id, None)

    async def _set_aside(self, shard: int, item_id: str, item: Item) -> None:
        """A fault of ours: tried again when its lease ends; after the third it counts as undeliverable."""
        self._broken[item_id] = self._broken.get(item_id, 0) + 1
        if self._broken[item_id] < _BROKEN_AFTER:
            del self._flying[item_id]
            return
        if self.on_undeliverable is not None and item.kind not in NOTES:
            await self.on_undeliverable(item, Reason.REFUSED.value)
        self._finish(shard, item_id)

    async def _deliver(self, shard: int, item_id: str, item: Item) -> None:
        match item.kind:
            case Kind.REPLY | Kind.PAGE | Kind.TELL:
                await self._send(shard, item_id, item)
                return
            case Kind.AUDIT | Kind.COUNT:
                await note(self._store, item_id, item)
            case Kind.CLEAR:
                await self.settling.flush()
                await self.clearing.clear(replace(item, pseudonym=self._pseudonym_of(item)))
            case Kind.DIGEST if self.digest is not None:
                await self.digest(item.person, item.mark, self._clock())
            case Kind.GROUP if self.group is not None:
                await self.group(item, self._clock())
        self._finish(shard, item_id)

    async def _send(self, shard: int, item_id: str, item: Item) -> None:
        if item.mark == HELLO and self.may_greet is not None and not await self.may_greet(item_id, item):
            self._finish(shard, item_id)
            return
        waited, elsewhere, tried = timedelta(0), False, False
        while not tried or await self._store.is_queued(shard, item_id):  # or it was cancelled meanwhile
            tried = True
            try:
                message_id = await self.handing.over(item)
            except TryAgain as fault:
                self.observe(item.channel, "try_again")
                waited += fault.after
                if not elsewhere and waited >= _OTHER_WAY_AFTER and self.on_undeliverable is not None:
                    elsewhere = True
                    await self.on_undeliverable(item, "away")
                await self.pause(seconds(fault.after))
            except Undeliverable as fault:
                self.observe(item.channel or "none", "undeliverable")
                if self.on_undeliverable is not None:
                    await self.on_undeliverable(item, fault.reason.value)
                break
            else:
                self.observe(item.channel, "sent")
                self._sent(shard, item_id, item, message_id)
                return
        self._finish(shard, item_id)

    def _sent(self, shard: int, item_id: str, item: Item, message_id: str) -> None:
        key = sent_key(shard, self._pseudonym_of(item))
        settled = Settled(item_id, key, self._box.seal(kept(item, message_id), key.encode()))
        self.settling.add(shard, settled, (item, message_id))

    def _pseudonym_of(self, item: Item) -> str:
        return item.pseudonym or self._pseudonym(item.channel, item.address)

    def _finish(self, shard: int, item_id: str) -> None:
        self.settling.add(shard, Settled(item_id))

    async def _arrived(self, item: Item) -> None:
        if self.on_arrived is not None:
            await self.on_arrived(item)

    def _forget(self, item_id: str) -> None:
        self._flying.pop(item_id, None)
        self._broken.pop(item_id, None)
