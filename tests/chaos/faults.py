"""What goes wrong in a fault story, each with its end: platform, network, store, clock, worker. A fault lasts as long
as its block; everything it needs to choose comes from the story's own seed."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from responders.store import Store
from tests.chaos.house import PEOPLE, House
from tests.chaos.ledger import Ledger
from tests.chaos.recording import RecordingApi
from tests.chaos.story import IN_FLIGHT
from tests.servers.bot_api import Cut, Fault, Garbage, Stall, fair
from tests.servers.bot_api_world import ApiError

AN_HOUR = 3600.0
OFTEN = 0.5  # of all calls, while a platform is in a bad way
RECEIVING = ("getUpdates", "setWebhook")  # once refused, a webhook is set again only after ten seconds

Trouble = Callable[[House, Ledger, random.Random], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def weather(name: str, house: House, _ledger: Ledger, chance: random.Random) -> AsyncIterator[None]:
    """Both accounts answer every second call like this."""
    over = asyncio.Event()
    kinds: dict[str, Callable[[], Fault]] = {
        "429": lambda: ApiError(429, "Too Many Requests", retry_after=1),
        "500": lambda: ApiError(500, "Internal Server Error"),
        "garbage": Garbage,
        "hang": lambda: Stall(until=over),
        "hang after the work": lambda: Stall(after=True, until=over),
        "cut": Cut,
        "cut after the work": lambda: Cut(after=True),
    }

    def spoil(method: str) -> Fault | None:
        return kinds[name]() if chance.random() < OFTEN and method not in RECEIVING[1:] else None

    apis = (house.intake, house.alerts)
    for api in apis:
        api.weather = spoil
    try:
        yield
    finally:
        over.set()
        for api in apis:
            api.weather = fair


@asynccontextmanager
async def disorder(house: House, _ledger: Ledger, chance: random.Random) -> AsyncIterator[None]:
    """Updates come twice, and later ones first."""
    apis: tuple[RecordingApi, ...] = (house.intake, house.alerts)
    for api in apis:
        api.updates.disorder = chance
    try:
        yield
    finally:
        for api in apis:
            api.updates.disorder = None


@asynccontextmanager
async def blocked(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """Whoever is woken second has blocked the bot that wakes them."""
    house.alerts.block(PEOPLE["second"])
    try:
        yield
    finally:
        house.alerts.unblock(PEOPLE["second"])


@asynccontextmanager
async def network_cut(
    wires: tuple[str, ...], house: House, _ledger: Ledger, _chance: random.Random
) -> AsyncIterator[None]:
    """Nothing passes on these lines, in no direction."""
    there = [wire for name, wire in house.wires.items() if name in wires]
    for wire in there:
        await wire.cut()
    try:
        yield
    finally:
        for wire in there:
            wire.is_cut = False


@asynccontextmanager
async def slow_store(
    is_serial: bool, house: House, _ledger: Ledger, _chance: random.Random
) -> AsyncIterator[None]:
    """Every answer takes a second: far away, or so busy that it gives one answer a second."""
    wire = house.wires["store"]
    wire.delay, wire.is_serial = 1.0, is_serial
    try:
        yield
    finally:
        wire.delay = 0.0


@asynccontextmanager
async def store_gone(
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
async def clock_ahead(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """The worker's clock jumps forward and stays there, as when one that was late is set right."""
    house.advance(AN_HOUR)
    yield


@asynccontextmanager
async def clock_behind(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """The worker's clock jumps back and is set right again."""
    house.advance(-AN_HOUR)
    try:
        yield
    finally:
        house.advance(AN_HOUR)


@asynccontextmanager
async def worker_killed(house: House, ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """-9, and nobody is there for a while."""
    house.strike("worker")
    await asyncio.sleep(IN_FLIGHT)  # what it had written to its lines still arrives
    await ledger.note_a_kill()
    try:
        yield
    finally:
        await house.mend("worker")


STORE, INTAKE, ALERTS = ("store",), ("telegram", "telegram-hook"), ("telegram-alerts", "telegram-alerts-hook")
WEATHERS = ("429", "500", "garbage", "hang", "hang after the work", "cut", "cut after the work")
TROUBLES: dict[str, Trouble] = {
    **{f"platform: {name}": partial(weather, name) for name in WEATHERS},
    "platform: twice and out of order": disorder,
    "alert channel blocked": blocked,
    "network cut: store": partial(network_cut, STORE),
    "network cut: intake": partial(network_cut, INTAKE),
    "network cut: alerts": partial(network_cut, ALERTS),
    "network cut: everything": partial(network_cut, STORE + INTAKE + ALERTS),
    "store slow": partial(slow_store, False),
    "store crawling": partial(slow_store, True),
    "store stopped": partial(store_gone, signal.SIGTERM),
    "store killed": partial(store_gone, signal.SIGKILL),
    "store frozen": partial(store_gone, signal.SIGSTOP),
    "store read-only": read_only,
    "clock an hour ahead": clock_ahead,
    "clock an hour behind": clock_behind,
    "worker killed": worker_killed,
}
