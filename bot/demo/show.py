"""The demo as a page: everything started, one line with the address, then until somebody ends it."""

import asyncio
import html
import os
import shutil
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot.demo.running import staged

DOOR = """<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Tocsin demo</title>
<meta http-equiv="refresh" content="0; url={address}"><p><a href="{address}">The demo</a></p>
"""
FOUND_BY = 60.0  # seconds in which a browser has read the file


async def show(folder: Path | None, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the page until cancelled; with `browser`, try to open it."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(staged(folder))
        from bot.demo.web import serving  # noqa: PLC0415 - the other processes start meanwhile

        address = await stack.enter_async_context(serving(stage, port))
        await stage.is_ready.wait()
        say(f"The demo is ready: {address}   (Ctrl-C ends it)")
        if browser:
            async with door(address) as file:
                await asyncio.to_thread(webbrowser.open, file.as_uri())
                await asyncio.sleep(FOUND_BY)
        await asyncio.Event().wait()


@asynccontextmanager
async def door(address: str) -> AsyncIterator[Path]:
    """A file of ours alone that leads a browser to the address. The address lets in whoever knows it, and everybody on
    this computer can read the command line of a browser."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="tocsin-open-"))
    try:
        file = folder / "demo.html"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(DOOR.format(address=html.escape(address)))
        yield file
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))
