"""What happens to the worker in a fault story: killed, killed while it starts, frozen, exchanged in good order."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.chaos.house import PAST_LEASES, House
from tests.chaos.ledger import Ledger
from tests.chaos.story import IN_FLIGHT

AGAIN = 3  # times that it is killed while it starts
STOPPING = 10.0  # seconds; the unit allows 30
STARTING = 0.5  # seconds in which it starts


async def kill(house: House, ledger: Ledger) -> None:
    """-9, and what was on its way is noted."""
    house.strike("worker")
    await asyncio.sleep(IN_FLIGHT)  # what it had written to its lines still arrives
    ledger.note_a_kill()


@asynccontextmanager
async def killed(house: House, ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """Nobody is there for a while."""
    await kill(house, ledger)
    try:
        yield
    finally:
        await house.mend("worker")


@asynccontextmanager
async def killed_again(house: House, ledger: Ledger, chance: random.Random) -> AsyncIterator[None]:
    """Whenever it starts, it is killed within a moment."""
    for _ in range(AGAIN):
        await kill(house, ledger)
        await house.mend("worker")
        await asyncio.sleep(chance.uniform(0, STARTING))
    yield


@asynccontextmanager
async def frozen(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """It stands still, as a machine that is put to sleep: when it goes on, its leases are past."""
    assert house.worker is not None
    os.kill(house.worker, signal.SIGSTOP)
    try:
        yield
    finally:
        house.advance(PAST_LEASES)
        os.kill(house.worker, signal.SIGCONT)


@asynccontextmanager
async def exchanged(house: House, ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """It is asked to end while people write, and the next one starts, as when a new version is put in."""
    await house.exchange(STOPPING)
    ledger.note_a_kill()  # what was given up at its end may have arrived
    await house.mend("worker")
    yield
