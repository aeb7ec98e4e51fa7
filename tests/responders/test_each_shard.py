"""A shard whose machine is away must not keep the others from being worked."""

import asyncio

import pytest

from responders.each_shard import AWAY, EachShard
from responders.store import StoreDown


class Shards:
    """Three shards; one of them may hang or be away."""

    def __init__(self) -> None:
        self.worked: list[int] = []
        self.hangs: int | None = None
        self.away: set[int] = set()
        self.hung, self.over = asyncio.Event(), asyncio.Event()

    async def work(self, shard: int) -> float:
        if shard == self.hangs:
            self.hung.set()
            await self.over.wait()
        if shard in self.away:
            raise StoreDown("away")
        self.worked.append(shard)
        return 0.1 * (shard + 1)


async def test_each_is_worked_in_order_and_the_soonest_is_waited_for() -> None:
    shards = Shards()
    assert await EachShard(3, shards.work).round() == 0.1
    assert shards.worked == [0, 1, 2]


async def test_one_that_is_away_keeps_nobody_waiting_and_all_away_make_it_patient() -> None:
    shards = Shards()
    each = EachShard(3, shards.work)
    shards.away = {0}
    assert await each.round() == 0.2
    shards.away = {0, 1, 2}
    assert await each.round() == AWAY


async def test_one_that_hangs_holds_up_only_itself_and_is_not_begun_twice() -> None:
    shards = Shards()
    shards.hangs = 0
    each = EachShard(3, shards.work)
    await each.round()
    await each.round()
    assert shards.worked == [1, 2, 1, 2]
    shards.over.set()
    while 0 not in shards.worked:
        await asyncio.wait_for(each.round(), 30)
    assert shards.worked.count(0) == 1


async def test_a_fault_of_ours_is_not_swallowed() -> None:
    async def breaks(shard: int) -> float:
        raise ZeroDivisionError(shard)

    with pytest.raises(ZeroDivisionError):
        await EachShard(1, breaks).round()


async def test_whoever_is_stopped_leaves_nothing_running() -> None:
    shards = Shards()
    shards.hangs = 1
    each = EachShard(3, shards.work)
    going = asyncio.create_task(each.round())
    await asyncio.wait_for(shards.hung.wait(), 30)
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)
    shards.over.set()
    await asyncio.sleep(0)
    assert shards.worked == [0]
