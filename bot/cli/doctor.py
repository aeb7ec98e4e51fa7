"""`tocsin doctor`: looks at the whole installation and says what to do next; exit code 1 if something fails."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.check import ConfigFolder
from bot.clock import utc_clock


def doctor(
    config: ConfigFolder = Path("config"),
    quiet: Annotated[bool, typer.Option("--quiet", help="Only what is not well.")] = False,
) -> None:
    """Look at configuration, texts, rotas, keys, store, people, disk, Telegram and the running service.

    Each line is ok, warn or fail; what is not ok is followed by what to do. Run it on the server, as the user of
    the service. Nothing is repaired and nothing is sent; Telegram is asked who we are."""
    if asyncio.run(_told(config, quiet=quiet)):
        raise typer.Exit(1)


async def _told(config: Path, *, quiet: bool) -> bool:
    from bot.doctor import State, look  # noqa: PLC0415 - loads everything

    failed = False
    async for line in look(config, os.environ, utc_clock()):
        failed = failed or line.state is State.FAIL
        if not (quiet and line.state is State.OK):
            typer.echo(str(line))
    return failed
