"""Pings an outside service that rings somebody when the pings stop: the alarm that survives the whole
machine. It sends nothing but the request itself; a ping that fails is logged and tried again at the next
turn."""

import asyncio
import logging
from collections.abc import Callable

import aiohttp

from bot.settings import DeadMan

log = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=10)


class DeadManPing:
    """The session belongs to the caller; making this object connects to nothing."""

    def __init__(self, dead_man: DeadMan, session: aiohttp.ClientSession) -> None:
        self._dead_man = dead_man
        self._session = session

    async def run(self, is_well: Callable[[], bool]) -> None:
        """Ping for as long as `is_well`; a service that hangs falls silent, and that is the alarm."""
        while True:
            if is_well():
                await self.ping()
            await asyncio.sleep(self._dead_man.every.total_seconds())

    async def ping(self) -> bool:
        """Whether the outside service heard us."""
        try:
            async with self._session.get(
                self._dead_man.url, timeout=TIMEOUT, allow_redirects=False
            ) as answer:
                heard = 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError):
            heard = False  # the cause names the address, and the address is the key to the ping
        if not heard:
            log.warning("dead-man ping failed")
        return heard
