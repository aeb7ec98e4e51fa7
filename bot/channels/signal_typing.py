"""Shows a reporter that somebody is at work while a person is being looked for: a few dots in an open chat, nothing on
a locked screen. Best effort; it never delays a message and never raises."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from bot.channels.signal_rpc import Calls, RpcRefused, RpcUnanswered
from responders.secret import Secret
from responders.store import StoreDown

AGAIN = timedelta(seconds=10)  # an app forgets the dots after fifteen
TIMES = 12
MOST_AT_ONCE = 32  # beyond, nobody sees dots: a flood must not eat the account's rate
A_MOMENT = timedelta(seconds=5)

IsLookedFor = Callable[[str], Awaitable[bool]]


class Typing:
    """Of one account. `is_looked_for` says whether nobody has this address's case yet; it may raise StoreDown."""

    def __init__(
        self, rpc: Calls, number: Secret, is_looked_for: IsLookedFor, again: timedelta = AGAIN
    ) -> None:
        self._rpc = rpc
        self._number = number
        self._is_looked_for = is_looked_for
        self._again = again
        self._shown: dict[str, asyncio.Task[None]] = {}

    def show(self, address: str) -> None:
        """Begin; a second alert of the same person changes nothing."""
        if address not in self._shown and len(self._shown) < MOST_AT_ONCE:
            task = self._shown[address] = asyncio.get_running_loop().create_task(self._keep(address))
            task.add_done_callback(lambda _: self._shown.pop(address, None))

    async def close(self) -> None:
        """Stop all of them."""
        tasks = list(self._shown.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, address: str) -> None:
        parameters = {"account": self._number.reveal(), "recipient": [address]}
        with suppress(RpcRefused, RpcUnanswered, StoreDown):  # a rate limit above all: then no dots
            for _ in range(TIMES):
                if not await self._is_looked_for(address):
                    return
                await self._rpc.call("sendTyping", parameters, A_MOMENT)
                await asyncio.sleep(self._again.total_seconds())
