"""The same work for every shard, one after the other; a shard whose machine is away holds up nobody but itself.
It knows nothing of the work but how long nothing else falls due."""

import asyncio
from collections.abc import Awaitable, Callable

from responders.store import StoreDown

PATIENCE = 1.0  # seconds for one shard, before the next one's turn
AWAY = 1.0  # seconds to the next look, when no shard answers


class EachShard:
    """`act` works one shard and returns how many seconds nothing falls due there; it may raise StoreDown."""

    def __init__(self, shards: int, act: Callable[[int], Awaitable[float]]) -> None:
        self._shards = shards
        self._act = act
        self._slow: dict[int, asyncio.Task[float]] = {}

    async def round(self) -> float:
        """Work every shard that is not still being worked; returns how many seconds nothing falls due."""
        dues = []
        try:
            for shard in range(self._shards):
                is_new = shard not in self._slow
                task = self._slow.get(shard) or asyncio.ensure_future(self._act(shard))
                self._slow[shard] = task
                await asyncio.wait({task}, timeout=PATIENCE if is_new else 0)
                if task.done():
                    del self._slow[shard]
                    dues += _due(task)
        except asyncio.CancelledError:
            for task in self._slow.values():
                task.cancel()
            raise
        return min(dues, default=AWAY)


def _due(task: asyncio.Task[float]) -> list[float]:
    try:
        return [task.result()]
    except StoreDown:
        return []
