"""One strict Bot API server for each test, and the real account that talks to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from bot.channels import Handle, Inbound, Receiver
from bot.channels.offering import Waits
from bot.channels.telegram import TelegramAccount, telegram_account
from bot.channels.telegram_receive import PollingReceiver
from responders.secret import Secret
from tests.servers.bot_api import BotApi

QUICK = Waits(poll=timedelta(seconds=5), again=(timedelta(milliseconds=5),), grace=timedelta(seconds=60))


class Work:
    """Handles messages: keeps them in order, and fails or waits where a test says so."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self.done: list[Inbound] = []
        self.tried: list[Inbound] = []
        self.fails: Callable[[Inbound], bool] = lambda _: False
        self.gate: asyncio.Event | None = None

    async def handle(self, inbound: Inbound) -> None:
        self.tried.append(inbound)
        self._api.updates.notify()
        if self.gate is not None:
            await self.gate.wait()
        failed = self.fails(inbound)
        if not failed:
            self.done.append(inbound)
        self._api.updates.notify()
        if failed:
            raise ConnectionError("the store is away")

    async def until(self, count: int) -> None:
        await self._api.until(lambda: len(self.done) >= count)

    def texts(self, address: str | None = None) -> list[str | None]:
        return [inbound.text for inbound in self.done if address in (None, inbound.address)]


@asynccontextmanager
async def receiving(receiver: Receiver, handle: Handle) -> AsyncIterator[asyncio.Task[None]]:
    """The receiver at work; stopped as a stop of the service would."""
    task = asyncio.get_running_loop().create_task(receiver.receive(handle))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def account(api: BotApi) -> AsyncIterator[TelegramAccount]:
    account = telegram_account("telegram", Secret(api.world.token), base_url=api.base)
    yield account
    await account.close()


@pytest.fixture
def work(api: BotApi) -> Work:
    return Work(api)


@pytest.fixture
def polling(account: TelegramAccount) -> PollingReceiver:
    return PollingReceiver("telegram", account.api, waits=QUICK)
