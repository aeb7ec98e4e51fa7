"""A flood, and a clock that goes back in it: the page about all comes as if the clock had always been right."""

from datetime import timedelta

import pytest

from tests.acceptance.test_clock import Clock
from tests.acceptance.test_flood import FAKES, about_many, floods
from tests.acceptance.world import World

BACK = timedelta(minutes=30)


@pytest.fixture
async def clock(world: World) -> Clock:
    clock = Clock(world)
    await clock.looks()
    return clock


async def test_the_page_about_all_comes_each_minute_when_the_clock_goes_back_to_minutes_that_had_one(
    world: World, clock: Clock
) -> None:
    await floods(world, FAKES)
    for _ in range(9):
        await clock.goes_on(minutes=1)
    before = len(about_many(world, "first"))
    await clock.jumps(timedelta(minutes=-6))
    for _ in range(5):
        await clock.goes_on(minutes=1)
    assert len(about_many(world, "first")) - before >= 4


async def test_who_is_at_work_on_the_list_is_not_spared_the_page_for_as_long_as_the_clock_went_back(
    world: World, clock: Clock
) -> None:
    await floods(world, FAKES)
    await clock.goes_on(minutes=2)
    await world.person("first").types("w")
    await clock.jumps(-BACK)
    before = len(about_many(world, "first"))
    for _ in range(12):
        await clock.goes_on(minutes=1)
    assert len(about_many(world, "first")) > before
