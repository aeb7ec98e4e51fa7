"""Keeping the server honest: that deleted means gone from disk, what it is and how it is set, how we stopped
last time. It never changes the server's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from responders.store.wire import StoreRefused, Wire

ASKED = ("appendfsync", "cluster-node-timeout", "cluster-require-full-coverage")
REWRITE_EVERY = timedelta(
    minutes=2
)  # "gone from disk within 5 minutes", with room for the loop and the rewrite


class Tidied(StrEnum):
    """What `tidy` did."""

    NOTHING = "nothing"
    STARTED = "started"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What `tocsin doctor` wants to know; None where the server does not tell."""

    product: str
    version: tuple[int, ...]
    appendonly: bool
    appendfsync: str | None
    eviction: str | None
    is_primary: bool = True
    replicas: int = 0  # connected to it
    node_timeout: int | None = None  # milliseconds; of a cluster's servers
    is_covering: bool = True  # what is left of a cluster goes on when a part of it is away

    @property
    def is_supported(self) -> bool:
        """Redis 7.2 has WAITAOF; Valkey has had it from its first version, which calls itself 7.2.4."""
        return self.version >= (7, 2)


def rewrite_due(persistence: Mapping[str, str], now: datetime, last: datetime | None) -> bool:
    """Whether the append-only file still holds something that was overwritten or deleted since the last
    rewrite.

    The file grows only by writes, so its size tells, whoever wrote (another process, the server's own
    expiry)."""
    if persistence.get("aof_enabled") != "1" or persistence.get("aof_rewrite_in_progress") != "0":
        return False
    if persistence.get("aof_current_size") == persistence.get("aof_base_size"):
        return False
    return last is None or not timedelta(0) <= now - last < REWRITE_EVERY


class Upkeep(Wire):
    """The server itself, and the hash `{running}`: a worker that is there and was not started stopped
    uncleanly."""

    def __init__(self, *args: Any, **more: Any) -> None:  # Any: a Wire's own
        super().__init__(*args, **more)
        self._rewritten: dict[str, datetime] = {}

    async def begin(self, worker: str = "tocsin") -> bool:
        """Note that `worker` runs, and return whether its last run ended uncleanly."""
        return not await self._command("HSETNX", "{running}", worker, "1")

    async def end(self, worker: str = "tocsin") -> None:
        """Note a clean stop."""
        await self._command("HDEL", "{running}", worker)

    async def tidy(self, now: datetime) -> Tidied:
        """Rewrite the append-only files that hold residue, replicas' too, at most every two minutes; call it twice a
        minute."""
        told = await self._everywhere("INFO", "persistence")
        due = {
            name for name, text in told.items() if rewrite_due(_lines(text), now, self._rewritten.get(name))
        }
        if not due:
            return Tidied.NOTHING
        try:
            await self._everywhere("BGREWRITEAOF", only=due)
        except StoreRefused:
            return Tidied.REFUSED
        self._rewritten |= dict.fromkeys(due, now)
        return Tidied.STARTED

    async def servers(self) -> dict[str, ServerInfo]:
        """Each server's kind, version and the settings that durability hangs on, by its address."""
        told = await self._everywhere("INFO")
        try:
            set_to = await self._everywhere("CONFIG", "GET", *ASKED)
        except StoreRefused:  # managed servers hide it
            set_to = {}
        return {name: _info(_lines(text), set_to.get(name, {})) for name, text in told.items()}


def _lines(text: bytes) -> dict[str, str]:
    lines = bytes(text).decode().splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))


def _info(told: Mapping[str, str], set_to: Mapping[bytes, bytes]) -> ServerInfo:
    version = told.get("valkey_version") or told["redis_version"]
    is_cluster = told.get("cluster_enabled") == "1"
    timeout = set_to.get(b"cluster-node-timeout") if is_cluster else None
    return ServerInfo(
        product=told.get("server_name", "redis"),
        version=tuple(int(part) for part in version.split(".") if part.isdigit()),
        appendonly=told.get("aof_enabled") == "1",
        appendfsync=set_to.get(b"appendfsync", b"").decode() or None,
        eviction=told.get("maxmemory_policy"),
        is_primary=told.get("role") != "slave",
        replicas=int(told.get("connected_slaves", 0)),
        node_timeout=int(timeout) if timeout is not None else None,
        is_covering=not is_cluster or set_to.get(b"cluster-require-full-coverage") != b"yes",
    )
