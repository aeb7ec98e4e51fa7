"""Works what a platform hands over once and never again: kept in the inbox first, then handled, in order for each
person, however often we die in between. It never looks into a message."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels import Handle, Inbound
from bot.channels.inbound_json import as_bytes, from_bytes
from bot.channels.lanes import Lanes
from bot.channels.offering import Received, Waits, until_handled
from responders.compact import NotOurs
from responders.inbox import Inbox, Place
from responders.store import StoreDown
from responders.store.wire import milliseconds

log = logging.getLogger(__name__)

AT_ONCE = 1_000  # messages in hand; beyond, the rest waits at the platform, where it is as safe
FORGOTTEN = timedelta(
    seconds=30
)  # then whoever put it there has died, or is stuck: repeating work is harmless
LOOK_EVERY = timedelta(seconds=10)


class KeptWork:
    """The working half of one account. `takes_out`: its handler's commits do not take a message out of the inbox."""

    def __init__(
        self, account: str, inbox: Inbox, clock: Callable[[], datetime], *, takes_out: bool = False, width: int = 64,
        waits: Waits | None = None, counts: Received | None = None,
    ) -> None:  # fmt: skip
        self.counts = counts or Received()
        self._account = account
        self._inbox = inbox
        self._clock = clock
        self._takes_out = takes_out
        self._waits = waits or Waits()
        self._lanes = Lanes(width)
        self._in_hand: set[Place] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._work: set[asyncio.Task[None]] = set()

    async def take(self, arrived: Sequence[Inbound], handle: Handle) -> None:
        """Keep all of these, then begin to work them; returns when none can be lost any more. Raises StoreDown."""
        places = [self._inbox.place(self._account, one.address, one.message_id) for one in arrived]
        now = self._clock()
        putting = (
            self._inbox.put(self._account, place, as_bytes(inbound), now)
            for place, inbound in zip(places, arrived, strict=True)
        )
        is_open = await asyncio.gather(*putting)
        for place, inbound, is_to_do in zip(places, arrived, is_open, strict=True):
            if is_to_do:
                await self._begin(place, replace(inbound, in_inbox=True), handle)

    async def resume(self, handle: Handle) -> None:
        """Begin with what an earlier run left, before anything new; waits for the store."""
        while True:
            with suppress(StoreDown):
                return await self._look(handle, timedelta(0))
            await asyncio.sleep(self._waits.before(2))

    async def watch(self, handle: Handle) -> None:
        """Until cancelled: also work what another process, now dead, had put into the inbox."""
        while True:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            with suppress(StoreDown):
                await self._look(handle, FORGOTTEN)

    async def finish(self) -> None:
        """For a stop: let work under way end; the rest stays in the inbox."""
        if self._work:
            await asyncio.wait(self._work, timeout=self._waits.grace.total_seconds())
        for task in (left := list(self._work)):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _look(self, handle: Handle, older_than: timedelta) -> None:
        now = self._clock()
        latest, ahead = milliseconds(now - older_than), milliseconds(now + older_than)
        for one in await self._inbox.waiting(self._account):
            # what was put there later than now was put there before the clock went back
            if latest < one.at <= ahead and older_than > timedelta(0):
                continue
            try:
                inbound = from_bytes(self._account, one.content)
            except NotOurs:  # a worker of a newer version can read it: it stays, and holds up nobody
                log.error("%s: an arrival in the inbox is not one of this version", self._account)
                continue
            await self._begin(one.place, inbound, handle)

    async def _begin(self, place: Place, inbound: Inbound, handle: Handle) -> None:
        if place in self._in_hand:
            return
        self._in_hand.add(place)
        await self._room.acquire()
        task = asyncio.get_running_loop().create_task(self._handle(place, inbound, handle))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _handle(self, place: Place, inbound: Inbound, handle: Handle) -> None:
        """Offer the message until it is handled. Only this person's later messages wait for it."""

        async def handled(one: Inbound) -> None:
            await handle(one)
            if self._takes_out:
                await self._inbox.drop(place)

        try:
            await until_handled(self._account, inbound, handled, self._lanes, self._waits, self.counts)
        finally:
            self._in_hand.discard(place)
            self._room.release()
