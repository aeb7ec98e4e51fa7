"""Keeping the server honest: that deleted means gone from disk, what it is and how it is set, how we stopped
last time. It never changes the server's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from responders.store.wire import StoreRefused, Wire

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

    _rewritten: datetime | None = None

    async def begin(self, worker: str = "tocsin") -> bool:
        """Note that `worker` runs, and return whether its last run ended uncleanly."""
        return not await self._command("HSETNX", "{running}", worker, "1")

    async def end(self, worker: str = "tocsin") -> None:
        """Note a clean stop."""
        await self._command("HDEL", "{running}", worker)

    async def tidy(self, now: datetime) -> Tidied:
        """Rewrite the append-only file when it holds residue, at most every two minutes; call it twice a
        minute."""
        if not rewrite_due(await self._told("persistence"), now, self._rewritten):
            return Tidied.NOTHING
        try:
            await self._command("BGREWRITEAOF")
        except StoreRefused:
            return Tidied.REFUSED
        self._rewritten = now
        return Tidied.STARTED

    async def _told(self, *sections: str) -> dict[str, str]:
        text = await self._command("INFO", *sections)
        lines = bytes(text).decode().splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))

    async def info(self) -> ServerInfo:
        """The server's kind, version and the settings that durability hangs on."""
        told = await self._told("server", "persistence", "memory")
        try:
            fsync = (await self._command("CONFIG", "GET", "appendfsync")).get(
                b"appendfsync", b""
            ).decode() or None
        except StoreRefused:  # managed servers hide it
            fsync = None
        version = told.get("valkey_version") or told["redis_version"]
        return ServerInfo(
            product=told.get("server_name", "redis"),
            version=tuple(int(part) for part in version.split(".") if part.isdigit()),
            appendonly=told.get("aof_enabled") == "1",
            appendfsync=fsync,
            eviction=told.get("maxmemory_policy"),
        )
