"""Keeps what Signal wants answered by a captcha where `tocsin signal captcha` finds it: sealed, for a day at most. The
token is worth little, but it is nobody's to log or to print."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

from bot.channels.signal_state import SignalState
from responders.box import Box, Tampered
from responders.pending import Pending
from responders.secret import Secret
from responders.store import Store, StoreDown

KEPT = timedelta(hours=24)
LOOK_EVERY = 2.0


class Challenges:
    """The newest one of each account."""

    def __init__(self, store: Store, box: Box) -> None:
        self._store = store
        self._box = box

    async def token(self, channel: str) -> Secret | None:
        """What has to be answered for this channel, if anything. Raises StoreDown."""
        (blob,) = await self._store.read([_key(channel)])
        try:
            return None if blob is None else Secret(self._box.open(blob, _key(channel).encode()).decode())
        except Tampered:
            return None

    async def keep(self, channel: str, token: str | None) -> None:
        """The newest token, or None when it was answered. Raises StoreDown."""
        pending, key = Pending(0), _key(channel)
        blob = None if token is None else self._box.seal(token.encode(), key.encode())
        pending.put(key, blob, KEPT)
        await self._store.commit(pending.commit())

    async def watch(self, states: Mapping[str, SignalState]) -> None:
        """Follow the accounts of this process until cancelled."""
        known: dict[str, str | None] = {}
        while True:
            for channel, state in states.items():
                token = None if state.challenge is None else state.challenge.token
                if known.get(channel) != token:
                    with suppress(StoreDown):
                        await self.keep(channel, token)
                        known[channel] = token
            await asyncio.sleep(LOOK_EVERY)


def _key(channel: str) -> str:
    return f"{{s0}}:challenge:{channel}"
