"""Waiting for another process, which tells nobody when it has changed."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from bot.clock import monotonic

PATIENCE = 30.0


async def until(
    claim: Callable[[], bool | Awaitable[bool]], otherwise: Callable[[], Exception], seconds: float = PATIENCE
) -> None:
    """Return when `claim` holds; raise what `otherwise` makes when it does not in time."""
    end = monotonic() + seconds
    while True:
        held = claim()
        if await held if inspect.isawaitable(held) else held:
            return
        if monotonic() > end:
            raise otherwise()
        await asyncio.sleep(0.01)
