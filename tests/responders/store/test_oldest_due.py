"""What nobody takes: the oldest item or timer whose time has come, or whose lease is over."""

from datetime import timedelta

from responders.store import Commit, Store
from tests.responders.store.builders import LEASE, NOON, SHARD, after, queued


async def test_an_empty_shard_has_nothing_due(store: Store) -> None:
    assert await store.oldest_due(SHARD) is None


async def test_the_oldest_of_items_and_timers_is_told(store: Store) -> None:
    await store.commit(queued("1", after(seconds=20)))
    assert await store.oldest_due(SHARD) == after(seconds=20)
    await store.commit(Commit(SHARD, timers={"case:1:1": after(seconds=5)}))
    assert await store.oldest_due(SHARD) == after(seconds=5)


async def test_what_somebody_holds_is_due_when_the_lease_ends(store: Store) -> None:
    await store.commit(queued("1"))
    await store.claim_outbox(SHARD, NOON, LEASE, 10)
    assert await store.oldest_due(SHARD) == NOON + LEASE
    await store.commit(Commit(SHARD, timers={"case:1:1": NOON}))
    await store.claim_timers(SHARD, NOON, timedelta(seconds=4), 10)
    assert await store.oldest_due(SHARD) == after(seconds=4)
