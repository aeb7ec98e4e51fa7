"""Answers of the Bot API that are larger than any can be: read as far as they may go, and never unpacked in memory."""

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.channels.telegram_api import LARGEST_ANSWER, TelegramApi, Unreadable
from bot.channels.telegram_request import a_bot
from bot.channels.telegram_send import TelegramSender
from responders.delivery import Message, TryAgain
from responders.secret import Secret

TOKEN = Secret("123456789:TEST-TOKEN-of-nobody")
CHUNK = b"x" * 65_536


@asynccontextmanager
async def a_platform(answer: web.Response | None = None) -> AsyncIterator[tuple[str, list[str]]]:
    """Answers everything with `answer`, or without end; its address, and the packing that was asked for."""
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Accept-Encoding", ""))
        if answer is not None:
            return web.Response(body=answer.body, headers=answer.headers)
        endless = web.StreamResponse()
        await endless.prepare(request)
        while True:  # until the other side hangs up
            await endless.write(CHUNK)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


def packed(size: int) -> web.Response:
    body = gzip.compress(b'{"ok": true, "result": "' + b"a" * size + b'"}')
    return web.Response(body=body, headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("answer", [None, packed(8 * LARGEST_ANSWER)], ids=["endless", "packed"])
async def test_what_is_received_is_read_so_far_and_no_further(answer: web.Response | None) -> None:
    async with a_platform(answer) as (base, asked):
        api = TelegramApi(TOKEN, base)
        try:
            with pytest.raises(Unreadable) as refused:
                await api.call("getUpdates")
        finally:
            await api.close()
    assert len(refused.value.raw) == LARGEST_ANSWER
    assert asked == ["identity"]


async def test_a_message_whose_answer_has_no_end_is_tried_again() -> None:
    async with a_platform() as (base, asked):
        bot, wire = a_bot(TOKEN, base)
        try:
            with pytest.raises(TryAgain):
                await TelegramSender(bot).send("700", Message("a page"))
        finally:
            await wire.shutdown()
    assert asked == ["identity"]
