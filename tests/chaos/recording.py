"""The two servers of a house, with what a story needs beyond their own work: a platform that notes what it accepted
when and can be gone for a while, and a store that can be demoted, filled up and replaced by its replica."""

import resource
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.clock import monotonic, utc_clock
from responders.store import Store, StoreRefused
from responders.valkey import EmbeddedStore
from tests.chaos.waiting import until
from tests.servers.bot_api import BotApi
from tests.servers.bot_api_world import Json, World

PORT_TRIES = 5  # somebody else may take a free port before we do


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the platform accepted from the worker."""

    at: float
    person: int
    text: str
    message_id: int


class RecordingApi(BotApi):
    """The strict server, which also notes when it accepted what."""

    def __init__(self, token: str) -> None:
        super().__init__(
            World(token=token, now=utc_clock())
        )  # what is a day old by the worker's clock is too late
        self.accepted: list[Sent] = []
        self._place: socket.socket | None = None  # keeps our port while we are gone

    async def _answer(self, method: str, parameters: Json) -> object:
        answer = await super()._answer(method, parameters)
        if method == "sendMessage":
            assert isinstance(answer, dict)
            person, number = int(parameters["chat_id"]), int(answer["message_id"])
            self.accepted.append(Sent(monotonic(), person, str(parameters["text"]), number))
        return answer

    def has_lost(self, person: int) -> bool:
        """Whether what this person wrote last is lost where that is documented: nowhere, for it keeps everything."""
        del person
        return False

    async def go(self) -> None:
        """Every line is cut and none is taken; what people do meanwhile is kept, and the webhook too."""
        self.updates.is_held = True
        port = urlsplit(self.base).port
        await self.stop()
        # Bound and not listening: whoever calls is refused. A port that nobody has could be taken, even by the caller's
        # own end of the line, which would then talk to itself.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind(("127.0.0.1", port))

    async def come_back(self) -> None:
        """At the same address, with everything it knew."""
        assert self._place is not None
        port = self._place.getsockname()[1]
        self._place.close()
        await self.start(port)
        self.updates.is_held = False
        self.updates.notify()


class PliantStore(EmbeddedStore):
    """The real one, that can also be told to become read-only or somebody's replica, and whose files can be kept from
    growing."""

    permissions = EmbeddedStore.permissions + " +replicaof +psync +replconf +failover +config|set"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.room: int | None = None  # bytes that its files may still grow

    def settings(self) -> dict[str, str]:
        return super().settings() | {"bind": "127.0.0.1", "repl-diskless-sync-delay": "0"}

    def set_room(self, room: int | None) -> None:
        """From now on, and after every restart: as on a disk that is full but for so many bytes; None: no limit."""
        self.room = room
        if self._process is not None:
            self._limit(self._process.pid)

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        process = super()._spawn()
        if process is not None:
            self._limit(process.pid)
        return process

    def _limit(self, process: int) -> None:
        sizes = [file.stat().st_size for file in self.folder.rglob("*.aof")]
        most = resource.RLIM_INFINITY if self.room is None else max(sizes, default=0) + self.room
        _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (most, hard))

    async def listen(self, admin: Store) -> int:
        """Open a port on loopback, by which a replica comes; returns it."""
        for tried in range(PORT_TRIES):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = int(free.getsockname()[1])
            try:
                await admin._command("CONFIG", "SET", "port", port)
            except StoreRefused:
                if tried == PORT_TRIES - 1:
                    raise
            else:
                return port
        raise AssertionError("unreachable")


async def copied(old: PliantStore, new: PliantStore) -> int:
    """`new`, which runs, becomes a replica of `old` that has everything; returns the port on which it listens."""
    first, second = Store(old.url), Store(new.url)
    try:
        port = await new.listen(second)
        await second._command("REPLICAOF", "127.0.0.1", await old.listen(first))

        async def is_followed() -> bool:
            return b"state=online" in await first._command("INFO", "replication")

        # Its link is up before the primary sends what was written since the copy: that waits for its first word.
        await until(is_followed, lambda: AssertionError("the replica never got a copy"))
        written = await _offset(first)

        async def has_everything() -> bool:
            return await _offset(second) >= written

        await until(has_everything, lambda: AssertionError("the replica never had everything"))
        return port
    finally:
        await first.close()
        await second.close()


async def _offset(server: Store) -> int:
    """How far its stream of writes has come."""
    told = await server._command("INFO", "replication")
    return int(told.partition(b"master_repl_offset:")[2].partition(b"\r")[0])


async def is_primary(server: PliantStore) -> bool:
    """Whether it takes writes."""
    admin = Store(server.url)
    try:
        return b"role:master" in await admin._command("INFO", "replication")
    finally:
        await admin.close()
