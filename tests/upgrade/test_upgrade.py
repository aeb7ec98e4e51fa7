"""Whatever an earlier version left in the store, this one goes on with it: cases, ladders, conversations, receipts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from responders.schema import VERSION, bring_up_to_date
from responders.store import Store
from tests.acceptance.world import World
from tests.upgrade.left_behind import FOLDER, LeftBehind, found

VERSIONS = sorted(FOLDER.glob("*.json"))


@pytest.fixture(params=VERSIONS, ids=lambda path: path.stem)
def left(request: pytest.FixtureRequest) -> LeftBehind:
    path: Path = request.param
    return LeftBehind.read(path)


@pytest.fixture
async def world(left: LeftBehind, store: Store) -> AsyncIterator[World]:
    async with found(left, store) as world:
        await bring_up_to_date(store)
        yield world


async def test_the_store_says_which_version_it_now_holds(world: World, store: Store) -> None:
    assert world.people
    assert await store.schema() == VERSION


async def test_a_taken_case_is_still_read_with_the_same_key_and_answered(world: World) -> None:
    (taken,) = [case for case in await world.cases() if case.has == "second"]
    assert '"opening":"missing"' in await world.person("second").reads(taken.number)
    await world.person("second").at_desk(f"{taken.number} Where are you now?")
    await world.after(seconds=11)
    assert world.reporter("ana").newest == "Where are you now?"


async def test_a_ladder_that_nobody_had_taken_climbs_on(world: World) -> None:
    (untaken,) = [case for case in await world.cases() if case.has is None]
    before = sum(len(person.pages) for person in world.people.values())
    await world.after(minutes=4)
    assert sum(len(person.pages) for person in world.people.values()) > before
    await world.person("first").at_desk(f"t{untaken.number}")
    assert {case.has for case in await world.cases()} == {"first", "second"}


async def test_a_conversation_goes_on_where_it_stopped(world: World) -> None:
    bea = world.reporter("bea", language="es")
    await bea.writes("Guatemala", message_id="today")
    assert "Guatemala" in bea.newest
    await bea.writes("1", message_id="today too")
    assert bea.question == "what"


async def test_four_words_given_then_find_the_case_again_today(world: World, left: LeftBehind) -> None:
    other = world.reporter("ana on another phone")
    await other.writes(left.receipt_words)
    (taken,) = [case for case in await world.cases() if case.has == "second"]
    assert "new phone" in (await world.person("second").reads(taken.number)).lower()
