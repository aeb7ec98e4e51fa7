"""What happens to the store in a fault story: slow, gone, frozen, read-only, no room left, followed by its replica."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from responders.store import Store
from tests.chaos.house import House
from tests.chaos.ledger import Ledger
from tests.chaos.recording import copied, is_primary
from tests.chaos.waiting import until

ROOM = 4096  # bytes at most until the disk is full


@asynccontextmanager
async def slow(is_serial: bool, house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """Every answer takes a second: far away, or so busy that it gives one answer a second."""
    wire = house.wires["store"]
    wire.delay, wire.is_serial = 1.0, is_serial
    try:
        yield
    finally:
        wire.delay = 0.0


@asynccontextmanager
async def gone(
    how: signal.Signals, house: House, _ledger: Ledger, _chance: random.Random
) -> AsyncIterator[None]:
    """The store is stopped, killed or frozen, and started again."""
    process = house.store_server.process_id
    assert process is not None
    os.kill(process, how)
    try:
        yield
    finally:
        if how is signal.SIGSTOP:
            os.kill(process, signal.SIGCONT)
        else:
            await house.mend("store")


@asynccontextmanager
async def read_only(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """The store was demoted: it answers reads and refuses every write, as the old primary after a fail-over."""
    admin = Store(house.store_server.url)
    try:
        await admin._command("REPLICAOF", "127.0.0.1", "1")  # nobody listens there: it keeps what it has
        yield
    finally:
        await admin._command("REPLICAOF", "NO", "ONE")
        await admin.close()


@asynccontextmanager
async def disk_full(house: House, _ledger: Ledger, chance: random.Random) -> AsyncIterator[None]:
    """Its files cannot grow: it ends at a write, is started again, and ends at the next. Only its own process is kept
    from growing them, for which nobody needs rights; a small disk that really fills is in test_full_disk.py."""
    server = house.store_server
    server.set_room(chance.randrange(ROOM))
    keeper = asyncio.create_task(server.watch(0.1))
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
        server.set_room(None)
        if server.process_id is not None:  # it may be between two starts
            house.strike("store")
        await house.mend("store")


@asynccontextmanager
async def failed_over(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """The primary dies, and after a while its replica is made primary under the same name."""
    replica = await house.another_store()
    await copied(house.store_server, replica)
    house.strike("store")
    try:
        yield
    finally:
        admin = Store(replica.url)
        await admin._command("REPLICAOF", "NO", "ONE")
        await admin.close()
        house.turn_to(replica)


@asynccontextmanager
async def switched_over(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """Primary and replica change places, nothing lost; whoever keeps a line to the old one is refused every write."""
    old, replica = house.store_server, await house.another_store()
    port = await copied(old, replica)
    admin = Store(old.url)
    await admin._command("FAILOVER", "TO", "127.0.0.1", port)
    await admin.close()
    await until(lambda: is_primary(replica), lambda: AssertionError("they did not change places"))
    house.turn_to(replica)
    yield
