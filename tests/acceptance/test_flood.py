"""Ten thousand fake alarms: a bounded number of pages, every case still there, and a known reporter alerted at once."""

import asyncio
from datetime import timedelta

import pytest

from bot.channels import Inbound
from bot.settings import Limits
from responders.cases import Case
from responders.grouping import RATE
from responders.store import StoreDown
from tests.acceptance.world import World

FAKES = 40
RUNGS = ("first", "second", "third", "coordinator")


async def floods(world: World, count: int, *, text: str = "SOS they are at the door", start: int = 0) -> None:
    """So many people whom nobody knows raise the alarm at once."""
    alarms = (
        Inbound("telegram", f"fake{start + number}", "m1", text, locale="en") for number in range(count)
    )
    await asyncio.gather(*(world.app.hear(alarm) for alarm in alarms))
    await world.settle()


def pages_about(world: World, person: str, number: int) -> list[str]:
    return [text for text in world.person(person).pages if text.startswith(f"{number} · ")]


def about_many(world: World, person: str) -> list[str]:
    return [text for text in world.person(person).pages if text.startswith("MANY")]


async def test_a_flood_rings_a_handful_of_times_and_then_one_page_says_how_many_nobody_has(
    world: World,
) -> None:
    await floods(world, FAKES)
    assert len(world.person("first").pages) == RATE.burst
    await world.after(seconds=13)
    numbers = [case.number for case in await world.cases()]
    assert len(numbers) == FAKES
    said = world.person("first").newest
    assert said.startswith(
        f"MANY · cases nobody has: {FAKES}, IMMEDIATE: {FAKES} · the oldest {min(numbers)}"
    )
    assert len(about_many(world, "first")) == 1
    assert world.person("coordinator").newest.startswith("Too many pages for")


async def test_every_case_of_a_flood_is_on_the_list_and_the_list_goes_on(world: World) -> None:
    await floods(world, 2 * FAKES + 5)
    await world.after(seconds=13)
    numbers = {case.number for case in await world.cases()}
    (said,) = await world.person("first").types("?")
    seen, told = set(), said
    while "More: " in told:
        (told,) = await world.person("first").types(told.rpartition("\n")[2].split(". ")[1].split(" ")[0])
        seen |= {int(line.split()[0]) for line in told.splitlines() if "nobody has it" in line}
    assert numbers <= seen


async def test_each_case_of_a_flood_keeps_its_ladder_and_the_page_goes_on_until_somebody_acts(
    world: World,
) -> None:
    await floods(world, FAKES)
    await world.after(minutes=20)
    cases = await world.cases()
    assert all(set(RUNGS) <= set(case.paged) for case in cases), (
        "each climbed to everybody, to the coordinator too"
    )
    for person in RUNGS:
        rang = [text for text in world.person(person).pages if text[0].isdigit() or text.startswith("MANY")]
        assert RATE.burst < len(rang) <= 30
        assert about_many(world, person)
    before = len(about_many(world, "first"))
    await world.after(hours=1)
    assert 10 <= len(about_many(world, "first")) - before <= 13, "every five minutes, without an end"


async def test_between_two_steps_of_the_ladders_the_page_comes_again_each_minute(world: World) -> None:
    await floods(world, FAKES)
    await world.after(minutes=4)
    before = len(about_many(world, "first"))
    await world.after(minutes=5)
    assert len(about_many(world, "first")) - before == 5


async def test_in_a_flood_the_next_page_about_all_has_whoever_nobody_knows(world: World) -> None:
    await floods(world, FAKES)
    await world.after(minutes=1)
    await world.reporter("ben").writes("SOS they are at the door")
    ring = max(await world.cases(), key=lambda case: case.created).number
    assert not pages_about(world, "first", ring)
    await world.after(seconds=62)
    assert f"IMMEDIATE: {FAKES + 1}" in world.person("first").newest
    assert f"the newest {ring}" in world.person("first").newest


async def test_somebody_whom_a_person_believed_rings_at_once_while_others_are_put_together(
    world: World,
) -> None:
    ana = world.reporter("ana")
    await ana.writes("SOS they are at the door")
    number = await world.taken("first")
    await world.person("first").at_desk(f"e{number} 2")
    await floods(world, FAKES)
    await world.after(hours=1)
    await ana.writes("SOS they are at the door again")
    ring = max(case.number for case in await world.cases() if case.trusted)
    assert pages_about(world, "first", ring), "in the same moment of the clock"
    assert pages_about(world, "second", ring)
    await world.after(minutes=11)
    for person in RUNGS:
        assert pages_about(world, person, ring), "and its ladder climbs singly, too"


async def test_taking_the_cases_ends_it_and_the_coordinator_is_told(world: World) -> None:
    await floods(world, FAKES)
    await world.after(minutes=2)
    for case in (await world.cases())[RATE.burst :]:
        await world.person("first").types(f"t{case.number}")
        await world.person("first").at_desk(f"e{case.number} 8")
    await world.after(minutes=2)
    assert "ring one by one again" in "\n".join(world.person("coordinator").pages)
    before = len(world.person("first").pages)
    await world.after(minutes=15)
    single = world.person("first").pages[before:]
    assert single
    assert not [text for text in single if text.startswith("MANY")]


async def test_w_makes_the_page_about_all_quiet_for_one_person_and_five_minutes(world: World) -> None:
    await floods(world, FAKES)
    await world.after(minutes=4)
    assert "quiet for you until" in (await world.person("first").types("w"))[0]
    mine, theirs = len(about_many(world, "first")), len(about_many(world, "second"))
    await world.after(minutes=4)
    assert len(about_many(world, "first")) == mine
    assert len(about_many(world, "second")) > theirs
    await world.after(minutes=3)
    assert len(about_many(world, "first")) > mine


async def test_a_worker_that_dies_in_a_flood_leaves_the_page_about_all_to_the_next(world: World) -> None:
    await floods(world, FAKES)
    await world.restart()
    await world.after(seconds=13)
    assert len(about_many(world, "first")) == 1
    await world.after(minutes=4)
    assert len(world.person("first").pages) <= 2 * RATE.burst + 8


async def test_whom_the_page_about_all_cannot_reach_is_passed_over_for_the_next_person(world: World) -> None:
    for name in ("telegram-alerts", "email"):
        world.platforms[name].dead = {"first", "first@example.org"}
    await floods(world, FAKES)
    await world.after(seconds=15)
    assert all("third" in case.paged for case in await world.cases()), (
        "at once, not at the ladder's next step"
    )
    await world.after(seconds=15)
    assert f"cases nobody has: {FAKES}, " in world.person("third").newest


@pytest.mark.slow
async def test_thousands_of_fake_alarms_page_each_focal_point_a_bounded_number_of_times(world: World) -> None:
    """Ten thousand, in real time and through the receiver: `python -m tests.bench.flood`."""
    for start in range(0, 2_000, 500):
        await floods(world, 500, start=start)
    assert len(world.person("first").pages) == RATE.burst
    await world.after(seconds=13)
    assert len(await world.cases()) == 2_000
    assert "cases nobody has: 2000, IMMEDIATE: 2000" in world.person("first").newest
    assert len(world.person("first").pages) == RATE.burst + 1


async def test_a_known_reporter_in_the_midst_of_a_flood_is_worked_before_it(world: World) -> None:
    ana = world.reporter("ana")
    await ana.writes("SOS they are at the door")
    number = await world.taken("first")
    await world.person("first").at_desk(f"e{number} 2")
    world.limits = Limits(strangers_at_once=4)
    await world.restart()
    fakes = [
        Inbound("telegram", f"fake{n}", "m1", "SOS they are at the door", locale="en") for n in range(FAKES)
    ]
    known = Inbound("telegram", "ana", "m99", "SOS they are at the door", locale="en")
    await asyncio.gather(*(world.app.hear(one) for one in [*fakes, known]))
    opened = [case.number for case in await world.cases()]
    assert len(opened) <= 2 * 4 + 1, "the others lie in the inbox, and the platform may forget them"
    assert world.app.door.waiting >= FAKES - 2 * 4
    assert any(case.trusted for case in await world.cases())
    await world.restart()  # and a worker dies with all that
    await world.app.door.look(timedelta(0))
    await world.settle()
    assert len(await world.cases()) == FAKES + 1
    assert pages_about(world, "first", next(case.number for case in await world.cases() if case.trusted))


async def test_answers_to_a_known_reporter_and_a_persons_words_do_not_wait_behind_a_floods(
    world: World,
) -> None:
    ana, ben = world.reporter("ana"), world.reporter("ben")
    await ana.writes("SOS they are at the door")
    number = await world.taken("first")
    said = await ana.writes("a grey car, too")
    await ben.writes("/start")
    answered = {shown.message.text: shown.message.first for shown in ana.screen}
    assert answered.pop(said[0]), "since somebody has the case"
    assert not any(answered.values())
    assert not ben.screen[-1].message.first
    await world.person("first").types(f"{number} We are here.")
    await world.after(seconds=11)
    assert ana.newest == "We are here."
    assert ana.screen[-1].message.first


async def test_whoever_comes_while_somebody_is_at_work_on_the_list_is_told_of_even_when_few_are_left(
    world: World,
) -> None:
    await floods(world, FAKES)
    await world.after(minutes=2)
    for case in (await world.cases())[RATE.burst - 1 :]:
        await world.person("second").at_desk(f"t{case.number}")
    await world.person("first").types("w")
    before = len(world.person("first").pages)
    await world.reporter("ben").writes("SOS they are at the door")
    ring = max(await world.cases(), key=lambda case: case.created).number
    await world.after(minutes=5, seconds=50)
    rang = world.person("first").pages[before:]
    assert any(text.startswith("MANY") and f"the newest {ring}" in text for text in rang)


async def test_cases_on_a_machine_that_is_away_keep_nobody_from_being_told_of_the_others(
    world: World,
) -> None:
    work = world.app.casework
    read = work.open_of

    async def away(shard: int) -> list[Case]:
        if shard == 1:
            raise StoreDown("the machine of this shard is away")
        return await read(shard)

    await floods(world, FAKES)
    work.open_of = away  # type: ignore[method-assign]
    await world.after(seconds=13)
    known = len(await read(0))
    assert world.person("first").newest.startswith(f"MANY · cases nobody has: {known}, ")
    work.open_of = read  # type: ignore[method-assign]
    await world.after(minutes=2)
    assert f"cases nobody has: {FAKES}, " in world.person("first").newest
