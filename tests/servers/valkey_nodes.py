"""Several real servers on loopback, made into a cluster by commands: primaries with replicas, each its own process that
can be killed, frozen and started again. They die with the test process, also when it is killed with -9."""

import asyncio
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from responders.store import Store, StoreDown, StoreRefused
from responders.valkey import server_binary
from tests.chaos.waiting import until
from tests.servers.ports import free_port

SLOTS = 16384
# What makes a server one of ours: nothing is answered before it is on disk, and a replica need not wait to begin.
KEPT = {"save": '""', "appendonly": "yes", "appendfsync": "always", "repl-diskless-sync-delay": "0"}
PATIENCE = 60.0  # seconds; six servers on a loaded machine take their time
IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - mkdtemp makes a private folder


@dataclass(slots=True)
class Node:
    """One server; `options` go to its command line; `sentinel`: the file of one that only watches."""

    folder: Path
    options: dict[str, str]
    sentinel: Path | None = None
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    admin: Store = field(init=False)

    async def start(self) -> None:
        """Start it where it was, or, the first time, where there is room; returns when it answers."""
        if self.port:
            await self._spawn()
            return
        for _ in range(20):
            self.port = free_port()
            if "cluster-enabled" in self.options:
                self.options["cluster-port"] = str(free_port())
            self.admin = Store(f"redis://127.0.0.1:{self.port}", pauses=())
            try:
                await self._spawn()
            except OSError:  # somebody was faster
                await self.admin.close()
            else:
                return
        raise OSError("no port is free for a server")

    async def _spawn(self) -> None:
        self.folder.mkdir(exist_ok=True)
        options = {"port": str(self.port), "bind": "127.0.0.1", "dir": str(self.folder), **self.options}
        options |= {"logfile": str(self.folder / "log")} | (KEPT if self.sentinel is None else {})
        flat = [part for name, value in options.items() for part in (f"--{name}", *value.split())]
        how = [str(self.sentinel), "--sentinel"] if self.sentinel is not None else []
        self.process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own binary; it dies with this thread
            [str(server_binary()), *how, *flat], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509 - two system calls, prepared before the fork
        )  # fmt: skip
        await until(
            self._has_begun, lambda: AssertionError(f"the server on {self.port} does not answer"), PATIENCE
        )
        if self.process.poll() is not None:
            raise OSError(f"the server on {self.port} ended")

    async def _has_begun(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None or await self.answers()

    async def answers(self) -> bool:
        """Whether it can be asked, also while it does not know its cluster yet."""
        try:
            await self.admin._command("PING")
        except StoreDown:
            return False
        except StoreRefused:
            return True
        return True

    def send(self, what: signal.Signals) -> None:
        """A signal, when it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(what)

    async def kill(self) -> None:
        """-9."""
        assert self.process is not None
        self.send(signal.SIGKILL)
        await asyncio.to_thread(self.process.wait)

    async def told(self, *command: str) -> str:
        """What it answers, as text."""
        return bytes(await self.admin._command(*command)).decode()


@dataclass(slots=True)
class Cluster:
    """Its servers; those in front began as primaries."""

    nodes: list[Node]
    primaries: int
    scheme: str = "redis+cluster"

    @property
    def url(self) -> str:
        """What `Store` takes."""
        return f"{self.scheme}://" + ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    async def primary_of(self, key: str) -> Node:
        """Who has this key, by the word of the others."""
        slot = int(await self.nodes[0].admin._command("CLUSTER", "KEYSLOT", key))
        for asked in self.nodes:
            for line in await self._lines(asked):
                if line[2].startswith("myself,master") and any(_covers(part, slot) for part in line[8:]):
                    return asked
        raise AssertionError(f"nobody has {key}")

    async def replicas_of(self, primary: Node) -> list[Node]:
        """Who follows it."""
        me = next(line[0] for line in await self._lines(primary) if "myself" in line[2])
        ports = {line[1].split(":")[1].split("@")[0] for line in await self._lines(primary) if line[3] == me}
        return [node for node in self.nodes if str(node.port) in ports]

    async def is_whole(self) -> bool:
        """Whether every slot has a primary, every primary its replicas, and these are up to date."""
        behind = len(self.nodes) // self.primaries - 1
        for node in self.nodes:
            if not await node.answers() or "cluster_state:ok" not in await node.told("CLUSTER", "INFO"):
                return False
            about = await node.told("INFO", "replication")
            if "role:master" in about and about.count("state=online") != behind:
                return False
            if "role:slave" in about and "master_link_status:up" not in about:
                return False
        return True

    async def settle(self) -> None:
        """Wait until it is whole."""
        await until(self.is_whole, lambda: AssertionError("the cluster does not become whole"), PATIENCE)

    async def form(self) -> None:
        """MEET, ADDSLOTSRANGE, REPLICATE: what `valkey-cli --cluster create` does."""
        ids = [await node.told("CLUSTER", "MYID") for node in self.nodes]
        first = self.nodes[0]
        for number, node in enumerate(self.nodes):
            await node.admin._command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            if node is not first:
                port, bus = first.port, first.options["cluster-port"]
                await node.admin._command("CLUSTER", "MEET", "127.0.0.1", port, bus)
        share = SLOTS // self.primaries
        for number, node in enumerate(self.nodes[: self.primaries]):
            last = SLOTS - 1 if number == self.primaries - 1 else (number + 1) * share - 1
            await node.admin._command("CLUSTER", "ADDSLOTSRANGE", number * share, last)

        async def everybody_is_known() -> bool:
            return all([len(await self._lines(node)) == len(self.nodes) for node in self.nodes])

        await until(everybody_is_known, lambda: AssertionError("the servers do not meet"), PATIENCE)
        for number, node in enumerate(self.nodes[self.primaries :]):
            await node.admin._command("CLUSTER", "REPLICATE", ids[number % self.primaries])
        await self.settle()

    async def _lines(self, node: Node) -> list[list[str]]:
        """CLUSTER NODES of one server, in words; nothing from one that does not answer."""
        try:
            return [line.split() for line in (await node.told("CLUSTER", "NODES")).splitlines()]
        except StoreDown:
            return []


@asynccontextmanager
async def a_cluster(
    *, primaries: int = 3, replicas: int = 1, node_timeout: int = 2000
) -> AsyncIterator[Cluster]:
    """A whole cluster; every server ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="nodes", dir=IN_MEMORY))
    options = {
        "cluster-enabled": "yes", "cluster-config-file": "nodes.conf", "cluster-node-timeout": str(node_timeout),
        "cluster-require-full-coverage": "no",
    }  # fmt: skip
    cluster = Cluster(
        [Node(folder / str(n), dict(options)) for n in range(primaries * (1 + replicas))], primaries
    )
    try:
        for node in cluster.nodes:
            await node.start()
        await cluster.form()
        yield cluster
    finally:
        await ended(cluster.nodes)
        await asyncio.to_thread(shutil.rmtree, folder)


async def ended(nodes: list[Node]) -> None:
    """Kill them all."""
    for node in nodes:
        if node.process is not None:
            await node.kill()
            await node.admin.close()


def _covers(part: str, slot: int) -> bool:
    first, _, last = part.partition("-")
    return first.isdigit() and int(first) <= slot <= int(last or first)


def _die_with_parent() -> Callable[[], None]:
    libc = ctypes.CDLL(None)

    def tie() -> None:
        libc.prctl(1, signal.SIGKILL)

    return tie
