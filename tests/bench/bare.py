"""The floor under every durable message: one EVALSHA that sets a session's worth of bytes, sent by a client that does
nothing else. What the store and its fsync cost on this machine, in this very run."""

import asyncio
import os
from collections import deque
from time import perf_counter_ns
from typing import cast

import hiredis

SCRIPT = "return redis.call('SET', KEYS[1], ARGV[1])"
VALUE = os.urandom(1000)


class Bare(asyncio.Protocol):
    """Bytes out, answers in, in order."""

    def __init__(self) -> None:
        self._reader = hiredis.Reader()
        self._waiting: deque[asyncio.Future[object]] = deque()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while (reply := self._reader.gets()) is not False:
            self._waiting.popleft().set_result(reply)

    def ask(self, *command: str | bytes | int) -> "asyncio.Future[object]":
        if self._transport is None:
            raise ConnectionError("not connected")
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        self._transport.write(hiredis.pack_command(command))  # type: ignore[arg-type]  # typed as a tuple of one
        return answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def connected(path: str) -> Bare:
    """A line to the store's socket."""
    _, line = await asyncio.get_running_loop().create_unix_connection(Bare, path)
    return line


async def bare(line: Bare, times: int = 100) -> list[int]:
    """How long each of `times` calls took, in nanoseconds."""
    sha = await line.ask("SCRIPT", "LOAD", SCRIPT)
    if not isinstance(sha, bytes):
        raise TypeError("no hash for the script")
    spans = []
    for place in range(times):
        before = perf_counter_ns()
        await line.ask("EVALSHA", sha, 1, f"{{s0}}:bare:{place % 10}", VALUE)
        spans.append(perf_counter_ns() - before)
    return spans
