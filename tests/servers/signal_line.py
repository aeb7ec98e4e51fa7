"""A small JSON-RPC client for tests of the stack itself and for making accounts; the service has its own."""

import asyncio
import itertools
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]  # what signal-cli says, of any shape
LIMIT = 1 << 24  # bytes of one line


class Refused(Exception):
    """signal-cli answered with an error; `error` is that object."""

    def __init__(self, error: Json) -> None:
        super().__init__(str(error.get("message")))
        self.error = error

    @property
    def code(self) -> int:
        return int(self.error["code"])

    @property
    def result(self) -> Json:
        """The first result among the error's details."""
        result: Json = self.error["data"]["response"]["results"][0]
        return result


class Line:
    """One connection; what signal-cli says unasked waits in `events`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.events: asyncio.Queue[Json] = asyncio.Queue()
        self._writer, self._ids = writer, itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._reading = asyncio.create_task(self._read(reader))

    @classmethod
    async def to(cls, url: str) -> "Line":
        """Connect to unix:///path or tcp://host:port."""
        parts = urlsplit(url)
        if parts.scheme == "unix":
            return cls(*await asyncio.open_unix_connection(parts.path, limit=LIMIT))
        return cls(*await asyncio.open_connection(parts.hostname, parts.port, limit=LIMIT))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):  # killed, which is as good as hung up
            while line := await reader.readline():
                said = json.loads(line)
                if "method" in said:
                    self.events.put_nowait(said["params"])
                elif (waiting := self._waiting.pop(str(said.get("id")), None)) and not waiting.done():
                    waiting.set_result(said)
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("signal-cli closed the connection"))

    async def call(self, method: str, /, *, within: float = 60.0, **parameters: object) -> Any:
        """Return the result of a call, or raise Refused. Write quote-timestamp as quote_timestamp."""
        name = str(next(self._ids))
        self._waiting[name] = asyncio.get_running_loop().create_future()
        named = {key.replace("_", "-"): value for key, value in parameters.items()}
        self._writer.write(
            json.dumps({"jsonrpc": "2.0", "id": name, "method": method, "params": named}).encode() + b"\n"
        )
        async with asyncio.timeout(within):
            answer = await self._waiting[name]
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    async def event(self, fits: Callable[[Json], object] = bool, *, within: float = 60.0) -> Json:
        """The next envelope for which `fits` holds; those before it are dropped."""
        async with asyncio.timeout(within):
            while True:
                said = await self.events.get()
                envelope: Json = said.get("result", said)["envelope"]
                if fits(envelope):
                    return envelope

    def hang_up(self) -> None:
        """Say that nothing more will be asked; what comes can still be read."""
        self._writer.write_eof()

    async def last_words(self) -> Json | None:
        """The next envelope after hanging up; None when signal-cli has hung up too."""
        if self.events.empty():
            waits = asyncio.ensure_future(self.events.get())
            await asyncio.wait({waits, self._reading}, return_when=asyncio.FIRST_COMPLETED)
            if not waits.done():
                waits.cancel()
                return None
            said = waits.result()
        else:
            said = self.events.get_nowait()
        envelope: Json = said.get("result", said)["envelope"]
        return envelope

    def stop_reading(self) -> None:
        """Whatever comes now stays in the kernel's buffer."""
        self._reading.cancel()
        transport = self._writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()

    async def close(self) -> None:
        self._reading.cancel()
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()
