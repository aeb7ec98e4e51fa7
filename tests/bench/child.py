"""One candidate in a process of its own: does one task on a given store and prints its figures as JSON lines.
Imports only what its task needs, so that start and memory are the candidate's own."""

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

import uvloop

from tests.bench import conversation
from tests.bench.candidate import Candidate, candidate
from tests.bench.meter import Figures, own_memory
from tests.bench.rows import STEPS, Bench


async def _task(bot: Candidate, asked: argparse.Namespace) -> Figures:
    bench = Bench(bot)
    await bot.start()
    match asked.task:
        case "restart":  # only the first answer counts: to somebody whose conversation is open
            await bot.hear(bench.update(asked.person, asked.step), asked.person)
            return {"first answer": 1.0, "start memory": own_memory()}
        case "trips":
            await bench.one_by_one(bench.people(8), range(STEPS))
            await asyncio.sleep(0.5)
            _say({"counting": 1})
            await bench.one_by_one(bench.people(asked.people), range(STEPS))
            await asyncio.sleep(0.2)
            return {"messages": asked.people * STEPS}
        case "replies":
            return await _replies(bench, bot, Path(asked.folder))
    await bench.warm()
    match asked.task:
        case "alone":
            from tests.bench.bare import bare, connected  # noqa: PLC0415 - only what the task needs

            line = await connected(asked.store.removeprefix("unix://"))
            figures = await bench.alone(asked.people, lambda: bare(line))
            figures |= await bench.plain(asked.people)
            line.close()
            return figures
        case "crowd":
            return await bench.crowd(asked.people)
        case "burst":
            return await bench.burst(asked.people)
        case "open":
            return await bench.opened(asked.people)
        case "bytes":
            from tests.bench.sizes import sizes  # noqa: PLC0415 - as above

            return await sizes(bench, asked.people, asked.store, bot.session_keys)
    return await _of_ours(bench, bot, asked)


async def _of_ours(bench: Bench, bot: Candidate, asked: argparse.Namespace) -> Figures:
    """What only we have: pages, and sealed records."""
    from tests.bench.curve import curve  # noqa: PLC0415 - only what the task needs
    from tests.bench.ours import Ours  # noqa: PLC0415 - as above
    from tests.bench.pages import last_tap, under_load  # noqa: PLC0415 - as above

    match asked.task, bot:
        case "pages", Ours():
            return await last_tap(bench, bot, asked.people)
        case "load", Ours():
            return await under_load(bench, bot, asked.people)
        case "curve", Ours():
            return await curve(bench, bot, asked.store, asked.people)
    raise ValueError(f"no task is called {asked.task}")


async def _replies(bench: Bench, bot: Candidate, folder: Path) -> Figures:
    """Write down what we reply in this conversation, so that every candidate replies the same."""
    from tests.bench.ours import Ours  # noqa: PLC0415 - as above

    if not isinstance(bot, Ours):
        return {}
    bot.wire.shown = []
    await bench.one_by_one(bench.people(1), range(STEPS))
    conversation.write_replies([conversation.said(one) for one in bot.wire.shown], folder / "replies.json")
    return {"replies": len(bot.wire.shown)}


async def _run(asked: argparse.Namespace) -> None:
    bot = candidate(asked.name, asked.store, Path(asked.folder))
    try:
        _say(await _task(bot, asked))
    finally:
        await bot.stop()


def _say(figures: Figures) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("name")
    reader.add_argument("task")
    reader.add_argument("--store", required=True)
    reader.add_argument("--folder", required=True)
    reader.add_argument("--people", type=int, default=100)
    reader.add_argument("--person", type=int, default=0)
    reader.add_argument("--step", type=int, default=5)
    reader.add_argument("--core", type=int, default=-1)
    reader.add_argument("--loop", choices=("uvloop", "asyncio"), default="uvloop")
    asked = reader.parse_args()
    if asked.core >= 0:
        os.sched_setaffinity(0, {asked.core})
    if asked.loop == "uvloop":
        uvloop.run(_run(asked))
    else:
        asyncio.run(_run(asked))


if __name__ == "__main__":
    main()
