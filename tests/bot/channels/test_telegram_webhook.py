"""Webhook: 2xx is a promise."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.channels.telegram import TelegramAccount
from bot.channels.telegram_webhook import BODY_WITHIN, LARGEST_BODY, SECRET_HEADER, WebhookReceiver
from responders.secret import Secret
from tests.bot.channels.conftest import Work, receiving
from tests.servers.bot_api import BotApi

PERSON = 4242
SECRET = "webhook-secret_of-the-test"


@dataclass(frozen=True, slots=True)
class Door:
    """Our web server's side of the webhook, and somebody who posts to it."""

    receiver: WebhookReceiver
    http: aiohttp.ClientSession

    async def post(self, body: bytes | io.BytesIO, secret: str | None = SECRET) -> int:
        headers = {SECRET_HEADER: secret} if secret is not None else {}
        async with self.http.post(self.receiver.url, data=body, headers=headers) as answer:
            return answer.status


@pytest.fixture
async def door(account: TelegramAccount) -> AsyncIterator[Door]:
    async with opened(account, BODY_WITHIN) as door:
        yield door


@asynccontextmanager
async def opened(account: TelegramAccount, body_within: timedelta) -> AsyncIterator[Door]:
    receivers: list[WebhookReceiver] = []

    async def answer(request: web.Request) -> web.Response:
        return await receivers[0].answer(request)

    app = web.Application()
    app.router.add_post("/telegram/intake", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram/intake"
    receivers.append(WebhookReceiver("telegram", account.api, url, Secret(SECRET), body_within=body_within))
    async with aiohttp.ClientSession() as http:
        yield Door(receivers[0], http)
    await runner.cleanup()


async def test_an_update_is_taken_off_the_queue_only_after_it_was_handled(
    api: BotApi, door: Door, work: Work
) -> None:
    work.gate = asyncio.Event()
    async with receiving(door.receiver, work.handle):
        await api.until(lambda: api.updates.webhook is not None)
        api.say(PERSON, "hello")
        await api.until(lambda: len(work.tried) == 1)
        assert api.updates.confirmed == []
        work.gate.set()
        await api.until(lambda: len(api.updates.confirmed) == 1)
    assert work.texts() == ["hello"]


async def test_a_failure_is_503_and_the_same_update_comes_again(api: BotApi, door: Door, work: Work) -> None:
    work.fails = lambda _: len(work.tried) < 3
    async with receiving(door.receiver, work.handle):
        api.say(PERSON, "hello")
        await api.until(lambda: len(api.updates.confirmed) == 1)
    assert [status for _, status in api.updates.deliveries] == [503, 503, 200]
    assert [inbound.message_id for inbound in work.tried] == ["m1", "m1", "m1"]


async def test_one_persons_messages_keep_their_order(api: BotApi, door: Door, work: Work) -> None:
    for number in range(5):
        for person in range(1, 21):
            api.say(person, str(number))
    async with receiving(door.receiver, work.handle):
        await api.until(lambda: len(api.updates.confirmed) == 100)
    assert all(work.texts(str(person)) == list("01234") for person in range(1, 21))


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "ñ"])
async def test_a_stranger_gets_403_and_nothing_is_read(door: Door, work: Work, secret: str | None) -> None:
    update = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "x"}}
    async with receiving(door.receiver, work.handle):
        assert await door.post(json.dumps(update).encode(), secret) == 403
    assert work.tried == []
    assert door.receiver.counts.refused == 1


async def test_too_large_a_body_is_413_whether_it_says_its_size_or_not(door: Door, work: Work) -> None:
    async def in_chunks() -> AsyncIterator[bytes]:
        for _ in range(18):
            yield b"x" * (LARGEST_BODY // 16)

    async with receiving(door.receiver, work.handle):
        assert await door.post(io.BytesIO(b"x" * (LARGEST_BODY + 1))) == 413
        headers = {SECRET_HEADER: SECRET}
        async with door.http.post(door.receiver.url, data=in_chunks(), headers=headers) as answer:
            assert answer.status == 413
    assert work.tried == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"message": {}}',
        b"\xff\xfe",
        b"[" * 200_000,
        b'{"update_id":NaN}',
        b'{"update_id":1e3}',
        b'{"update_id":' + b"9" * 5_000 + b"}",
        b'{"update_id":1,"update_id":"2"}',
        b'{"update_id":true}',
        b'{"update_id":9223372036854775808}',
    ],
    ids=lambda b: str(b[:12]),
)
async def test_what_is_no_update_is_400_and_counted(door: Door, work: Work, body: bytes) -> None:
    async with receiving(door.receiver, work.handle):
        assert await door.post(body) == 400
    assert door.receiver.counts.malformed == 1


async def test_a_body_that_never_ends_does_not_hold_the_door(account: TelegramAccount, work: Work) -> None:
    async def trickling() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with opened(account, timedelta(milliseconds=100)) as door, receiving(door.receiver, work.handle):
        async with door.http.post(
            door.receiver.url, data=trickling(), headers={SECRET_HEADER: SECRET}
        ) as answer:
            assert answer.status == 408
        assert door.receiver.counts.malformed == 1
    assert work.done == []


async def test_an_update_without_meaning_is_accepted_and_forgotten(door: Door, work: Work) -> None:
    async with receiving(door.receiver, work.handle):
        assert await door.post(b'{"update_id": 5, "poll": {}}') == 200
    assert door.receiver.counts.ignored == 1


async def test_before_the_start_and_after_the_stop_telegram_keeps_the_update(door: Door, work: Work) -> None:
    update = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 5, "type": "private"}, "text": "x"}}
    body = json.dumps(update).encode()
    assert await door.post(body) == 503
    async with receiving(door.receiver, work.handle):
        await work._api.until(lambda: work._api.updates.webhook is not None)
        assert await door.post(body) == 200
    assert await door.post(body) == 503


async def test_groups_are_left_and_taps_answered(api: BotApi, door: Door, work: Work) -> None:
    async with receiving(door.receiver, work.handle):
        await api.until(lambda: api.updates.webhook is not None)
        api.say_in_group(-7, 5, "hello")
        tap = api.click(PERSON, api.say(PERSON, "hi"), "opening:1")
        await api.until(lambda: api.world.taps[tap] and api.world.left == [-7])
    assert api.seen(-7) == []
