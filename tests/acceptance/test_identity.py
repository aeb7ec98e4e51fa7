"""Who somebody is never lies beside what they or a focal point wrote, and what waits finds the right phone."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.drafting import Records
from bot.kit import Facts, Moment
from bot.steps import Steps
from bot.turn import Act, Did, Note, Wrote
from responders import ending
from responders.chats import Chat
from responders.pending import Pending, case_key, chat_key, draft_card_key, shard_of
from responders.store import Store
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World, a_world

WAITS = "Is there anybody with you?"


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    async with a_world(store) as made:
        yield made


async def test_what_waited_goes_to_the_phone_that_replies_were_moved_to(world: World) -> None:
    ana, other = world.reporter("ana"), world.reporter("other")
    await ana.reports("unsafe", push="never", what="attack", when="now")
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    number = await world.taken()
    first = world.person("first")
    await first.types(f"{number} {WAITS}")
    await other.writes(words)
    await first.types(f"k{number} yes")
    await world.after(minutes=20)
    await other.writes(words)
    await world.after(seconds=30)
    assert WAITS in [shown.message.text for shown in world.platforms["telegram"].everything["other"]]
    assert WAITS not in [shown.message.text for shown in world.platforms["telegram"].everything["ana"]]


async def test_a_waiting_message_names_nobody(world: World, store: Store) -> None:
    ana = world.reporter("ana-4711")
    await ana.reports("unsafe", push="never", what="attack", when="now")
    number = await world.taken()
    await world.person("first").types(f"{number} {WAITS}")
    dispatch = world.app.casework.dispatch
    waiting = case_key(number % dispatch.shards, number, "waiting")
    fields = await store.fields(waiting)
    kept = "".join(
        dispatch.transit.open(blob, f"{waiting}|{name}".encode()).decode() for name, blob in fields.items()
    )
    assert WAITS in kept, "the control: this is the message"
    assert "ana-4711" not in kept
    assert world.pseudonym(ana) not in kept


async def test_a_drafts_card_holds_codes_and_nobodys_address(world: World, store: Store) -> None:
    dispatch = world.app.casework.dispatch
    cora = world.reporter("cora-4712")
    await cora.reports("soon", what="stop")
    pseudonym = world.pseudonym(cora)
    key = draft_card_key(shard_of(pseudonym, dispatch.shards), pseudonym)
    (card,) = await store.read([key])
    assert card is not None
    facts = json.loads(dispatch.transit.open(card, key.encode()))
    assert facts["report"]["opening"] == "soon", "the control: this is the draft"
    assert "cora-4712" not in json.dumps(facts)


async def moved(world: World) -> tuple[Reporter, Reporter, int]:
    """A case whose replies were moved to a phone that the store keeps in another shard."""
    ana = world.reporter("ana")
    shards = world.app.casework.dispatch.shards
    here = shard_of(world.pseudonym(ana), shards)
    others = (world.reporter(f"other-{count}") for count in range(20))
    other = next(one for one in others if shard_of(world.pseudonym(one), shards) != here)
    await ana.reports("soon", push="yes", what="threat", when="now")
    words = ana.receipt_words
    await ana.taps_data("receipt.gone")
    number = await world.taken()
    await other.writes(words)
    await world.person("first").types(f"k{number} yes")
    await world.settle()
    return ana, other, number


async def kept_long(world: World, store: Store, person: Reporter) -> bool:
    """Whether the service knows this phone for longer than it counts attempts and shown messages."""
    name = world.pseudonym(person)
    key = chat_key(shard_of(name, world.app.casework.dispatch.shards), name)
    return int(await store._command("TTL", key)) > timedelta(hours=25).total_seconds()


async def test_a_phone_that_replies_were_moved_from_is_forgotten(world: World, store: Store) -> None:
    ana, other, _ = await moved(world)
    assert not await kept_long(world, store, ana)
    assert await kept_long(world, store, other), "the control: where replies go"


async def test_a_phone_that_replies_were_moved_to_is_forgotten_with_the_case(
    world: World, store: Store
) -> None:
    ana, other, number = await moved(world)
    await world.person("first").types(f"e{number} 2")
    await world.after(days=40)
    assert not await kept_long(world, store, ana)
    assert not await kept_long(world, store, other)


async def test_erase_from_the_phone_that_replies_were_moved_to_forgets_both(
    world: World, store: Store
) -> None:
    ana, other, number = await moved(world)
    await other.says("erase")
    assert not await kept_long(world, store, ana)
    assert not await kept_long(world, store, other)
    _, way = await world.app.casework.load(number)
    assert way is None


async def test_what_was_erased_a_moment_ago_does_not_come_back_with_a_new_phone(
    world: World, store: Store
) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", what="attack", when="now")
    number, work = (await world.case()).number, world.app.casework
    shard = (number + 1) % work.dispatch.shards
    chat = Chat("telegram", "4711", "en")
    moment = Moment(world.app.kit, Facts(entropy=b"", spare=0), world.now)
    steps = Steps(work, Pending(shard, "done"), "pseudonym", Records(), chat, str, moment)
    assert await steps._touched.way(number) is not None, "the control: read before the erasing"
    await work.change(number, lambda case: ending.erase(case, world.now), world.now)
    before = await store.fields(case_key(number % work.dispatch.shards, number, "body"))
    await steps.take(Did(number, Act.NEW_PHONE), None, chat)
    await steps.take(Wrote(number, "hello", Note.UNLOCKED), None, chat)
    _, way = await work.load(number)
    assert way is None
    assert await store.fields(case_key(number % work.dispatch.shards, number, "body")) == before
