"""Hands messages to the platforms, and knows which are on their way there: somebody may read one, and answer it, before
its platform has told us that it was sent. It never decides what a fault means."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from responders.delivery import Sender
from responders.items import Item
from responders.patience import Nowhere
from responders.settling import Place, is_answer

_NOWHERE = Nowhere()
_QUICK = 1.0  # seconds that somebody's words wait for the platform to say that what they may answer was sent


class Handing:
    """Over all channels of one process."""

    def __init__(self, senders: Mapping[str, Sender]) -> None:
        self.senders = senders
        self._under_way: dict[Place, asyncio.Event] = {}

    async def over(self, item: Item) -> str:
        """Send one item and return the platform's id of it. Raises TryAgain, Undeliverable."""
        sender = self.senders.get(item.channel, _NOWHERE) if item.address else _NOWHERE
        if is_answer(item):
            return await sender.send(item.address, item.message)
        place = (item.channel, item.address)
        over = self._under_way[place] = asyncio.Event()
        try:
            return await sender.send(item.address, item.message)
        finally:
            del self._under_way[place]
            over.set()

    async def is_over(self, place: Place) -> None:
        """Wait a moment for what is on its way to somebody who has just written."""
        if (under_way := self._under_way.get(place)) is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(_QUICK):
                    await under_way.wait()
