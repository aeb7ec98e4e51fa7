"""Keeps one person's messages in order while different people are worked side by side.
It never decides what the work is, and never holds a place while somebody waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Lanes:
    """At most `width` works at once, and one at a time for each key, first come first served."""

    def __init__(self, width: int = 64) -> None:
        self._places = asyncio.Semaphore(width)
        self._lanes: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def lane(self, key: str) -> AsyncIterator[None]:
        """Wait until everybody who came earlier with this key is through."""
        lock, users = self._lanes.get(key) or (asyncio.Lock(), 0)
        self._lanes[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._lanes[key]
            if users == 1:
                del self._lanes[key]
            else:
                self._lanes[key] = (lock, users - 1)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Take one of the `width` places."""
        async with self._places:
            yield
