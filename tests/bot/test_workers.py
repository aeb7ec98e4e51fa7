"""Workers that notice each other's death: by what they count, never by a clock."""

import pytest

from bot.workers import STILL, WORKERS, Workers
from responders.store import Store


async def rounds(count: int, *workers: Workers) -> list[int]:
    """How many deaths each worker told of in so many rounds of looks."""
    told = [0] * len(workers)
    for _ in range(count):
        for index, worker in enumerate(workers):
            told[index] += await worker.look()
    return told


async def test_who_is_alone_writes_once_and_tells_nothing(store: Store) -> None:
    worker = Workers(store)
    assert await rounds(3 * STILL, worker) == [0]
    assert list((await store.fields(WORKERS)).values()) == [b"1"]


async def test_workers_that_live_do_not_tell_of_each_other(store: Store) -> None:
    assert await rounds(3 * STILL, Workers(store), Workers(store), Workers(store)) == [0, 0, 0]


@pytest.mark.parametrize("dead", [0, 1, 2])
async def test_one_that_stops_is_told_once_by_one_of_the_living(store: Store, dead: int) -> None:
    workers = [Workers(store) for _ in range(3)]
    await rounds(3, *workers)
    del workers[dead]
    assert sum(await rounds(3 * STILL, *workers)) == 1
    assert len(await store.fields(WORKERS)) == 2


async def test_who_starts_after_a_crash_tells_of_it(store: Store) -> None:
    await rounds(1, Workers(store))
    assert await rounds(3 * STILL, Workers(store)) == [1]


async def test_who_stops_in_good_order_is_not_missed(store: Store) -> None:
    leaves, stays = Workers(store), Workers(store)
    await rounds(2, leaves, stays)
    await leaves.leave()
    assert await rounds(3 * STILL, stays) == [0]


async def test_a_worker_that_only_hung_is_one_of_us_again(store: Store) -> None:
    hangs, goes_on = Workers(store), Workers(store)
    await rounds(2, hangs, goes_on)
    assert await rounds(2 * STILL, goes_on) == [1]
    assert await rounds(3 * STILL, hangs, goes_on) == [0, 0]
    assert len(await store.fields(WORKERS)) == 2
