"""A proxy on one line of the service: it passes whole frames, counts them, and can kill somebody with -9 just before or
just after it passes a given one. It changes no byte."""

import asyncio
import os
import signal
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bot.clock import monotonic
from responders.store.wire import _load
from tests.chaos.frames import Ends, http_end, http_name, resp_end, resp_words

SCRIPTS = {sha: name for name, (_, sha) in _load().items()} | {
    text: name for name, (text, _) in _load().items()
}
POLLS = ("claim_outbox", "claim_timers")


class Way(StrEnum):
    """Which way a frame travels, seen from the worker."""

    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Kill:
    """Kill `victim` when the frame of this number passes on this wire, before or after it is passed on.

    With a `name` only frames of that name count, from the moment in which `start` or `arm` was called."""

    wire: str
    way: Way
    number: int
    after: bool
    victim: str = "worker"
    name: str | None = None

    def __str__(self) -> str:
        when = "after" if self.after else "before"
        return f"{self.victim} killed {when} frame {self.number} {self.way} on {self.wire}"


@dataclass(frozen=True, slots=True)
class Passed:
    """One frame that was work: a commit, a page, a confirmation; `size` in bytes."""

    wire: str
    way: Way
    name: str
    size: int
    at: float


@dataclass(slots=True)
class Counted:
    """All wires of a service together: frames counted, and the one at which somebody dies."""

    strike: Callable[[str], None]  # kills the victim of that name
    kill: Kill | None = None
    killed: asyncio.Event = field(default_factory=asyncio.Event)
    numbers: Counter[tuple[str, Way]] = field(default_factory=Counter)
    passed: list["Passed"] = field(default_factory=list)

    def start(self, kill: Kill | None = None) -> None:
        """Count from zero; at most one kill follows."""
        self.kill, self.killed = kill, asyncio.Event()
        self.numbers.clear()
        self.passed = []

    def arm(self, kill: Kill) -> None:
        """The next kill, after somebody was killed and started again."""
        self.start(kill)

    def look(self, wire: str, way: Way, name: str, size: int) -> Kill | None:
        """Count one frame that is work, and say whether it is the one."""
        self.numbers[wire, way] += 1
        self.passed.append(Passed(wire, way, name, size, monotonic()))
        kill = self.kill
        if kill is None or self.killed.is_set() or (kill.wire, kill.way) != (wire, way):
            return None
        if kill.name is None:
            return kill if kill.number == self.numbers[wire, way] else None
        alike = sum((one.wire, one.way, one.name) == (wire, way, kill.name) for one in self.passed)
        return kill if name == kill.name and alike == kill.number else None

    def die(self, kill: Kill) -> None:
        """It happens now."""
        self.strike(kill.victim)
        self.killed.set()


def kill_process(pid: int) -> None:
    """-9, for a process that we started."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Wire:
    """One listening end in front of one server. `target` is a unix path or a port on loopback."""

    def __init__(self, name: str, target: Path | int, counted: Counted) -> None:
        self.name = name
        self._target = target
        self._counted = counted
        self._is_resp = isinstance(target, Path)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.cut = False

    async def listen(self, path: Path | None = None) -> int:
        """Listen on a unix path, or on a port of loopback, which is returned."""
        if path is not None:
            self._server = await asyncio.start_unix_server(self._serve, str(path))
            return 0
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Cut every line and stop listening."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self.cut:
                return
            with suppress(OSError, asyncio.IncompleteReadError):
                if isinstance(self._target, Path):
                    far = await asyncio.open_unix_connection(str(self._target))
                else:
                    far = await asyncio.open_connection("127.0.0.1", self._target)
                line = _Line(self.name, self._counted, self._is_resp)
                await line.join((reader, writer), far)
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()


class _Line:
    """One connection through a wire."""

    def __init__(self, wire: str, counted: Counted, is_resp: bool) -> None:
        self._wire = wire
        self._counted = counted
        self._is_resp = is_resp
        self._asked: deque[str] = deque()
        self._ends: Ends = resp_end if is_resp else http_end

    async def join(
        self, near: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        far: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:  # fmt: skip
        pumps = [
            asyncio.create_task(self._pump(Way.OUT, near[0], far[1])),
            asyncio.create_task(self._pump(Way.IN, far[0], near[1])),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            far[1].close()

    async def _pump(self, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held = b""
        while data := await reader.read(1 << 16):
            held += data
            while (end := self._ends(held)) is not None:
                frame, held = held[:end], held[end:]
                kill = self._look(way, frame)
                if kill is not None and not kill.after:
                    self._counted.die(kill)
                    return
                writer.write(frame)
                await writer.drain()
                if kill is not None:
                    self._counted.die(kill)

    def _look(self, way: Way, frame: bytes) -> Kill | None:
        name = self._name(way, frame)
        # A look into an empty outbox, four times a second, is no work; one that brings something is.
        idle = name in POLLS and (way is Way.OUT or frame.startswith(b"*1\r\n"))
        return None if idle else self._counted.look(self._wire, way, name, len(frame))

    def _name(self, way: Way, frame: bytes) -> str:
        if way is Way.IN:
            return self._asked.popleft() if self._asked else "?"
        if not self._is_resp:
            name = http_name(frame)
        else:
            command, *rest = resp_words(frame)
            name = command.decode()
            if name in ("EVALSHA", "EVAL"):
                name = SCRIPTS.get(rest[0].decode(), name)
        self._asked.append(name)
        return name
