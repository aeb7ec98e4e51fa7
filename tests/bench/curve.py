"""What open conversations cost: bytes in the store and the time of an answer with 1 to 1,000,000 sessions in it.
The many are copies of real sealed records under other people's names; nobody writes in them meanwhile."""

import asyncio
import secrets
from collections.abc import Mapping
from time import perf_counter_ns

from bot.session import SESSION_KEPT
from responders.chats import KEPT
from responders.pending import chat_key, session_key
from responders.store import Store
from tests.bench import conversation
from tests.bench.meter import Figures, spread
from tests.bench.ours import SHARDS, Ours
from tests.bench.rows import STEPS, Bench
from tests.bench.table import SESSIONS

BATCH = 500  # commands in flight while the store is filled
ASKED = 30  # people whose plain answers are timed


async def curve(bench: Bench, bot: Ours, url: str, upto: int) -> Figures:
    """At 1, 100, 10,000 ... sessions up to `upto`: bytes for each more, and a plain answer's p50 and p99."""
    store = Store(url)
    records = await _a_conversation(bench, bot, store)
    figures: Figures = {}
    there, empty = 0, await _used(store)
    for wanted in (step for step in SESSIONS if step <= upto):
        await _fill(store, records, wanted - there)
        there = wanted
        figures[f"{wanted} each"] = (await _used(store) - empty) / wanted
        spans = []
        for person in bench.people(ASKED):
            for step in range(len(conversation.PLAIN)):
                raw = bench.update(person, step, conversation.PLAIN)
                before = perf_counter_ns()
                await bot.hear(raw, person)
                spans.append(perf_counter_ns() - before)
        figures |= spread(f"{wanted}", spans)
    await store.close()
    return figures


async def _a_conversation(bench: Bench, bot: Ours, store: Store) -> Mapping[str, bytes]:
    """The sealed session and chat record of somebody who has told a story and given nine answers."""
    (person,) = bench.people(1)
    await bench.one_by_one([person], range(STEPS - 1))
    name, shard = bot.place_of(person)
    session, chat = await store.read([session_key(shard, name), chat_key(shard, name)])
    return {kind: blob for kind, blob in (("session", session), ("chat", chat)) if blob is not None}


async def _fill(store: Store, records: Mapping[str, bytes], count: int) -> None:
    made = 0
    while made < count:
        batch = min(BATCH, count - made)
        await asyncio.gather(*(_one(store, records) for _ in range(batch)))
        made += batch


async def _one(store: Store, records: Mapping[str, bytes]) -> None:
    name = secrets.token_hex(16)
    shard = int(name, 16) % SHARDS
    session, chat = int(SESSION_KEPT.total_seconds()), int(KEPT.total_seconds())
    if "session" in records:
        await store._command("SET", session_key(shard, name), records["session"], "EX", session)
    if "chat" in records:
        await store._command("SET", chat_key(shard, name), records["chat"], "EX", chat)


async def _used(store: Store) -> int:
    """Bytes that the store's own data takes, by its own count."""
    info = await store._command("INFO", "memory")
    text = info.decode() if isinstance(info, bytes) else str(info)
    return next(
        int(line.partition(":")[2]) for line in text.splitlines() if line.startswith("used_memory_dataset:")
    )
