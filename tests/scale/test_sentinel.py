"""The store on a primary with two replicas that Sentinel watches: the same promise as on a cluster."""

from bot.clock import monotonic
from responders.store import Applied, Store
from tests.chaos.waiting import until
from tests.scale.test_cluster import PATIENCE, Writers, _confirms, a_report
from tests.servers.valkey_sentinel import watched_by_sentinels


async def test_a_killed_primary_under_sentinel_loses_nothing_that_was_confirmed() -> None:
    async with watched_by_sentinels() as watched:
        store = Store(watched.url)
        try:
            assert await store.commit(a_report(0, "before")) == Applied()
            writers, (primary, *replicas) = Writers(store), watched.servers
            async with writers.at_work(2):
                await _confirms(writers, [0, 1], 50)
                began = monotonic()
                await primary.kill()

                async def took_over() -> bool:
                    return any(["role:master" in await one.told("INFO", "replication") for one in replicas])

                await until(took_over, lambda: AssertionError("no replica took over"), PATIENCE)
                await _confirms(writers, [0, 1], 50)
            assert await writers.lost() == []
            print(  # noqa: T201 - the result
                f"down-after 2000: write gap {max(writers.gap(shard, began) for shard in (0, 1)):.1f} s, lost 0"
            )
        finally:
            await store.close()
