"""The daily test over the real channels, against servers that speak the platforms' own protocols: it arrives on all of
them without ringing, and when one of them refuses it, the coordinator hears of that over the other three."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.channels.alarm_email import AlarmEmail
from bot.channels.alarm_webhook import AlarmWebhook
from bot.channels.signal import ALERTS, signal_account
from bot.channels.telegram import telegram_account
from bot.heartbeat import Result
from bot.heartbeat_round import Heartbeat
from bot.operator_alarm import OperatorAlarm
from bot.settings import Email, Encryption, SecretSource, Webhook
from responders.delivery import Sender
from responders.directory import Alarm
from responders.secret import Secret
from responders.store import Store
from tests.acceptance.phones import Platform
from tests.acceptance.world import World, a_world
from tests.responders.organisations import a_focal_point, an_organisation
from tests.servers import signal_rpc
from tests.servers.bot_api import BotApi
from tests.servers.signal_rpc import UNREGISTERED, SignalServer
from tests.servers.smtp import Mailbox, an_smtp_server
from tests.servers.web import Endpoint, a_web_server

PHONE = 700
LONG = timedelta(seconds=60)
NOW = datetime(2026, 11, 2, 10, tzinfo=UTC)
CHANNELS = tuple(alarm.value for alarm in Alarm if alarm is not Alarm.LOCAL)
EVERYTHING = {
    "coordinator": a_focal_point(alarms=tuple(alarm for alarm in Alarm if alarm is not Alarm.LOCAL))
}


@dataclass
class Outside:
    """The platforms, and what the coordinator sees there."""

    telegram: BotApi
    signal: SignalServer
    gateway: Endpoint
    mailbox: Mailbox

    def texts(self) -> dict[str, list[str]]:
        return {
            "telegram-alerts": [shown.text for shown in self.telegram.seen(PHONE)],
            "signal-alerts": self.signal.phone(1).screen,
            "webhook": [json.loads(body)["text"] for _, _, body in self.gateway.requests],
            "email": [raw for _, _, raw in self.mailbox.mails],
        }

    def refuse(self, channel: str) -> None:
        """From now on nothing is taken there."""
        if channel == "telegram-alerts":
            self.telegram.world.blocked.add(PHONE)
        elif channel == "signal-alerts":
            self.signal.faults["send"] += [UNREGISTERED] * 5
        elif channel == "webhook":
            self.gateway.statuses[:] = [410]
        else:
            self.mailbox.answers["RCPT"] = "550 no such person"


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(BotApi())
        telegram.world.chats.add(PHONE)
        signal = await stack.enter_async_context(SignalServer())
        mailbox = await stack.enter_async_context(an_smtp_server())
        gateway = await stack.enter_async_context(a_web_server(200))
        yield Outside(telegram, signal, gateway, mailbox)


@pytest.fixture
async def world(store: Store, outside: Outside) -> AsyncIterator[World]:
    async with a_world(store, an_organisation(people=EVERYTHING)) as world:
        world.platforms["webhook"] = Platform(world, "webhook")
        world.app = world.another_worker()
        addresses = {
            "telegram-alerts": str(PHONE), "signal-alerts": outside.signal.phone(1).uuid,
            "email": "coordinator@example.org",
        }  # fmt: skip
        await world.app.people.change("coordinator", lambda one: replace(one, channels=addresses))
        yield world


@pytest.fixture
async def senders(outside: Outside) -> AsyncIterator[dict[str, Sender]]:
    """The four of them as the service makes them."""
    telegram = telegram_account(
        "telegram-alerts", Secret(outside.telegram.world.token), base_url=outside.telegram.base
    )
    signal = signal_account(ALERTS, outside.signal.url, Secret(signal_rpc.ALERTS))
    webhook = Webhook(outside.gateway.url, SecretSource(env="UNUSED"), LONG)
    mail = Email("127.0.0.1", "tocsin@example.org", outside.mailbox.port, Encryption.NONE, timeout=LONG)
    async with aiohttp.ClientSession() as session:
        yield {
            "telegram-alerts": telegram.sender,
            "signal-alerts": signal.sender,
            "webhook": AlarmWebhook(webhook, Secret("shared"), session, lambda: NOW),
            "email": AlarmEmail(mail, None, lambda: NOW),
        }
    await telegram.close()
    await signal.close()


def heartbeat(world: World, senders: dict[str, Sender]) -> Heartbeat:
    alarm = OperatorAlarm(world.app, senders)
    tests = Heartbeat(world.app, senders, alarm.tell)
    tests.patience = alarm.patience = LONG  # a loaded machine is no platform that is away
    return tests


async def test_the_test_reaches_all_four_and_does_not_ring(
    world: World, senders: dict[str, Sender], outside: Outside
) -> None:
    tests = heartbeat(world, senders)
    await tests.look(NOW)
    assert {channel: tests.known.of(channel).result for channel in CHANNELS} == dict.fromkeys(
        CHANNELS, Result.ACCEPTED
    )
    assert all(len(texts) == 1 and "daily test" in texts[0] for texts in outside.texts().values())
    (telegram,) = outside.telegram.seen(PHONE)
    assert telegram.silent
    body = json.loads(outside.gateway.requests[0][2])
    assert (body["to"], body["silent"], body["level"]) == ("coordinator", True, None)


@pytest.mark.parametrize("refuses", CHANNELS)
async def test_when_one_refuses_it_the_others_say_so_and_name_it(
    world: World, senders: dict[str, Sender], outside: Outside, refuses: str
) -> None:
    outside.refuse(refuses)
    tests = heartbeat(world, senders)
    await tests.look(NOW)
    assert tests.known.of(refuses).result is Result.REFUSED
    for channel, texts in outside.texts().items():
        told = [text for text in texts if "did not take" in text]
        assert len(told) == (channel != refuses), channel
        assert all(refuses in text for text in told)
    await tests.look(NOW + timedelta(minutes=14))
    assert sum("did not take" in text for texts in outside.texts().values() for text in texts) == 3
