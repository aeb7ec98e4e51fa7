"""Writes that must be on a replica's disk as well, on a server that has none: written, and never confirmed. What holds
on real replicas is in tests/scale."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from responders.store import AlreadyDone, Applied, Commit, Field, Queued, Store, StoreDown
from responders.valkey import EmbeddedStore

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
async def lonely(valkey: EmbeddedStore, store: Store) -> AsyncIterator[Store]:
    """A client that wants one replica; `store` has emptied the server."""
    del store
    lonely = Store(valkey.url, replicas=1, pauses=(), patience=timedelta(seconds=30))
    yield lonely
    await lonely.close()


async def test_a_write_without_its_replica_is_not_confirmed_however_often_it_is_told(
    lonely: Store, store: Store
) -> None:
    commit = Commit(0, "mark", fields=(Field("{s0}:reports", "one", b"sealed"),))
    for _ in range(2):
        with pytest.raises(StoreDown, match="TooFew"):
            await lonely.commit(commit)
    assert not await lonely.is_whole()
    assert await store.commit(commit) == AlreadyDone(), "it is written all the same"
    with pytest.raises(StoreDown, match="TooFew"):
        await lonely.swap_field("{people}", "one", None, b"a" * 20)
    with pytest.raises(StoreDown, match="too few"):
        await lonely.next_number(0)


async def test_reads_and_leases_need_no_replica(lonely: Store, store: Store) -> None:
    assert await store.commit(Commit(0, queue=(Queued("page", NOW, b"sealed"),))) == Applied()
    claimed = await lonely.claim_outbox(0, NOW, timedelta(seconds=4), 10)
    assert (list(claimed.items), claimed.lasts) == ([("page", b"sealed")], False)
    assert await lonely.claim_timers(0, NOW, timedelta(seconds=4), 10) == ([], None)
    assert await lonely.hold("account", "one", timedelta(seconds=4))
    assert await lonely.fields("{s0}:outbox") == {"page": b"sealed"}


async def test_with_no_replica_wanted_one_server_is_enough(store: Store) -> None:
    assert await store.is_whole()
    assert (await store.claim_outbox(0, NOW, timedelta(seconds=4), 10)).lasts
