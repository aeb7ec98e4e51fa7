"""One account, and two side by side."""

from datetime import timedelta

import pytest

from bot.channels.telegram import Webhook, telegram_account
from bot.channels.telegram_webhook import WebhookReceiver
from responders.delivery import Message, TryAgain
from responders.secret import Secret
from tests.servers.bot_api import BotApi
from tests.servers.bot_api_world import ApiError, World


async def test_a_rate_limit_earned_by_intake_does_not_hold_up_alerts() -> None:
    async with (
        BotApi() as intake_api,
        BotApi(World(token="987654321:TEST-TOKEN-of-the-alert-account")) as alerts_api,
    ):
        alerts_api.world.chats.add(7)
        intake = telegram_account("telegram", Secret(intake_api.world.token), base_url=intake_api.base)
        alerts = telegram_account("telegram-alerts", Secret(alerts_api.world.token), base_url=alerts_api.base)
        intake_api.faults["sendMessage"].append(ApiError(429, "Too Many Requests", 600))
        with pytest.raises(TryAgain) as raised:
            await intake.sender.send("4242", Message("Hello."))
        assert raised.value.after == timedelta(minutes=10)
        await alerts.sender.send("7", Message("42 · IMMEDIATE", protect=True))
        assert alerts_api.texts(7) == ["42 · IMMEDIATE"]
        await intake.close()
        await alerts.close()


async def test_an_account_with_a_webhook_says_where_to_route_it() -> None:
    webhook = Webhook("https://intake.example.org/telegram/intake?x=1", Secret("secret"))
    account = telegram_account("telegram", Secret("1:token"), webhook=webhook)
    assert isinstance(account.receiver, WebhookReceiver)
    assert webhook.path == "/telegram/intake"
    await account.close()
