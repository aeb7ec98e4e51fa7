"""One connection shared by everybody in the process: commands go out as they come, answers come back in
order. It repeats a command whose answer was lost, so it may carry only commands that are safe to repeat.

Why not redis-py's client and pool: they cost 230-340 us of CPU a command (measured), can run dry, and lose an
answer when a caller is cancelled. Here a cancelled caller only leaves an answer that nobody reads. redis-py
reads the URL and does the handshake (TLS, passwords); then the connection's bytes come here, for its streams
and its reader cost as much again as everything else about a command."""

import asyncio
from collections import deque
from collections.abc import Container, Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from hiredis import PushNotification, Reader
from redis._parsers import BaseParser  # what an error answer means, as everywhere in redis-py
from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import ReadOnlyError, RedisError, ResponseError
from redis.exceptions import TimeoutError as TimedOut

from responders.store.lasting import Lasting

# Long enough for the embedded server to be restarted, short enough that a channel does not give up on us.
PAUSES = (0.02, 0.05, 0.1, 0.25, 0.5)
LOST = (Disconnected, TimedOut, OSError)
_NOTHING = object()  # no whole answer yet


class Unanswered(Exception):
    """No answer came, on any attempt; whether the command was carried out is not known."""


class Line:
    """A lazy, self-mending connection; making it touches no network."""

    def __init__(
        self, place: Mapping[str, Any], patience: timedelta, pauses: Sequence[float] = PAUSES
    ) -> None:  # Any: redis-py's own arguments
        """`place` is what redis-py's `parse_url` gave."""
        self._pauses = pauses
        self._patience = patience.total_seconds()
        self._factory = ConnectionPool(
            **{
                **place,
                "protocol": 3,
                "socket_timeout": None,
                "socket_connect_timeout": self._patience,
                "retry": Retry(NoBackoff(), 0),
                "driver_info": None,  # its name and version, read from its files and told for each connection
            }
        )
        self._opening = asyncio.Lock()
        self._ends: Ends | None = None

    async def call(self, command: bytes, key: str = "", lasting: Lasting = Lasting.NOT) -> Any:  # noqa: ARG002
        """Send one packed command and return its answer; a ResponseError is raised, a lost answer asked for again.

        There is one server: its own append-only file is all that makes an answer last."""
        for pause in self._pauses:
            try:
                return await self.once(command)
            except LOST:
                await asyncio.sleep(pause)
        try:
            return await self.once(command)
        except LOST as error:
            raise Unanswered(type(error).__name__) from None

    async def told(self, command: bytes, key: str) -> tuple[Any, bool]:
        """The answer, and whether what it stands on lasts."""
        return await self.call(command, key), True

    async def everywhere(self, command: bytes, only: Container[str] | None = None) -> Mapping[str, Any]:
        """Ask every server there is, by name."""
        return {"": await self.call(command)} if only is None or "" in only else {}

    async def whole(self) -> bool:
        """Whether what was written last is on as many machines as it must be: on this one."""
        return True

    async def close(self) -> None:
        """Hang up; a later call opens the line again."""
        ends, self._ends = self._ends, None
        if ends is not None:
            ends.lose()

    @property
    def is_waited_for(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._ends is not None and self._ends.is_waited_for

    def hang_up(self) -> None:
        """Give the connection up; whoever waits on it is told that it was lost."""
        if self._ends is not None:
            self._ends.lose()

    async def ends(self) -> "Ends":
        """The connection itself, for what must not be spread over two. Raises one of LOST."""
        ends = self._ends
        return await self._open() if ends is None or ends.is_lost else ends

    async def once(self, command: bytes) -> Any:
        """One attempt. Raises one of LOST, or what the server answered."""
        ends = self._ends
        if ends is None or ends.is_lost:
            ends = await self._open()
        answer = ends.ask(command)
        try:
            return await answer
        finally:
            if not answer.cancel() and not answer.cancelled():
                answer.exception()  # seen: a fault that nobody awaits any more is no news

    async def _open(self) -> "Ends":
        # One limit for the place in the queue and for the handshake, which redis-py lets wait for ever.
        async with asyncio.timeout(self._patience), self._opening:
            if self._ends is None or self._ends.is_lost:
                connection = self._factory.make_connection()  # type: ignore[no-untyped-call]
                try:
                    await connection.connect()
                except BaseException:
                    await connection.disconnect(nowait=True)
                    raise
                self._ends = Ends(connection, self._patience)
            return self._ends


class Ends(asyncio.Protocol):
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

    @property
    def is_waited_for(self) -> bool:
        """Whether an answer is still owed."""
        return bool(self._waiting)

    def ask(self, command: bytes) -> asyncio.Future[Any]:
        """Send; the answer follows."""
        answer = self._expect()
        self._transport.write(command)
        return answer

    async def together(self, commands: Sequence[bytes]) -> list[Any]:
        """Send these in one piece and return the answers, errors among them. Raises one of LOST when one is missing."""
        if self.is_lost:
            raise Disconnected("dropped")
        asked = [self._expect() for _ in commands]
        self._transport.write(b"".join(commands))
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for answer in answers:
            if isinstance(answer, LOST):
                raise answer
        return answers

    def _expect(self) -> asyncio.Future[Any]:
        answer: asyncio.Future[Any] = self._loop.create_future()
        now = self._loop.time()
        self._waiting.append((answer, now))
        if self._clock is None:
            self._clock = self._loop.call_at(now + self._patience, self._look)
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
                    if isinstance(reply, ReadOnlyError):  # demoted: the next line leads to who is primary now
                        raise reply
                else:
                    answer.set_result(reply)
        except (RedisError, IndexError, TypeError, MemoryError):  # also what hiredis trips over in nonsense
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
