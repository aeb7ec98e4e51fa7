"""A cable between the store and its server that a test can cut at a chosen place."""

import asyncio
from enum import Enum
from pathlib import Path
from typing import Self


class Cut(Enum):
    """Where the cable breaks, once."""

    NOWHERE = 0
    BEFORE_THE_SERVER = 1  # the command never arrives
    AFTER_THE_SERVER = 2  # the command is carried out, its answer is lost


class Cable:
    """A proxy on a unix socket; `silent` swallows everything without hanging up, like a dead network."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.path = folder / "cable.sock"
        self.cut = Cut.NOWHERE
        self.silent = False
        self.instead: bytes | None = None  # what comes in the place of the server's next answer
        self.connections = 0
        self._server = server
        self._listening: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"unix://{self.path}"

    def lead_to(self, server: Path) -> None:
        """Whoever connects now reaches another server; lines that are there stay."""
        self._server = server

    async def __aenter__(self) -> Self:
        self._listening = await asyncio.start_unix_server(self._connected, self.path)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._listening is not None
        self._listening.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for end in self._ends:  # also those whose task was cancelled before it began
            end.transport.abort()
        await asyncio.sleep(0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._ends.add(writer)
        try:
            theirs, ours = await asyncio.open_unix_connection(self._server)
        except OSError:  # the server is down: so is the cable
            writer.close()
            return
        self._ends.add(ours)
        for source, sink, place in (
            (reader, ours, Cut.BEFORE_THE_SERVER),
            (theirs, writer, Cut.AFTER_THE_SERVER),
        ):
            task = asyncio.create_task(self._carry(source, sink, (writer, ours), place))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        ends: tuple[asyncio.StreamWriter, ...],
        place: Cut,
    ) -> None:
        try:
            while data := await source.read(65536):
                if self.cut is place:
                    self.cut = Cut.NOWHERE
                    break
                if self.instead is not None and place is Cut.AFTER_THE_SERVER:
                    data, self.instead = self.instead, None
                if not self.silent:
                    sink.write(data)
                    await sink.drain()
        except ConnectionError:  # the other direction hung up first: the end of this one
            return
        finally:
            for end in ends:
                end.close()
