"""The webhook alarm against a real HTTP server: what is posted, how it is signed, what each answer means."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.channels.alarm_webhook import AlarmWebhook
from bot.settings import SecretSource, Webhook
from responders.delivery import Message, Reason, TryAgain, Undeliverable
from responders.secret import Secret
from tests.servers.web import a_web_server

NOW = datetime(2026, 11, 2, 3, tzinfo=UTC)
LONG = timedelta(seconds=60)  # a loaded machine is no gateway that is away
PAGE = Message("42 · IMMEDIATE · 1 I have it  2 pass  3 why me", protect=True)


async def ring(url: str, address: str = "first", message: Message = PAGE) -> str:
    settings = Webhook(url, SecretSource(env="UNUSED"), LONG)
    async with aiohttp.ClientSession() as session:
        return await AlarmWebhook(settings, Secret("shared"), session, lambda: NOW).send(address, message)


async def test_a_page_is_posted_with_number_and_level() -> None:
    async with a_web_server(204) as gateway:
        page_id = await ring(gateway.url)
    [(method, headers, body)] = gateway.requests
    assert method == "POST"
    assert headers["X-Tocsin-Id"] == page_id
    assert json.loads(body) == {"to": "first", "number": 42, "level": "immediate", "text": PAGE.text}


async def test_the_signature_covers_time_and_body() -> None:
    async with a_web_server() as gateway:
        await ring(gateway.url)
    [(_, headers, body)] = gateway.requests
    assert headers["X-Tocsin-Timestamp"] == str(int(NOW.timestamp()))
    signed = headers["X-Tocsin-Timestamp"].encode() + b"." + body
    assert headers["X-Tocsin-Signature"] == "v1=" + hmac.new(b"shared", signed, hashlib.sha256).hexdigest()


async def test_a_text_without_a_number_is_posted_all_the_same() -> None:
    async with a_web_server() as gateway:
        await ring(gateway.url, message=Message("Test: please answer"))
    assert json.loads(gateway.requests[0][2])["number"] is None


async def test_a_test_that_should_not_ring_says_so_in_what_is_signed() -> None:
    async with a_web_server() as gateway:
        await ring(gateway.url, message=Message("Tocsin: a test", silent=True))
    body = json.loads(gateway.requests[0][2])
    assert body == {"to": "first", "number": None, "level": None, "text": "Tocsin: a test", "silent": True}


async def test_a_redirect_is_not_followed() -> None:
    async with a_web_server(302, Location="/ring") as gateway:
        with pytest.raises(Undeliverable) as refused:
            await ring(gateway.url)
    assert refused.value.reason is Reason.REFUSED
    assert len(gateway.requests) == 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [(400, Reason.REFUSED), (401, Reason.REFUSED), (404, Reason.UNREGISTERED), (410, Reason.UNREGISTERED)],
)
async def test_what_will_never_arrive_is_said_at_once(status: int, reason: Reason) -> None:
    async with a_web_server(status) as gateway:
        with pytest.raises(Undeliverable) as refused:
            await ring(gateway.url)
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("7", 7), ("0", 1), ("999999999", 300), ("tomorrow", 10), ("٧", 10)]
)
@pytest.mark.parametrize("status", [429, 503])
async def test_a_busy_gateway_is_tried_again_when_it_says(
    status: int, retry_after: str, seconds: int
) -> None:
    async with a_web_server(status, **{"Retry-After": retry_after}) as gateway:
        with pytest.raises(TryAgain) as later:
            await ring(gateway.url)
    assert later.value.after == timedelta(seconds=seconds)


async def test_nobody_listening_is_tried_again_and_the_fault_names_no_address() -> None:
    async with a_web_server() as gateway:
        url = gateway.url
    with pytest.raises(TryAgain) as later:
        await ring(url)
    assert "127.0.0.1" not in str(later.value)
    assert later.value.__suppress_context__


async def test_a_page_that_has_rung_cannot_be_taken_back() -> None:
    settings = Webhook("http://127.0.0.1:9/ring", SecretSource(env="UNUSED"))
    async with aiohttp.ClientSession() as session:
        webhook = AlarmWebhook(settings, Secret("shared"), session, lambda: NOW)
        assert await webhook.delete("first", ["1", "2"]) == ["1", "2"]
