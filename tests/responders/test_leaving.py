"""Somebody is taken out while they have a case: it returns to the ladder, and they read nothing more."""

from dataclasses import replace

from responders.leaving import take_out
from responders.people import Enrolled
from responders.policies import Responders
from responders.store import Store
from tests.acceptance.world import World, a_world
from tests.responders.organisations import a_receiver, a_rota, an_organisation


def without(person: str) -> Responders:
    """The organisation after somebody was deleted from responders.yaml."""
    receivers = {"team": a_receiver(people=("second", "third"))}
    rest = an_organisation(rota=a_rota(people=("second", "third")), receivers=receivers)
    people = {name: one for name, one in rest.directory.focal_points.items() if name != person}
    return replace(rest, directory=replace(rest.directory, focal_points=people))


async def an_immediate_case(world: World) -> int:
    await world.reporter("ana").writes("they are at the door, help")
    await world.after(minutes=3)
    (case,) = await world.app.ladder()
    return case.number


async def test_what_somebody_had_goes_back_to_the_ladder_when_they_are_taken_out(store: Store) -> None:
    async with a_world(store) as world:
        number = await an_immediate_case(world)
        await world.person("first").types(f"t{number}")
        (case,) = await world.app.ladder()
        assert case.has == "first"

        await world.app.people.change("first", lambda _: Enrolled(has_left=True))
        people = await world.app.people.all(fresh=True)
        assert await take_out(world.app.casework, people, world.now) == 1
        await world.settle()

        (case,) = await world.app.ladder()
        assert case.has is None
        assert "first" in case.removed
        pages = len(world.person("first").pages)
        await world.after(minutes=6)
        assert len(world.person("first").pages) == pages
        assert f"{number}" in world.person("second").newest


async def test_who_was_only_deleted_from_the_directory_is_out_all_the_same(store: Store) -> None:
    """The administrator did one of the two things, and believes that it is done: nobody takes a case from outside."""
    async with a_world(store) as world:
        number = await an_immediate_case(world)
        await world.person("first").types(f"t{number}")

        await world.restart(without("first"))
        await world.app.timekeeper.look_at_people()
        await world.settle()
        (case,) = await world.app.ladder()
        assert case.has is None
        assert "first" in case.removed

        assert await world.person("first").types(f"t{number}") == []
        assert (await world.case()).has is None
        assert world.app.people.public_keys("first") == (), "the desk knows no key of theirs"
        assert world.app.knocks.refused["telegram-alerts"] == 1


async def test_it_is_done_once_and_leaves_other_cases_alone(store: Store) -> None:
    async with a_world(store) as world:
        await an_immediate_case(world)
        await world.app.people.change("first", lambda one: replace(one, has_left=True))
        people = await world.app.people.all(fresh=True)
        assert await take_out(world.app.casework, people, world.now) == 1
        assert await take_out(world.app.casework, people, world.now) == 0


async def test_nothing_is_read_while_nobody_has_left(store: Store) -> None:
    async with a_world(store) as world:
        await an_immediate_case(world)
        assert await take_out(world.app.casework, await world.app.people.all(), world.now) == 0
