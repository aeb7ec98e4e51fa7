"""Offers a message to whoever handles it until it is handled: nothing that a platform gave us is given up.
It never looks into a message, and only its sender's later messages wait for it."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.channels import Handle, Inbound
from bot.channels.lanes import Lanes

log = logging.getLogger(__name__)

POLL = timedelta(seconds=50)  # Bot API: the longest poll


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a poll stays open, when failed work is offered again, how long a stop waits for work."""

    poll: timedelta = POLL
    again: tuple[timedelta, ...] = tuple(timedelta(seconds=s) for s in (0.2, 1, 2, 5))
    grace: timedelta = timedelta(seconds=5)

    def before(self, attempt: int) -> float:
        """Seconds to wait after the given number of failures."""
        return self.again[min(attempt, len(self.again)) - 1].total_seconds()


@dataclass(slots=True)
class Received:
    """Counts since the start, for metrics: no content, no people."""

    handled: int = 0
    failed: int = 0
    ignored: int = 0
    malformed: int = 0
    refused: int = 0
    faults: int = 0


async def until_handled(
    account: str, inbound: Inbound, handle: Handle, lanes: Lanes, waits: Waits, counts: Received
) -> None:
    """Offer the message until it is handled, in its person's lane."""
    failures = 0
    async with lanes.lane(inbound.address):
        while True:
            try:
                async with lanes.place():
                    await handle(inbound)
                break
            # whatever it was: the message is not done, so it must be neither confirmed nor dropped
            except Exception as fault:
                failures += 1
                counts.failed += 1
                log.warning("%s: handling failed (%s), attempt %d", account, type(fault).__name__, failures)
            await asyncio.sleep(waits.before(failures))
    counts.handled += 1
