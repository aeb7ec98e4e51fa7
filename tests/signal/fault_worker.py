"""The worker of a fault story: reports come on the real signal-cli, alerts go over Telegram.
`python -m bot.keeper python -m tests.signal.fault_worker FOLDER` keeps one running."""

import asyncio
import json
import os
import sys
from pathlib import Path

from bot import privacy_logging
from bot.app import App
from bot.channels import Receiver
from bot.channels.signal import INTAKE as SIGNAL
from bot.channels.signal import SignalAccount, signal_account
from bot.channels.telegram import TelegramAccount
from bot.channels.turnstile import Turnstile
from bot.supervisor import Supervisor
from responders.secret import Secret
from tests.chaos.worker import ALERTS, PACE, Setup, an_account, an_app, at_our_pace, serve


def assemble(
    setup: Setup, url: str, number: str, attachments: str
) -> tuple[App, SignalAccount, TelegramAccount]:
    """The service with both accounts; touches no network."""
    intake = signal_account(SIGNAL, url, Secret(number), attachments=Path(attachments))
    intake.sender._turnstile = Turnstile(PACE)
    alerts = an_account(setup, ALERTS, setup.alerts)
    receivers: dict[str, Receiver] = {alerts.name: alerts.receiver}
    app = an_app(setup, {intake.name: intake.sender, alerts.name: at_our_pace(alerts)}, receivers)
    receivers[intake.name] = intake.receiver(app.inbox, app.clock, Supervisor())
    return app, intake, alerts


async def work(folder: Path) -> None:
    """Until SIGTERM, then end in good order; `started` in the folder names the process once it has begun."""
    told = json.loads((folder / "setup").read_text())
    setup = Setup(**told["setup"])
    app, intake, alerts = assemble(setup, **told["signal"])
    Supervisor().tell("READY=1")
    with (folder / "started").open("a") as started:
        started.write(f"{os.getpid()}\n")
    await serve(setup, app, [alerts])
    await intake.close()


if __name__ == "__main__":
    privacy_logging.install(sys.stderr)
    privacy_logging.no_core_dumps()
    asyncio.run(work(Path(sys.argv[1])))
