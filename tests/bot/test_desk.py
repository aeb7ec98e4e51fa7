"""The desk and its client over a real socket: who gets in, for how long, what is refused, what comes back sealed."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.app import App
from bot.desk_client import DeskAway, DeskClient, DeskRefused
from responders.envelope import seal, unseal
from responders.keypair import PrivateKey
from responders.keys import KeyFile
from responders.states import State
from responders.store import Store
from tests.acceptance.world import World, a_world

KEY = PrivateKey(bytes(32))


@dataclass
class Counter:
    """The desk at its socket, with one open case."""

    world: World
    url: str
    http: aiohttp.ClientSession
    number: int

    async def post(self, path: str, body: object, token: str = "") -> tuple[int, Any]:  # Any: JSON
        """What a program without our client sends; bytes go as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.http.post(f"http://desk{path}", data=BytesIO(raw), headers=headers) as answer:
            return answer.status, json.loads(await answer.read()) if answer.ok else None

    async def challenge(self, person: str = "first") -> dict[str, str]:
        status, hello = await self.post("/desk/hello", {"person": person})
        assert status == 200
        return dict(hello)

    def opened(self, hello: dict[str, str], person: str = "first") -> str:
        envelope = base64.b64decode(hello["envelope"])
        nonce = unseal(envelope, self.world.people[person].key, case_id="desk").plaintext
        return base64.b64encode(nonce).decode()

    async def token(self, person: str = "first") -> str:
        hello = await self.challenge(person)
        status, answer = await self.post(
            "/desk/prove", {"id": hello["id"], "nonce": self.opened(hello, person)}
        )
        assert status == 200
        return str(answer["token"])

    def client(self, person: str = "first", key: PrivateKey | None = None) -> DeskClient:
        return DeskClient(self.url, person, KeyFile((key or self.world.people[person].key,)))


@asynccontextmanager
async def served(app: App, socket: Path) -> AsyncIterator[None]:
    site = web.Application(client_max_size=2**20)
    site.add_routes(app.desk.routes())
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.UnixSite(runner, str(socket)).start()
    yield
    await runner.cleanup()


@pytest.fixture
async def counter(store: Store, short_folder: Path) -> AsyncIterator[Counter]:
    socket = short_folder / "desk"
    connector = aiohttp.UnixConnector(str(socket))
    async with a_world(store) as world, aiohttp.ClientSession(connector=connector) as http:
        await world.reporter("ana").writes("they are at the door, my brother is here")
        async with served(world.app, socket):
            yield Counter(world, f"unix://{socket}", http, (await world.case()).number)


async def test_the_client_takes_a_case_and_reads_card_and_report(counter: Counter) -> None:
    async with counter.client() as desk:
        answer, *rest = await desk.say(f"t{counter.number}")

    assert answer.text.startswith(f"{counter.number} is yours.")
    kinds = {reply.kind: reply for reply in rest}
    assert kinds["card"].text.startswith(f"{counter.number} IMMEDIATE")
    assert json.loads(kinds["opened"].text)["report"]["words"] == ["they are at the door, my brother is here"]
    assert (await counter.world.case()).state is State.OPENED


async def test_only_what_is_new_comes_after_a_part_that_was_read(counter: Counter) -> None:
    async with counter.client() as desk:
        first = await desk.say(f"t{counter.number}")
        await desk.say(f"n{counter.number} one")
        parts = [reply.part for reply in await desk.say(f"{counter.number}") if reply.part]
        await desk.say(f"n{counter.number} two")
        newer = await desk.say(f"{counter.number}", after=parts[-1][1:])

    assert [reply.part for reply in first if reply.part] == ["report"]
    assert [
        json.loads(reply.text).get("text") for reply in newer if reply.part != "report" and reply.part
    ] == ["two"]


async def test_a_lost_answer_asked_for_again_is_given_again_and_done_once(counter: Counter) -> None:
    async with counter.client() as desk:
        await desk.say(f"t{counter.number}")
        once = await desk.say(f"n{counter.number} one", message_id="m1")
        again = await desk.say(f"n{counter.number} one", message_id="m1")

    assert [reply.text for reply in once] == [reply.text for reply in again]
    assert (await counter.world.case()).notes == 1


@pytest.mark.parametrize("person", ["second", "nobody of ours"])
async def test_another_persons_key_proves_nothing(counter: Counter, person: str) -> None:
    async with counter.client(person, counter.world.people["first"].key) as desk:
        with pytest.raises(DeskRefused):
            await desk.say("?")


async def test_a_challenge_of_an_unknown_person_looks_like_any_other(counter: Counter) -> None:
    sizes = {len((await counter.challenge(person))["envelope"]) for person in ("first", "nobody of ours")}

    assert len(sizes) == 1


async def test_a_challenge_proves_once_and_only_what_was_inside(counter: Counter) -> None:
    hello = await counter.challenge()
    proof = {"id": hello["id"], "nonce": counter.opened(hello)}

    assert (await counter.post("/desk/prove", proof))[0] == 200
    assert (await counter.post("/desk/prove", proof))[0] == 403, "replayed"
    hello = await counter.challenge()
    assert (await counter.post("/desk/prove", {"id": hello["id"], "nonce": "AAAA"}))[0] == 403
    assert (await counter.post("/desk/prove", proof | {"id": hello["id"]}))[0] == 403, "of another challenge"


@pytest.mark.parametrize("name", ["first", "nobody of that name"])
async def test_who_asks_without_end_is_told_to_wait_and_nobody_else_is_shut_out(
    counter: Counter, name: str
) -> None:
    """The same for a person and for a name that nobody has: a refusal tells nothing."""
    made = [(await counter.post("/desk/hello", {"person": name}))[0] for _ in range(40)]

    assert made == [200] * 30 + [429] * 10
    other = "second" if name == "first" else "first"
    assert (await counter.post("/desk/hello", {"person": other}))[0] == 200
    counter.world.now += timedelta(seconds=1)
    assert [(await counter.post("/desk/hello", {"person": name}))[0] for _ in range(6)] == [200] * 5 + [429]


async def test_the_client_says_that_it_has_to_wait(counter: Counter) -> None:
    for _ in range(30):
        await counter.challenge()

    async with counter.client() as client:
        with pytest.raises(DeskAway, match="too often"):
            await client.say("?")


async def test_a_proof_comes_within_a_minute(counter: Counter) -> None:
    hello = await counter.challenge()
    counter.world.now += timedelta(seconds=61)

    status, _ = await counter.post("/desk/prove", {"id": hello["id"], "nonce": counter.opened(hello)})

    assert status == 403


@pytest.mark.parametrize("away", [timedelta(minutes=16), timedelta(hours=9)])
async def test_a_visit_ends_after_fifteen_minutes_quiet_and_the_client_proves_again(
    counter: Counter, away: timedelta
) -> None:
    token = await counter.token()
    counter.world.now += away
    assert (await counter.post("/desk/say", {"text": "?", "id": "m1"}, token))[0] == 401

    async with counter.client() as desk:
        await desk.say("?")
        counter.world.now += away
        assert await desk.say("?")


async def test_a_busy_visit_ends_after_eight_hours(counter: Counter) -> None:
    token = await counter.token()
    statuses = []
    for name in range(34):
        counter.world.now += timedelta(minutes=15)
        statuses.append((await counter.post("/desk/say", {"text": "?", "id": f"m{name}"}, token))[0])

    assert statuses == [200] * 32 + [401] * 2


async def test_a_restarted_service_is_proved_to_again(counter: Counter) -> None:
    async with counter.client() as desk:
        await desk.say(f"t{counter.number}")
        counter.world.app.desk._visits.clear()  # what a restart leaves of them

        (reply, *_) = await desk.say(f"w{counter.number}")

    assert "Next word by" in reply.text


async def test_who_has_left_or_has_another_key_now_is_out_at_once(counter: Counter) -> None:
    """Also in the middle of a visit: the command that took them out ran in another process."""
    people = counter.world.another_worker().people
    token, other = await counter.token("first"), await counter.token("second")

    await people.leave("first", counter.world.now)
    newer = PrivateKey.generate().public.text
    await people.change("second", lambda enrolled: replace(enrolled, keys=(newer, *enrolled.keys)))

    assert (await counter.post("/desk/say", {"text": "?", "id": "m1"}, token))[0] == 401
    assert (await counter.post("/desk/say", {"text": "?", "id": "m1"}, other))[0] == 401
    async with counter.client() as desk:
        with pytest.raises(DeskRefused):
            await desk.say("?")


def bad_bodies() -> Iterator[object]:
    yield from (b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"[" * 100_000)
    yield {"text": "?"}
    yield {"text": "?", "id": ""}
    yield {"text": 7, "id": "m1"}
    yield {"text": "x" * 16_001, "id": "m1"}
    yield {"text": "?", "id": "m" * 65}


async def test_a_malformed_body_is_refused_and_the_desk_goes_on(counter: Counter) -> None:
    token = await counter.token()

    statuses = {(await counter.post("/desk/say", body, token))[0] for body in bad_bodies()}

    assert statuses == {400}
    assert (await counter.post("/desk/say", {"text": "?", "id": "m2"}, token))[0] == 200


@pytest.mark.parametrize("path", ["/desk/hello", "/desk/prove"])
async def test_a_malformed_proof_is_refused(counter: Counter, path: str) -> None:
    bodies = (b"", b"[]", {"person": 7, "id": [], "nonce": {}})

    assert {(await counter.post(path, body))[0] for body in bodies} == {400}


async def test_a_body_of_more_than_a_mebibyte_is_refused(counter: Counter) -> None:
    status, _ = await counter.post("/desk/say", b"x" * (2**20 + 1), await counter.token())

    assert status == 413


async def test_half_characters_are_dropped_and_not_sent(counter: Counter) -> None:
    async with counter.client() as desk:
        await desk.say(f"t{counter.number}")
        await desk.say(f"n{counter.number} safe \ud83d now")
        parts = [reply.text for reply in await desk.say(f"{counter.number}") if reply.part.startswith("n")]

    assert [json.loads(part)["text"] for part in parts] == ["safe  now"]


async def test_without_a_visit_nothing_is_said(counter: Counter) -> None:
    assert (await counter.post("/desk/say", {"text": "?", "id": "m1"}))[0] == 401
    assert (await counter.post("/desk/say", {"text": "?", "id": "m1"}, "made up"))[0] == 401
    assert (await counter.post("/desk/prove", {"id": "made up", "nonce": "made up"}))[0] == 403
    assert counter.world.app.knocks.refused == {"desk": 3}


async def test_a_token_in_bytes_that_are_no_text_is_a_wrong_one(counter: Counter) -> None:
    reader, writer = await asyncio.open_unix_connection(counter.url.removeprefix("unix://"))
    head = b"POST /desk/say HTTP/1.1\r\nHost: desk\r\nConnection: close\r\nContent-Length: 2\r\n"
    writer.write(head + b"Authorization: Bearer \xff\r\n\r\n{}")
    try:
        assert b" 401 " in await reader.readline()
    finally:
        writer.close()
        await writer.wait_closed()


HELLO = {"id": "x", "envelope": base64.b64encode(seal("desk", b"nonce", [KEY.public])).decode()}


@pytest.mark.parametrize(
    "answers",
    [
        {"hello": "[]"},
        {"hello": "{}"},
        {"hello": "[" * 20_000},
        {"hello": '{"id":"x","envelope":5}'},
        {"hello": json.dumps(HELLO), "prove": '["token"]'},
        {"hello": json.dumps(HELLO), "prove": '{"token":"t"}', "say": "5"},
        {"hello": json.dumps(HELLO), "prove": '{"token":"t"}', "say": '{"replies":[{"kind":"envelope"}]}'},
        {
            "hello": json.dumps(HELLO),
            "prove": '{"token":"t"}',
            "say": '{"replies":[{"kind":"text","text":"","buttons":[1]}]}',
        },
    ],
    ids=range(8),
)
async def test_what_is_no_desk_is_away(short_folder: Path, answers: dict[str, str]) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=answers[request.match_info["what"]])

    site = web.Application()
    site.add_routes([web.post("/desk/{what}", answer)])
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    try:
        await web.UnixSite(runner, str(short_folder / "desk")).start()
        async with DeskClient(f"unix://{short_folder}/desk", "first", KeyFile((KEY,))) as desk:
            with pytest.raises(DeskAway):
                await desk.say("?")
    finally:
        await runner.cleanup()


async def test_no_desk_is_away(short_folder: Path) -> None:
    client = DeskClient(f"unix://{short_folder}/nobody", "first", KeyFile((PrivateKey.generate(),)))
    async with client as desk:
        with pytest.raises(DeskAway):
            await desk.say("?")


async def test_a_part_sealed_to_others_says_so_and_the_rest_is_shown(counter: Counter) -> None:
    async with counter.client() as desk:
        await desk.say(f"t{counter.number}")
    newer = PrivateKey.generate()
    await counter.world.app.people.change(
        "first", lambda enrolled: replace(enrolled, keys=(newer.public.text, *enrolled.keys))
    )

    async with counter.client(key=newer) as desk:
        replies = await desk.say(f"{counter.number}")

    assert [reply.kind for reply in replies] == ["text", "card", "locked"]
