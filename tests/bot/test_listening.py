"""Of several workers one hears an account; when it is gone, another does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.listening import KEPT, Listening
from responders.store import Store, StoreDown
from tests.chaos.waiting import until


class Worker:
    """One process that would hear an account."""

    def __init__(self, store: Store, name: str) -> None:
        self.elsewhere: set[str] = set()
        self.hears = False
        self.times = 0
        self._listening = Listening(store, name, self.elsewhere)
        self.task = asyncio.create_task(self._listening.of("telegram", self._receive))

    async def _receive(self) -> None:
        self.hears = True
        self.times += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.hears = False

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def until_it_hears(self) -> None:
        await until(lambda: self.hears, lambda: AssertionError("nobody took over"))


@asynccontextmanager
async def workers(store: Store, *names: str) -> AsyncIterator[list[Worker]]:
    there = [Worker(store, name) for name in names]
    try:
        yield there
    finally:
        for worker in there:
            await worker.stop()


async def test_one_of_two_hears_and_the_other_follows_when_it_stops(store: Store) -> None:
    async with workers(store, "one") as (first,):
        await first.until_it_hears()
        async with workers(store, "two") as (second,):
            await until(lambda: bool(second.elsewhere), lambda: AssertionError("nobody was asked"))
            assert not second.hears
            await first.stop()
            await second.until_it_hears()
            assert not second.elsewhere


async def test_a_killed_worker_has_lost_its_accounts_soon_and_its_successor_need_not_wait(
    store: Store,
) -> None:
    assert await store.hold("telegram", "killed", KEPT)
    assert timedelta(0) < KEPT < timedelta(seconds=5)
    async with workers(store, "killed") as (again,):
        await again.until_it_hears()
    assert await store.hold("telegram", "killed", timedelta(milliseconds=1))
    async with workers(store, "another") as (next_one,):
        await next_one.until_it_hears()


async def test_whoever_was_frozen_for_too_long_stops_hearing_when_another_has_it(store: Store) -> None:
    async with workers(store, "frozen") as (frozen,):
        await frozen.until_it_hears()
        await store.let_go("telegram", "frozen")
        assert await store.hold("telegram", "another", timedelta(seconds=2))
        await until(lambda: not frozen.hears, lambda: AssertionError("two hear one account"))
        await frozen.until_it_hears()  # the other was killed
        assert frozen.times == 2


class Flaky(Store):
    """A store that can be away."""

    is_away = False
    asked = 0

    async def hold(self, what: str, who: str, span: timedelta) -> bool:
        self.asked += 1
        if self.is_away:
            raise StoreDown("away")
        return await super().hold(what, who, span)


async def test_a_store_that_is_away_takes_nothing_from_us_and_gives_nothing(store: Store) -> None:
    flaky = Flaky("unix:///nobody")
    flaky._way = store._way
    async with workers(flaky, "one") as (worker,):
        await worker.until_it_hears()
        flaky.is_away, asked = True, flaky.asked
        await until(lambda: flaky.asked > asked + 1, lambda: AssertionError("nobody asked"))
        assert worker.hears
        async with workers(flaky, "two") as (other,):
            await until(lambda: flaky.asked > asked + 4, lambda: AssertionError("nobody asked"))
            assert not other.hears
        flaky.is_away = False


async def test_a_fault_of_the_receiver_ends_the_worker(store: Store) -> None:
    async def breaks() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Listening(store, "one", set()).of("telegram", breaks)
