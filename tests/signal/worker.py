"""A worker as in production, to be killed: the real assembly on both Signal accounts, with a second alarm channel that
writes into a file. `python -m bot.keeper python -m tests.signal.worker SETUP` keeps one running."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot import privacy_logging
from bot.app import App, build
from bot.channels import Receiver
from bot.channels.pacing import Pacing
from bot.channels.signal import ALERTS, INTAKE, SignalAccount, signal_account
from bot.channels.turnstile import Turnstile
from bot.clock import ShiftedClock
from bot.settings import Settings
from bot.settings import Store as StoreSettings
from bot.supervisor import Supervisor
from responders.delivery import Message
from responders.directory import Alarm, Content
from responders.keyring import MasterKey
from responders.policies import Responders
from responders.secret import Secret
from responders.store import Store
from tests.chaos.breaking import break_layers
from tests.limits import UNLIMITED
from tests.responders.organisations import an_organisation

CONFIG = Path(__file__).parents[2] / "config"
PACE = Pacing(
    overall=500.0, per_chat=200.0, burst=50
)  # five hundred answers at the usual pace take half a minute
READERS = ("first", "coordinator")  # who may read content on Signal


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker is told: where everything is."""

    store: str
    url: str
    numbers: Mapping[str, str]
    master: str
    folder: str
    attachments: str
    shards: int = 2
    is_quick: bool = True  # False: at the pace of production
    fails_on: str | None = None  # begins the texts at which its layers raise

    @classmethod
    def read(cls, path: Path) -> "Setup":
        values: dict[str, Any] = json.loads(path.read_text())  # Any: JSON
        return cls(**values)


class Mailbox:
    """An alarm channel beside Signal: a line in a file for each message."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, address: str, message: Message) -> str:
        with self._path.open("a") as mails:
            mails.write(json.dumps([address, message.text]) + "\n")
        return "1"

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        del address
        return ids  # mail that was sent is sent


def organisation() -> Responders:
    """Four people abroad who are woken on Signal first; two of them may read content there."""
    responders = an_organisation()
    points = {
        name: replace(
            point,
            alarms=(Alarm.SIGNAL, Alarm.EMAIL),
            content=(Content.SIGNAL,) if name in READERS else point.content,
        )
        for name, point in responders.directory.focal_points.items()
    }
    return replace(responders, directory=replace(responders.directory, focal_points=points))


def _account(name: str, setup: Setup) -> SignalAccount:
    account = signal_account(
        name, setup.url, Secret(setup.numbers[name]), attachments=Path(setup.attachments)
    )
    if setup.is_quick:
        account.sender._turnstile = Turnstile(PACE)
    return account


def assemble(setup: Setup) -> tuple[App, list[SignalAccount]]:
    """The service with both Signal accounts; touches no network."""
    folder = Path(setup.folder)
    clock = ShiftedClock(folder / "clock")
    accounts = [_account(name, setup) for name in (INTAKE, ALERTS)]
    receivers: dict[str, Receiver] = {}
    app = build(
        Settings(allow_unreviewed_texts=True, store=StoreSettings(shards=setup.shards), limits=UNLIMITED),
        organisation(),
        config=CONFIG,
        clock=clock,
        store=Store(setup.store),
        master=MasterKey(bytes.fromhex(setup.master)),
        keyring=folder / "transit",
        senders={
            **{account.name: account.sender for account in accounts},
            "email": Mailbox(folder / "mails"),
        },
        receivers=receivers,
        drafts=True,
    )
    supervisor = Supervisor()
    for account in accounts:
        receivers[account.name] = account.receiver(app.inbox, clock, supervisor)
    return app, accounts


async def serve(setup: Setup) -> None:
    """Run until SIGTERM, then stop in good order, as the command line does."""
    app, accounts = assemble(setup)
    if setup.fails_on is not None:
        break_layers(app, setup.fails_on)
    running = asyncio.create_task(app.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    Supervisor().tell("READY=1")
    with (Path(setup.folder) / "started").open("a") as started:
        started.write(f"{os.getpid()}\n")
    with contextlib.suppress(asyncio.CancelledError):
        await running
    await app.stop()
    for account in accounts:
        await account.close()


def main() -> None:
    """Entry point of `python -m tests.signal.worker SETUP`."""
    privacy_logging.install(sys.stderr)
    privacy_logging.no_core_dumps()
    asyncio.run(serve(Setup.read(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
