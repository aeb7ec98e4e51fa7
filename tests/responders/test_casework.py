"""Changing a case: decided again when somebody was faster, applied once for each message, forgotten as a whole."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from responders.cases import Case
from responders.casework import Casework
from responders.chats import Chat
from responders.pending import Pending, case_key
from responders.store import Store
from responders.turns import CaseTurn
from tests.acceptance.world import World, a_world

DOOR = "they are at the door, help"


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    async with a_world(store) as world:
        await world.reporter("ana").writes(DOOR)
        yield world


@pytest.fixture
def work(world: World) -> Casework:
    return world.app.casework


@pytest.fixture
async def case(world: World) -> Case:
    return await world.case()


def noted(case: Case) -> CaseTurn:
    return CaseTurn(replace(case, notes=case.notes + 1, generation=case.generation + 1))


async def test_decisions_that_overtake_each_other_are_all_made(
    world: World, work: Casework, case: Case
) -> None:
    await asyncio.gather(*(work.change(case.number, noted, world.now) for _ in range(10)))

    assert (await world.case()).notes == 10


async def test_two_workers_lose_none_of_each_others_decisions(
    world: World, work: Casework, case: Case
) -> None:
    other = world.another_worker().casework

    await asyncio.gather(*(one.change(case.number, noted, world.now) for one in (work, other) * 5))

    assert (await world.case()).notes == 10


async def test_the_same_message_changes_a_case_once(world: World, work: Casework, case: Case) -> None:
    assert await work.change(case.number, noted, world.now, done="m1") is not None
    assert await work.change(case.number, noted, world.now, done="m1") is None

    assert (await world.case()).notes == 1


async def test_a_case_that_does_not_exist_is_none(world: World, work: Casework) -> None:
    assert await work.change(4_000, noted, world.now) is None
    assert await work.load(4_000) == (None, None)


async def test_what_is_added_is_committed_with_the_case_or_not_at_all(
    world: World, work: Casework, case: Case
) -> None:
    key = case_key(case.number % 2, case.number, "waiting")

    async def also(pending: Pending, _case: Case) -> None:
        pending.field(key, "1", b"x" * 40)

    await work.change(case.number, noted, world.now, done="m1", also=also)
    await world.app.store._command("DEL", key)
    await work.change(case.number, noted, world.now, done="m1", also=also)

    assert await world.app.store.fields(key) == {}


async def test_numbers_never_repeat_and_leave_the_digits_that_answer_a_page(work: Casework) -> None:
    numbers = [await work.next_number(shard) for _ in range(5) for shard in range(2)]

    assert len(set(numbers)) == len(numbers)
    assert min(numbers) > 9
    assert {number % 2 for number in numbers[::2]} == {0}


async def test_ended_cases_are_not_open_but_their_timers_stay(
    world: World, work: Casework, case: Case
) -> None:
    await world.taken()
    await world.person("first").types(f"e{case.number} 2")

    assert await work.open_cases() == []
    loaded, _ = await work.load(case.number)
    assert loaded is not None
    assert await world.app.store.open_names(case.number % 2) == [
        f"case:{case.number}:{loaded.case.generation}"
    ]


async def test_one_timer_for_each_case_and_it_carries_the_generation(
    world: World, work: Casework, case: Case
) -> None:
    for _ in range(3):
        await work.change(case.number, noted, world.now)

    (name,) = await world.app.store.open_names(case.number % 2)
    assert name == f"case:{case.number}:{case.generation + 3}"


async def test_a_chat_is_changed_by_two_workers_without_loss(world: World, work: Casework) -> None:
    other = world.another_worker().casework
    who = world.pseudonym(world.reporters["ana"])

    def tried(chat: Chat | None) -> Chat | None:
        return None if chat is None else replace(chat, attempts=(*chat.attempts, 1))

    await asyncio.gather(*(one.change_chat(who, tried) for one in (work, other) * 3))

    chat = await work.chat(who)
    assert chat is not None
    assert len(chat.attempts) == 6


async def test_an_undelivered_message_waits_again_and_not_for_ever(world: World, case: Case) -> None:
    ana = world.reporters["ana"]
    await ana.taps_data("push.yes")
    await world.taken()
    await world.person("first").types(f"l{case.number} 4 it is over")
    await world.after(minutes=16)
    ana.platform.blocked.add("ana")
    await world.person("first").types(f"{case.number} are you there?")
    await world.after(seconds=10)
    (held,) = (await world.case()).held
    assert held.waits

    await world.after(days=6)
    await world.person("first").types(f"w{case.number}")
    await world.after(days=2, minutes=1)

    assert (await world.case()).held == ()
    assert any("not collected in 8 days" in page for page in world.person("first").pages)


async def test_receipt_words_shown_for_two_cases_still_lead_to_the_other(world: World, case: Case) -> None:
    await world.taken()
    await world.person("first").types(f"e{case.number} 9")
    eva = world.reporter("eva")
    await eva.reports("soon", country="GT", what="followed", when="longer", more="another")
    await eva.reports("soon", country="GT", what="followed", when="longer")
    one, two = (case.number for case in await world.cases())
    words = eva.receipt_words
    await world.person("first").at_desk(f"t{one}")
    await world.person("second").at_desk(f"t{two}")
    await world.person("first").types(f"e{one} 8")
    await world.after(days=7, minutes=1)
    assert await world.keys(f"{{s{one % 2}}}:case:{one}:way") == set()

    await eva.writes(words)

    assert any(f"{two}: they wrote" in page for page in world.person("second").pages)


async def test_a_case_record_that_was_changed_by_hand_stops_only_its_own_ladder(
    world: World, case: Case
) -> None:
    await world.reporter("ben").writes(DOOR)
    await world.app.store._command(
        "SET", case_key(case.number % 2, case.number), b"not ours at all, but long"
    )
    world.now += timedelta(minutes=3, seconds=1)

    await world.app.timekeeper.timers()
    await world.settle()

    assert len(world.person("third").pages) == 1, "the other case climbs"
