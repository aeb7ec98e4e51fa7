"""Who gets in at the desk: whoever holds the key of now, once for each challenge; nobody else learns who there is."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.desk_client import DeskClient, DeskRefused
from responders.envelope import recipients_of, unseal
from responders.keypair import PrivateKey
from responders.keys import KeyFile
from responders.store import Store
from tests.acceptance.world import World, a_world

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    async with a_world(store) as made:
        yield made


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    site = web.Application()
    site.add_routes(world.app.desk.routes())
    async with TestClient(TestServer(site)) as made:
        yield made


async def a_challenge(client: Client, person: str) -> tuple[str, bytes]:
    answer = await (await client.post("/desk/hello", json={"person": person})).json()
    return answer["id"], base64.b64decode(answer["envelope"])


async def test_a_name_that_nobody_has_gets_what_a_real_one_gets(client: Client) -> None:
    real = [(await a_challenge(client, "first"))[1] for _ in range(2)]
    nobodys = [(await a_challenge(client, "nobody"))[1] for _ in range(2)]
    assert len({len(envelope) for envelope in (*real, *nobodys)}) == 1
    assert recipients_of(real[0]) == recipients_of(real[1])
    assert recipients_of(nobodys[0]) == recipients_of(nobodys[1])


async def test_a_challenge_is_answered_once(world: World, client: Client) -> None:
    name, envelope = await a_challenge(client, "first")
    nonce = unseal(envelope, world.person("first").key, case_id="desk").plaintext
    proof = {"id": name, "nonce": base64.b64encode(nonce).decode()}
    assert (await client.post("/desk/prove", json=proof)).status == 200
    assert (await client.post("/desk/prove", json=proof)).status == 403


async def test_a_wrong_answer_uses_the_challenge_up(world: World, client: Client) -> None:
    name, envelope = await a_challenge(client, "first")
    nonce = unseal(envelope, world.person("first").key, case_id="desk").plaintext
    wrong = {"id": name, "nonce": base64.b64encode(bytes(32)).decode()}
    assert (await client.post("/desk/prove", json=wrong)).status == 403
    right = {"id": name, "nonce": base64.b64encode(nonce).decode()}
    assert (await client.post("/desk/prove", json=right)).status == 403


async def test_a_visit_ends_with_the_key_that_began_it(world: World, client: Client) -> None:
    lost = KeyFile((world.person("first").key,))
    async with DeskClient(str(client.make_url("")), "first", lost) as thief:
        assert await thief.say("?")
        new = PrivateKey.generate().public.text
        await world.app.people.change("first", lambda enrolled: replace(enrolled, keys=(new, *enrolled.keys)))
        with pytest.raises(DeskRefused):
            await thief.say("?")
