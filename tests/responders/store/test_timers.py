from responders.store import Commit, Store
from tests.responders.store.builders import LEASE, NOON, SHARD, after


async def test_a_timer_wakes_again_after_each_lease_until_a_commit_moves_it(store: Store) -> None:
    await store.commit(Commit(SHARD, timers={"case:7": NOON, "case:8": after(minutes=9)}))
    assert await store.claim_timers(SHARD, NOON, LEASE, 10) == (["case:7"], NOON + LEASE)
    assert await store.claim_timers(SHARD, after(seconds=29), LEASE, 10) == ([], NOON + LEASE)
    assert (await store.claim_timers(SHARD, after(seconds=30), LEASE, 10))[0] == ["case:7"]
    await store.commit(Commit(SHARD, timers={"case:7": after(minutes=5)}))
    assert await store.claim_timers(SHARD, after(minutes=4), LEASE, 10) == ([], after(minutes=5))


async def test_a_timer_is_gone_when_a_commit_takes_it_away(store: Store) -> None:
    await store.commit(Commit(SHARD, timers={"case:7": NOON}))
    await store.commit(Commit(SHARD, timers={"case:7": None}))
    assert await store.claim_timers(SHARD, after(hours=1), LEASE, 10) == ([], None)


async def test_no_more_timers_are_claimed_than_asked_for(store: Store) -> None:
    await store.commit(Commit(SHARD, timers={f"case:{n}": after(seconds=n) for n in range(5)}))
    names, next_due = await store.claim_timers(SHARD, after(minutes=1), LEASE, 2)
    assert names == ["case:0", "case:1"]
    assert next_due == after(seconds=2)


async def test_the_auditor_finds_open_cases_that_nobody_would_wake(store: Store) -> None:
    opened = dict.fromkeys(("fine", "leased", "late", "lost"), NOON)
    await store.commit(
        Commit(
            SHARD,
            open_cases=opened,
            timers={"fine": after(minutes=10), "leased": NOON, "late": after(seconds=1), "not open": NOON},
        )
    )
    assert sorted(await store.open_names(SHARD)) == sorted(opened)
    await store.claim_timers(SHARD, NOON, LEASE, 1)  # takes "leased"
    assert sorted(await store.overdue(SHARD, after(seconds=20), LEASE / 3)) == ["late", "lost"]


async def test_a_rearmed_case_is_woken_and_a_closed_one_is_not(store: Store) -> None:
    await store.commit(Commit(SHARD, open_cases={"lost": NOON}))
    assert await store.rearm(SHARD, ["lost", "closed"], NOON) == 1
    assert (await store.claim_timers(SHARD, NOON, LEASE, 10))[0] == ["lost"]
    assert await store.rearm(SHARD, [], NOON) == 0
