"""What goes wrong in a fault story on Signal: signal-cli, the line to it, its websocket and Signal's server; and
everything that can go wrong in the other stories and touches neither the reporters' platform nor two accounts."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from bot.channels.signal import INTAKE as SIGNAL
from tests.chaos.faults import ALERTS, PLACES, STORE, Places, flapping, network_cut
from tests.chaos.house import House
from tests.chaos.ledger import Ledger
from tests.signal.fault_house import SignalHouse

MANY = 10_000  # messages that are refused, at most


def _of(house: House) -> SignalHouse:
    assert isinstance(house, SignalHouse)
    return house


@asynccontextmanager
async def client_killed(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """signal-cli dies, and its unit starts it again."""
    cli = _of(house).signal.cli
    await cli.kill()
    try:
        yield
    finally:
        await cli.start()


@asynccontextmanager
async def client_restarted(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """signal-cli is ended in good order, as for an upgrade, and started again."""
    cli = _of(house).signal.cli
    await cli.stop()
    try:
        yield
    finally:
        await cli.start()


@asynccontextmanager
async def client_frozen(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """signal-cli stands still with all its lines open."""
    pid = _of(house).signal.cli.pid
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def websocket_dropped(
    is_again: bool, house: House, _ledger: Ledger, chance: random.Random
) -> AsyncIterator[None]:
    """Signal's server cuts the account's websocket, once or again and again."""
    platform, account = _of(house).signal, _of(house).reporters.account

    async def drop() -> None:
        await platform.drop(account)
        while is_again:
            await asyncio.sleep(chance.uniform(0.2, 1.0))
            await platform.drop(account)

    drops = asyncio.create_task(drop())
    try:
        yield
    finally:
        drops.cancel()
        with suppress(asyncio.CancelledError):
            await drops


@asynccontextmanager
async def refused(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """Signal's server takes no message: an error of its own for each."""
    mock = _of(house).signal.mock
    await mock.fault(500, times=MANY)
    try:
        yield
    finally:
        await mock.clear_faults()


SIGNAL_PLACES: Places = {
    "signal": {
        "signal-cli killed": client_killed,
        "signal-cli restarted": client_restarted,
        "signal-cli frozen": client_frozen,
        "Signal drops the websocket": partial(websocket_dropped, False),
        "Signal drops the websocket again and again": partial(websocket_dropped, True),
        "Signal refuses every message": refused,
    },
    "platform": {
        name: trouble
        for name, trouble in PLACES["platform"].items()
        if name not in ("platform gone: intake", "platform gone: both")
    },
    "network": {
        "network cut: store": PLACES["network"]["network cut: store"],
        "network cut: alerts": PLACES["network"]["network cut: alerts"],
        "network cut: signal-cli": partial(network_cut, (SIGNAL,)),
        "network cut: everything": partial(network_cut, (*STORE, *ALERTS, SIGNAL)),
        "network flapping": partial(flapping, (*STORE, *ALERTS)),  # the line to signal-cli is on one machine
    },
    "store": PLACES["store"],
    "clock": PLACES["clock"],
    "worker": PLACES["worker"],
}
