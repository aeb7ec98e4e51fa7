"""Waiting for another process, which tells nobody when it has changed."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from bot.clock import monotonic

PATIENCE = 30.0
A_LOOK = 0.5  # seconds that one look counts at most: a machine that stood still has not been waiting


async def until(
    claim: Callable[[], bool | Awaitable[bool]], otherwise: Callable[[], Exception], seconds: float = PATIENCE
) -> None:
    """Return when `claim` holds; raise what `otherwise` makes when it does not in time."""
    left = seconds
    while True:
        held = claim()
        if await held if inspect.isawaitable(held) else held:
            return
        if left < 0:
            raise otherwise()
        before = monotonic()
        await asyncio.sleep(0.01)
        left -= min(A_LOOK, monotonic() - before)
