"""Somebody who writes faster than anybody can: all of it is kept, danger gets through, and the answers are few."""

import asyncio

from bot.channels import Inbound
from bot.settings import Limits
from responders.grouping import RATE
from tests.acceptance.phones import Reporter
from tests.acceptance.world import World

BURST = Limits().messages_at_once


async def at_once(world: World, reporter: Reporter, texts: list[str], begin: int = 0) -> list[str]:
    """Write all of these in one moment; returns the answers."""
    before = len(reporter.platform.everything[reporter.address])
    for number, text in enumerate(texts):
        await world.app.hear(Inbound("telegram", reporter.address, f"x{begin + number}", text, locale="en"))
    await world.settle()
    return [shown.message.text for shown in reporter.platform.everything[reporter.address][before:]]


async def words(world: World, number: int) -> str:
    return await world.person("first").reads(number)


async def test_what_is_too_much_is_kept_with_the_case_and_said_once(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes("SOS they are at the door")
    said = await at_once(world, ana, [f"grey car number {count} came" for count in range(BURST + 40)])
    too_many = ana.text("too_many")
    assert said.count(too_many) == 1
    assert said[-1] == too_many, "and nothing after it"
    assert len(said) == BURST
    number = await world.taken()
    read = await words(world, number)
    assert all(f"grey car number {count} came" in read for count in range(BURST + 40))


async def test_a_question_that_was_not_shown_is_not_answered(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes("/start")
    await at_once(world, ana, ["hm"] * BURST)
    asked = ana.newest
    assert await at_once(world, ana, ["1", "2", "1", "2"], begin=900) == []
    assert not await world.cases(), "a digit beyond the rate is no alarm"
    await world.after(seconds=5)
    assert ana.text("too_many") in asked
    assert await ana.writes("5"), "and a minute later it goes on where they were"


async def test_danger_gets_through_however_fast_somebody_writes(world: World) -> None:
    ana = world.reporter("ana")
    await at_once(world, ana, ["what is this about"] * (BURST + 20))
    assert not await world.cases()
    said = await at_once(world, ana, ["help they are at the door"], begin=900)
    assert (await world.case()).level.word == "immediate"
    assert "We are trying to reach a person now" in said[0]
    assert world.person("first").pages


async def test_erase_works_however_fast_somebody_writes(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes("SOS they are at the door")
    await at_once(world, ana, ["a grey car again"] * (BURST + 20))
    (said,) = await at_once(world, ana, [ana.word("erase")], begin=900)
    assert said.startswith("Done. What I can remove is being removed.")
    (case,) = await world.cases()
    assert case.is_shell


async def test_a_thousand_cries_of_one_phone_page_a_handful_of_times(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes("SOS they are at the door")
    await world.taken("first")
    for minute in range(10):
        await at_once(world, ana, ["SOS they are at the door"] * 20, begin=100 * minute)
        await world.after(minutes=1)
    rang = [text for text in world.person("first").pages if "danger" in text]
    assert RATE.burst <= len(rang) <= RATE.burst + 15


async def test_the_taker_reads_that_somebody_wrote_a_bounded_number_of_times(world: World) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe")
    await world.taken("first")
    before = len(world.person("first").pages)
    await at_once(world, ana, [f"grey car {count}" for count in range(300)])
    await world.after(minutes=2)
    assert 1 <= len(world.person("first").pages) - before <= RATE.burst + 3


async def test_another_phone_is_answered_meanwhile(world: World) -> None:
    ana, ben = world.reporter("ana"), world.reporter("ben")
    flood = at_once(world, ana, ["a grey car again"] * (2 * BURST))
    _, said = await asyncio.gather(flood, ben.writes("/start"))
    assert said
