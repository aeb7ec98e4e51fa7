"""Something that rings (an SMS gateway, a pager): one signed, content-free POST for each page.
It follows no redirect, reads no answer beyond its status, and never logs an address.

The body is JSON: {"to", "number", "level", "text"}, and "silent": true for a test that should not ring
(number and level are then null). X-Tocsin-Signature is "v1=" and the hexadecimal
HMAC-SHA256 of X-Tocsin-Timestamp (seconds since 1970), a dot, and the body as sent. Receivers should refuse
old timestamps, and ring once for each X-Tocsin-Id: a page may come twice."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

import aiohttp

from bot.clock import Clock
from bot.settings import Webhook
from responders.delivery import Message, Reason, TryAgain, Undeliverable
from responders.secret import Secret

PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=5)
BUSY = frozenset({408, 425, 429})
NOBODY = frozenset({404, 410})

_PAGE = re.compile(r"\s*(\d+)\s*·\s*(\w+)")


class AlarmWebhook:
    """Sends pages to one gateway. The session belongs to the caller; making this object connects to
    nothing."""

    def __init__(
        self, webhook: Webhook, secret: Secret, session: aiohttp.ClientSession, clock: Clock
    ) -> None:
        self._url = webhook.url
        self._timeout = aiohttp.ClientTimeout(total=webhook.timeout.total_seconds())
        self._secret = secret
        self._session = session
        self._clock = clock

    async def send(self, address: str, message: Message) -> str:
        """Post one page; `address` is whatever the gateway calls this person."""
        body = _body(address, message)
        page_id = secrets.token_hex(8)
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Tocsin-Id": page_id,
            "X-Tocsin-Timestamp": timestamp,
            "X-Tocsin-Signature": signature(self._secret, timestamp, body),
        }
        try:
            async with self._session.post(
                self._url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False
            ) as answer:
                _judge(answer.status, answer.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, TimeoutError):
            raise TryAgain(PAUSE) from None  # the cause names the address
        return page_id

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        """What has rung cannot be taken back."""
        del address
        return ids


def signature(secret: Secret, timestamp: str, body: bytes) -> str:
    """What X-Tocsin-Signature must be for this body at this time."""
    digest = hmac.new(secret.reveal().encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"


def _body(address: str, message: Message) -> bytes:
    page = _PAGE.match(message.text)
    fields = {
        "to": address,
        "number": int(page[1]) if page else None,
        "level": page[2].lower() if page else None,
        "text": message.text,
    }
    if message.silent:  # only then: a gateway that refuses what it does not know must take pages all the same
        fields["silent"] = True
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _judge(status: int, retry_after: str) -> None:
    """Nothing for 2xx; else the fault: what a gateway may do better later, and what it never will."""
    if 200 <= status < 300:
        return
    if status in BUSY or status >= 500:
        raise TryAgain(_pause(retry_after))
    raise Undeliverable(Reason.UNREGISTERED if status in NOBODY else Reason.REFUSED)


def _pause(retry_after: str) -> timedelta:
    if not (retry_after.isascii() and retry_after.isdigit()):
        return PAUSE
    return min(timedelta(seconds=max(1, int(retry_after[:6]))), LONGEST_PAUSE)
