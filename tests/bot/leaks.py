"""A process in which libraries say what they like: `python -m tests.bot.leaks plain|guarded`. Each leak
carries a mark of its own in a message, a token or an address; test_privacy_logging.py looks for them."""

import asyncio
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Callable

import aiohttp
import httpx
from aiohttp import web
from signalbot.logger import _initialize_logger
from telegram import Bot, Update
from telegram.ext import Application, TypeHandler
from telegram.request import HTTPXRequest

from bot.privacy_logging import install, no_core_dumps

TOKEN = "123456789:AAbatwolfmilk-0123456789abcdefghij"
TELEPHONE = "+41 22 555 01 01"
LEAKS = (
    "httpx_address",
    "bot_at_debug",
    "bot_repr",
    "handler_raised",
    "answer_is_not_json",
    "token_rejected",
    "access_log",
    "server_raised",
    "own_handler",
    "signalbot_frame",
    "filled_in_text",
    "exception_of_a_library",
    "argument_of_ours",
    "exception_of_ours",
    "printed_traceback",
    "printed_exception",
    "lost_task",
    "thread",
    "destructor",
    "warning",
    "logging_error",
    "telephone_in_our_text",
    "uncaught",
)


def mark(leak: str) -> str:
    """The text that must not be seen; its accent shows whether encodings are thought of."""
    if leak == "telephone_in_our_text":
        return TELEPHONE
    return f"mârk-{leak.replace('_', '-')}"


def a_bot(answer: Callable[[httpx.Request], httpx.Response], token: str = TOKEN) -> Bot:
    wire = HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(answer)})
    return Bot(token, request=wire, get_updates_request=wire)


def me(request: httpx.Request) -> httpx.Response:
    user = {"id": 1, "is_bot": True, "first_name": "b", "username": "b_bot"}
    sent = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": "x"}
    return httpx.Response(200, json={"ok": True, "result": user if "getMe" in request.url.path else sent})


async def telegram() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(me)) as client:
        await client.get(f"https://platform.example/{mark('httpx_address')}/getMe")
    bot = a_bot(me)
    await bot.initialize()
    await bot.send_message(1, mark("bot_at_debug"))
    logging.getLogger("somebody").error("the bot is %s", a_bot(me, mark("bot_repr")))
    broken = a_bot(lambda _: httpx.Response(200, text=f"<html>{mark('answer_is_not_json')}"))
    rejecting = a_bot(
        lambda _: httpx.Response(401, json={"ok": False, "description": "no", "error_code": 401}),
        mark("token_rejected"),
    )
    for one in (broken, rejecting):
        try:
            await one.initialize()
        except Exception:
            logging.getLogger("somebody").exception("not started")
    application = Application.builder().bot(bot).build()

    async def fail(_update: object, _context: object) -> None:
        raise ValueError(mark("handler_raised"))

    application.add_handler(TypeHandler(Update, fail))
    await application.initialize()
    await application.process_update(Update(1))


async def server() -> None:
    async def fail(request: web.Request) -> web.Response:
        raise ValueError(await request.text())

    application = web.Application()
    application.router.add_post("/{rest}", fail)
    runner = web.AppRunner(application, access_log=logging.getLogger("aiohttp.access"))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{port}/x?{mark('access_log')}"
        headers = {"Referer": mark("access_log").encode().decode("latin-1")}
        await session.post(address, data=mark("server_raised"), headers=headers)
    await runner.cleanup()


async def loops() -> None:
    async def fail() -> None:
        raise ValueError(mark("lost_task"))

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task


class Rude:
    """What does not care for anybody's handlers."""

    def __del__(self) -> None:
        raise ValueError(mark("destructor"))

    def __str__(self) -> str:
        raise ValueError(mark("logging_error"))


def caught(leak: str, act: Callable[[], object]) -> None:
    try:
        raise KeyError(mark(leak))  # noqa: TRY301 - a real exception, with a real traceback
    except KeyError:
        act()


def fail_in_thread() -> None:
    raise ValueError(mark("thread"))


def loggers() -> None:
    library = logging.getLogger("library")
    library.addHandler(logging.StreamHandler(sys.stderr))
    library.setLevel(logging.DEBUG)
    library.info("[Raw Message] %s", mark("own_handler"))
    _initialize_logger(logging.DEBUG).info("[Raw Message] %s", mark("signalbot_frame"))
    library.error(f"could not send {mark('filled_in_text')} 100%")  # filled in, as libraries do
    caught("exception_of_a_library", lambda: library.exception("failed"))
    ours = logging.getLogger("tocsin.example")
    ours.info("heard %s in %d", mark("argument_of_ours"), 3)
    caught("exception_of_ours", lambda: ours.exception("failed"))
    ours.error(f"call {TELEPHONE}")  # the mistake to catch
    library.error("%s", Rude())


def main() -> None:
    if sys.argv[1] == "guarded":
        install(sys.stderr)
        no_core_dumps()
    else:
        logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    asyncio.run(telegram())
    asyncio.run(server())
    asyncio.run(loops())
    loggers()
    caught("printed_traceback", traceback.print_exc)
    caught("printed_exception", lambda: traceback.print_exception(sys.exception()))
    thread = threading.Thread(target=fail_in_thread)
    thread.start()
    thread.join()
    warnings.warn(mark("warning"), stacklevel=1)
    raise ValueError(mark("uncaught"))


if __name__ == "__main__":
    main()
