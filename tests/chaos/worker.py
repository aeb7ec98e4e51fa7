"""A worker as in production, to be killed: the real assembly, the real Telegram channels, its own process.
`python -m tests.chaos.worker` makes everything ready once and then forks a worker for each line it reads, so that a
thousand restarts cost no thousand imports; with --once it is the worker itself."""

import argparse
import asyncio
import contextlib
import ctypes
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot import privacy_logging
from bot.app import App, build
from bot.channels import Receiver
from bot.channels.pacing import Pacing
from bot.channels.telegram import TelegramAccount, Webhook, telegram_account
from bot.channels.telegram_send import TelegramSender
from bot.channels.telegram_webhook import WebhookReceiver
from bot.channels.turnstile import Turnstile
from bot.clock import ShiftedClock
from bot.settings import Settings
from bot.settings import Store as StoreSettings
from bot.sites import open_site
from responders.delivery import Sender
from responders.items import Ids
from responders.keyring import MasterKey
from responders.policies import IMMEDIATE, Policy, Repeat, Responders, Step, Who
from responders.secret import Secret
from responders.store import Store
from tests.chaos.breaking import break_layers
from tests.limits import UNLIMITED
from tests.responders.organisations import a_receiver, an_organisation

CONFIG = Path(__file__).parents[2] / "config"
INTAKE, ALERTS = "telegram", "telegram-alerts"
PACE = Pacing(overall=2000.0, per_chat=1000.0, burst=50)  # Telegram's own pace would make a sweep take a day


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker is told: where everything is. `hasty` has a ladder in seconds, for the real clock."""

    store: str
    intake: str
    alerts: str
    tokens: Mapping[str, str]
    master: str
    folder: str
    shards: int = 2
    hasty: bool = False
    name: str = "tocsin"  # among the workers of its store
    fails_on: str | None = None  # a text at which the handler raises, with the text in the exception
    hooks: Mapping[str, str] = field(
        default_factory=dict
    )  # where the platform pushes to, by account; none: it is polled

    @classmethod
    def parse(cls, line: str) -> "Setup":
        values: dict[str, Any] = json.loads(line)  # Any: JSON
        return cls(**values)


def organisation(*, hasty: bool) -> Responders:
    """Four people abroad who are woken on Telegram."""
    if not hasty:
        return an_organisation()
    ladder = replace(
        IMMEDIATE,
        steps=(
            Step(timedelta(0), (Who.ON_CALL, Who.BACKUP)),
            Step(timedelta(seconds=2), (Who.ROSTER,)),
            Step(timedelta(seconds=4), (Who.COORDINATOR,)),
        ),
        repeat=Repeat(timedelta(seconds=2), (Who.ON_CALL, Who.BACKUP, Who.ROSTER, Who.COORDINATOR)),
    )
    receiver = a_receiver(policy="hasty")
    return an_organisation(receivers={"team": receiver}, policies={"hasty": Policy(immediate=ladder)})


def assemble(setup: Setup) -> tuple[App, list[TelegramAccount]]:
    """The service with both Telegram accounts; touches no network."""
    accounts = [an_account(setup, INTAKE, setup.intake), an_account(setup, ALERTS, setup.alerts)]
    senders = {account.name: at_our_pace(account) for account in accounts}
    return an_app(setup, senders, {account.name: account.receiver for account in accounts}), accounts


def an_account(setup: Setup, name: str, base: str) -> TelegramAccount:
    """One of them; touches no network."""
    return telegram_account(name, Secret(setup.tokens[name]), base_url=base, webhook=_webhook(setup, name))


def at_our_pace(account: TelegramAccount) -> Sender:
    """Its sending half, as quick as a sweep needs it."""
    return TelegramSender(account.sender._bot, Turnstile(PACE))


def an_app(setup: Setup, senders: Mapping[str, Sender], receivers: Mapping[str, Receiver]) -> App:
    """The service with these accounts."""
    app = build(
        Settings(allow_unreviewed_texts=True, store=StoreSettings(shards=setup.shards), limits=UNLIMITED),
        organisation(hasty=setup.hasty),
        config=CONFIG,
        clock=ShiftedClock(Path(setup.folder) / "clock"),
        store=Store(setup.store),
        master=MasterKey(bytes.fromhex(setup.master)),
        keyring=Path(setup.folder) / "transit",
        senders=senders,
        receivers=receivers,
        drafts=True,
    )
    app.worker = setup.name
    return app


def _webhook(setup: Setup, name: str) -> Webhook | None:
    url = setup.hooks.get(name)
    return Webhook(url, Secret(setup.tokens[name].partition(":")[2])) if url else None


def hook_socket(folder: str | Path, name: str) -> Path:
    """Where a worker listens for what the platform pushes to this account."""
    return Path(folder) / f"hook-{name}"


async def serve(setup: Setup, app: App, accounts: list[TelegramAccount]) -> None:
    """Run until SIGTERM, then stop in good order, as the service does."""
    if setup.fails_on is not None:
        break_layers(app, setup.fails_on)
    async with contextlib.AsyncExitStack() as stack:
        for account in accounts:
            stack.push_async_callback(account.close)
        stack.push_async_callback(app.stop)
        for account in accounts:
            if isinstance(account.receiver, WebhookReceiver):
                route = web.post(f"/{account.name}", account.receiver.answer)
                await open_site(stack, str(hook_socket(setup.folder, account.name)), [route], set())
        running = asyncio.create_task(app.run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await running


def die_with_parent() -> None:
    """kill -9 of whoever started us ends us too."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def fork_workers(setup: Setup) -> None:
    """One worker for each line of standard input, its process id on standard output."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever dies is gone at once
    app, accounts = assemble(setup)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            die_with_parent()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            app.casework.dispatch.post._ids = Ids()  # made before the fork: two workers must not number alike
            app.poison._started = app.clock()
            asyncio.run(serve(setup, app, accounts))
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def main() -> None:
    """Entry point of `python -m tests.chaos.worker`; the first line of standard input is the setup."""
    die_with_parent()
    privacy_logging.install(sys.stderr)
    privacy_logging.no_core_dumps()
    parser = argparse.ArgumentParser()
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    setup = Setup.parse(sys.stdin.readline())
    if not options.once:
        fork_workers(setup)
        return
    app, accounts = assemble(setup)
    asyncio.run(serve(setup, app, accounts))


if __name__ == "__main__":
    main()
