"""A primary, two replicas and three sentinels on loopback: real processes of the one binary, each to be killed."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.waiting import until
from tests.servers.valkey_nodes import IN_MEMORY, PATIENCE, Node, ended

SERVICE = "tocsin"


@dataclass(slots=True)
class Watched:
    """Three servers and who watches them."""

    servers: list[Node]
    sentinels: list[Node]

    @property
    def url(self) -> str:
        """What `Store` takes."""
        return (
            "redis+sentinel://" + ",".join(f"127.0.0.1:{one.port}" for one in self.sentinels) + f"/{SERVICE}"
        )

    async def is_whole(self) -> bool:
        """Whether every sentinel knows the others and the replicas, which are up to date."""
        for sentinel in self.sentinels:
            about = await sentinel.told("INFO", "sentinel")
            if "status=ok" not in about or "slaves=2" not in about or "sentinels=3" not in about:
                return False
        roles = [await one.told("INFO", "replication") if await one.answers() else "" for one in self.servers]
        return sum("master_link_status:up" in role for role in roles) == len(self.servers) - 1

    async def settle(self) -> None:
        """Wait until it is whole."""
        await until(self.is_whole, lambda: AssertionError("the sentinels do not agree"), PATIENCE)


@asynccontextmanager
async def watched_by_sentinels(down_after: int = 2000) -> AsyncIterator[Watched]:
    """All five; every one ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="nodes", dir=IN_MEMORY))
    servers = [Node(folder / f"server{n}", {}) for n in range(3)]
    sentinels = [Node(folder / f"sentinel{n}", {}) for n in range(3)]
    try:
        await servers[0].start()
        for replica in servers[1:]:
            replica.options["replicaof"] = f"127.0.0.1 {servers[0].port}"
            await replica.start()
        for sentinel in sentinels:
            sentinel.folder.mkdir()
            config = sentinel.folder / "sentinel.conf"  # sentinels write what they learn into it
            config.write_text(
                f"sentinel monitor {SERVICE} 127.0.0.1 {servers[0].port} 2\n"
                f"sentinel down-after-milliseconds {SERVICE} {down_after}\n"
                f"sentinel failover-timeout {SERVICE} 20000\n"
            )
            sentinel.sentinel = config
            await sentinel.start()
        watched = Watched(servers, sentinels)
        await watched.settle()
        yield watched
    finally:
        await ended([*servers, *sentinels])
        shutil.rmtree(folder)
