"""What goes wrong in a fault story, each with its end: platform, network, store, clock, worker, and two at once.
A fault lasts as long as its block; everything it needs to choose comes from the story's own seed."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial

from tests.chaos import faults_store, faults_worker
from tests.chaos.house import PEOPLE, House
from tests.chaos.ledger import Ledger
from tests.chaos.recording import RecordingApi
from tests.servers.bot_api import Cut, Fault, Garbage, Stall, fair
from tests.servers.bot_api_world import ApiError

AN_HOUR = 3600.0
AT_ONCE = 0.3  # seconds in which all comes that was late
OFTEN = 0.5  # of all calls, while a platform is in a bad way
RECEIVING = ("getUpdates", "setWebhook")  # once refused, a webhook is set again only after ten seconds

Trouble = Callable[[House, Ledger, random.Random], AbstractAsyncContextManager[None]]
Places = Mapping[str, Mapping[str, Trouble]]


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

    apis = house.telegrams
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
    apis = house.telegrams
    for api in apis:
        api.updates.disorder = chance
    try:
        yield
    finally:
        for api in apis:
            api.updates.disorder = None


@asynccontextmanager
async def late(house: House, _ledger: Ledger, chance: random.Random) -> AsyncIterator[None]:
    """No update comes; then all do, twice and out of order."""
    apis = house.telegrams
    for api in apis:
        api.updates.is_held, api.updates.disorder = True, chance
    try:
        yield
    finally:
        for api in apis:
            api.updates.is_held = False
            api.updates.notify()
        await asyncio.sleep(AT_ONCE)
        for api in apis:
            api.updates.disorder = None


@asynccontextmanager
async def platform_gone(
    accounts: tuple[str, ...], house: House, _ledger: Ledger, _chance: random.Random
) -> AsyncIterator[None]:
    """The platform's server dies with every line, and comes back with everything it knew."""
    apis: list[RecordingApi] = [getattr(house, account) for account in accounts]
    for api in apis:
        await api.go()
    try:
        yield
    finally:
        for api in apis:
            await api.come_back()


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
async def flapping(
    wires: tuple[str, ...], house: House, _ledger: Ledger, chance: random.Random
) -> AsyncIterator[None]:
    """These lines are cut again and again, and come back each time."""
    there = [wire for name, wire in house.wires.items() if name in wires]

    async def flap() -> None:
        while True:
            for wire in there:
                await wire.cut()
                wire.is_cut = False
            await asyncio.sleep(chance.uniform(0.05, 0.5))

    flaps = asyncio.create_task(flap())
    try:
        yield
    finally:
        flaps.cancel()
        with suppress(asyncio.CancelledError):
            await flaps


@asynccontextmanager
async def clock_ahead(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """The worker's clock jumps forward and stays there, as when one that was late is set right."""
    house.advance(AN_HOUR)
    yield


@asynccontextmanager
async def clock_ahead_and_put_right(
    house: House, _ledger: Ledger, _chance: random.Random
) -> AsyncIterator[None]:
    """The worker's clock jumps forward, ladders begin and climb by it, and it is put right again."""
    house.advance(AN_HOUR)
    try:
        yield
    finally:
        house.advance(-AN_HOUR)


@asynccontextmanager
async def clock_behind(house: House, _ledger: Ledger, _chance: random.Random) -> AsyncIterator[None]:
    """The worker's clock jumps back and is set right again."""
    house.advance(-AN_HOUR)
    try:
        yield
    finally:
        house.advance(AN_HOUR)


STORE, INTAKE, ALERTS = ("store",), ("telegram", "telegram-hook"), ("telegram-alerts", "telegram-alerts-hook")
WEATHERS = ("429", "500", "garbage", "hang", "hang after the work", "cut", "cut after the work")
# by what they happen to: two at once happen to two of these
PLACES: Places = {
    "platform": {
        **{f"platform: {name}": partial(weather, name) for name in WEATHERS},
        "platform: twice and out of order": disorder,
        "platform: late, then all at once": late,
        "platform gone: intake": partial(platform_gone, ("intake",)),
        "platform gone: alerts": partial(platform_gone, ("alerts",)),
        "platform gone: both": partial(platform_gone, ("intake", "alerts")),
        "alert channel blocked": blocked,
    },
    "network": {
        "network cut: store": partial(network_cut, STORE),
        "network cut: intake": partial(network_cut, INTAKE),
        "network cut: alerts": partial(network_cut, ALERTS),
        "network cut: everything": partial(network_cut, STORE + INTAKE + ALERTS),
        "network flapping": partial(flapping, STORE + INTAKE + ALERTS),
    },
    "store": {
        "store slow": partial(faults_store.slow, False),
        "store crawling": partial(faults_store.slow, True),
        "store stopped": partial(faults_store.gone, signal.SIGTERM),
        "store killed": partial(faults_store.gone, signal.SIGKILL),
        "store frozen": partial(faults_store.gone, signal.SIGSTOP),
        "store read-only": faults_store.read_only,
        "store's disk full": faults_store.disk_full,
        "store failed over": faults_store.failed_over,
        "store switched over": faults_store.switched_over,
    },
    "clock": {
        "clock an hour ahead": clock_ahead,
        "clock an hour ahead, then put right": clock_ahead_and_put_right,
        "clock an hour behind": clock_behind,
    },
    "worker": {
        "worker killed": faults_worker.killed,
        "worker killed again and again": faults_worker.killed_again,
        "worker frozen": faults_worker.frozen,
        "worker exchanged": faults_worker.exchanged,
    },
}
TROUBLES: dict[str, Trouble] = {name: trouble for place in PLACES.values() for name, trouble in place.items()}
AND, STARTS_IN = " + ", "worker starts in: "


def trouble_of(name: str, places: Places = PLACES) -> Trouble:
    """One fault, two at once, or one in which a new worker starts, by the name that a story gives it."""
    troubles = {each: trouble for place in places.values() for each, trouble in place.items()}
    if name.startswith(STARTS_IN):
        return partial(_starting_in, troubles[name.removeprefix(STARTS_IN)])
    outer, _, inner = name.partition(AND)
    return partial(_together, troubles[outer], troubles[inner]) if inner else troubles[outer]


def some_doubles(chance: random.Random, count: int, places: Places = PLACES) -> list[str]:
    """So many times two faults at once, and as many in which a worker starts."""
    elsewhere = sorted(name for place, names in places.items() if place != "worker" for name in names)
    return [AND.join(_two(chance, places)) for _ in range(count)] + [
        STARTS_IN + name for name in chance.sample(elsewhere, count)
    ]


def _two(chance: random.Random, places: Places) -> tuple[str, ...]:
    two = chance.sample(sorted(places), 2)
    return tuple(chance.choice(sorted(places[place])) for place in two)


@asynccontextmanager
async def _together(
    outer: Trouble, inner: Trouble, house: House, ledger: Ledger, chance: random.Random
) -> AsyncIterator[None]:
    async with outer(house, ledger, chance), inner(house, ledger, chance):
        yield


@asynccontextmanager
async def _starting_in(
    trouble: Trouble, house: House, ledger: Ledger, chance: random.Random
) -> AsyncIterator[None]:
    await faults_worker.kill(house, ledger)
    async with trouble(house, ledger, chance):
        await house.mend("worker")
        yield
