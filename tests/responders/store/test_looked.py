"""The store sees when a clock went back, and re-times what waits by as much: once, and all of it."""

import asyncio
from datetime import datetime, timedelta

from responders.store import Commit, Looked, Queued, Store
from tests.responders.store.builders import LEASE, NOON, SHARD, after

LEAST = timedelta(seconds=10)
HOUR = timedelta(hours=1)


async def waits(store: Store, *, timers: dict[str, datetime], items: dict[str, datetime]) -> None:
    queue = tuple(Queued(name, due, b"item") for name, due in items.items())
    await store.commit(Commit(SHARD, timers=timers, queue=queue))


async def due(store: Store) -> dict[str, datetime]:
    """Everything that waits, by name."""
    found = {}
    for key in ("timers", "outbox:due"):
        scores = await store._command("ZRANGE", f"{{s3}}:{key}", 0, -1, "WITHSCORES")
        for name, score in scores:
            found[name.decode()] = NOON + timedelta(milliseconds=score - NOON.timestamp() * 1000)
    return found


async def test_a_clock_that_goes_on_is_only_noted(store: Store) -> None:
    assert await store.looked(SHARD, NOON, LEAST) == Looked(None, timedelta(0), is_retimed=False)
    assert (await store.looked(SHARD, after(minutes=9), LEAST)).before == NOON
    assert (await store.looked(SHARD, after(minutes=8, seconds=51), LEAST)).back == timedelta(0), (
        "another worker's clock may be some seconds slower"
    )
    assert (await store.looked(SHARD, after(minutes=9), LEAST)).before == after(minutes=9), (
        "the latest counts"
    )
    assert not await store.was_retimed(SHARD)


async def test_when_it_went_back_everything_is_due_as_much_earlier(store: Store) -> None:
    await store.looked(SHARD, after(hours=1), LEAST)
    await waits(
        store,
        timers={"case:7:1": after(hours=1, minutes=3), "draft:a": after(hours=1, minutes=30)},
        items={"c7.1": after(hours=1, seconds=10)},
    )
    assert await store.looked(SHARD, NOON, LEAST) == Looked(after(hours=1), HOUR, is_retimed=True)
    assert await due(store) == {
        "case:7:1": after(minutes=3),
        "draft:a": after(minutes=30),
        "c7.1": after(seconds=10),
    }
    assert await store.was_retimed(SHARD)


async def test_a_question_that_may_be_old_moves_nothing_and_is_asked_again(store: Store) -> None:
    await store.looked(SHARD, after(hours=1), LEAST)
    await waits(store, timers={"case:7:1": after(hours=1, minutes=3)}, items={})
    doubtful = Looked(after(hours=1), HOUR, is_retimed=False, is_doubtful=True)
    assert await store.looked(SHARD, NOON, LEAST, is_sure=False) == doubtful
    assert await due(store) == {"case:7:1": after(hours=1, minutes=3)}
    assert not await store.was_retimed(SHARD)
    assert (await store.looked(SHARD, NOON, LEAST)).is_retimed


async def test_it_is_retimed_once_however_many_workers_look(store: Store) -> None:
    await store.looked(SHARD, after(hours=1), LEAST)
    await waits(store, timers={"case:7:1": after(hours=1, minutes=3)}, items={})
    looks = await asyncio.gather(
        *(store.looked(SHARD, after(seconds=second / 4), LEAST) for second in range(8))
    )
    assert sum(one.is_retimed for one in looks) == 1
    assert await due(store) == {"case:7:1": after(minutes=3)}


async def test_leases_of_now_and_what_waits_for_working_time_stay(store: Store) -> None:
    await store.looked(SHARD, after(hours=1), LEAST)
    items = {"a lease": after(seconds=4), "digest:first:2026030209": after(hours=21)}
    await waits(store, timers={}, items=items)
    assert (await store.looked(SHARD, NOON, LEAST)).is_retimed
    assert await due(store) == items


async def test_a_lease_of_a_worker_that_died_in_the_wrong_hour_ends_when_it_would_have(store: Store) -> None:
    await store.looked(SHARD, after(hours=1), LEAST)
    await waits(store, timers={"case:7:1": after(hours=1)}, items={"page": after(hours=1)})
    await store.claim_timers(SHARD, after(hours=1), LEASE, 10)
    await store.claim_outbox(SHARD, after(hours=1), LEASE, 10)
    await store.looked(SHARD, NOON, LEAST)
    assert (await store.claim_timers(SHARD, NOON + LEASE, LEASE, 10))[0] == ["case:7:1"]
    assert [name for name, _ in (await store.claim_outbox(SHARD, NOON + LEASE, LEASE, 10)).items] == ["page"]


async def test_two_workers_that_live_with_different_clocks_do_not_retime_each_other_at_every_look(
    store: Store,
) -> None:
    await store.looked(SHARD, after(hours=1), LEAST)
    assert (await store.looked(SHARD, NOON, LEAST)).is_retimed
    retimed = 0
    for second in range(1, 360):
        await store.looked(SHARD, after(hours=1, seconds=second), LEAST)
        looked = await store.looked(SHARD, after(seconds=second), LEAST)
        assert looked.back == HOUR
        retimed += looked.is_retimed
    assert retimed == 1, "once in five minutes, in case the other one has died"


async def test_a_clock_that_goes_back_twice_is_noticed_twice_by_whoever_works_by_it(store: Store) -> None:
    since = timedelta(seconds=5)
    await store.looked(SHARD, after(hours=1), LEAST)
    assert (await store.looked(SHARD, NOON, LEAST)).is_retimed
    same_jump = await store.looked(SHARD, after(seconds=4), LEAST, after(hours=1), since)
    assert not same_jump.is_retimed, "another worker on this machine saw to it"
    await waits(store, timers={"case:7:1": after(hours=1, minutes=3)}, items={})
    assert (await store.looked(SHARD, after(seconds=20), LEAST, after(hours=1), since)).is_retimed
    assert await due(store) == {"case:7:1": after(minutes=3, seconds=20)}


async def test_what_is_further_away_than_it_can_be_is_due_now(store: Store) -> None:
    items = {"c7.1": after(hours=1), "c7.2": after(minutes=5), "digest:first:2026030209": after(hours=21)}
    timers = {"case:7:1": after(hours=24), "draft:a": after(hours=1), "receipt:a": after(minutes=9)}
    await waits(store, timers=timers, items=items)
    assert await store.ring_what_is_too_far(SHARD, NOON, timedelta(minutes=31)) == 2
    assert await due(store) == {**items, **timers, "c7.1": NOON, "draft:a": NOON}
