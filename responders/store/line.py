"""One connection shared by everybody in the process: commands go out as they come, answers come back in
order. It repeats a command whose answer was lost, so it may carry only commands that are safe to repeat.

Why not redis-py's client and pool: they cost 230-340 us of CPU a command (measured), can run dry, and lose an
answer when a caller is cancelled. Here a cancelled caller only leaves an answer that nobody reads. redis-py
reads the URL and does the handshake (TLS, passwords); then the connection's bytes come here, for its streams
and its reader cost as much again as everything else about a command."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

from hiredis import PushNotification, Reader
from redis._parsers import BaseParser  # what an error answer means, as everywhere in redis-py
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import RedisError, ResponseError
from redis.exceptions import TimeoutError as TimedOut

# Long enough for the embedded server to be restarted, short enough that a channel does not give up on us.
PAUSES = (0.02, 0.05, 0.1, 0.25, 0.5)
LOST = (Disconnected, TimedOut, OSError)
_NOTHING = object()  # no whole answer yet


class Unanswered(Exception):
    """No answer came, on any attempt; whether the command was carried out is not known."""


class Line:
    """A lazy, self-mending connection; making it touches no network."""

    def __init__(self, url: str, patience: timedelta, pauses: Sequence[float] = PAUSES) -> None:
        self._pauses = pauses
        self._patience = patience.total_seconds()
        self._factory = ConnectionPool.from_url(
            url,
            protocol=3,
            socket_timeout=None,
            socket_connect_timeout=self._patience,
            retry=Retry(NoBackoff(), 0),
        )
        self._opening = asyncio.Lock()
        self._ends: _Ends | None = None

    async def call(self, command: bytes) -> Any:
        """Send one packed command and return its answer; a ResponseError is raised, a lost answer asked for
        again."""
        for pause in self._pauses:
            try:
                return await self._once(command)
            except LOST:
                await asyncio.sleep(pause)
        try:
            return await self._once(command)
        except LOST as error:
            raise Unanswered(type(error).__name__) from None

    async def close(self) -> None:
        """Hang up; a later call opens the line again."""
        ends, self._ends = self._ends, None
        if ends is not None:
            ends.lose()

    async def _once(self, command: bytes) -> Any:
        ends = self._ends
        if ends is None or ends.is_lost:
            ends = await self._open()
        answer = ends.ask(command)
        try:
            return await answer
        finally:
            if not answer.cancel() and not answer.cancelled():
                answer.exception()  # seen: a fault that nobody awaits any more is no news

    async def _open(self) -> "_Ends":
        # One limit for the place in the queue and for the handshake, which redis-py lets wait for ever.
        async with asyncio.timeout(self._patience), self._opening:
            if self._ends is None or self._ends.is_lost:
                connection = self._factory.make_connection()  # type: ignore[no-untyped-call]
                try:
                    await connection.connect()
                except BaseException:
                    await connection.disconnect(nowait=True)
                    raise
                self._ends = _Ends(connection, self._patience)
            return self._ends


class _Ends(asyncio.Protocol):
    """Both ends of one connection: what is asked, and the answers to those who wait, in order.

    When it is lost, everybody who waits on it asks again on the next."""

    def __init__(self, connection: AbstractConnection, patience: float) -> None:
        self.is_lost = False
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._reader = Reader(
            protocolError=Disconnected, replyError=BaseParser.parse_error, notEnoughData=_NOTHING
        )
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._clock: asyncio.TimerHandle | None = None
        # kept, for it closes the transport when it goes; redis-py must not touch it any more
        self._writer, connection._writer, connection._reader = connection._writer, None, None
        self._transport = cast("asyncio.Transport", cast("asyncio.StreamWriter", self._writer).transport)
        self._transport.set_protocol(self)

    def ask(self, command: bytes) -> asyncio.Future[Any]:
        """Send; the answer follows."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        now = self._loop.time()
        self._waiting.append((answer, now))
        if self._clock is None:
            self._clock = self._loop.call_at(now + self._patience, self._look)
        self._transport.write(command)
        return answer

    def data_received(self, data: bytes) -> None:
        """Give each answer to who has waited longest."""
        reader = self._reader
        try:
            reader.feed(data)
            while (reply := reader.gets()) is not _NOTHING:
                if isinstance(reply, PushNotification):
                    continue  # the server's own news, which nobody asked for
                if isinstance(reply, RedisError) and not isinstance(reply, ResponseError):
                    raise reply  # loading, too many clients: this connection is of no use now
                answer, _ = self._waiting.popleft()
                if answer.done():  # cancelled
                    continue
                if isinstance(reply, ResponseError):
                    answer.set_exception(reply)
                else:
                    answer.set_result(reply)
        except (RedisError, IndexError):
            self.lose()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The other side is gone."""
        self.lose()

    def lose(self) -> None:
        """Give it up."""
        if self.is_lost:
            return
        self.is_lost = True
        if self._clock is not None:
            self._clock.cancel()
        for answer, _ in self._waiting:
            if not answer.done():
                answer.set_exception(Disconnected("dropped"))
        self._waiting.clear()
        self._transport.abort()

    def _look(self) -> None:
        """One clock for all: answers come in order, so only the oldest question can be late first."""
        self._clock = None
        if not self._waiting:
            return
        late = self._waiting[0][1] + self._patience
        if late <= self._loop.time():
            self.lose()
        else:
            self._clock = self._loop.call_at(late, self._look)
