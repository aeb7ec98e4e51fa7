"""Which server has what, as redis-py's cluster and Sentinel clients know it. They are asked where to go and nothing
else: what they send may be repeated on another connection, and a confirmation must not be."""

from collections.abc import Callable
from typing import Any, Protocol

from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import SSLConnection
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.exceptions import MovedError

from responders.store.places import Form, Place

PATIENCE = 0.5  # seconds for one server to say where everything is; then another is asked
Address = tuple[str, int]


class Map(Protocol):
    """Where the primary of a key is."""

    async def refresh(self) -> None:
        """Ask again. Raises RedisError, OSError when nobody answers."""
        ...

    def primary(self, key: str) -> Address | None:
        """None: nobody has it now."""
        ...

    def primaries(self) -> list[Address]:
        """Every server that takes writes."""
        ...

    def replicas(self) -> list[Address]:
        """Every server that follows one of them."""
        ...

    async def moved(self, to: MovedError) -> None:
        """A server said where a slot is now."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


def map_of(place: Place) -> Map:
    """The map of a store that is more than one server; it touches no network."""
    kinds: dict[Form, Callable[[Place], Map]]
    kinds = {Form.CLUSTER: ClusterMap, Form.SENTINEL: SentinelMap, Form.ONE: OneMap}
    return kinds[place.form](place)


class ClusterMap:
    """redis-py's picture of the slots."""

    def __init__(self, place: Place) -> None:
        self._client = RedisCluster(
            startup_nodes=[ClusterNode(*seed) for seed in place.seeds],
            require_full_coverage=False,  # a shard without a primary must not keep us from the others
            **_options(place),
        )
        self._nodes = self._client.nodes_manager
        self._slots: dict[str, int] = {}

    async def refresh(self) -> None:
        await self._nodes.initialize()

    def primary(self, key: str) -> Address | None:
        tag = key[: key.find("}") + 1]
        slot = self._slots.get(tag)
        if slot is None:
            slot = self._slots[tag] = key_slot(tag.encode())
        nodes = self._nodes.slots_cache.get(slot)
        return (nodes[0].host, int(nodes[0].port)) if nodes else None

    def primaries(self) -> list[Address]:
        return [(node.host, int(node.port)) for node in self._client.get_primaries()]

    def replicas(self) -> list[Address]:
        return [(node.host, int(node.port)) for node in self._client.get_replicas()]

    async def moved(self, to: MovedError) -> None:
        if to.slot_id in self._nodes.slots_cache:
            await self._nodes.move_slot(to)
        else:
            await self.refresh()

    async def close(self) -> None:
        await self._nodes.aclose()
        await self._nodes.aclose("startup_nodes")


class SentinelMap:
    """One primary has everything; the sentinels know which."""

    def __init__(self, place: Place) -> None:
        self._sentinel = Sentinel(list(place.seeds), **_options(place))  # type: ignore[no-untyped-call]
        self._service = place.service
        self._primary: Address | None = None
        self._replicas: list[Address] = []

    async def refresh(self) -> None:
        self._primary = await self._sentinel.discover_master(self._service)
        found = await self._sentinel.discover_slaves(self._service)
        self._replicas = [(str(host), int(str(port))) for host, port in found]

    def primary(self, key: str) -> Address | None:  # noqa: ARG002 - a Map
        return self._primary

    def primaries(self) -> list[Address]:
        return [self._primary] if self._primary is not None else []

    def replicas(self) -> list[Address]:
        return self._replicas

    async def moved(self, to: MovedError) -> None:
        raise to  # a cluster behind Sentinel: there is no such thing

    async def close(self) -> None:
        for sentinel in self._sentinel.sentinels:
            await sentinel.aclose()


class OneMap:
    """One primary that is always the same; its replicas are its own business."""

    def __init__(self, place: Place) -> None:
        self._place: Address = (str(place.options.get("host", "")), int(place.options.get("port", 6379)))

    async def refresh(self) -> None:
        """There is nobody to ask."""

    def primary(self, key: str) -> Address | None:  # noqa: ARG002 - a Map
        return self._place

    def primaries(self) -> list[Address]:
        return [self._place]

    def replicas(self) -> list[Address]:
        return []

    async def moved(self, to: MovedError) -> None:
        raise to

    async def close(self) -> None:
        """Nothing is open."""


def _options(place: Place) -> dict[str, Any]:  # Any: redis-py's own arguments
    """How the map's own connections are made: little patience, and nothing is repeated."""
    left_out = ("host", "port", "db", "connection_class")
    return {
        **{name: value for name, value in place.options.items() if name not in left_out},
        "ssl": place.options.get("connection_class") is SSLConnection,
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
