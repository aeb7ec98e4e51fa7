"""Ladders on the whole service, from the focal points' side: they climb to a human, repeat, and resume."""

import pytest

from responders.policies import Responders
from responders.states import State
from responders.store import Store
from tests.acceptance.world import World, a_world
from tests.responders.organisations import a_receiver, a_rota, an_organisation
from triage.scales import Level

DOOR = "they are at the door, help"
EVERYBODY = ("first", "second", "third", "coordinator")


def rang(world: World, name: str) -> int:
    """How often a person's telephone has rung."""
    return len(world.person(name).pages)


async def at_the_door(world: World) -> int:
    await world.reporter("ana").writes(DOOR)
    return (await world.case()).number


async def test_immediate_wakes_on_call_and_backup_at_once_on_every_alarm_channel(world: World) -> None:
    await at_the_door(world)

    for name in ("first", "second"):
        assert "IMMEDIATE" in world.person(name).newest
        assert "IMMEDIATE" in world.platforms["email"].everything[f"{name}@example.org"][-1].message.text
    assert rang(world, "third") == rang(world, "coordinator") == 0


async def test_immediate_climbs_to_roster_and_coordinator_and_repeats_without_a_cap(world: World) -> None:
    await at_the_door(world)

    await world.after(minutes=3)
    assert rang(world, "third") == 1
    await world.after(minutes=7)
    assert rang(world, "coordinator") == 1
    for times in range(1, 13):
        before = [rang(world, name) for name in EVERYBODY]
        await world.after(minutes=5)
        assert [rang(world, name) for name in EVERYBODY] == [one + 1 for one in before], f"repeat {times}"


async def test_a_page_says_number_and_level_and_nothing_else(world: World) -> None:
    number = await at_the_door(world)

    (shown,) = world.platforms["telegram-alerts"].everything["first"]

    assert shown.message.text == f"{number} · IMMEDIATE · 1 I have it  2 pass  3 why me"
    assert [button.data for button in shown.message.buttons] == [f"verb.{verb}{number}" for verb in "tpy"]
    assert shown.message.protect


async def test_urgent_pages_on_call_again_then_roster_coordinator_and_the_immediate_ladder(
    world: World,
) -> None:
    await world.reporter("ana").reports("soon", country="GT", what="threat", when="days", link="stop")
    assert (await world.case()).level is Level.URGENT
    assert [rang(world, name) for name in EVERYBODY] == [1, 0, 0, 0]

    await world.after(minutes=15)
    assert [rang(world, name) for name in EVERYBODY] == [2, 0, 0, 0]
    await world.after(minutes=45)
    assert [rang(world, name) for name in EVERYBODY] == [3, 1, 1, 0]
    await world.after(minutes=30)
    assert [rang(world, name) for name in EVERYBODY] == [3, 1, 1, 1]
    await world.after(minutes=30)
    assert (await world.case()).ladder is Level.IMMEDIATE
    assert [rang(world, name) for name in EVERYBODY] == [4, 2, 1, 1]
    await world.after(minutes=30)
    assert all(rang(world, name) >= 5 for name in EVERYBODY)


async def test_priority_waits_for_working_time_and_the_coordinator_is_asked_every_day(world: World) -> None:
    world.at("20:00")
    await world.reporter("ana").reports("soon", what="followed", when="longer", link="stop")
    assert (await world.case()).level is Level.PRIORITY
    assert [rang(world, name) for name in EVERYBODY] == [0, 0, 0, 0]

    await world.after(hours=12, minutes=5)
    assert [rang(world, name) for name in EVERYBODY] == [1, 0, 0, 0]
    assert not world.platforms["email"].everything["first@example.org"], "one channel is enough"
    for day in range(1, 4):
        await world.after(days=1)
        assert rang(world, "coordinator") == day


async def test_routine_is_a_line_in_one_digest_and_then_the_coordinators(world: World) -> None:
    world.at("20:00")
    for name in ("ana", "ben", "eva"):
        await world.reporter(name).reports("question", words="how does this work?")
    assert {case.level for case in await world.cases()} == {Level.ROUTINE}

    await world.after(hours=14)
    (digest,) = world.person("first").pages
    assert digest == "3 new cases for your working day. ? lists them."
    await world.after(days=3)
    assert rang(world, "coordinator") == 3


async def test_a_take_that_is_not_opened_in_five_minutes_goes_back_and_keeps_its_access(world: World) -> None:
    number = await at_the_door(world)
    await world.person("first").types("1")
    assert (await world.case()).state is State.TAKEN
    assert f"{number}: a focal point has it." in world.person("second").newest

    await world.after(minutes=5, seconds=1)

    assert (await world.case()).state is State.OPEN
    assert "somebody had it" in world.person("third").newest
    assert any("not opened in time" in page for page in world.person("first").pages)
    assert await world.person("first").reads(number), "whoever opens first has it"
    assert (await world.case()).has == "first"


async def test_taking_at_the_desk_opens_and_without_progress_the_ladder_resumes_after_30_minutes(
    world: World,
) -> None:
    number = await world_taken(world)
    await world.after(minutes=24, seconds=59)
    before = rang(world, "first")
    await world.after(seconds=2)
    assert "a word by" in world.person("first").pages[before]

    await world.after(minutes=5)

    assert (await world.case()).has is None
    assert f"{number}" in world.person("second").newest


@pytest.mark.parametrize("word", ["w{}", "n{} I am on it", "{} how are you now?"])
async def test_a_word_every_half_hour_keeps_it(world: World, word: str) -> None:
    number = await world_taken(world)

    for _ in range(4):
        await world.after(minutes=25)
        await world.person("first").types(f"n{number} not written: she asked for quiet")
        await world.person("first").types(word.format(number))

    assert (await world.case()).has == "first"


async def test_first_words_within_30_minutes_unless_a_note_says_why(world: World) -> None:
    number = await world_taken(world)
    await world.after(minutes=20)
    await world.person("first").types(f"w{number}")
    await world.after(minutes=11)
    assert (await world.case()).has is None
    assert any("no first words" in page for page in world.person("first").pages)


async def test_two_takers_the_first_write_wins(world: World) -> None:
    number = await at_the_door(world)

    await world.person("second").types(f"t{number}")
    (answer,) = await world.person("first").types("1")

    assert answer == "No open page. ? lists your cases; help lists the verbs."
    (answer,) = await world.person("first").types(f"t{number}")
    assert answer == f"{number}: a focal point has it."
    assert (await world.case()).has == "second"
    await world.person("coordinator").types(f"t{number}")
    assert (await world.case()).has == "coordinator", "a coordinator may take at any time"


async def test_all_of_a_step_pass_and_the_next_step_fires_at_once(world: World) -> None:
    number = await at_the_door(world)

    assert "Why?" in (await world.person("first").types("2"))[0]
    assert await world.person("first").types("1") == [f"{number} passed on. Thank you."]
    assert rang(world, "third") == 0
    await world.person("second").types(f"p{number} 2")
    assert rang(world, "third") == 1


async def test_who_knows_them_is_removed_and_hears_no_more_of_it(world: World) -> None:
    number = await at_the_door(world)
    await world.person("first").types("2")

    (answer,) = await world.person("first").types("3")

    assert "You are removed" in answer
    left = [shown.message.text for shown in world.platforms["telegram-alerts"].chats["first"]]
    assert left == [answer], "the pages are taken off the phone"
    assert await world.person("first").types(f"t{number}") == [f"{number}: no such case among yours."]
    await world.after(minutes=20)
    assert world.person("first").newest == f"{number}: no such case among yours."


async def test_why_me_names_the_place_on_the_ladder_and_nothing_of_the_case(world: World) -> None:
    number = await at_the_door(world)

    (answer,) = await world.person("first").types("3")

    assert answer.startswith(f"{number} IMMEDIATE: you are in step 1 of its ladder.")


async def test_a_gap_in_the_rota_wakes_everybody_and_the_coordinator_is_told_once_a_day(store: Store) -> None:
    async with a_world(store, nobody_on_call()) as world:
        await world.app.timekeeper.look_at_people()
        await world.app.timekeeper.look_at_people()
        await world.settle()
        assert world.person("coordinator").pages == [
            "Nobody is on duty now. Cases come to you until somebody is."
        ]

        await at_the_door(world)

        assert all("IMMEDIATE" in world.person(name).newest for name in ("third", "coordinator"))


def nobody_on_call() -> Responders:
    return an_organisation(rota=a_rota(people=()), receivers={"team": a_receiver(people=("third",))})


async def world_taken(world: World) -> int:
    await world.reporter("ana").writes(DOOR)
    return await world.taken()


async def test_a_lost_timer_is_armed_again_and_stale_or_doubled_ones_change_nothing(world: World) -> None:
    number = await at_the_door(world)
    case, shards = await world.case(), world.app.casework.dispatch.shards
    for generation in range(case.generation):
        await world.app.timekeeper.ring(number % shards, f"case:{number}:{generation}", world.now)
    await world.app.timekeeper.ring(number % shards, f"case:{number}:{case.generation}", world.now)
    assert await world.case() == case

    await world.app.store._command("DEL", *(f"{{s{shard}}}:timers" for shard in range(shards)))
    await world.after(minutes=4)
    assert rang(world, "third") == 0, "nobody is woken by a timer that is lost"
    await world.app.timekeeper.audit()
    await world.after(seconds=1)
    assert rang(world, "third") == 1


async def test_two_workers_on_one_store_page_once(world: World) -> None:
    number = await at_the_door(world)
    other = world.another_worker()
    case = await world.case()
    name = f"case:{number}:{case.generation}"
    world.now = max(case.due.values())

    for worker in (world.app, other):
        await worker.timekeeper.ring(number % worker.casework.dispatch.shards, name, world.now)
        await world.settle()

    assert rang(world, "third") == 1
