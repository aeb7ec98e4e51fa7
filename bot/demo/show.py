"""The demo as a page: everything started, one line with the address, then until somebody ends it."""

import asyncio
import webbrowser
from collections.abc import Callable
from pathlib import Path

from bot.demo.running import staged
from bot.demo.web import serving


async def show(folder: Path | None, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the page until cancelled; with `browser`, try to open it."""
    async with staged(folder) as stage, serving(stage, port) as address:
        await stage.is_ready.wait()
        say(f"The demo is ready: {address}   (Ctrl-C ends it)")
        if browser:
            await asyncio.to_thread(webbrowser.open, address)
        await asyncio.Event().wait()
