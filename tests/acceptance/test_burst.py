"""Many at once: ten answers from each of a hundred people, and what a conversation costs the store."""

import asyncio

import pytest

from bot.channels import Inbound
from bot.session import Session
from responders.keyring import session_box
from responders.pending import session_key, shard_of
from tests.acceptance.world import World

pytestmark = pytest.mark.slow

PEOPLE = 100
# the choices are told apart by the person's number, so that an answer on a wrong question would show
TALK = ("/start", "5", "1", "Kenya", "1", "{what}", "11", "{when}", "1", "{push}")


async def test_ten_answers_at_once_from_a_hundred_people_each_on_the_right_question_in_order(
    world: World,
) -> None:
    world.platforms["telegram"].dead = set()
    inbounds = [
        Inbound("telegram", f"p{person}", f"m{turn}", _said(text, person), locale="en")
        for turn, text in enumerate(TALK)
        for person in range(PEOPLE)
    ]
    await asyncio.gather(*(world.app.hear(inbound) for inbound in inbounds))
    for person in range(PEOPLE):
        session = await _session(world, f"p{person}")
        assert session is not None
        assert session.node == "more"
        what = world.app.kit.flow.question("what").choices[_what(person) - 1].id
        when = world.app.kit.flow.question("when").choices[person % 4].id
        push = world.app.kit.flow.question("push_later").choices[person % 3].id
        assert session.answers == {
            "opening": "unsure", "notice": "agree", "country": "KE", "what": (what,), "when": when, "about": "me",
            "push_later": push,
        }  # fmt: skip
    assert len(await world.cases()) == PEOPLE


async def test_what_one_phone_writes_at_once_is_all_kept_and_answered_as_fast_as_a_chat_takes_it(
    world: World,
) -> None:
    ana = world.reporter("ana")
    texts = [f"{count} times the same grey car" for count in range(200)]
    await asyncio.gather(
        *(
            world.app.hear(Inbound("telegram", "ana", f"m{n}", text, locale="en"))
            for n, text in enumerate(texts)
        )
    )
    await world.settle()
    assert len(ana.platform.everything["ana"]) == world.app.settings.limits.messages_at_once + 1
    session = await _session(world, "ana")
    assert session is not None
    assert set(texts) == set(session.words)


async def test_a_session_of_ten_answers_takes_at_most_a_thousand_bytes(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsure", country="Kenya", what="followed", when="days", about="group", how_many="40",
                      kinship="colleague", push_later="hello", more="stop")  # fmt: skip
    session = await _session(world, "ana")
    assert session is not None
    assert len(session.answers) >= 9
    person = world.pseudonym(ana)
    key = session_key(shard_of(person, world.app.settings.store.shards), person)
    store, used = world.app.store, []
    # a free place that is 16 bytes too large is given whole: when those are used up, each takes what it needs
    for number in range(30):
        copy = f"{key[:-2]}{number:02}"
        await store._command("COPY", key, copy)
        used.append(int(await store._command("MEMORY", "USAGE", copy, "SAMPLES", 0)))
    assert min(used) <= 1_000


async def _session(world: World, address: str) -> Session | None:
    person = world.pseudonym(world.reporter(address))
    key = session_key(shard_of(person, world.app.settings.store.shards), person)
    blob = (await world.app.store.read([key]))[0]
    box = session_box(world.master, "telegram", address)
    return Session.from_json(box.open(blob, key.encode())) if blob is not None else None


def _what(person: int) -> int:
    return 5 + person % 2  # groups that ask nothing further


def _said(text: str, person: int) -> str:
    return text.format(what=_what(person), when=1 + person % 4, push=1 + person % 3)
