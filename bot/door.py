"""Who goes first when more arrives at once than can be worked. Nobody is made to wait for its own sake: a stranger's
alarm is worked as soon as those before it are.

A platform hands over a few messages at a time and hides the rest behind them, so that a known reporter would stand in
the queue of a flood. Beyond `at_once`, what a stranger writes is therefore put into our inbox, sealed; that costs a
hundredth of working it, the platform's queue moves on, and whoever a person has believed before goes straight through.
What was put aside is worked all the time, one message of each person in turn, so that nobody waits for all that one
other person wrote; what fails holds up its own shard and no other. Signal's messages lie in the inbox anyway."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels import Handle, Inbound
from bot.channels.inbound_json import as_bytes, from_bytes
from bot.clock import monotonic
from responders.compact import NotOurs
from responders.inbox import Inbox, Place
from responders.store import StoreDown
from responders.store.wire import milliseconds

log = logging.getLogger("tocsin.door")

MOST = 20_000  # put aside by this process; more wait at the platform, where they are as safe
WIDTH = 8  # of them worked at once
REST = 2  # while more are being put aside only one is, and rests so much longer than it works: the door stays quick
FORGOTTEN = timedelta(seconds=30)  # then whoever put it there has died, or is busy: doubled work is harmless
AGAIN = (0.2, 1.0, 2.0, 5.0)  # seconds before failed work is offered again

Put = tuple[Place, Inbound]


class Door:
    """The way in of one account; of several workers each has its own, and they share what is put aside."""

    def __init__(
        self, account: str, inbox: Inbox, clock: Callable[[], datetime], handle: Handle,
        is_known: Callable[[Inbound], Awaitable[bool]], at_once: int, most: int = MOST,
    ) -> None:  # fmt: skip
        self.account = account
        self._inbox = inbox
        self._clock = clock
        self._handle = handle
        self._is_known = is_known
        self._at_once = at_once
        self._most = most
        self._working = self._putting = 0
        self._aside: dict[str, deque[Put]] = {}  # by address, in turn
        self._in_hand: set[Place] = set()
        self._held: Counter[str] = Counter()  # by address: a person's messages keep their order
        self._busy: dict[str, deque[Put]] = {}  # by address: what comes after what is worked now
        self._behind: dict[int, deque[Put]] = {}  # by shard: what failed, and what comes after it
        self._again: set[asyncio.Task[None]] = set()
        self._unlooked = set(range(inbox.shards))
        self._looking = [asyncio.Lock() for _ in range(inbox.shards)]
        self._some, self._quiet = asyncio.Event(), asyncio.Event()
        self._quiet.set()
        self._room = asyncio.Condition()

    @property
    def waiting(self) -> int:
        """How many messages of strangers are put aside now."""
        return len(self._in_hand)

    def begins(self) -> None:
        """This worker hears the account from now on: another may have put aside what somebody wrote before."""
        self._unlooked = set(range(self._inbox.shards))

    async def hear(self, inbound: Inbound) -> None:
        """Work one arrival, or put it aside; returns once it cannot be lost. Raises what working it raises."""
        is_ours = inbound.channel == self.account and not inbound.in_inbox
        place = self._inbox.place(self.account, inbound.address, inbound.message_id)
        if not (is_ours and await self._waits(place.shard, inbound)):
            await self._work(inbound)
            return
        async with self._room:
            await self._room.wait_for(lambda: len(self._in_hand) < self._most)
        self._held[inbound.address] += 1  # before we wait: the next of this person must come behind
        is_new = False
        try:
            is_new = await self._put(place, inbound) and place not in self._in_hand
        finally:
            if not is_new:
                self._let_go(inbound.address)
        if is_new:
            self._put_aside(place, inbound)

    async def run(self) -> None:
        """Work what is put aside, until cancelled; first of all what an earlier run left."""
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(WIDTH):
                    group.create_task(self._work_aside(always=number == 0))
                while True:
                    await self.look(FORGOTTEN)
                    await asyncio.sleep(AGAIN[1] if self._unlooked else FORGOTTEN.total_seconds())
        finally:
            for task in self._again:
                task.cancel()

    async def look(self, older_than: timedelta) -> None:
        """Take up what lies in the inbox and is in nobody's hands; a shard that is away is looked at later."""
        for shard in range(self._inbox.shards):
            with suppress(StoreDown):
                await self._look_first(shard)
                await self._take_up(shard, older_than)

    async def next(self) -> bool:
        """Work the first that was put aside, if it can be worked now; False when nothing is."""
        if not self._aside:
            return False
        address = next(iter(self._aside))
        queue = self._aside.pop(address)
        shard = queue[0][0].shard
        for waits in (self._busy.get(address), self._behind.get(shard)):
            if waits is not None:
                waits.extend(queue)
                return True
        (place, inbound), self._busy[address] = queue.popleft(), queue
        try:
            is_worked = await self._is_worked(inbound, 1)
        finally:
            later = self._busy.pop(address)
        if later and is_worked:
            self._aside[address] = deque([*later, *self._aside.pop(address, ())])
            self._some.set()
        if is_worked:
            await self._done(place, inbound)
        else:
            self._fails(shard, deque([(place, inbound), *later]))
        return True

    def _fails(self, shard: int, queue: deque[Put]) -> None:
        """What comes after it in its shard waits for it, and nobody else."""
        if (behind := self._behind.setdefault(shard, queue)) is not queue:
            behind += queue
            return
        task = asyncio.get_running_loop().create_task(self._work_again(shard, queue))
        self._again.add(task)
        task.add_done_callback(self._again.discard)

    async def _work_again(self, shard: int, queue: deque[Put]) -> None:
        """Offer the first until it is worked, then let the others of its shard go on."""
        failures = 1
        await asyncio.sleep(AGAIN[0])
        while not await self._is_worked(queue[0][1], failures + 1):
            failures += 1
            await asyncio.sleep(AGAIN[min(failures, len(AGAIN)) - 1])
        await self._done(*queue.popleft())
        del self._behind[shard]
        first: dict[str, deque[Put]] = {}
        for put in queue:
            first.setdefault(put[1].address, deque()).append(put)
        for address in first.keys() & self._aside.keys():
            first[address] += self._aside.pop(address)
        self._aside = first | self._aside
        self._some.set()

    async def _look_first(self, shard: int) -> None:
        """Before anything new of a shard is worked: what was left there was written before it. Raises StoreDown."""
        if shard not in self._unlooked:
            return
        async with self._looking[shard]:
            if shard in self._unlooked:
                await self._take_up(shard, timedelta(0))
                self._unlooked.discard(shard)

    async def _take_up(self, shard: int, older_than: timedelta) -> None:
        now, mine = self._clock(), set(self._in_hand)  # those may be worked meanwhile
        latest, ahead = milliseconds(now - older_than), milliseconds(now + older_than)
        for one in await self._inbox.waiting(self.account, shard):
            # what was put there later than now was put there before the clock went back
            is_fresh = latest < one.at <= ahead and older_than > timedelta(0)
            if (
                is_fresh
                or one.place in mine
                or one.place in self._in_hand
                or len(self._in_hand) >= self._most
            ):
                continue
            try:
                inbound = from_bytes(self.account, one.content)
            except NotOurs:  # a worker of a newer version can read it: it stays, and holds up nobody
                log.error("%s: an arrival in the inbox is not one of this version", self.account)
                continue
            self._held[inbound.address] += 1
            self._put_aside(one.place, inbound)

    async def _waits(self, shard: int, inbound: Inbound) -> bool:
        await self._look_first(shard)
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
        self._aside.setdefault(inbound.address, deque()).append((place, inbound))
        self._some.set()

    def _let_go(self, address: str) -> None:
        self._held[address] -= 1
        if not self._held[address]:
            del self._held[address]

    async def _put(self, place: Place, inbound: Inbound) -> bool:
        self._putting += 1
        self._quiet.clear()
        try:
            return await self._inbox.put(self.account, place, as_bytes(inbound), self._clock())
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

    async def _is_worked(self, inbound: Inbound, attempt: int) -> bool:
        try:
            await self._handle(replace(inbound, in_inbox=True))
        except Exception as fault:  # whatever it was: it is not done, so it stays where it is
            log.warning("%s: handling failed (%s), attempt %d", self.account, type(fault).__name__, attempt)
            return False
        return True

    async def _done(self, place: Place, inbound: Inbound) -> None:
        self._in_hand.discard(place)
        self._let_go(inbound.address)
        async with self._room:
            self._room.notify()
