"""Sends what waits in the outbox: in order for each address, leased, and given back if this process dies.
Knows the two faults of delivery and nothing else; what an arrival or a failure means is the app's to say."""

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from responders.box import Box, Tampered
from responders.delivery import Reason, Sender, TryAgain, Undeliverable
from responders.items import Item, Kind, opened
from responders.keyring import KeyDestroyed, TransitKeyring
from responders.pending import Pending, shard_of
from responders.post import LEASE
from responders.statistics import STATS
from responders.store import Field, Queued, Settled, Store, StoreDown, sent_key

log = logging.getLogger("tocsin.sending")

_IDLE = 0.25  # seconds between looks at an outbox in which nothing is due
_FLUSH = 0.05  # seconds in which what was sent is settled together
_OTHER_WAY_AFTER = timedelta(seconds=10)  # a page whose channel is away that long also takes its next channel

Digest = Callable[[str, datetime], Awaitable[None]]


class Sending:
    """The outbox loops of one process, over all shards."""

    def __init__(
        self, store: Store, transit: TransitKeyring, box: Box, senders: Mapping[str, Sender], clock: Callable[[], datetime],
        pseudonym: Callable[[str, str], str], shards: int,
    ) -> None:  # fmt: skip
        self._store = store
        self._transit = transit
        self._box = box
        self._senders = senders
        self._clock = clock
        self._pseudonym = pseudonym
        self._shards = shards
        self._queues: dict[tuple[str, str], deque[tuple[int, str, Item]]] = {}
        self._flying: dict[str, int] = {}
        self._settled: dict[int, list[Settled]] = {}
        self._sent_messages: dict[str, tuple[Item, str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._dirty = asyncio.Event()
        self.on_arrived: Callable[[Item], Awaitable[None]] | None = None
        self.on_undeliverable: Callable[[Item, str], Awaitable[None]] | None = None
        self.digest: Digest | None = None
        self.observe: Callable[[str, str], None] = lambda channel, outcome: None

    def offer(self, shard: int, queued: Sequence[Queued]) -> None:
        """Send at once what this process has just committed and leased."""
        for entry in queued:
            if entry.leased_until is not None:
                self._take(shard, entry.id, entry.item)
            else:
                self._wake.set()

    async def run(self) -> None:
        """Claim, renew and settle until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._claim())
            group.create_task(self._renew())
            group.create_task(self._settle())

    async def drain(self) -> None:
        """Settle what has been sent; for a graceful stop."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
        await self._flush()

    # -- loops ---------------------------------------------------------------------------------------------------

    async def _claim(self) -> None:
        while True:
            now, waits = self._clock(), _IDLE
            try:
                for shard in range(self._shards):
                    claimed = await self._store.claim_outbox(shard, now, LEASE, 500)
                    for item_id, blob in claimed.items:
                        self._take(shard, item_id, blob)
                    if claimed.next_due is not None:
                        waits = min(waits, max(0.002, (claimed.next_due - now).total_seconds()))
            except StoreDown:
                waits = 1.0
            self._wake.clear()
            try:
                async with asyncio.timeout(waits):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            by_shard: dict[int, list[str]] = {}
            for item_id, shard in self._flying.items():
                by_shard.setdefault(shard, []).append(item_id)
            try:
                for shard, ids in by_shard.items():
                    await self._store.renew(shard, ids, self._clock() + LEASE)
            except StoreDown:
                log.warning("leases not renewed: the store is away")

    async def _settle(self) -> None:
        while True:
            await self._dirty.wait()
            await asyncio.sleep(_FLUSH)
            self._dirty.clear()
            try:
                await self._flush()
            except StoreDown:
                self._dirty.set()
                await asyncio.sleep(0.5)

    async def _flush(self) -> None:
        for shard in list(self._settled):
            settled = self._settled.pop(shard)
            try:
                await self._tell_cases(settled)
                cancelled = await self._store.settle(shard, settled, self._clock())
            except StoreDown:
                self._settled.setdefault(shard, [])[:0] = settled
                raise
            for entry in settled:
                sent = self._sent_messages.pop(entry.id, None)
                self._flying.pop(entry.id, None)
                if sent is not None and entry.id in cancelled:
                    await self._delete(*sent)  # "a cut between send and delivery: an erase cancels the message"

    async def _tell_cases(self, settled: Sequence[Settled]) -> None:
        """Held messages that arrived, told to their cases before the outbox forgets them: dying in between repeats a
        message at once; the other way round the case would keep its copy, and send it again days later."""
        for entry in settled:
            sent = self._sent_messages.get(entry.id)
            if self.on_arrived is not None and sent is not None and sent[0].ref is not None:
                await self.on_arrived(sent[0])

    # -- one item ------------------------------------------------------------------------------------------------

    def _take(self, shard: int, item_id: str, blob: bytes) -> None:
        if item_id in self._flying:
            return
        self._flying[item_id] = shard
        try:
            item = opened(blob, item_id, self._transit) if blob else None
        except (KeyDestroyed, Tampered):
            log.error("an outbox item cannot be opened any more and is dropped")
            item = None
        if item is None:
            self._finish(shard, item_id)
            return
        place = (item.channel, item.address)
        queue = self._queues.get(place)
        if queue is not None:
            queue.append((shard, item_id, item))
            return
        self._queues[place] = deque([(shard, item_id, item)])
        task = asyncio.create_task(self._work(place))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, place: tuple[str, str]) -> None:
        """Everything for one address, in order."""
        queue = self._queues[place]
        try:
            while queue:
                shard, item_id, item = queue[0]
                await self._deliver(shard, item_id, item)
                queue.popleft()
        finally:
            del self._queues[place]
            for _, item_id, _ in queue:  # a fault of ours: the leases run out and the items are claimed again
                self._flying.pop(item_id, None)

    async def _deliver(self, shard: int, item_id: str, item: Item) -> None:
        if item.kind is Kind.AUDIT:
            entry = {"at": item.at, "act": item.text, "by": item.person or None, "case": item.case}
            await self._patiently(lambda: self._store.append_audit(item_id, json.dumps(entry).encode()))
            self._finish(shard, item_id)
            return
        if item.kind is Kind.COUNT:
            await self._patiently(lambda: self._store.put([Field(STATS, item.text, add=1)]))
            self._finish(shard, item_id)
            return
        if item.kind is Kind.CLEAR:
            await self._clear(item)
            self._finish(shard, item_id)
            return
        if item.kind is Kind.DIGEST:
            await self._digest(item)
            self._finish(shard, item_id)
            return
        waited, elsewhere = timedelta(0), False
        while True:
            sender = self._senders.get(item.channel)
            try:
                if sender is None or not item.address:
                    raise Undeliverable(Reason.UNREGISTERED)
                message_id = await sender.send(item.address, item.message)
            except TryAgain as fault:
                self.observe(item.channel, "try_again")
                waited += fault.after
                if item.kind is Kind.PAGE and item.rest and not elsewhere and waited >= _OTHER_WAY_AFTER:
                    elsewhere = True
                    await self._report(item, "away")
                await asyncio.sleep(min(max(fault.after.total_seconds(), 0.05), 30))
                if not await self._still_wanted(shard, item_id):
                    self._finish(shard, item_id)
                    return
            except Undeliverable as fault:
                self.observe(item.channel or "none", "undeliverable")
                await self._report(item, fault.reason.value)
                self._finish(shard, item_id)
                return
            else:
                self.observe(item.channel, "sent")
                self._sent(shard, item_id, item, message_id)
                return

    def _sent(self, shard: int, item_id: str, item: Item, message_id: str) -> None:
        pseudonym = item.pseudonym or self._pseudonym(item.channel, item.address)
        kept = json.dumps({"i": message_id, "m": item.mark, "c": item.case}).encode()
        key = sent_key(shard, pseudonym)
        self._sent_messages[item_id] = (item, message_id)
        self._finish(shard, item_id, Settled(item_id, key, self._box.seal(kept, key.encode())))

    def _finish(self, shard: int, item_id: str, settled: Settled | None = None) -> None:
        self._settled.setdefault(shard, []).append(settled or Settled(item_id))
        self._dirty.set()

    async def _still_wanted(self, shard: int, item_id: str) -> bool:
        """Whether nobody cancelled an item while its channel was away."""
        try:
            return await self._store.is_queued(shard, item_id)
        except StoreDown:
            return True

    async def _report(self, item: Item, reason: str) -> None:
        """Somebody else must be woken: told, whatever the store does, before the item is settled and forgotten."""
        report = self.on_undeliverable
        if report is not None:
            await self._patiently(lambda: report(item, reason))

    async def _patiently(self, act: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await act()
                return
            except StoreDown:
                await asyncio.sleep(0.5)

    # -- deleting and digests ------------------------------------------------------------------------------------

    async def _clear(self, item: Item) -> None:
        """Delete our messages of the last 48 hours in one chat; all, or those with a mark."""
        shard = shard_of(item.pseudonym, self._shards)
        await self._flush()
        key = sent_key(shard, item.pseudonym)
        ids: list[str] = []
        for blob in await self._store.sent(shard, item.pseudonym):
            try:
                sent = json.loads(self._box.open(blob, key.encode()))
            except Tampered:
                continue
            if not item.mark or sent["m"] == item.mark:
                ids.extend(sent["i"].split(","))
        sender = self._senders.get(item.channel)
        if sender is not None and ids:
            await self._delete_all(sender, item.address, ids)
        if not item.mark:
            pending = Pending(shard)
            pending.clear_sent(key)
            await self._patiently(lambda: self._store.commit(pending.commit()))

    async def _delete_all(self, sender: Sender, address: str, ids: Sequence[str]) -> None:
        while True:
            try:
                await sender.delete(address, ids)
                return
            except TryAgain as fault:
                await asyncio.sleep(min(fault.after.total_seconds(), 30))
            except Undeliverable:
                return

    async def _delete(self, item: Item, message_id: str) -> None:
        sender = self._senders.get(item.channel)
        if sender is not None:
            await self._delete_all(sender, item.address, message_id.split(","))

    async def _digest(self, item: Item) -> None:
        if self.digest is None:
            return
        await self.digest(item.person, self._clock())
