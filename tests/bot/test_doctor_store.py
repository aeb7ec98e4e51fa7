"""The doctor's lines about a store on several servers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.doctor_lines import State
from bot.doctor_store import look_at_store
from bot.settings import Store as Settings
from responders.store import ServerInfo, Store, Tidied

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
CLUSTER = Settings(url="redis+cluster://one,two")


def a_server(**other: object) -> ServerInfo:
    told: dict[str, object] = {
        "product": "valkey", "version": (9, 1, 2), "appendonly": True, "appendfsync": "always",
        "eviction": "noeviction", "is_primary": True, "replicas": 2, "node_timeout": 2000,
    }  # fmt: skip
    return ServerInfo(**{**told, **other})  # type: ignore[arg-type]


class Servers(Store):
    """A store whose servers say this of themselves."""

    def __init__(self, *told: ServerInfo) -> None:
        super().__init__("redis+cluster://one,two")
        self.told = {f"server{number}:6379": info for number, info in enumerate(told)}

    async def servers(self) -> dict[str, ServerInfo]:
        return self.told

    async def tidy(self, now: datetime) -> Tidied:
        del now
        return Tidied.NOTHING


async def lines(*told: ServerInfo, settings: Settings = CLUSTER) -> AsyncIterator[tuple[State, str]]:
    async for line in look_at_store(Servers(*told), settings, NOW):
        yield line.state, line.what


async def test_a_whole_cluster_is_told_in_two_lines() -> None:
    replica = a_server(is_primary=False, replicas=0)
    assert [line async for line in lines(a_server(), a_server(), replica)] == [
        (State.OK, "store: 2 primaries, each with 2 replicas or more; 1 must have every write"),
        (State.OK, "store: allows to rewrite its append-only file"),
    ]


@pytest.mark.parametrize(
    ("other", "state", "what"),
    [
        ({"version": (7, 0, 15)}, State.FAIL, "store server1:6379: valkey 7.0.15"),
        ({"appendonly": False}, State.FAIL, "store server1:6379: append-only file off"),
        ({"appendfsync": "everysec"}, State.FAIL, "store server1:6379: appendfsync everysec"),
        ({"appendfsync": None}, State.WARN, "store server1:6379: does not tell whether it syncs each write"),
        ({"eviction": "allkeys-lru"}, State.FAIL, "store server1:6379: when memory is full: allkeys-lru"),
        ({"node_timeout": 15000}, State.WARN, "store server1:6379: cluster-node-timeout 15000"),
        ({"is_covering": False}, State.WARN, "store server1:6379: cluster-require-full-coverage yes"),
        (
            {"replicas": 1},
            State.WARN,
            "store: 2 primaries, each with 1 replicas or more; 1 must have every write",
        ),
        (
            {"replicas": 0},
            State.FAIL,
            "store: 2 primaries, each with 0 replicas or more; 1 must have every write",
        ),
    ],
)
async def test_a_server_that_is_set_badly_is_named(other: dict[str, object], state: State, what: str) -> None:
    assert (state, what) in [line async for line in lines(a_server(), a_server(**other))]
