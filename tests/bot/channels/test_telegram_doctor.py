"""What the doctor says of an account."""

from datetime import datetime, timedelta

import pytest

from bot.channels.telegram import TelegramAccount
from bot.channels.telegram_doctor import MANY_PENDING, examine
from tests.servers.bot_api import BotApi, Cut
from tests.servers.bot_api_world import ApiError


async def ills(api: BotApi, account: TelegramAccount, *, url: str = "", skew: float = 0) -> list[str]:
    def clock() -> datetime:
        assert account.api.server_time is not None, (
            "read too early: what took its time would look like a wrong clock"
        )
        return api.world.now + timedelta(seconds=skew)

    findings = await examine(account.api, expected_url=url, clock=clock)
    assert all(finding.advice for finding in findings if not finding.is_well)
    return [finding.what for finding in findings if not finding.is_well]


async def test_a_healthy_account_has_no_ills(api: BotApi, account: TelegramAccount) -> None:
    assert await ills(api, account, skew=20) == []


@pytest.mark.parametrize(
    ("there", "expected", "ill"),
    [
        ("https://thief.example/x", "", "a webhook is set, but this account polls"),
        ("https://thief.example/x", "https://ours.example/x", "the webhook leads to another address"),
        ("", "https://ours.example/x", "no webhook is set"),
    ],
)
async def test_a_foreign_webhook_is_an_alarm(
    api: BotApi, account: TelegramAccount, there: str, expected: str, ill: str
) -> None:
    api.updates.webhook = {"url": there}
    assert await ills(api, account, url=expected) == [ill]


async def test_waiting_updates_and_a_wrong_clock_are_found(api: BotApi, account: TelegramAccount) -> None:
    for person in range(1, MANY_PENDING + 1):
        api.say(person, "hello")
    found = ["100 updates wait at Telegram", "the clock differs from Telegram's by 45 s"]
    assert await ills(api, account, skew=-45) == found


async def test_a_refused_token_and_a_dead_network_have_advice(api: BotApi, account: TelegramAccount) -> None:
    api.faults["getMe"] += [ApiError(401, "Unauthorized"), Cut()]
    assert await ills(api, account) == ["Telegram refuses the token"]
    [ill] = await ills(api, account)
    assert "no usable answer" in ill
