from datetime import timedelta

from responders.store import Commit, Settled, Store, sent_key
from tests.responders.store.builders import LEASE, NOON, SHARD, after, queued

THEIRS = sent_key(SHARD, "someone")


async def ids_due(store: Store, seconds: float = 0) -> list[str]:
    """The ids that a worker would get now, leased to it."""
    return [id_ for id_, _ in (await store.claim_outbox(SHARD, after(seconds=seconds), LEASE, 100)).items]


async def test_items_are_offered_when_due_earliest_first_then_by_id(store: Store) -> None:
    for id_, due in (("c", 0), ("b", 5), ("a", 5), ("d", 20)):
        await store.commit(queued(id_, after(seconds=due)))
    claimed = await store.claim_outbox(SHARD, after(seconds=5), LEASE, 100)
    assert [id_ for id_, _ in claimed.items] == ["c", "a", "b"]
    assert claimed.next_due == after(seconds=20)


async def test_no_more_is_leased_than_asked_for(store: Store) -> None:
    for id_ in "abc":
        await store.commit(queued(id_))
    claimed = await store.claim_outbox(SHARD, NOON, LEASE, 2)
    assert [id_ for id_, _ in claimed.items] == ["a", "b"]
    assert claimed.next_due == NOON


async def test_what_a_dead_worker_leased_falls_to_the_next_when_the_lease_ends(store: Store) -> None:
    await store.commit(queued("1"))
    assert await ids_due(store) == ["1"]
    assert await ids_due(store, 29) == []
    assert await ids_due(store, 30) == ["1"]


async def test_a_slow_sender_keeps_its_lease(store: Store) -> None:
    await store.commit(queued("1"))
    await ids_due(store)
    await store.renew(SHARD, ["1"], after(seconds=55))
    assert await ids_due(store, 30) == []
    assert await ids_due(store, 55) == ["1"]


async def test_who_commits_may_send_at_once_and_a_crash_before_sending_loses_nothing(store: Store) -> None:
    await store.commit(queued("1", leased_until=NOON + LEASE))
    assert await ids_due(store) == []
    assert await ids_due(store, 30) == ["1"]


async def test_a_refused_item_comes_back_when_the_platform_said(store: Store) -> None:
    await store.commit(queued("1"))
    await ids_due(store)
    await store.renew(SHARD, ["1"], after(seconds=4))
    assert await ids_due(store, 3) == []
    assert await ids_due(store, 4) == ["1"]


async def test_what_was_sent_is_gone_and_its_id_is_kept_for_clear(store: Store) -> None:
    await store.commit(queued("1"))
    await ids_due(store)
    assert await store.settle(SHARD, [Settled("1", THEIRS, b"sealed id")], NOON) == []
    assert await ids_due(store, 3600) == []
    assert await store.sent(SHARD, "someone") == [b"sealed id"]
    assert await store._command("EXISTS", "{s3}:outbox") == 0


async def test_ids_are_kept_for_48_hours(store: Store) -> None:
    await store.settle(SHARD, [Settled("1", THEIRS, b"old")], NOON)
    await store.settle(
        SHARD,
        [Settled("2", THEIRS, b"new"), Settled("3", sent_key(SHARD, "other"), b"else")],
        after(hours=48),
    )
    assert await store.sent(SHARD, "someone") == [b"new"]
    assert await store.sent(SHARD, "other") == [b"else"]
    left = timedelta(milliseconds=await store._command("PTTL", THEIRS))
    assert timedelta(hours=47) < left <= timedelta(hours=48)


async def test_a_cancelled_item_is_never_offered_and_its_words_are_gone_at_once(store: Store) -> None:
    await store.commit(queued("1", after(seconds=10), item=b"the words"))
    await store.commit(Commit(SHARD, cancel=("1",)))
    assert b"the words" not in (await store.fields("{s3}:outbox")).values()
    assert await ids_due(store, 10) == []
    assert await store._command("EXISTS", "{s3}:outbox", "{s3}:outbox:due") == 0


async def test_a_sender_learns_that_its_item_was_cancelled_in_flight(store: Store) -> None:
    for id_ in "12":
        await store.commit(queued(id_))
    await ids_due(store)
    await store.commit(Commit(SHARD, cancel=("1",)))
    sent = [Settled(id_, THEIRS, f"sealed {id_}".encode()) for id_ in "12"]
    assert await store.settle(SHARD, sent, NOON) == ["1"]


async def test_a_settling_told_twice_is_no_cancellation(store: Store) -> None:
    await store.commit(queued("1"))
    await ids_due(store)
    for _ in range(2):
        assert await store.settle(SHARD, [Settled("1", THEIRS, b"sealed id")], NOON) == []
    assert await store.sent(SHARD, "someone") == [b"sealed id"]


async def test_what_is_gone_is_not_brought_back_by_renewing_retrying_or_cancelling(store: Store) -> None:
    await store.commit(queued("1"))
    await store.drop(SHARD, ["1"], NOON)
    await store.renew(SHARD, ["1"], NOON)
    await store.renew(SHARD, ["1"], NOON)
    await store.commit(Commit(SHARD, cancel=("1",)))
    assert await store._command("EXISTS", "{s3}:outbox", "{s3}:outbox:due") == 0


async def test_nothing_to_do_asks_nothing(store: Store) -> None:
    assert await store.settle(SHARD, [], NOON) == []
    await store.renew(SHARD, [], NOON)


async def test_an_item_is_queued_until_it_is_cancelled_or_settled(store: Store) -> None:
    for id_ in "12":
        await store.commit(queued(id_))
    assert await store.is_queued(SHARD, "1")
    await store.commit(Commit(SHARD, cancel=("1",)))
    await store.settle(SHARD, [Settled("2")], NOON)
    assert [await store.is_queued(SHARD, id_) for id_ in "123"] == [False, False, False]
