"""From the tap that raises the alarm to the page in the alarm channel's hands, at idle. Ours alone has pages."""

import asyncio
from time import perf_counter_ns

from tests.bench.meter import Figures, spread
from tests.bench.ours import Ours
from tests.bench.rows import Bench

IDLE = 0.03  # seconds between two alarms, in which everything behind the first one is done


async def last_tap(bench: Bench, bot: Ours, people: int) -> Figures:
    """Each person opens the chat, waits, and taps "I am not safe"."""
    spans = []
    for person in bench.people(people):
        await bot.hear(bench.update(person, 0), person)
        await asyncio.sleep(IDLE)
        tap = bench.tap(person, "opening.unsafe")
        paged = bot.alarm.answered(None)
        before = perf_counter_ns()
        hearing = asyncio.create_task(bot.hear(tap, person))
        await paged
        spans.append(perf_counter_ns() - before)
        await hearing
        await asyncio.sleep(IDLE)
    return spread("page", spans)
