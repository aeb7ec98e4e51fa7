"""A nearly full disk: intake says that it is closed, a cry for help still gets through, and open ladders go on."""

from responders.store import Store
from tests.acceptance.a_year import lifetimes
from tests.acceptance.world import World


async def sessions(store: Store) -> set[str]:
    return {key for key in await lifetimes(store) if ":session:" in key or ":chat:" in key}


async def test_a_nearly_full_disk_closes_intake_and_ladders_go_on(world: World, store: Store) -> None:
    ana, ben = world.reporter("ana"), world.reporter("ben")
    await ana.writes("hello")
    await ana.taps_data("opening.unsafe")
    world.app.duty.disk_is_full = True
    before = await sessions(store)
    (reply,) = await ben.writes("hello")
    assert reply == ben.text("chat/closed")
    assert await sessions(store) == before
    assert len(await world.cases()) == 1
    assert world.person("third").pages == []
    await world.after(minutes=3)
    assert "IMMEDIATE" in world.person("third").newest
    await world.after(minutes=7)
    assert "IMMEDIATE" in world.person("coordinator").newest


async def test_with_intake_closed_a_cry_of_danger_is_still_passed_on(world: World) -> None:
    world.app.duty.disk_is_full = True
    ana = world.reporter("ana")
    await ana.writes("they are at the door, please hurry")
    assert "IMMEDIATE" in world.person("first").newest


async def test_when_there_is_room_again_intake_opens(world: World) -> None:
    world.app.duty.disk_is_full = True
    ana = world.reporter("ana")
    await ana.writes("hello")
    world.app.duty.disk_is_full = False
    (reply,) = await ana.writes("hello")
    assert reply != ana.text("chat/closed")
    assert "opening.unsafe" in [button.data for button in ana.screen[-1].message.buttons]
