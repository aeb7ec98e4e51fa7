"""A strict Telegram Bot API server on loopback: it refuses and forgets what the real one refuses and forgets,
and remembers everything that a person saw. `python -m tests.servers.bot_api` runs it as its own process."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, Self

from aiohttp import web

from tests.servers.bot_api_faults import Cut, Fault, Garbage, Stall, fair
from tests.servers.bot_api_flood import Flood
from tests.servers.bot_api_methods import Methods
from tests.servers.bot_api_updates import Updates
from tests.servers.bot_api_world import ApiError, Json, Shown, World

__all__ = ["BotApi", "Cut", "Fault", "Garbage", "Stall", "fair"]

NESTED = ("reply_markup", "commands", "allowed_updates", "message_ids", "link_preview_options", "scope")


class BotApi:
    """One bot account. Tests act as people (say, click, edit, block) and look at `screen` and `seen`."""

    def __init__(self, world: World | None = None, flood: Flood | None = None) -> None:
        self.world: World = world or World()
        self.updates: Updates = Updates(self.world)
        self.faults: dict[str, deque[Fault | None]] = defaultdict(deque)  # None: answer as usual
        self.weather: Callable[[str], Fault | None] = fair  # what spoils a method for which no fault waits
        self.calls: list[tuple[str, Json]] = []
        self.base = ""
        self._flood = flood
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> Self:
        """Listen on loopback; `base` is then the base_url for clients."""
        loop = asyncio.get_running_loop()
        self._methods = Methods(self.world, self._flood, loop.time)
        app = web.Application(client_max_size=8 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.on_response_prepare.append(self._set_date)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        """Cut everybody off and free the port."""
        await self.updates.stop()
        if self._runner:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # -- the wire

    async def _set_date(self, _: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self.world.now, usegmt=True)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = self._methods.name(request.match_info["method"])
        parameters = await _parameters(request)
        try:
            if request.match_info["token"] != self.world.token:
                return web.json_response(ApiError(401, "Unauthorized").body, status=401)
            self.calls.append((method, parameters))
            fault = self.faults[method].popleft() if self.faults[method] else self.weather(method)
            if fault and not (isinstance(fault, Cut | Stall) and fault.after):
                return await _spoilt(request, fault)
            result = await self._answer(method, parameters)
            return (
                await _spoilt(request, fault) if fault else web.json_response({"ok": True, "result": result})
            )
        except ApiError as error:
            return web.json_response(error.body, status=error.code)
        finally:
            self.updates.notify()

    async def _answer(self, method: str, parameters: Json) -> object:
        updates = self.updates
        if method == "getUpdates":
            return await updates.get_updates(parameters)
        if method == "setWebhook":
            return updates.set_webhook(parameters)
        if method == "deleteWebhook":
            return updates.delete_webhook(parameters)
        if method == "getWebhookInfo":
            return updates.webhook_info()
        return self._methods.answer(method, parameters)

    # -- what people do

    def say(
        self, person: int, text: str | None = None, *, language: str | None = "en", **content: Any
    ) -> int:
        """A person writes (or sends what `content` holds); returns the message id."""
        if text is not None:
            content["text"] = text
            if text.startswith("/"):
                length = len(text.split()[0])
                content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        message = self.world.private_message(person, language, content)
        self.updates.push("message", message, ("chat", person))
        return int(message["message_id"])

    def edit(self, person: int, message_id: int, text: str) -> None:
        """A person changes a message that they sent."""
        message = self.world.messages[person, message_id] | {"text": text, "edit_date": self.world.date}
        self.world.messages[person, message_id] = message
        self.updates.push("edited_message", message, ("chat", person))

    def click(self, person: int, message_id: int, data: str, *, language: str | None = "en") -> str:
        """A person taps a button of a message; returns the callback query's id."""
        tap = str(self.world.next_tap_id())
        self.world.taps[tap] = False
        message = self.world.messages.get((person, message_id))
        if message is None:  # deleted or too old: Bot API, InaccessibleMessage
            message = {"chat": {"id": person, "type": "private"}, "message_id": message_id, "date": 0}
        user = self.world.user(person, language)
        body = {"id": tap, "from": user, "chat_instance": "1", "data": data, "message": message}
        self.updates.push("callback_query", body, ("user", person))
        return tap

    def block(self, person: int) -> None:
        """A person blocks the bot."""
        self.world.blocked.add(person)
        self._member(person, "member", "kicked")

    def unblock(self, person: int) -> None:
        """A person lets the bot in again."""
        self.world.blocked.discard(person)
        self._member(person, "kicked", "member")

    def _member(self, person: int, before: str, after: str) -> None:
        body = {
            "chat": {"id": person, "type": "private"},
            "from": self.world.user(person, "en"),
            "date": self.world.date,
            "old_chat_member": {"user": self.world.me, "status": before},
            "new_chat_member": {"user": self.world.me, "status": after},
        }
        self.updates.push("my_chat_member", body, ("chat", person))

    def say_in_group(self, group: int, person: int, text: str) -> None:
        """Somebody writes in a group of which the bot is a member."""
        self.world.groups.add(group)
        message = {
            "message_id": self.world.next_message_id(),
            "date": self.world.date,
            "chat": {"id": group, "type": "group", "title": "G"},
            "from": self.world.user(person, "en"),
            "text": text,
        }
        self.updates.push("message", message, ("chat", group))

    def send_raw_update(self, update: Json) -> int:
        """Deliver an update exactly as given, however malformed; returns its update id."""
        return self.updates.push_raw(update)

    def advance(self, span: timedelta) -> None:
        """Move the virtual clock: expiry, the 48 h rule and the Date header follow it."""
        self.world.now += span
        self.updates.notify()

    # -- what people see

    def screen(self, person: int) -> list[Json]:
        """What the chat shows now."""
        return self.world.screen(person)

    def seen(self, person: int) -> list[Shown]:
        """Every message of the bot that was ever shown to the person, deleted ones too."""
        return self.world.seen.get(person, [])

    def texts(self, person: int) -> list[str]:
        """The texts of `seen`."""
        return [shown.text for shown in self.seen(person)]

    async def until(self, claim: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until `claim` holds."""
        await self.updates.until(claim, seconds)


async def _parameters(request: web.Request) -> Json:
    parameters: Json = dict(request.query)
    if request.content_type == "application/json":
        parameters |= await request.json()
    elif request.method == "POST":
        parameters |= dict(await request.post())
    for name in NESTED:  # form fields carry nested values as JSON text
        if isinstance(parameters.get(name), str):
            parameters[name] = json.loads(parameters[name])
    return {name: value == "true" if value in ("true", "false") and name != "text" else value
            for name, value in parameters.items()}  # fmt: skip


async def _spoilt(request: web.Request, fault: Fault) -> web.StreamResponse:
    if isinstance(fault, ApiError):
        return web.json_response(fault.body, status=fault.code)
    if isinstance(fault, Garbage):
        return web.Response(body=fault.body, status=fault.status, content_type="text/html")
    if isinstance(fault, Stall):
        await (fault.until or asyncio.Event()).wait()
    return _cut(request)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


if __name__ == "__main__":
    from tests.servers.bot_api_process import main

    main()
