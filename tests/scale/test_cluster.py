"""The store on a real cluster of three primaries and three replicas: nothing that was confirmed is lost when a primary
is killed or frozen, and nothing is confirmed that only one machine has. The gap in which nothing is written is told."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.clock import monotonic
from responders.store import AlreadyDone, Applied, Commit, Field, Queued, Store, StoreDown
from tests.chaos.waiting import until
from tests.servers.valkey_nodes import Cluster, Node, a_cluster

PATIENCE = 60.0  # seconds, for what takes three on an idle machine
SHARDS = 6
WRITERS = 4  # for each shard
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@dataclass(slots=True)
class Writers:
    """Reports written as fast as they are confirmed, each until it is: what was confirmed, and when."""

    store: Store
    confirmed: dict[int, list[tuple[float, str]]] = field(default_factory=dict)
    doubted: int = 0
    _number: int = 0

    @asynccontextmanager
    async def at_work(self, shards: int = SHARDS) -> AsyncIterator[None]:
        """Until the block ends."""
        over = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for shard in range(shards):
                for _ in range(WRITERS):
                    group.create_task(self._write(shard, over))
            try:
                yield
            finally:
                over.set()

    async def _write(self, shard: int, over: asyncio.Event) -> None:
        confirmed = self.confirmed.setdefault(shard, [])
        while not over.is_set():
            self._number += 1
            name = str(self._number)
            while not over.is_set():
                with suppress(StoreDown):
                    await self.store.commit(a_report(shard, name))
                    confirmed.append((monotonic(), name))
                    break
                self.doubted += 1
            await asyncio.sleep(0.002)

    def gap(self, shard: int, since: float) -> float:
        """The longest time without a confirmation."""
        times = [since, *(at for at, _ in self.confirmed[shard] if at >= since)]
        return max((after - before for before, after in pairwise(times)), default=0.0)

    def count(self, shard: int) -> int:
        """How many were confirmed in a shard."""
        return len(self.confirmed.get(shard, []))

    async def lost(self) -> list[str]:
        """What was confirmed and is not there."""
        missing = []
        for shard, confirmed in self.confirmed.items():
            there = await self.store.fields(f"{{s{shard}}}:reports")
            missing += [f"{shard}: {name}" for _, name in confirmed if name not in there]
        return missing


def a_report(shard: int, name: str) -> Commit:
    """One message's commit: its mark, and something that must not be lost."""
    return Commit(shard, f"mark{name}", fields=(Field(f"{{s{shard}}}:reports", name, bytes(200)),))


@asynccontextmanager
async def a_store(cluster: Cluster, replicas: int | None = None) -> AsyncIterator[Store]:
    """A client of the cluster."""
    store = Store(cluster.url, replicas=replicas)
    try:
        yield store
    finally:
        await store.close()


async def test_everything_that_one_server_does_a_cluster_does_too() -> None:
    async with a_cluster() as cluster, a_store(cluster) as store:
        for shard in range(SHARDS):
            assert await store.next_number(shard) == 1
            assert await store.commit(a_report(shard, "one")) == Applied()
            assert await store.commit(a_report(shard, "one")) == AlreadyDone()
            queue = (Queued(f"item{shard}", NOW, b"sealed"),)
            await store.commit(
                Commit(shard, queue=queue, timers={"case:1:0": NOW}, open_cases={"case:1:0": NOW})
            )
            claimed = await store.claim_outbox(shard, NOW, timedelta(seconds=4), 10)
            assert (list(claimed.items), claimed.lasts) == ([(f"item{shard}", b"sealed")], True)
            await store.drop(shard, [f"item{shard}"], NOW)
            names, _ = await store.claim_timers(shard, NOW, timedelta(seconds=4), 10)
            assert names == ["case:1:0"]
            assert await store.overdue(shard, NOW + timedelta(hours=1), timedelta(0)) == ["case:1:0"]
        await store.append_audit("first", b"an act")
        assert [link.entry for link in await store.read_audit()] == [b"an act"]
        assert await store.swap_field("{people}", "one", None, b"a" * 20)
        assert await store.swap_field("{people}", "one", None, b"a" * 20), "told again, it is known again"
        assert not await store.is_empty()
        keys = {copy.key async for copy in store.read_all(SHARDS)}
        assert {"{audit}", "{people}", *(f"{{s{shard}}}:reports" for shard in range(SHARDS))} <= keys
        assert await store.is_whole()


async def _killed(node: Node) -> Callable[[], Awaitable[None]]:
    await node.kill()
    return node.start


async def _frozen(node: Node) -> Callable[[], Awaitable[None]]:
    node.send(signal.SIGSTOP)

    async def thaw() -> None:
        node.send(signal.SIGCONT)

    return thaw


@pytest.mark.parametrize("fail", [_killed, _frozen], ids=["killed", "frozen"])
async def test_a_primary_that_fails_loses_nothing_that_was_confirmed(
    fail: Callable[[Node], Awaitable[Callable[[], Awaitable[None]]]],
) -> None:
    async with a_cluster(node_timeout=2000) as cluster, a_store(cluster) as store:
        writers = Writers(store)
        victim = await cluster.primary_of("{s0}:reports")
        (heir,) = await cluster.replicas_of(victim)
        shards = {shard: await cluster.primary_of(f"{{s{shard}}}:") is victim for shard in range(SHARDS)}
        hit = [shard for shard, is_hit in shards.items() if is_hit]
        spared = [shard for shard, is_hit in shards.items() if not is_hit]
        assert hit
        assert spared

        async def took_over() -> bool:
            return "role:master" in await heir.told("INFO", "replication")

        async with writers.at_work():
            await _confirms(writers, hit + spared, 50)
            began = monotonic()
            recover = await fail(victim)
            await until(took_over, lambda: AssertionError("no replica took over"), PATIENCE)
            promoted = monotonic() - began
            await recover()  # as whoever supervises it does; with a second replica nobody would wait for this
            await _confirms(writers, hit + spared, 50)
        await cluster.settle()
        assert await writers.lost() == []
        assert "role:slave" in await victim.told("INFO", "replication")
        print(  # noqa: T201 - the result
            f"node-timeout 2000: promoted after {promoted:.1f} s, write gap "
            f"{max(writers.gap(shard, began) for shard in hit):.1f} s, on the other primaries "
            f"{max(writers.gap(shard, began) for shard in spared):.1f} s; "
            f"{sum(map(len, writers.confirmed.values()))} confirmed, {writers.doubted} in doubt, lost 0"
        )


async def _confirms(writers: Writers, shards: list[int], more: int) -> None:
    """Wait until so many more reports are confirmed in each of these shards."""
    wanted = {shard: writers.count(shard) + more for shard in shards}
    await until(
        lambda: all(writers.count(shard) >= count for shard, count in wanted.items()),
        lambda: AssertionError("nothing is confirmed any more"),
        PATIENCE,
    )


@asynccontextmanager
async def _alone(cluster: Cluster, shard: int) -> AsyncIterator[tuple[Node, Node]]:
    """A primary whose replica hears nothing: frozen, its line cut, so that the kernel delivers nothing either."""
    primary = await cluster.primary_of(f"{{s{shard}}}:")
    (replica,) = await cluster.replicas_of(primary)
    replica.send(signal.SIGSTOP)
    try:
        await primary.admin._command("CLIENT", "KILL", "TYPE", "replica")
        yield primary, replica
    finally:
        replica.send(signal.SIGCONT)


async def _succeeded(replica: Node) -> None:
    async def is_primary() -> bool:
        return "role:master" in await replica.told("INFO", "replication")

    await until(is_primary, lambda: AssertionError("no replica took over"), PATIENCE)


async def test_what_only_one_machine_has_is_not_confirmed_and_may_be_lost() -> None:
    async with a_cluster() as cluster, a_store(cluster) as store:
        await store.commit(a_report(0, "before"))
        async with _alone(cluster, 0) as (primary, replica):
            for _ in range(2):  # told again it finds its own mark, which must not count for the replica
                with pytest.raises(StoreDown, match="TooFew"):
                    await store.commit(a_report(0, "doubtful"))
            assert not await store.is_whole()
            await primary.kill()
        await _succeeded(replica)
        there = await store.fields("{s0}:reports")
        assert set(there) == {"before"}, "the control: it is really lost"


async def test_the_control_without_the_fence_a_report_is_confirmed_and_lost() -> None:
    async with a_cluster() as cluster, a_store(cluster, replicas=0) as store:
        await store.commit(a_report(0, "before"))
        async with _alone(cluster, 0) as (primary, replica):
            assert await store.commit(a_report(0, "confirmed")) == Applied()
            await primary.kill()
        await _succeeded(replica)
        assert "confirmed" not in await store.fields("{s0}:reports")


async def test_a_primary_that_dies_while_its_replica_is_waited_for_confirms_nothing() -> None:
    async with a_cluster() as cluster, a_store(cluster) as store:
        await store.commit(a_report(0, "before"))
        async with _alone(cluster, 0) as (primary, replica):
            asked = asyncio.create_task(store.commit(a_report(0, "doubtful")))

            async def is_written() -> bool:
                return bool(await primary.admin._command("HEXISTS", "{s0}:reports", "doubtful"))

            await until(is_written, lambda: AssertionError("it was never written"), PATIENCE)
            await primary.kill()
            # the replica hears of nothing until the question has failed: were it promoted meanwhile, the same question
            # would rightly be answered by it
            with pytest.raises(StoreDown):
                await asked
        await _succeeded(replica)
        assert set(await store.fields("{s0}:reports")) == {"before"}
        await primary.start()
        await cluster.settle()
        assert await store.commit(a_report(0, "doubtful")) == Applied(), "and told again it is new"


async def test_what_is_not_on_enough_machines_may_wake_somebody_and_confirm_nothing() -> None:
    async with a_cluster() as cluster, a_store(cluster) as store:
        async with _alone(cluster, 0):
            with pytest.raises(StoreDown):
                await store.commit(Commit(0, queue=(Queued("page", NOW, b"sealed"),)))
            claimed = await store.claim_outbox(0, NOW, timedelta(seconds=4), 10)
            assert (list(claimed.items), claimed.lasts) == ([("page", b"sealed")], False)
            with pytest.raises(StoreDown, match="too few machines"):
                await store.next_number(0)
        await cluster.settle()
        assert await store.is_whole()
        claimed = await store.claim_outbox(0, NOW + timedelta(seconds=5), timedelta(seconds=4), 10)
        assert claimed.lasts


async def test_a_shard_may_move_to_another_primary_while_it_is_written() -> None:
    async with a_cluster() as cluster, a_store(cluster) as store:
        writers = Writers(store)
        here = await cluster.primary_of("{s0}:reports")
        there = next(node for node in cluster.nodes[: cluster.primaries] if node is not here)
        async with writers.at_work(1):
            await _confirms(writers, [0], 50)
            await _move(here, there, "{s0}:reports", cluster)
            await _confirms(writers, [0], 50)
        assert await writers.lost() == []
        assert await cluster.primary_of("{s0}:reports") is there


async def _move(here: Node, there: Node, key: str, cluster: Cluster) -> None:
    """What `valkey-cli --cluster reshard` does for one slot."""
    slot = int(await here.admin._command("CLUSTER", "KEYSLOT", key))
    ids = [await node.told("CLUSTER", "MYID") for node in (here, there)]
    await there.admin._command("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[0])
    await here.admin._command("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[1])
    while keys := await here.admin._command("CLUSTER", "GETKEYSINSLOT", slot, 100):
        await here.admin._command("MIGRATE", "127.0.0.1", there.port, "", 0, 5000, "KEYS", *keys)
    for node in (there, here, *cluster.nodes[: cluster.primaries]):
        await node.admin._command("CLUSTER", "SETSLOT", slot, "NODE", ids[1])
