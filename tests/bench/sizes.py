"""Bytes in the store, by the store's own MEMORY USAGE, never by what we believe to have written."""

import asyncio
from collections.abc import AsyncIterator

from responders.store import Store
from tests.bench.meter import Figures
from tests.bench.rows import STEPS, Bench

BEHIND = 0.3  # seconds in which our outbox is settled behind the replies


async def sizes(bench: Bench, people: int, url: str, patterns: tuple[str, ...]) -> Figures:
    """What one conversation takes after nine answers (with the tenth it ends): the session, and all there is for it."""
    store = Store(url)
    try:
        await asyncio.sleep(BEHIND)
        before = await _usage(store, patterns), await _usage(store, ("*",))
        await bench.together(bench.people(people), range(STEPS - 1))
        await asyncio.sleep(BEHIND)
        after = await _usage(store, patterns), await _usage(store, ("*",))
    finally:
        await store.close()
    return {"bytes nine": (after[0] - before[0]) / people, "bytes all": (after[1] - before[1]) / people}


async def wipe(store: Store) -> None:
    """Empty the store, as an application that may not FLUSHALL can."""
    keys = [key async for key in keys_of(store, "*")]
    for start in range(0, len(keys), 1000):
        await store._command("UNLINK", *keys[start : start + 1000])


async def keys_of(store: Store, pattern: str) -> AsyncIterator[bytes]:
    """Every key that matches."""
    cursor = b"0"
    while True:
        cursor, found = await store._command("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
        for key in found:
            yield key
        if cursor == b"0":
            return


async def _usage(store: Store, patterns: tuple[str, ...]) -> int:
    total = 0
    for pattern in patterns:
        async for key in keys_of(store, pattern):
            total += int(await store._command("MEMORY", "USAGE", key, "SAMPLES", 0) or 0)
    return total
