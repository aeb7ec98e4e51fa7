"""Runs a front end until it ends or is asked to (Ctrl-C, SIGTERM), and says in one sentence what went wrong.
Nothing of a demo outlives it: running.py ends every part."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine

from bot.demo.running import DemoError
from responders.valkey import NoStore

EXPECTED = (DemoError, NoStore, OSError)
Front = Callable[[], Coroutine[None, None, None]]


def run(front: Front) -> str | None:
    """Run the front end; return the sentence of a fault, or None after a good end."""
    try:
        asyncio.run(_until_asked(front))
    except EXPECTED as fault:
        return str(fault)
    except BaseExceptionGroup as group:
        expected, other = group.split(EXPECTED)
        if expected is None or other is not None:
            raise
        return _first(expected)
    return None


async def _until_asked(front: Front) -> None:
    task = asyncio.create_task(front())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(name, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _first(faults: BaseException) -> str:
    while isinstance(faults, BaseExceptionGroup):
        faults = faults.exceptions[0]
    return str(faults)
