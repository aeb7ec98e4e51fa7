"""One connection shared by everybody in the process: commands go out as they come, answers come back in
order. It repeats a command whose answer was lost, so it may carry only commands that are safe to repeat.

Why not redis-py's client and pool: they cost 230-340 us of CPU a command (measured), can run dry, and lose an
answer when a caller is cancelled. Here a cancelled caller only leaves an answer that nobody reads."""

import asyncio
import math
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

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


class Unanswered(Exception):
    """No answer came, on any attempt; whether the command was carried out is not known."""


class Line:
    """A lazy, self-mending connection; making it touches no network."""

    def __init__(self, url: str, patience: timedelta, pauses: Sequence[float] = PAUSES) -> None:
        self._pauses = pauses
        self._patience = patience.total_seconds()
        # redis-py reads the URL and does the handshake (TLS, passwords); waiting and repeating is ours.
        self._factory = ConnectionPool.from_url(
            url,
            protocol=3,
            socket_timeout=None,
            socket_connect_timeout=self._patience,
            retry=Retry(NoBackoff(), 0),
        )
        self._opening = asyncio.Lock()
        self._connection: AbstractConnection | None = None
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._listener: asyncio.Task[None] | None = None

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
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
        await self._drop(self._connection)

    async def _once(self, command: bytes) -> Any:
        connection = self._connection or await self._open()
        if not connection.is_connected:  # or redis-py would open it again behind the listener's back
            await self._drop(connection)
            raise Disconnected("closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._waiting.append(answer)
        clock = loop.call_later(self._patience, _give_up, answer)
        try:
            await connection.send_packed_command(command, check_health=False)
            return await answer
        except LOST:
            await self._drop(connection)
            raise
        finally:
            clock.cancel()
            if not answer.cancel() and not answer.cancelled():
                answer.exception()  # seen: a fault that nobody awaits any more is no news

    async def _open(self) -> AbstractConnection:
        # One limit for the place in the queue and for the handshake, which redis-py lets wait for ever.
        async with asyncio.timeout(self._patience), self._opening:
            if self._connection is None:
                connection = self._factory.make_connection()  # type: ignore[no-untyped-call]
                try:
                    await connection.connect()
                except BaseException:
                    await connection.disconnect(nowait=True)
                    raise
                self._waiting = deque()
                self._connection = connection
                self._listener = asyncio.create_task(self._listen(connection, self._waiting))
            return self._connection

    async def _listen(self, connection: AbstractConnection, waiting: deque[asyncio.Future[Any]]) -> None:
        try:
            while True:
                try:
                    reply = await connection.read_response(disable_decoding=True, timeout=math.inf)
                except ResponseError as error:
                    reply = error
                answer = waiting.popleft()
                if answer.done():  # cancelled
                    continue
                if isinstance(reply, ResponseError):
                    answer.set_exception(reply)
                else:
                    answer.set_result(reply)
        except (RedisError, OSError):
            await self._drop(connection)

    async def _drop(self, connection: AbstractConnection | None) -> None:
        """Give up one connection: everybody who waits on it asks again on the next."""
        if connection is None or connection is not self._connection:
            return
        self._connection = None
        waiting, self._waiting = self._waiting, deque()
        for answer in waiting:
            if not answer.done():
                answer.set_exception(Disconnected("dropped"))
        await connection.disconnect(nowait=True)


def _give_up(answer: asyncio.Future[Any]) -> None:
    if not answer.done():
        answer.set_exception(Disconnected("no answer in time"))
