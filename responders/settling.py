"""Takes what was sent, or given up, out of the outbox, many at a time; a case hears first of what it waits for.
It sends nothing, but deletes again what was cancelled while it was on its way."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

from responders.clearing import Clearing
from responders.items import Item, Kind
from responders.store import Settled, Store, StoreDown

log = logging.getLogger("tocsin.sending")

_FLUSH = 0.05  # seconds in which what was sent is settled together
_REPLIES = 0.2  # so much later where only answers have been sent: no case waits to hear of those
_STORE_AWAY = 0.5
_DEAF_AFTER = 3  # times that a case could not be told; what was sent was sent all the same

Sent = tuple[Item, str]  # and the platform's id of it
Place = tuple[str, str]  # channel and address


class Settling:
    """What waits to be settled, by shard."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], clearing: Clearing,
        arrived: Callable[[Item], Awaitable[None]], forget: Callable[[str], None],
    ) -> None:  # fmt: skip
        """`arrived` tells an item's case, and may raise StoreDown; `forget` is told each id when it is settled."""
        self._store = store
        self._clock = clock
        self._clearing = clearing
        self._arrived = arrived
        self._forget = forget
        self._settled: dict[int, list[Settled]] = {}
        self._sent: dict[str, Sent] = {}
        self._owed: Counter[Place] = Counter()
        self._untold: Counter[str] = Counter()
        self._some, self._awaited = asyncio.Event(), asyncio.Event()
        self._flushing = asyncio.Lock()
        self.deleting: set[asyncio.Task[None]] = set()

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._settled)

    def add(self, shard: int, settled: Settled, sent: Sent | None = None) -> None:
        """One item that needs no more sending; `sent` unless it was given up."""
        self._settled.setdefault(shard, []).append(settled)
        self._some.set()
        if sent is not None:
            self._sent[settled.id] = sent
        if sent is None or not is_answer(sent[0]):
            self._awaited.set()
        if sent is not None and not is_answer(sent[0]):
            self._owed[sent[0].channel, sent[0].address] += 1

    async def heard_from(self, place: Place) -> None:
        """Somebody wrote: what they may be answering is settled before their words are worked. Raises StoreDown."""
        if place in self._owed:
            await self.flush()

    async def run(self) -> None:
        """Settle until cancelled."""
        while True:
            await self._some.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout(_REPLIES):
                    await self._awaited.wait()
            await asyncio.sleep(_FLUSH)
            self._some.clear()
            self._awaited.clear()
            try:
                await self.flush()
            except StoreDown:
                self._some.set()
                await asyncio.sleep(_STORE_AWAY)

    async def flush(self) -> None:
        """Settle all. One at a time: whoever clears a chat must find all that was sent before. Raises StoreDown."""
        async with self._flushing:
            for shard in list(self._settled):
                settled = self._settled.pop(shard)
                try:
                    # Told to its case before the outbox forgets it: dying in between repeats a message at once; the
                    # other way round the case would keep its copy, and send it again days later.
                    told = [entry for entry in settled if await self._is_told(entry)]
                    cancelled = await self._store.settle(shard, told, self._clock()) if told else []
                except StoreDown:
                    self._settled.setdefault(shard, [])[:0] = settled
                    raise
                if untold := [entry for entry in settled if entry not in told]:
                    self._settled.setdefault(shard, [])[:0] = untold
                    self._some.set()
                for entry in told:
                    sent = self._sent.pop(entry.id, None)
                    self._forget(entry.id)
                    if sent is not None and not is_answer(sent[0]):
                        self._owed -= Counter([(sent[0].channel, sent[0].address)])
                    if sent is not None and entry.id in cancelled:  # "an erase cancels the message"
                        self._delete(*sent)

    def _delete(self, item: Item, message_id: str) -> None:
        """Beside everything else: a platform that asks for patience must not keep other people's words waiting."""
        deleting = self._clearing.delete(item.channel, item.address, message_id.split(","))
        task = asyncio.ensure_future(deleting)
        self.deleting.add(task)
        task.add_done_callback(self._deleted)

    def _deleted(self, task: asyncio.Task[None]) -> None:
        self.deleting.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            log.error("a cancelled message could not be deleted: %s", type(fault).__name__)

    async def leave(self, patience: float) -> None:
        """For a graceful stop: let deletions end; what a platform does not delete by then stays."""
        if self.deleting:
            await asyncio.wait(self.deleting, timeout=patience)
        for task in self.deleting:
            task.cancel()

    async def _is_told(self, entry: Settled) -> bool:
        """Whether its case knows, or never will: a case that breaks us must not have its message sent again and again,
        nor keep the others from being settled. Raises StoreDown."""
        if entry.id not in self._sent:
            return True
        try:
            await self._arrived(self._sent[entry.id][0])
        except StoreDown:
            raise
        except Exception as fault:
            self._untold[entry.id] += 1
            log.error("a case could not be told what was sent: %s", type(fault).__name__, exc_info=True)
            if self._untold[entry.id] < _DEAF_AFTER:
                return False
        del self._untold[entry.id]
        return True


def is_answer(item: Item) -> bool:
    """Whether nobody waits to hear that it arrived."""
    return item.kind is Kind.REPLY and item.ref is None and not item.case
