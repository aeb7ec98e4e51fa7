"""The outside ping: heard, unheard, and silent while the service is not well."""

import logging
from datetime import timedelta

import aiohttp
import pytest

from bot.channels.dead_man import DeadManPing
from bot.settings import DeadMan
from tests.servers.web import a_web_server


async def test_a_ping_is_heard() -> None:
    async with a_web_server() as outside, aiohttp.ClientSession() as session:
        assert await DeadManPing(DeadMan(outside.url), session).ping()
    assert [method for method, _, _ in outside.requests] == ["GET"]


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_ping_that_is_not_heard_is_logged_without_its_address(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with a_web_server(status) as outside, aiohttp.ClientSession() as session:
            assert not await DeadManPing(DeadMan(outside.url), session).ping()
    assert "dead-man ping failed" in caplog.text
    assert outside.url not in caplog.text


async def test_nobody_outside_is_no_reason_to_stop() -> None:
    async with a_web_server() as outside:
        url = outside.url
    async with aiohttp.ClientSession() as session:
        assert not await DeadManPing(DeadMan(url), session).ping()


async def test_it_pings_only_while_the_service_is_well() -> None:
    answers = iter([True, False, True])

    def is_well() -> bool:
        return next(answers)

    async with a_web_server() as outside, aiohttp.ClientSession() as session:
        with pytest.raises(RuntimeError, match="StopIteration"):
            await DeadManPing(DeadMan(outside.url, timedelta(0)), session).run(is_well)
    assert len(outside.requests) == 2
