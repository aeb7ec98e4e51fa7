"""A proxy on one line of the service: it passes whole frames, counts them, and can kill somebody with -9 just before or
just after it passes a given one. It can be slow, and it can be cut. It changes no byte."""

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

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Tap = Callable[[str, str, bytes, bytes], None]  # wire, name, question, answer

SCRIPTS = {sha: name for name, (_, sha) in _load().items()} | {
    text: name for name, (text, _) in _load().items()
}
POLLS = ("claim_outbox", "claim_timers", "hold")


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
    taps: list[Tap] = field(default_factory=list)  # who hears every question with its answer

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
    """One listening end in front of one server. `target` is a unix path or a port on loopback; `near` says which way a
    question travels: OUT where the worker asks (the default), IN where the platform pushes to the worker."""

    def __init__(self, name: str, target: Path | int, counted: Counted, near: Way = Way.OUT) -> None:
        self.name = name
        self.near = near
        self.counted = counted
        self.is_cut = False
        self.delay = 0.0  # seconds before an answer is passed on
        # and no answer before the one ahead has waited: a server that is slow, not far away
        self.is_serial = False
        self._target = target
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def is_resp(self) -> bool:
        """Whether the store is behind it; else it is HTTP."""
        return self.name == "store"

    async def listen(self, path: Path | None = None) -> int:
        """Listen on a unix path, or on a port of loopback, which is returned."""
        if path is not None:
            self._server = await asyncio.start_unix_server(self._serve, str(path))
            return 0
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    def lead_to(self, target: Path | int) -> None:
        """Whoever comes now reaches another server; lines that are there stay."""
        self._target = target

    async def close(self) -> None:
        """Cut every line and stop listening."""
        if self._server is not None:
            self._server.close()
        await self.cut()

    async def cut(self) -> None:
        """Lose every line, and every one that is tried, until `is_cut` is taken back."""
        self.is_cut = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self.is_cut:
                return
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._join((reader, writer), await self._dial())
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _join(self, near: Connection, far: Connection) -> None:
        """Pass everything, until one of the two hangs up."""
        await _Line(self).join(near, far)

    async def _dial(self) -> Connection:
        """The line to the server; one that is just there when we are cut is hung up, not forgotten."""
        if isinstance(self._target, Path):
            dialling = asyncio.ensure_future(asyncio.open_unix_connection(str(self._target)))
        else:
            dialling = asyncio.ensure_future(asyncio.open_connection("127.0.0.1", self._target))
        try:
            return await asyncio.shield(dialling)
        except asyncio.CancelledError:
            dialling.add_done_callback(_hang_up)  # waits for nothing: we may be cut a second time
            raise


def _hang_up(dialling: asyncio.Future[Connection]) -> None:
    if not dialling.cancelled() and dialling.exception() is None:
        dialling.result()[1].transport.abort()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that waits for its answer."""

    name: str
    frame: bytes
    at: float


class _Line:
    """One connection through a wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._asked: deque[_Asked] = deque()
        self._ends: Ends = resp_end if wire.is_resp else http_end

    async def join(self, near: Connection, far: Connection) -> None:
        pumps = [
            asyncio.create_task(self._pump(near[0], far[1], is_question=True)),
            asyncio.create_task(self._pump(far[0], near[1], is_question=False)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            far[1].close()  # before anything is waited for: a line that is cut twice is closed too
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_question: bool
    ) -> None:
        counted, held = self._wire.counted, b""
        while data := await reader.read(1 << 16):
            held += data
            while (end := self._ends(held)) is not None:
                frame, held = held[:end], held[end:]
                asked = self._question(frame) if is_question else self._answered()
                if not is_question:
                    await self._dawdle(asked)
                kill = self._look(asked, frame, is_question=is_question)
                if kill is not None and not kill.after:
                    counted.die(kill)
                    return
                writer.write(frame)
                await writer.drain()
                if not is_question:
                    for tap in counted.taps:
                        tap(self._wire.name, asked.name, asked.frame, frame)
                if kill is not None:
                    counted.die(kill)

    async def _dawdle(self, asked: _Asked) -> None:
        if self._wire.delay:
            spent = 0.0 if self._wire.is_serial else monotonic() - asked.at
            await asyncio.sleep(max(0.0, self._wire.delay - spent))

    def _look(self, asked: _Asked, frame: bytes, *, is_question: bool) -> Kill | None:
        # A look into an empty outbox, four times a second, is no work; one that brings something is. Nor is it work to
        # go on hearing an account.
        if asked.name in POLLS and (is_question or frame.startswith((b"*1\r\n", b":"))):
            return None
        other = Way.IN if self._wire.near is Way.OUT else Way.OUT
        way = self._wire.near if is_question else other
        return self._wire.counted.look(self._wire.name, way, asked.name, len(frame))

    def _question(self, frame: bytes) -> _Asked:
        self._asked.append(asked := _Asked(self._name(frame), frame, monotonic()))
        return asked

    def _answered(self) -> _Asked:
        return self._asked.popleft() if self._asked else _Asked("?", b"", monotonic())

    def _name(self, frame: bytes) -> str:
        if not self._wire.is_resp:
            return http_name(frame)
        command, *rest = resp_words(frame)
        name = command.decode()
        return SCRIPTS.get(rest[0].decode(), name) if name in ("EVALSHA", "EVAL") else name
