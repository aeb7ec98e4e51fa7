"""From the tap that raises the alarm to the page in the alarm channel's hands: at idle, and while others write.
Ours alone has pages. The others' messages come by the clock, however late we are with those before."""

import asyncio
from time import perf_counter, perf_counter_ns

from tests.bench import conversation
from tests.bench.meter import Figures, Meter, spread
from tests.bench.ours import Ours
from tests.bench.rows import Bench

IDLE = 0.03  # seconds between two alarms, in which everything behind the first one is done
SECONDS = 10  # of load
ALARMS = 40  # in that time; few enough that nobody takes them for a flood
PATIENCE = 120.0  # until whatever piled up is worked


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


async def under_load(bench: Bench, bot: Ours, rate: int) -> Figures:
    """So many plain answers a second for ten seconds, and forty taps among them; `worked`: answered a second, until the
    last one was."""
    alarmed = list(bench.people(ALARMS))
    for person in alarmed:
        await bot.hear(bench.update(person, 0), person)
    steps = len(conversation.PLAIN)
    people = bench.people(rate * SECONDS // steps)
    work = [one for step in range(steps) for one in bench.updates(people, step, conversation.PLAIN)]
    taps = [(bench.tap(person, "opening.unsafe"), person) for person in alarmed]
    bot.alarm.passed = []
    with Meter() as meter:
        others = asyncio.create_task(_by_the_clock(bot, work, SECONDS / len(work)))
        tapped = await _by_the_clock(bot, taps, SECONDS / ALARMS)
        answered = await others
    pages = bot.alarm.passed
    spans = []
    for (_, person), (begun, _) in zip(taps, tapped, strict=True):
        case = f"{await bot.case_of(person)} "
        spans.append(next(at for at, text in pages if text.startswith(case)) - begun)
    figures = {f"worked at {rate}": len(work) / meter.wall, f"cpu at {rate}": meter.cpu / len(work)}
    waits = [ended - begun for begun, ended in answered]
    return {**figures, **spread(f"page at {rate}", spans), **spread(f"answer at {rate}", waits)}


async def _by_the_clock(bot: Ours, work: list[tuple[bytes, int]], apart: float) -> list[tuple[int, int]]:
    """When each was due and when it was answered, in nanoseconds."""

    async def one(raw: bytes, person: int, due: int) -> tuple[int, int]:
        await bot.hear(raw, person)
        return due, perf_counter_ns()

    begun, due = perf_counter(), perf_counter_ns()
    tasks = []
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        for place, (raw, person) in enumerate(work):
            if (wait := place * apart - (perf_counter() - begun)) > 0:
                await asyncio.sleep(wait)
            tasks.append(group.create_task(one(raw, person, due + int(place * apart * 1e9))))
            if place % 64 == 0:
                await asyncio.sleep(0)  # who is late still lets the service work
    return [task.result() for task in tasks]
