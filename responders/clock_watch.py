"""Notices that this machine's clock, or another worker's, jumped, and sees to it that no ladder is silent for it.
The store re-times what waits there, in one step; a case that this did not reach is found by looking at all of them."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from responders.casework import Casework
from responders.clock_back import BACK_COUNTS, Leaps, within_reach
from responders.store import BETWEEN, Looked

log = logging.getLogger("tocsin.clock")

EVERY = 1.0  # seconds between two looks at one shard
_OTHERS_LOOK = timedelta(seconds=3)
_SETTLES = 15.0  # a turn that was decided by the old clock is written by then
_SEARCH_EVERY = 300.0
FARTHEST = timedelta(minutes=31)  # only a case and a digest wait longer than a draft, which waits for 30
_CALMED = timedelta(hours=1)


class Remembering:
    """A clock that remembers the latest time it has told: what was decided by it may lie in a time yet to come."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.latest: datetime | None = None

    def __call__(self) -> datetime:
        now = self._clock()
        if self.latest is None or now > self.latest:
            self.latest = now
        return now


@dataclass(slots=True)
class _Shard:
    """One shard as this process has looked at it. `used`: the latest time that we may have written into it."""

    looked_at: float | None = None
    search_at: float = float("inf")
    used: datetime | None = None
    differs: bool = False


class ClockWatch:
    """The clock that one process works by; `steady` counts seconds and never goes back."""

    def __init__(self, work: Casework, clock: Remembering, steady: Callable[[], float]) -> None:
        self._work = work
        self._store = work.store
        self._clock = clock
        self._steady = steady
        self._leaps = Leaps()
        self._shards = [_Shard() for _ in range(work.dispatch.shards)]

    async def look(self, shard: int) -> None:
        """Before any timer of a shard is rung, and at most once a second. Raises StoreDown."""
        steady, seen = self._steady(), self._shards[shard]
        if seen.looked_at is not None and 0 <= steady - seen.looked_at < EVERY:
            return
        now, used = self._clock(), self._used(seen)
        since = self._since(seen, now, used, steady)
        looked = await self._store.looked(shard, now, BACK_COUNTS, used, since, is_sure=False)
        if (
            looked.is_doubtful
        ):  # or this process, or the store, stood still with our question: ask with the time it is
            now, steady = self._clock(), self._steady()
            since = self._since(seen, now, used, steady)
            looked = await self._store.looked(shard, now, BACK_COUNTS, used, since)
        if self._leaps.look(now, steady, looked.before):
            log.error("the clock leapt ahead, or nobody ran for a day: nothing is erased for an hour")
        if seen.looked_at is None:
            seen.search_at = steady
        seen.looked_at, seen.used = steady, None
        self._note(seen, looked, steady)

    @property
    def may_erase(self) -> bool:
        """Whether the clock can be believed in what can never be undone."""
        return not self._leaps.within(_CALMED, self._steady())

    def has_leapt_within(self, span: timedelta) -> bool:
        """Whether less of this span has passed than the clock says."""
        return self._leaps.within(span, self._steady())

    async def search(self, shard: int) -> float:
        """Every few minutes, and soon after the clock went back: what nothing re-timed, because a turn wrote it that
        had looked at the old clock, or because nobody had looked before. Raises StoreDown."""
        seen, steady = self._shards[shard], self._steady()
        if steady >= seen.search_at:
            # later, when it is done; sooner than that, when the clock goes back meanwhile
            seen.search_at = steady
            await self._search(shard, self._clock())
            if seen.search_at == steady:
                seen.search_at = steady + _SEARCH_EVERY
        return EVERY

    async def _search(self, shard: int, now: datetime) -> None:
        found = await self._store.ring_what_is_too_far(shard, now, FARTHEST)
        for case in await self._work.open_of(shard):
            if within_reach(case, now).case is not case:
                found += 1
                await self._work.change(case.number, lambda one: within_reach(one, now), now)
            await asyncio.sleep(0)
        if found:
            log.error(
                "%d cases, timers or messages were due later than they can be: the clock was wrong", found
            )

    def _used(self, seen: _Shard) -> datetime | None:
        """The latest time that anything here was decided by since we looked at this shard."""
        latest, self._clock.latest = self._clock.latest, None
        for one in self._shards:
            one.used = max((at for at in (one.used, latest) if at is not None), default=None)
        return seen.used

    def _since(self, seen: _Shard, now: datetime, used: datetime | None, steady: float) -> timedelta:
        """How long ago what is to be done may have been done. By whoever shares our clock, if that went back since we
        looked last; what was done before that was for another time."""
        if seen.looked_at is None or used is None or used - now <= BACK_COUNTS:
            return BETWEEN
        return min(BETWEEN, timedelta(seconds=2 * abs(steady - seen.looked_at)) + _OTHERS_LOOK)

    def _note(self, seen: _Shard, looked: Looked, steady: float) -> None:
        back = looked.back.total_seconds()
        differs = back > 0 and not looked.is_retimed
        if looked.is_retimed:
            log.error("the clock went back by %.0f s: what waits is due as much earlier", back)
        elif differs and not seen.differs:
            log.error(
                "the clock went back by %.0f s again, or two workers' clocks differ: set them right", back
            )
        if looked.is_retimed or differs > seen.differs:
            seen.search_at = steady + _SETTLES
        seen.differs = differs
