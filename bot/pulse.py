"""Whether the alert path moves: the loops of this process, what waits in its hands, what nobody takes from the store.
It looks, and does nothing about what it sees: bot/operator_alarm.py tells, /ready and the dead-man ping follow."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.clock import monotonic
from bot.heartbeat import Beats
from responders.items import Item, Kind, queued_at
from responders.store import Store, StoreDown

LONGEST = timedelta(seconds=10)  # that an alert may wait to go out
TAKEN_WITHIN = timedelta(seconds=2)  # a worker looks four times a second
NOTHING = timedelta(0)
WATCHED_WITHIN = 120.0  # seconds; one look may have to wait for platforms that do not answer


class Outbox(Protocol):
    """As responders/sending.py: what it holds, and a count that goes up while it moves."""

    passes: int

    def in_hand(self) -> Iterable[tuple[str, Item]]: ...


class Timers(Protocol):
    """As responders/timekeeper.py."""

    passes: int

    def is_failing(self, now: datetime) -> bool: ...


@dataclass(slots=True)
class Pulse:
    """What the last look saw; well until somebody has looked."""

    store_answers: bool = True
    is_moving: bool = True  # outbox and timers of this process
    waiting: Mapping[str, timedelta] = field(default_factory=dict)  # the oldest page in our hands, by channel
    untaken: timedelta = NOTHING  # how long something due has been waiting for any worker
    timers_fail: bool = False
    beats: Beats = field(default_factory=Beats)  # how the daily tests ended
    is_untold: bool = False  # there is trouble, and no operator could be told of it
    clock: Callable[[], float] = monotonic
    _looked: float | None = None
    _passes: tuple[int, int] = (-1, -1)
    _seen: dict[str, datetime] = field(default_factory=dict)

    @property
    def is_well(self) -> bool:
        """Whether an alert would leave now, or somebody knows that it would not: what the dead-man ping says."""
        is_told = self.is_watched and not self.is_untold
        return is_told and self.store_answers and self.is_moving and self.untaken < LONGEST

    @property
    def is_watched(self) -> bool:
        """Whether anybody still looks: a watch that hangs must not go on saying what it saw last."""
        return self._looked is None or self.clock() - self._looked < WATCHED_WITHIN

    @property
    def stuck(self) -> tuple[str, ...]:
        """The channels over which a page has been waiting for too long."""
        return tuple(channel for channel, age in self.waiting.items() if age > LONGEST)

    def reasons(self) -> Iterator[str]:
        """Why an alert might not leave, for /ready."""
        if not self.is_watched:
            yield "nobody looks any more whether alerts go out"
        if not self.store_answers:
            yield "the store does not answer"
        if not self.is_moving:
            yield "outbox or timers of this worker stand still"
        if self.untaken >= LONGEST:
            yield "what is due is taken by no worker"
        for channel in self.stuck:
            yield f"{channel}: alerts wait to go out"
        if self.beats.channels and all(beat.is_failing for beat in self.beats.channels.values()):
            yield "no alarm channel took its last test"

    async def take(self, outbox: Outbox, timers: Timers, store: Store, shards: int, now: datetime) -> None:
        """Look at everything; a store that is away leaves what only it can tell as it was."""
        self._looked = self.clock()
        passes = (outbox.passes, timers.passes)
        self.is_moving = all(new != old for new, old in zip(passes, self._passes, strict=True))
        self._passes = passes
        self.timers_fail = timers.is_failing(now)
        self._weigh(outbox.in_hand(), now)
        try:
            dues = await asyncio.gather(*(store.oldest_due(shard) for shard in range(shards)))
        except StoreDown:
            self.store_answers = False
            return
        # on too few machines nothing is confirmed, as without any
        self.store_answers = await store.is_whole()
        late = now - min((due for due in dues if due is not None), default=now)
        self.untaken = late if late > TAKEN_WITHIN else NOTHING

    def _weigh(self, in_hand: Iterable[tuple[str, Item]], now: datetime) -> None:
        """The ages of pages. What was held on purpose until now has a name without a time: it counts from when it is
        first seen in our hands, and what is held still is in nobody's."""
        ages: dict[str, timedelta] = {}
        seen: dict[str, datetime] = {}
        for name, item in in_hand:
            if item.kind is not Kind.PAGE:
                continue
            since = queued_at(name)
            if since is None:
                since = seen[name] = self._seen.get(name, now)
            ages[item.channel] = max(ages.get(item.channel, NOTHING), now - since)
        self.waiting, self._seen = ages, seen
