"""`tocsin run`: the service. Checks first, refuses what `tocsin check` calls an error, and says that it is
ready only when an alert would end at a human. Ends in order on SIGTERM, SIGINT and SIGHUP."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.check import ConfigFolder
from bot.cli.sentence import one_sentence
from bot.clock import utc_clock

if TYPE_CHECKING:  # loads everything
    from bot.health import Health
    from bot.supervisor import Supervisor

LOOK_EVERY = 1.0


def run(config: ConfigFolder = Path("config")) -> None:
    """Run the service until it is told to end (SIGTERM, Ctrl-C).

    It checks the configuration first and does not start on an error. It prints "ready" when every ladder ends
    at somebody who is enrolled, has a key and has answered a test this week, and not before."""
    _be_kept(config)
    import uvloop  # noqa: PLC0415 - these load what tocsin --help must not wait for

    from bot.check import check, has_errors  # noqa: PLC0415
    from bot.privacy_logging import no_core_dumps  # noqa: PLC0415

    no_core_dumps()
    os.umask(0o077)  # sockets and files are ours alone from the moment they are there
    problems = check(config, utc_clock())
    for problem in problems:
        typer.echo(f"{config}/{problem}", err=True)
    if has_errors(problems):
        typer.echo("tocsin: not started: put these errors right first", err=True)
        raise typer.Exit(1)
    with one_sentence():
        uvloop.run(_until_asked(config))
    typer.echo("ended")


def _be_kept(config: Path) -> None:
    """Signal hands every message over once, so a connection to it must outlive us. Without systemd, our own keeper
    takes this process over, and starts the service below it."""
    from bot import keeper  # noqa: PLC0415
    from bot.check import SETTINGS  # noqa: PLC0415
    from bot.settings import Settings  # noqa: PLC0415
    from bot.supervisor import Supervisor  # noqa: PLC0415
    from responders.config_reader import read_config  # noqa: PLC0415

    settings = read_config(config / SETTINGS, Settings, SETTINGS).value
    if settings is not None and settings.signal is not None and not Supervisor().is_there:
        service = [sys.executable, "-c", "from bot.cli import main; main()", *sys.argv[1:]]
        os.execv(sys.executable, [sys.executable, "-I", "-S", keeper.__file__, *service])  # noqa: S606 - our own


async def _until_asked(config: Path) -> None:
    from bot.collecting import keep_what_is_made  # noqa: PLC0415
    from bot.service import service  # noqa: PLC0415 - loads everything
    from bot.supervisor import Supervisor  # noqa: PLC0415

    supervisor = Supervisor()
    async with service(config, os.environ) as running:
        keep_what_is_made()
        work = asyncio.ensure_future(asyncio.gather(running.run(), _say_ready(running.health, supervisor)))
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(name, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work
        supervisor.tell("STOPPING=1")
        typer.echo("ending: what is decided goes out, nothing new comes in")


async def _say_ready(health: "Health", supervisor: "Supervisor") -> None:
    """Print each change, and keep systemd's watchdog quiet for as long as alerts move through this process."""
    supervisor.tell(
        "READY=1"
    )  # for systemd: we run; whether an alert would end at a human is our own "ready"
    told: list[str] | None = None
    while True:
        reasons = list(health.reasons(utc_clock()))
        signs = ["WATCHDOG=1"] if health.is_moving else []
        supervisor.tell(*signs, f"STATUS={'; '.join(reasons) or 'ready'}")
        if reasons != told:
            typer.echo("ready" if not reasons else f"not ready: {'; '.join(reasons)}")
            told = reasons
        await asyncio.sleep(LOOK_EVERY)
