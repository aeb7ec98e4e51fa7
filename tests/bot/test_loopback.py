"""What listens on this machine only lets programs in, and no web page of anybody's."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.loopback import no_browsers

Client = TestClient[web.Request, web.Application]


async def _answer(_: web.Request) -> web.Response:
    return web.Response(text="yes")


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    site = web.Application(middlewares=[no_browsers(but={"/hook"})])
    site.add_routes([web.get("/health", _answer), web.get("/hook", _answer)])
    async with TestClient(TestServer(site)) as made:
        yield made


@pytest.mark.parametrize("host", ["127.0.0.1:8470", "localhost", "localhost:9000", "[::1]:8470", "127.0.0.2"])
async def test_programs_are_let_in_by_any_name_of_this_machine(client: Client, host: str) -> None:
    answer = await client.get("/health", headers={"Host": host})
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "host", ["evil.example:8470", "localhost.evil.example", "127.0.0.1.nip.example", "10.0.0.1"]
)
async def test_another_name_that_points_here_is_refused(client: Client, host: str) -> None:
    assert (await client.get("/health", headers={"Host": host})).status == 403


async def test_a_web_page_is_refused_also_when_it_is_served_from_here(client: Client) -> None:
    headers = {"Host": "127.0.0.1:8470", "Origin": "http://127.0.0.1:3000"}
    assert (await client.get("/health", headers=headers)).status == 403


async def test_a_path_that_guards_itself_has_any_name(client: Client) -> None:
    assert (await client.get("/hook", headers={"Host": "tocsin.example.org"})).status == 200
