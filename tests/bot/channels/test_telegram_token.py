"""The token is seen by nobody but Telegram."""

import logging
from urllib.parse import quote

import pytest
from telegram import Bot

from bot.channels.telegram import TelegramAccount
from bot.channels.telegram_api import ApiRefused, ApiUnreachable, TelegramApi, Unreadable
from bot.channels.telegram_receive import PollingReceiver
from responders.delivery import Message, TryAgain, Undeliverable
from responders.secret import Secret
from tests.bot.channels.conftest import Work, receiving
from tests.servers.bot_api import BotApi, Cut, Fault, Garbage
from tests.servers.bot_api_world import ApiError

PERSON = 4242


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "telegram", "aiohttp", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def is_seen(token: str, text: str) -> bool:
    secret = token.partition(":")[2]
    return any(shape in text for shape in (token, secret, quote(token, safe=""), repr(token.encode())))


async def test_plain_ptb_shows_it_in_logs_and_repr(
    api: BotApi, everything_logged: pytest.LogCaptureFixture
) -> None:
    """The positive control: without our wire, the same look finds the token."""
    async with Bot(api.world.token, base_url=f"{api.base}/bot") as bot:
        assert is_seen(api.world.token, repr(bot))
    assert is_seen(api.world.token, everything_logged.text)


async def test_no_log_repr_or_exception_of_ours_shows_it(
    api: BotApi,
    account: TelegramAccount,
    polling: PollingReceiver,
    work: Work,
    everything_logged: pytest.LogCaptureFixture,
) -> None:
    token = api.world.token
    faults: list[Fault] = [
        ApiError(500, "x"),
        Cut(),
        Garbage(),
        Garbage(b"x", 502),
        ApiError(401, "x"),
        ApiError(404, "x"),
    ]
    api.faults["getUpdates"] += [ApiError(500, "x"), Cut(), Garbage(), Garbage()]
    api.faults["getMe"] += faults
    api.faults["sendMessage"] += faults
    said = [
        repr(account),
        repr(account.api),
        repr(account.sender),
        repr(vars(account.sender)),
        repr(account.wire),
    ]
    async with receiving(polling, work.handle):
        api.say(PERSON, "hello")
        await work.until(1)
    for person, _ in enumerate(faults, 1):
        with pytest.raises((ApiRefused, ApiUnreachable, Unreadable)) as raised:
            await account.api.call("getMe")
        said.append(everything_of(raised.value))
        with pytest.raises((TryAgain, Undeliverable)) as undelivered:
            await account.sender.send(str(person), Message("hello"))
        said.append(everything_of(undelivered.value))
    said.append(everything_logged.text)
    assert not any(is_seen(token, text) for text in said)
    assert {method for method, _ in api.calls} >= {"getMe", "sendMessage", "getUpdates"}


async def test_an_address_where_nobody_answers_does_not_show_it() -> None:
    api = TelegramApi(Secret("123:nobody-answers-this-token"), "http://127.0.0.1:9")
    with pytest.raises(ApiUnreachable) as raised:
        await api.call("getMe")
    await api.close()
    assert not is_seen("123:nobody-answers-this-token", everything_of(raised.value))


def everything_of(fault: BaseException | None) -> str:
    """All that a logger could print of an exception and of those behind it."""
    said = ""
    if isinstance(fault, ApiUnreachable | TryAgain | Undeliverable):
        assert fault.__cause__ is fault.__context__ is None
    while fault is not None:
        said += f"{fault!s} {fault!r} {fault.args!r}"
        fault = fault.__cause__ or fault.__context__
    return said
