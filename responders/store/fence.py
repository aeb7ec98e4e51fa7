"""Writes that count only when enough machines have them on disk: WAITAOF behind them, on the same connection, with both
counts checked. Anything else can confirm a write that a fail-over then loses: a WAIT on another connection, or one that
a client repeats on its own, answers for nothing. It repeats no write."""

import asyncio
from contextlib import suppress
from typing import Any

from hiredis import pack_command
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError

from responders.store.line import LOST, Line

MOST = 256  # writes in one piece
WAIT = 500  # milliseconds for the replicas
# Seconds between nudges. A replica that is asked in the very moment in which it gets the write answers before it has
# synced, and by itself only a second later; whoever asks anew, on any connection, makes it answer again.
NUDGES = (0.003, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.3)
NUDGE = pack_command(("WAIT", 1_000_000, 1))  # type: ignore[arg-type]  # hiredis types its argument as a tuple of one
ASKING = pack_command(("ASKING",))
Told = tuple[Any, bool]  # the answer, and whether it lasts
Waiting = tuple[bytes, asyncio.Future[Told]]


class Fence:
    """Group commit: what is asked while the replicas are waited for goes out together afterwards, behind one wait.

    A server reads nothing more from a connection that waits, so a wait for each write would let one through at a
    time."""

    def __init__(self, line: Line, nudging: Line, copies: int) -> None:
        """Two connections to one server: what is asked on `nudging` may block it."""
        self.line = line
        self.nudging = nudging
        self.is_whole = True
        self._copies = copies
        self._waitaof = pack_command(("WAITAOF", 1, copies, WAIT))  # type: ignore[arg-type]  # as above
        self._asked: list[Waiting] = []
        self._sending: asyncio.Task[None] | None = None

    def hang_up(self) -> None:
        """Whoever waits is told that the connection was lost."""
        self.line.hang_up()
        self.nudging.hang_up()

    async def ask(self, command: bytes) -> Told:
        """One attempt. Raises one of LOST, or what the server answered."""
        answer: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._asked.append((command, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send())
        return await answer

    async def ask_there(self, command: bytes) -> Told:
        """One attempt at a server that does not have the slot yet, only this key. Raises as `ask`."""
        _, answer, counts = await self._piece([ASKING, command])
        if isinstance(answer, Exception):
            raise answer
        return answer, self._lasts(counts)

    async def _send(self) -> None:
        try:
            while self._asked:
                some, self._asked = self._asked[:MOST], self._asked[MOST:]
                await self._answer(some)
        finally:
            self._sending = None

    async def _answer(self, some: list[Waiting]) -> None:
        answers: list[Any]
        try:
            *answers, counts = await self._piece([command for command, _ in some])
        except (*LOST, RedisError) as fault:
            answers, counts = [fault] * len(some), None
        lasts = self._lasts(counts)
        for (_, waiting), answer in zip(some, answers, strict=True):
            if waiting.done():  # cancelled
                continue
            if isinstance(answer, BaseException):
                waiting.set_exception(answer)
            else:
                waiting.set_result((answer, lasts))

    async def _piece(self, commands: list[bytes]) -> list[Any]:
        """The answers, and the counts behind them. Raises one of LOST, or why the counts cannot be known."""
        ends = (
            await self.line.ends()
        )  # for both: a new connection has written nothing, and is told that all is safe
        answers = await ends.together(commands)
        waiting = asyncio.ensure_future(ends.together([self._waitaof]))
        try:
            for pause in NUDGES:
                await asyncio.wait({waiting}, timeout=pause)
                if waiting.done():
                    break
                await self._nudge()
        except BaseException:
            waiting.cancel()
            raise
        (counts,) = await waiting
        if isinstance(counts, RedisError):  # it became a replica, or keeps no file
            raise counts if "appendonly" in str(counts) else Disconnected("no longer a primary")
        return [*answers, counts]

    async def _nudge(self) -> None:
        with suppress(*LOST):
            (await self.nudging.ends()).ask(NUDGE).cancel()  # nobody reads the answer

    def _is_enough(self, counts: list[int]) -> bool:
        return counts[0] >= 1 and counts[1] >= self._copies

    def _lasts(self, counts: list[int] | None) -> bool:
        if counts is not None:
            self.is_whole = self._is_enough(counts)
        return counts is not None and self.is_whole
