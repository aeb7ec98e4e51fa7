"""What everybody at the demo sees, as topics with their newest value, and who is watching.
A slow watcher misses old values, never the newest one."""

import asyncio
from collections.abc import AsyncIterator, Mapping

Topics = Mapping[str, object]


class View:
    """Topics and their newest values (JSON); readers get everything once, then what changed."""

    def __init__(self) -> None:
        self._topics: dict[str, object] = {}
        self._watchers: set[_Watcher] = set()

    def show(self, topic: str, value: object) -> None:
        """Set a topic; watchers hear of it only if it changed."""
        if topic in self._topics and self._topics[topic] == value:
            return
        self._topics[topic] = value
        for watcher in self._watchers:
            watcher.pending[topic] = value
            watcher.rung.set()

    def now(self, topic: str) -> object:
        """Return the newest value of a topic, or None."""
        return self._topics.get(topic)

    async def watch(self) -> AsyncIterator[Topics]:
        """Everything, then every change, several changes at once when the reader is slow."""
        watcher = _Watcher(dict(self._topics))
        self._watchers.add(watcher)
        try:
            while True:
                if not watcher.pending:
                    watcher.rung.clear()
                    await watcher.rung.wait()
                batch, watcher.pending = watcher.pending, {}
                yield batch
        finally:
            self._watchers.discard(watcher)


class _Watcher:
    def __init__(self, pending: dict[str, object]) -> None:
        self.pending = pending
        self.rung = asyncio.Event()
