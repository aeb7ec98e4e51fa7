"""The production service: reads settings and secrets, opens store and channels, serves desk, webhooks, health.
Everything that `build()` leaves to its caller; nothing here decides about reports or cases."""

import asyncio
import contextlib
import logging
import platform
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp

from bot.accounts import signal_accounts, telegram_accounts
from bot.app import App, build
from bot.channels import Receiver
from bot.channels.alarm_email import AlarmEmail
from bot.channels.alarm_webhook import AlarmWebhook
from bot.channels.dead_man import DeadManPing
from bot.channels.signal import INTAKE, Account
from bot.channels.signal_self_test import SelfTest
from bot.channels.signal_typing import Typing
from bot.channels.telegram import TelegramAccount
from bot.channels.telegram_profile import Profile, apply_profile
from bot.clock import Clock, monotonic, utc_clock
from bot.health import Health
from bot.heartbeat_round import Heartbeat
from bot.installation import configured, opened_store, recovery_keys
from bot.looking import is_looking, shows
from bot.operator_alarm import OperatorAlarm
from bot.settings import Settings, is_rest
from bot.signal_challenges import Challenges
from bot.sites import serve
from bot.supervisor import Supervisor
from responders.ballast import MEBI, Ballast, Space
from responders.delivery import Sender
from responders.keyring import MasterKey, mark
from responders.leaving import take_out
from responders.schema import bring_up_to_date
from responders.store import StoreDown
from responders.valkey import EmbeddedStore
from triage.embedding.client import Worker

log = logging.getLogger("tocsin.service")

DISK_EVERY = 2.0
PEOPLE_EVERY = 3.0


@dataclass(slots=True)
class Service:
    """The running parts; `run()` until cancelled."""

    app: App
    health: Health
    alarm: OperatorAlarm
    heartbeat: Heartbeat
    accounts: Sequence[TelegramAccount]
    embedded: EmbeddedStore | None
    session: aiohttp.ClientSession
    signals: Sequence[Account]
    challenges: Challenges

    async def run(self) -> None:
        """Everything at once; the first bug ends the process, and the supervisor starts it again."""
        settings = self.app.settings
        async with asyncio.TaskGroup() as group:
            group.create_task(self.app.run(), name="app")
            group.create_task(self.alarm.run(), name="operator alarm")
            group.create_task(self.heartbeat.run(), name="heartbeat")
            group.create_task(self.health.watch(), name="health")
            group.create_task(self._watch_people(), name="people")
            if self.embedded is not None:
                group.create_task(self.embedded.watch(), name="store")
                group.create_task(self._watch_disk(settings), name="disk")
            if settings.dead_man is not None:
                ping = DeadManPing(settings.dead_man, self.session)
                group.create_task(ping.run(lambda: self.app.pulse.is_well), name="dead man")
            if self.signals:
                states = {signal.name: signal.state for signal in self.signals}
                group.create_task(self.challenges.watch(states), name="challenges")
            if settings.signal is not None and not is_rest(settings.signal.url):
                group.create_task(SelfTest(self.signals).run(), name="signal test")
            for account in self.accounts:
                if account.name == "telegram":
                    group.create_task(apply_profile(account.api, self._profiles(), self.app.kit.offered[0]))

    async def _watch_people(self) -> None:
        """Follow at once what an administrator does beside us: somebody enrolled, somebody taken out."""
        while True:
            with contextlib.suppress(StoreDown):
                await take_out(self.app.casework, await self.app.people.all(), self.app.clock())
                if not self.app.is_ready:
                    await self.app.look_at_duty()
            await asyncio.sleep(PEOPLE_EVERY)

    async def _watch_disk(self, settings: Settings) -> None:
        """Below the mark intake stops, then the ballast is given up, so that open ladders go on."""
        ballast = Ballast(settings.store.folder, low_water=settings.limits.free_disk_mib * MEBI)
        while True:
            space = await asyncio.to_thread(ballast.check, intake_is_open=not self.app.duty.disk_is_full)
            self.app.duty.disk_is_full = space is not Space.ROOM
            await asyncio.sleep(DISK_EVERY)

    def _profiles(self) -> dict[str, Profile]:
        texts = self.app.kit.texts
        return {
            language: Profile(
                name=self.app.settings.team[:64],
                description=texts.say("chat/bot.description", language),
                short_description=texts.say("chat/bot.short_description", language),
                commands={
                    name: texts.say(f"chat/menu.{name}", language)
                    for name in ("back", "skip", "stop", "language", "clear")
                },
            )
            for language in self.app.kit.offered
        }


@asynccontextmanager
async def service(
    config: Path, environment: Mapping[str, str], *, clock: Clock = utc_clock
) -> AsyncIterator[Service]:
    """The service of a configuration folder, opened and assembled; `await service.run()` runs it.

    Raises CannotStart, SecretError, TextsError or NoStore before anything is served."""
    found = configured(config)
    settings = found.settings
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        store, embedded = await stack.enter_async_context(opened_store(settings))
        with contextlib.suppress(StoreDown):  # the app waits for it
            await bring_up_to_date(store)
        accounts = telegram_accounts(settings, environment)
        for account in accounts:
            stack.push_async_callback(account.close)
        senders: dict[str, Sender] = {account.name: account.sender for account in accounts}
        receivers: dict[str, Receiver] = {account.name: account.receiver for account in accounts}
        signals = signal_accounts(settings, environment)
        for signal in signals:
            stack.push_async_callback(signal.close)
            senders[signal.name] = signal.sender
        if settings.webhook is not None:
            senders["webhook"] = AlarmWebhook(
                settings.webhook, settings.webhook.secret.load(environment), session, clock
            )
        if settings.email is not None:
            password = settings.email.password.load(environment) if settings.email.password else None
            senders["email"] = AlarmEmail(settings.email, password, clock)
        settings.keyring.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        master = MasterKey.from_env(environment)
        app = build(
            settings, found.responders, config=config, clock=clock, store=store, master=master,
            keyring=settings.keyring, senders=senders, receivers=receivers, recovery=recovery_keys(found),
            signal=_shown_as(settings, signals), asks=Worker(monotonic),
        )  # fmt: skip
        app.worker = worker_name(master, settings)
        supervisor = Supervisor(environment)
        for signal in signals:  # what arrives there goes into the app's inbox first
            receivers[signal.name] = signal.receiver(app.inbox, clock, supervisor)
            if signal.name == INTAKE:
                typing = Typing(signal.rpc, signal.number, partial(is_looking, app.casework))
                stack.push_async_callback(typing.close)
                app.conversation.on_case = shows(typing)
        stack.push_async_callback(app.stop)
        health = Health(app)
        alarm = OperatorAlarm(app, senders, [signal.state for signal in signals])
        stack.push_async_callback(alarm.leave)
        await serve(stack, app, health, settings, accounts)
        challenges = Challenges(store, app.casework.dispatch.box)
        heartbeat = Heartbeat(app, senders, alarm.tell)
        yield Service(
            app, health, alarm, heartbeat, accounts, embedded, session, signals, challenges
        )  # fmt: skip


def worker_name(master: MasterKey, settings: Settings) -> str:
    """Which worker this is: two that live have neither machine nor health address in common. It says neither."""
    return mark(master, f"worker|{platform.node()}|{settings.health}")


def _shown_as(settings: Settings, signals: Sequence[Account]) -> str | None:
    """Where reporters are told to find us on Signal."""
    intake = next((signal.number.reveal() for signal in signals if signal.name == INTAKE), None)
    return settings.signal.shown_as or intake if settings.signal is not None and intake is not None else None
