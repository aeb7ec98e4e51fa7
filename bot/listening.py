"""Which of several workers hears an account: one at a time, so that a person's messages keep their order and no
platform is asked by two. The others stand by; one of them takes over within five seconds. It never sees a message."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from responders.store import Store, StoreDown

log = logging.getLogger("tocsin.listening")

KEPT = timedelta(seconds=4)  # then a worker that is silent has lost its accounts
EVERY = 1.0  # seconds between two looks: to keep what is ours, to take what is nobody's


class Listening:
    """One worker's accounts. `worker`: its name, the same after a restart, so that it need not wait for itself."""

    def __init__(self, store: Store, worker: str, elsewhere: set[str]) -> None:
        """`elsewhere` is kept: the accounts that another worker hears."""
        self._store = store
        self._worker = worker
        self._elsewhere = elsewhere

    async def of(self, account: str, receive: Callable[[], Awaitable[None]]) -> None:
        """Until cancelled: receive for as long as the account is this worker's. What `receive` raises is raised."""
        while True:
            if not await self._has(account):
                await asyncio.sleep(EVERY)
                continue
            receiving = asyncio.ensure_future(receive())
            try:
                await self._while_held(account, receiving)
            finally:
                receiving.cancel()
                with suppress(asyncio.CancelledError):
                    await receiving  # it ends what it has in hand
                with suppress(StoreDown):
                    await self._store.let_go(account, self._worker)

    async def _while_held(self, account: str, receiving: asyncio.Future[None]) -> None:
        """A store that is away takes nothing from us: nobody else can take it, and nothing is confirmed without it."""
        while not receiving.done():
            await asyncio.wait({receiving}, timeout=EVERY)
            if not await self._has(account, while_away=True):
                log.warning("%s: another worker hears it now", account)
                return
        await receiving

    async def _has(self, account: str, *, while_away: bool = False) -> bool:
        try:
            has_it = await self._store.hold(account, self._worker, KEPT)
        except StoreDown:
            return while_away
        (self._elsewhere.discard if has_it else self._elsewhere.add)(account)
        return has_it
