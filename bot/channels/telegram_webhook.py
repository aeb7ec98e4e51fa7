"""Receives from Telegram by webhook: 2xx only after `handle` returned, so that a crash means redelivery.
It never logs content or who wrote, and tells a stranger nothing."""

import asyncio
import hmac
import json
import logging
from datetime import timedelta

from aiohttp import web

from bot.channels import Handle, Inbound
from bot.channels.lanes import Lanes
from bot.channels.offering import Received
from bot.channels.telegram_api import ApiRefused, ApiUnreachable, TelegramApi, Unreadable
from bot.channels.telegram_courtesies import Courtesies
from bot.channels.telegram_updates import ALLOWED_UPDATES, LeaveGroup, decode, update_id_of
from responders.secret import Secret

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name, not a secret
LARGEST_BODY = 1 << 20
BODY_WITHIN = timedelta(seconds=10)
RETRY_AFTER = "5"
SET_AGAIN = timedelta(seconds=10)


class WebhookReceiver:
    """The receiving half of one account; the web server routes POSTs of `url`'s path to `answer`."""

    def __init__(
        self,
        account: str,
        api: TelegramApi,
        url: str,
        secret: Secret,
        *,
        body_within: timedelta = BODY_WITHIN,
    ) -> None:
        self.counts = Received()
        self.url = url
        self._account = account
        self._api = api
        self._secret = secret
        self._body_within = body_within
        self._lanes = Lanes()
        self._courtesies = Courtesies(api)
        self._handle: Handle | None = None

    async def receive(self, handle: Handle) -> None:
        """Tell Telegram where we are, then hand on what `answer` takes, until cancelled."""
        self._handle = handle
        try:
            await self._set_webhook()
            await asyncio.Event().wait()
        finally:
            self._handle = None  # from here on 503: Telegram keeps the update and offers it again
            await self._courtesies.close()

    async def answer(self, request: web.Request) -> web.Response:
        """The aiohttp handler of one delivery."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret.reveal().encode()):
            self.counts.refused += 1
            return web.Response(status=403)
        try:
            async with asyncio.timeout(self._body_within.total_seconds()):
                body = await _read(request)
        except (TimeoutError, ConnectionError):  # it trickles in, or whoever sent it has gone: it comes again
            self.counts.malformed += 1
            late = web.Response(status=408)
            late.force_close()
            return late
        if body is None:
            self.counts.malformed += 1
            return web.Response(status=413)
        update = update_in(body)
        if update_id_of(update) is None:
            self.counts.malformed += 1
            return web.Response(status=400)
        return await self._work(update)

    async def _work(self, update: object) -> web.Response:
        try:
            meant = decode(update, self._account)
        except Exception as fault:  # a fault of ours in one update must not silence everybody
            log.error(
                "an update could not be read and is stepped over: %s", type(fault).__name__, exc_info=True
            )
            self.counts.malformed += 1
            return web.Response()
        if isinstance(meant, LeaveGroup):
            self._courtesies.leave(meant)
        elif meant is None:
            self.counts.ignored += 1
        elif not await self._is_handled(meant):
            return web.Response(status=503, headers={"Retry-After": RETRY_AFTER})
        return web.Response()

    async def _is_handled(self, inbound: Inbound) -> bool:
        if (handle := self._handle) is None:
            return False
        if inbound.choice is not None:
            self._courtesies.answer_tap(inbound)
        try:
            async with self._lanes.lane(inbound.address), self._lanes.place():
                await handle(inbound)
        except Exception as fault:  # whatever it was: the message is not done, so it must not be confirmed
            self.counts.failed += 1
            log.warning("%s: handling failed (%s)", self._account, type(fault).__name__)
            return False
        self.counts.handled += 1
        return True

    async def _set_webhook(self) -> None:
        parameters = {
            "url": self.url,
            "secret_token": self._secret.reveal(),
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": 100,
        }
        while True:
            try:
                await self._api.call("setWebhook", parameters)
            except (ApiRefused, ApiUnreachable, Unreadable) as fault:
                self.counts.faults += 1
                log.warning("%s: %s", self._account, fault)
                await asyncio.sleep(SET_AGAIN.total_seconds())
            else:
                return


def update_in(body: bytes) -> object:
    """What a body holds; None for anything but JSON that can be read."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


async def _read(request: web.Request) -> bytes | None:
    """The body, or None when it is larger than any update can be; never more than the limit is read."""
    if (request.content_length or 0) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
