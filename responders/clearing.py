"""Deletes our own messages from a chat: all of the last 48 hours, those with a mark, or those about one case.
What a platform does not delete any more stays; text 9 says so, and nothing here pretends otherwise."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from responders.box import Box, Tampered
from responders.compact import encoded
from responders.delivery import Sender, TryAgain, Undeliverable
from responders.items import Item
from responders.patience import Pause, seconds
from responders.pending import Pending
from responders.store import Store, sent_key


class Clearing:
    """Carries out CLEAR items; `pause` waits that many seconds (tests hand in their own)."""

    def __init__(self, store: Store, box: Box, senders: Mapping[str, Sender], shards: int) -> None:
        self._store = store
        self._box = box
        self._senders = senders
        self._shards = shards
        self.pause: Pause = asyncio.sleep

    async def clear(self, item: Item) -> None:
        """Delete what the item names. A phone that a case was moved to has messages in more than one shard."""
        for shard in range(self._shards):
            ids = [
                message_id
                for sent in await self._sent(shard, item.pseudonym)
                if _is_meant(sent, item)
                for message_id in str(sent["i"]).split(",")
            ]
            if ids:
                await self.delete(item.channel, item.address, ids)
            if ids and not item.mark and not item.case:
                pending = Pending(shard)
                pending.clear_sent(sent_key(shard, item.pseudonym))
                await self._store.commit(pending.commit())

    async def delete(self, channel: str, address: str, ids: Sequence[str]) -> None:
        """Ask the platform until it has answered; what it refuses cannot be helped."""
        sender = self._senders.get(channel)
        while sender is not None:
            try:
                await sender.delete(address, ids)
            except TryAgain as fault:
                await self.pause(seconds(fault.after))
            except Undeliverable:
                return
            else:
                return

    async def case_of(self, pseudonym: str, message_id: str) -> int | None:
        """The case that one of our messages of the last 48 hours was about (a quote binds to it)."""
        for shard in range(self._shards):
            for sent in await self._sent(shard, pseudonym):
                if sent["c"] and message_id in str(sent["i"]).split(","):
                    return int(sent["c"])
        return None

    async def _sent(self, shard: int, pseudonym: str) -> list[dict[str, Any]]:  # Any: JSON
        key = sent_key(shard, pseudonym)
        found = []
        for blob in await self._store.sent(shard, pseudonym):
            try:
                found.append(json.loads(self._box.open(blob, key.encode())))
            except Tampered:
                continue  # damaged: that message stays
        return found


def _is_meant(sent: Mapping[str, Any], item: Item) -> bool:  # Any: JSON
    if item.case:
        return bool(sent["c"] == item.case)
    return not item.mark or sent["m"] == item.mark


def kept(item: Item, message_id: str) -> bytes:
    """What is remembered, sealed, of one message of ours: its id on the platform, its mark and its case."""
    return encoded({"i": message_id, "m": item.mark, "c": item.case})
