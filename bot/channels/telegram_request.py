"""The wire under PTB's Bot. The token joins the address in the last layer only, below everything that logs or
prints addresses (PTB at DEBUG, httpx at INFO, reprs, exceptions); what PTB would log or warn about is
answered here."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.channels.telegram_api import DEFAULT_BASE, PATIENCE, pause_of
from bot.channels.telegram_faults import Flooded
from responders.secret import Secret

STAND_IN = "0:kept-out-of-sight"
CONNECTIONS = 64
LARGEST_ANSWER = 256 << 10  # bytes; it holds the message that was sent, and little else


@cache
def _certificates() -> SSLContext:
    """Reading the certificates takes some 30 ms; all accounts share them."""
    return httpx.create_ssl_context()


class TokenTransport(httpx.AsyncBaseTransport):
    """Puts the token in the stand-in's place."""

    def __init__(self, token: Secret) -> None:
        self._token = token
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._inner = httpx.AsyncHTTPTransport(limits=limits, verify=_certificates())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.replace(STAND_IN.encode(), self._token.reveal().encode(), 1)
        hidden = httpx.Request(
            request.method,
            request.url.copy_with(raw_path=path),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        answer = await self._inner.handle_async_request(hidden)
        answer.stream = _Bounded(answer.stream)
        return answer

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Bounded(httpx.AsyncByteStream):
    """An answer without end must not take the memory that ladders need."""

    def __init__(self, stream: Any) -> None:  # Any: httpx knows it as one for either kind of client
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = LARGEST_ANSWER
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise httpx.ReadError("an answer that is too long")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class GuardedRequest(HTTPXRequest):
    """HTTPXRequest that neither logs an unreadable answer with its whole body nor makes a RetryAfter."""

    __slots__ = ()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # PTB's signature, passed on
        status, payload = await super().do_request(*args, **kwargs)
        if status == 429:
            raise Flooded(pause_of(_json(payload)))
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        body = _json(payload)
        if not isinstance(body, dict):
            raise TelegramError("unreadable answer")
        return body


def a_bot(
    token: Secret, base_url: str = DEFAULT_BASE, patience: timedelta = PATIENCE
) -> tuple[Bot, GuardedRequest]:
    """PTB's Bot on this wire, and the wire, which is to be shut down at the end. Touches no network."""
    seconds = patience.total_seconds()
    request = GuardedRequest(
        connection_pool_size=CONNECTIONS,
        read_timeout=seconds,
        write_timeout=seconds,
        connect_timeout=seconds / 2,
        pool_timeout=seconds,
        # packed, a small answer could be a very large one
        httpx_kwargs={"transport": TokenTransport(token), "headers": {"Accept-Encoding": "identity"}},
    )
    base = base_url.rstrip("/") + "/bot"
    return Bot(STAND_IN, base_url=base, request=request, get_updates_request=request), request


def _json(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        return None
