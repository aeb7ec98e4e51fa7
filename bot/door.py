"""Who goes first when more arrives at once than can be worked. Nobody is made to wait for its own sake: a stranger's
alarm is worked as soon as those before it are.

A platform hands over a few messages at a time and hides the rest behind them, so that a known reporter would stand in
the queue of a flood. Beyond `at_once`, what a stranger writes is therefore put into our inbox, sealed; that costs a
hundredth of working it, the platform's queue moves on, and whoever a person has believed before goes straight through.
What was put aside is worked in its order, all the time. Signal's messages lie in the inbox anyway."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels import Handle, Inbound
from bot.channels.inbound_json import as_bytes, from_bytes
from bot.channels.lanes import Lanes
from bot.clock import monotonic
from responders.inbox import Inbox, Place
from responders.store import StoreDown
from responders.store.wire import milliseconds

log = logging.getLogger("tocsin.door")

MOST = 20_000  # put aside by this process; more wait at the platform, where they are as safe
WIDTH = 8  # of them worked at once
REST = 2  # while more are being put aside only one is, and rests so much longer than it works: the door stays quick
FORGOTTEN = timedelta(
    seconds=30
)  # then whoever put it there has died, or has much to do: doubled work is harmless
AGAIN = (0.2, 1.0, 2.0, 5.0)  # seconds before failed work is offered again


class Door:
    """The way in of one account; of several workers each has its own, and they share what is put aside."""

    def __init__(
        self, account: str, inbox: Inbox, clock: Callable[[], datetime], handle: Handle,
        is_known: Callable[[Inbound], Awaitable[bool]], at_once: int, most: int = MOST,
    ) -> None:  # fmt: skip
        self._account = account
        self._inbox = inbox
        self._clock = clock
        self._handle = handle
        self._is_known = is_known
        self._at_once = at_once
        self._most = most
        self._working = self._putting = 0
        self._aside: deque[tuple[Place, Inbound]] = deque()
        self._in_hand: set[Place] = set()
        self._held: Counter[str] = Counter()  # by address: a person's messages keep their order
        self._lanes = Lanes()
        self._some, self._quiet = asyncio.Event(), asyncio.Event()
        self._quiet.set()
        self._room = asyncio.Condition()

    @property
    def waiting(self) -> int:
        """How many messages of strangers are put aside now."""
        return len(self._in_hand)

    async def hear(self, inbound: Inbound) -> None:
        """Work one arrival, or put it aside; returns once it cannot be lost. Raises what working it raises."""
        if inbound.channel != self._account or inbound.in_inbox or not await self._waits(inbound):
            await self._work(inbound)
            return
        async with self._room:
            await self._room.wait_for(lambda: len(self._in_hand) < self._most)
        place = self._inbox.place(self._account, inbound.address, inbound.message_id)
        self._held[inbound.address] += 1  # before we wait: the next of this person must come behind
        try:
            is_open = await self._put(place, inbound)
        except BaseException:
            self._let_go(inbound.address)
            raise
        if is_open and place not in self._in_hand:
            self._put_aside(place, inbound)
        else:
            self._let_go(inbound.address)

    async def run(self) -> None:
        """Work what is put aside, until cancelled; first of all what an earlier run left."""
        async with asyncio.TaskGroup() as group:
            for number in range(WIDTH):
                group.create_task(self._work_aside(always=number == 0))
            older_than = timedelta(0)
            while True:
                with suppress(StoreDown):
                    await self.look(older_than)
                    older_than = FORGOTTEN
                await asyncio.sleep(FORGOTTEN.total_seconds() if older_than else AGAIN[1])

    async def look(self, older_than: timedelta) -> None:
        """Take up what lies in the inbox and is in nobody's hands. Raises StoreDown."""
        latest, mine = (
            milliseconds(self._clock() - older_than),
            set(self._in_hand),
        )  # those may be worked meanwhile
        for one in await self._inbox.waiting(self._account):
            if (
                one.at <= latest
                and one.place not in mine
                and one.place not in self._in_hand
                and len(self._in_hand) < self._most
            ):
                inbound = from_bytes(self._account, one.content)
                self._held[inbound.address] += 1
                self._put_aside(one.place, inbound)

    async def next(self) -> bool:
        """Work the first that was put aside; False when nothing is."""
        if not self._aside:
            return False
        place, inbound = self._aside.popleft()
        try:
            async with self._lanes.lane(inbound.address):
                await self._offered(replace(inbound, in_inbox=True))
        finally:
            self._in_hand.discard(place)
            self._let_go(inbound.address)
            async with self._room:
                self._room.notify()
        return True

    async def _waits(self, inbound: Inbound) -> bool:
        if self._held[inbound.address]:
            return True
        is_full = self._working >= self._at_once or bool(self._aside)
        return is_full and not await self._is_known(inbound)

    async def _work(self, inbound: Inbound) -> None:
        self._working += 1
        try:
            await self._handle(inbound)
        finally:
            self._working -= 1

    def _put_aside(self, place: Place, inbound: Inbound) -> None:
        self._in_hand.add(place)
        self._aside.append((place, inbound))
        self._some.set()

    def _let_go(self, address: str) -> None:
        self._held[address] -= 1
        if not self._held[address]:
            del self._held[address]

    async def _put(self, place: Place, inbound: Inbound) -> bool:
        self._putting += 1
        self._quiet.clear()
        try:
            return await self._inbox.put(self._account, place, as_bytes(inbound), self._clock())
        finally:
            self._putting -= 1
            if not self._putting:
                self._quiet.set()

    async def _work_aside(self, *, always: bool) -> None:
        while True:
            if not always:
                await self._quiet.wait()
            self._some.clear()
            begun = monotonic()
            if not await self.next():
                await self._some.wait()
            elif not self._quiet.is_set():
                await asyncio.sleep(REST * (monotonic() - begun))

    async def _offered(self, inbound: Inbound) -> None:
        """Offer it until it is handled."""
        failures = 0
        while True:
            try:
                await self._handle(inbound)
            except Exception as fault:  # whatever it was: it is not done, so it stays where it is
                failures += 1
                name = type(fault).__name__
                log.warning("%s: handling failed (%s), attempt %d", self._account, name, failures)
                await asyncio.sleep(AGAIN[min(failures, len(AGAIN)) - 1])
            else:
                return
