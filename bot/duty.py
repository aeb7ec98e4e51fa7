"""Who would hear an alert now, as the opening must say it: looked at twice a minute, and remembered in between.
It wakes nobody."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from responders.people import Enrolled
from responders.plan import plan
from responders.policies import Responders
from responders.readiness import missing
from responders.store import StoreDown
from triage.scales import Level

EVERY = timedelta(seconds=30)
SOON = timedelta(seconds=1)  # when the store is away


@dataclass(slots=True)
class Duty:
    """What the opening says about us: is anybody there, and can we take anything in."""

    nobody: bool = True
    next_duty: datetime | None = None
    disk_is_full: bool = False
    nobody_reads: bool = False
    missing: tuple[str, ...] = ("not looked yet",)
    looked: datetime | None = None

    @property
    def closed(self) -> bool:
        """Nothing can be taken in: no room to write it, or no key to seal it to."""
        return self.disk_is_full or self.nobody_reads

    def look(
        self, responders: Responders, people: Mapping[str, Enrolled], now: datetime, *, has_reader: bool
    ) -> None:
        """Who is on call for an alert of which nothing is known, and what readiness lacks."""
        off = frozenset(person for person, enrolled in people.items() if enrolled.is_off(now))
        planned = plan(responders, {"level": Level.IMMEDIATE.word}, now, off=off)
        self.missing = tuple(missing(responders, people, now))
        self.nobody = planned.gap or bool(self.missing)
        self.next_duty = planned.on_duty_at if planned.gap else None
        self.nobody_reads = not has_reader
        self.looked = now


async def watch(look: Callable[[], Awaitable[None]], duty: Duty, looked: asyncio.Event) -> None:
    """Look until cancelled; `looked` is set when somebody knows for the first time."""
    while True:
        wait = EVERY
        try:
            await look()
            looked.set()
        except StoreDown:
            duty.missing = ("the store does not answer",)
            wait = SOON
        await asyncio.sleep(wait.total_seconds())
