"""The line between the service and the real signal-cli, as a wire of a fault story: it passes whole lines of JSON-RPC,
can be cut, and notes which arrivals it handed over. Who hangs up one half can still read the other, as on a socket."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.clock import monotonic
from tests.chaos.wire import Connection, Counted, Wire

HEARD_WITHIN = (
    15.0  # seconds: for a later answer the sender may have stopped waiting, which it does after twenty
)
PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call that waits for its answer."""

    method: str
    line: bytes
    at: float


class SignalWire(Wire):
    """`handed`: the times, which are the names, of everything that was in the worker's hands or in its socket.
    `ends`: so many lines have ended, whoever hung up."""

    def __init__(self, name: str, target: Path, counted: Counted) -> None:
        super().__init__(name, target, counted)
        self.handed: list[int] = []
        self.ends = 0

    async def _join(self, near: Connection, far: Connection) -> None:
        """Until signal-cli has hung up: it still tells what it had taken when we say that we are going."""
        near[1].transport.set_write_buffer_limits(high=0)  # what is drained lies in the other one's socket
        asked: dict[str, _Asked] = {}
        asking = asyncio.create_task(self._ask(near[0], far[1], asked))
        try:
            await self._tell(far[0], near[1], asked)
        finally:
            self.ends += 1
            far[1].close()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: dict[str, _Asked]
    ) -> None:
        held = b""
        while data := await reader.read(PIECE):
            *lines, held = (held + data).split(b"\n")
            for line in lines:
                told = json.loads(line)
                asked[str(told["id"])] = _Asked(told["method"], line, monotonic())
                writer.write(line + b"\n")
            await writer.drain()
        with suppress(OSError):
            writer.write_eof()

    async def _tell(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: dict[str, _Asked]
    ) -> None:
        held = b""
        while data := await reader.read(PIECE):
            *lines, held = (held + data).split(b"\n")
            for line in lines:
                writer.write(line + b"\n")
                await writer.drain()
                self._note(line, asked)

    def _note(self, line: bytes, asked: dict[str, _Asked]) -> None:
        told = json.loads(line)
        if told.get("method") == "receive":
            params = told["params"]
            self.handed.append(int(params.get("result", params)["envelope"]["timestamp"]))
            return
        question = asked.pop(str(told.get("id")), None)
        if question is not None and monotonic() - question.at < HEARD_WITHIN:
            for tap in self.counted.taps:
                tap(self.name, question.method, question.line, line)
