"""Waiting for what is away: a store, a platform. Seconds are waited through a `Pause`, so that tests need not wait."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from responders.delivery import Message, Reason, Undeliverable
from responders.store import StoreDown

Pause = Callable[[float], Awaitable[None]]

_SOONEST, _LATEST = 0.05, 30.0
_STORE_AWAY = 0.5


def seconds(asked: timedelta) -> float:
    """How long a channel that asked for patience is left alone."""
    return min(max(asked.total_seconds(), _SOONEST), _LATEST)


async def patiently(act: Callable[[], Awaitable[object]], pause: Pause) -> None:
    """Act until the store is there; the act must be safe to begin again."""
    while True:
        try:
            await act()
        except StoreDown:
            await pause(_STORE_AWAY)
        else:
            return


class Nowhere:
    """The sender of what has no channel or no address: nothing ever arrives."""

    async def send(self, address: str, message: Message) -> str:  # noqa: ARG002 - a Sender
        raise Undeliverable(Reason.UNREGISTERED)
