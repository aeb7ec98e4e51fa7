"""Makes what is gathered from many cases: a digest, and, in a flood, the page about all, from the cases as they are
when it leaves. When a flood begins and how a page then rings is decided in grouping.py."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from responders.cases import Case
from responders.casework import Casework
from responders.clock_back import BACK_COUNTS
from responders.grouping import GROUP, MINUTE, ON_IT, leaves_at, nobody_has, summed
from responders.items import Item
from responders.pending import Pending
from responders.store import Applied, StoreDown
from responders.turns import Choice
from triage.scales import Level

_READ_FOR = timedelta(
    seconds=2
)  # ten thousand cases take half a second to read: everybody flooded shares them
_REMEMBERED = 1_000
_CHOICES = (Choice("desk/button.list", "?"), Choice("desk/button.working", "w"))


class Gathering:
    """The page about all, for every shard and worker the same one: who is first makes it."""

    def __init__(self, work: Casework, mark: Callable[[str], str]) -> None:
        self._work = work
        self._paging = work.dispatch.paging
        self._mark = mark
        self._made: dict[tuple[str, str], None] = {}  # by person and moment; the store knows it, too
        self._read: tuple[datetime, list[Case], bool] | None = None

    async def ring(self, item: Item, now: datetime) -> None:
        """One request has fallen due. Raises StoreDown."""
        person, slot, since = item.person, item.mark, datetime.fromtimestamp(item.at, UTC)
        # after the clock went back the same moments come again, and are others
        made = person, f"{slot}|{await self._work.store.retimed_at(0) or ''}"
        if made in self._made:
            return
        cases, are_all = await self._open_cases(now)
        waiting = nobody_has(cases, person)
        pending = Pending(0, self._mark("group|{}|{}".format(*made)))
        is_quiet = bool(waiting) and await self._is_on_it(person, now)
        is_over = are_all and len(waiting) <= self._paging.grouping.rate.burst and not is_quiet
        if waiting and not is_quiet:
            self._page(pending, person, waiting, now)
        if is_over:
            self._paging.grouping.ends(person)
        else:
            self._paging.grouping.goes_on(person, since, now)
            self._paging.gather(pending, person, since, leaves_at(since, now), now)
        if await self._commit(pending):
            await self._tell(person, since, waiting, now, is_over=is_over)
        self._made[made] = None
        while len(self._made) > _REMEMBERED:
            del self._made[next(iter(self._made))]

    async def digest(self, person: str, day: str, now: datetime) -> None:
        """What waits for a working day, counted: once for each `day` that the outbox names, nothing if it is empty."""
        cases = await self._work.open_cases()
        waiting = [c for c in cases if c.has is None and person in c.paged and c.level is Level.ROUTINE]
        if waiting:
            pending = Pending(0, self._mark(f"digest|{person}|{day}"))
            self._paging.say(pending, person, "desk/digest", {"count": len(waiting)}, now)
            await self._work.commit(pending)

    def _page(self, pending: Pending, person: str, waiting: Sequence[Case], now: datetime) -> None:
        values = summed(waiting)
        take = Choice("desk/button.take_oldest", f"t{values['oldest']}")
        voice = self._work.dispatch.voice
        message = voice.message(person, "desk/group.page", values, (take, *_CHOICES), now, protect=True)
        self._paging.ring(pending, person, message, 0, now, everywhere=True, mark=GROUP)

    async def _is_on_it(self, person: str, now: datetime) -> bool:
        people = await self._work.dispatch.people.all()
        enrolled = people.get(person)
        until = enrolled.on_list_until if enrolled is not None else None
        return until is not None and now < until <= now + ON_IT + BACK_COUNTS  # later: the clock went back

    async def _tell(
        self, person: str, since: datetime, waiting: Sequence[Case], now: datetime, *, is_over: bool
    ) -> None:
        """Coordinators learn that it began, and that it is over."""
        if is_over and now - since < MINUTE:
            return  # it had hardly begun
        what = "ends" if is_over else "begins"
        pending = Pending(0, self._mark(f"group {what}|{person}|{since:%Y%m%d%H%M}"))
        receivers = self._work.dispatch.responders.receivers.values()
        coordinators = {one for case in waiting for one in case.plan.coordinators}
        coordinators = coordinators or {one.coordinator for one in receivers}
        values = {"who": person, "count": len(waiting)}
        for coordinator in sorted(coordinators):
            self._paging.say(pending, coordinator, f"desk/group.{what}", values, now)
        await self._commit(pending)

    async def _open_cases(self, now: datetime) -> tuple[list[Case], bool]:
        """The cases, and whether these are all: those on a machine that is away keep nobody from being told of the
        others. Raises StoreDown when there is none at all."""
        if self._read is None or not timedelta(0) <= now - self._read[0] < _READ_FOR:
            shards = range(self._work.dispatch.shards)
            read = await asyncio.gather(
                *(self._work.open_of(shard) for shard in shards), return_exceptions=True
            )
            faults = [one for one in read if isinstance(one, BaseException)]
            for fault in faults:
                if not isinstance(fault, StoreDown) or len(faults) == len(shards):
                    raise fault
            cases = [case for one in read if not isinstance(one, BaseException) for case in one]
            self._read = now, cases, not faults
        return self._read[1], self._read[2]

    async def _commit(self, pending: Pending) -> bool:
        """Whether this process was the first."""
        outcome = await self._work.store.commit(pending.commit())
        if is_first := isinstance(outcome, Applied):
            self._work.offer(pending.shard, pending.queue)
        return is_first
