"""The way to a store on several machines: each command goes to the primary that has its key, and again, with the same
words, when that one is lost, moved or not enough machines have it. It may carry only commands safe to repeat."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hiredis import pack_command
from redis.exceptions import (
    AskError,
    ClusterDownError,
    MasterDownError,
    MovedError,
    ReadOnlyError,
    RedisError,
    TryAgainError,
)

from responders.store.fence import Fence, Told
from responders.store.lasting import Lasting
from responders.store.line import LOST, PAUSES, Line, Unanswered
from responders.store.maps import Address, Map, map_of
from responders.store.places import Place

NOT_THERE = (
    *LOST,
    ClusterDownError,
    MasterDownError,
    ReadOnlyError,
    TryAgainError,
)  # ask again where it went
# seconds without an answer: has somebody else taken over? A frozen server hangs up on nobody
LOOK_AFTER = 0.6
PING = pack_command(("PING",))
Act = Callable[["_Server"], Awaitable[Any]]


class TooFew(Exception):
    """Written, but not on as many machines as it must be."""


class Nobody(ConnectionError):
    """No primary has this key now."""


@dataclass(frozen=True, slots=True)
class _Server:
    """One primary: a line for what may be lost, and one for what may not."""

    line: Line
    fence: Fence

    @property
    def is_waited_for(self) -> bool:
        return self.line.is_waited_for or self.fence.line.is_waited_for

    def hang_up(self) -> None:
        self.line.hang_up()
        self.fence.hang_up()


class Machines:
    """`copies`: how many replicas must have a write on disk before it counts."""

    def __init__(
        self, place: Place, patience: timedelta, copies: int, pauses: Sequence[float] = PAUSES
    ) -> None:
        self._place = place
        self._patience = patience
        self._copies = copies
        self._pauses = pauses
        self._map: Map = map_of(place)
        self._servers: dict[Address, _Server] = {}
        self._looking: asyncio.Task[None] | None = None
        self._refreshing: asyncio.Task[None] | None = None

    async def call(self, command: bytes, key: str = "", lasting: Lasting = Lasting.NOT) -> Any:
        """The answer of the primary that has `key`; a write that must last counts only when it does."""
        if lasting is Lasting.NOT or not self._copies:
            return await self._repeated(key, lambda server: server.line.once(command), command)

        async def write(server: _Server) -> Any:
            answer, lasts = await server.fence.ask(command)
            if not lasts:
                raise TooFew
            return answer

        return await self._repeated(key, write, command)

    async def told(self, command: bytes, key: str) -> Told:
        """The answer, and whether what it stands on is on enough machines."""
        if not self._copies:
            return await self.call(command, key), True
        told: Told = await self._repeated(key, lambda server: server.fence.ask(command), command)
        return told

    async def everywhere(self, command: bytes, only: Container[str] | None = None) -> Mapping[str, Any]:
        """The answer of every server that is there, replicas too. Raises Unanswered when a primary has none."""
        with suppress(RedisError, OSError):
            await self._refreshed()
        found: dict[str, Any] = {}
        for address in self._map.primaries():
            if only is None or _named(address) in only:
                try:
                    found[_named(address)] = await self._server(address).line.once(command)
                except LOST as fault:
                    raise Unanswered(type(fault).__name__) from None
        for address in self._map.replicas():
            if only is None or _named(address) in only:
                line = Line(self._place.at(address), self._patience, ())
                with suppress(*LOST):
                    found[_named(address)] = await line.once(command)
                line.hang_up()
        if not found and only is None:
            raise Unanswered("nobody")
        return found

    async def whole(self) -> bool:
        """Whether what was written last on each primary is on enough machines; where it was not, it is asked again."""
        for server in [server for server in self._servers.values() if not server.fence.is_whole]:
            with suppress(*LOST, RedisError):
                await server.fence.ask(PING)
        return all(server.fence.is_whole for server in self._servers.values())

    async def close(self) -> None:
        """Hang up on everybody."""
        for task in (self._looking, self._refreshing):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        for server in self._servers.values():
            server.hang_up()
        self._servers.clear()
        await self._map.close()

    # -- one command -----------------------------------------------------------------------------------------------

    async def _repeated(self, key: str, act: Act, command: bytes) -> Any:
        for pause in (*self._pauses, None):
            try:
                return await self._once(key, act)
            except MovedError as to:
                fault: Exception = to
                with suppress(RedisError, OSError):
                    await self._map.moved(to)
                    continue
            except AskError as to:  # the slot is on its way to another primary, and this key is there already
                return await self._asked(to, command)
            except (*NOT_THERE, TooFew) as known:
                fault = known
            if pause is not None:
                await asyncio.sleep(pause)
                with suppress(RedisError, OSError):
                    await self._refreshed()
        raise Unanswered(type(fault).__name__)

    async def _once(self, key: str, act: Act) -> Any:
        address = self._map.primary(key)
        if address is None:
            await self._refreshed()
            address = self._map.primary(key)
        if address is None:
            raise Nobody
        late = asyncio.get_running_loop().call_later(LOOK_AFTER, self._look_soon)
        try:
            return await act(self._server(address))
        finally:
            late.cancel()

    async def _asked(self, to: AskError, command: bytes) -> Any:
        answer, lasts = await self._server((to.host, int(to.port))).fence.ask_there(command)
        if not lasts and self._copies:
            raise Unanswered(TooFew.__name__)
        return answer

    def _server(self, address: Address) -> _Server:
        server = self._servers.get(address)
        if server is None:
            plain, fenced, nudging = (Line(self._place.at(address), self._patience, ()) for _ in range(3))
            server = self._servers[address] = _Server(plain, Fence(fenced, nudging, self._copies))
        return server

    # -- where everything is ---------------------------------------------------------------------------------------

    async def _refreshed(self) -> None:
        """Ask once, however many want to know. Raises RedisError, OSError."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._map.refresh())
        await asyncio.shield(self._refreshing)

    def _look_soon(self) -> None:
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """While somebody waits: hang up on whoever the others say has been replaced."""
        ends = asyncio.get_running_loop().time() + self._patience.total_seconds()
        while any(server.is_waited_for for server in self._servers.values()):
            with suppress(RedisError, OSError):
                await self._refreshed()
            there = set(self._map.primaries())
            for address in [address for address in self._servers if address not in there]:
                self._servers.pop(address).hang_up()
            if asyncio.get_running_loop().time() > ends:
                return
            await asyncio.sleep(LOOK_AFTER)


def _named(address: Address) -> str:
    return f"{address[0]}:{address[1]}"
