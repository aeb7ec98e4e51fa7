"""What counts as poison after an unclean stop: a message that nobody survives, not a store that is away."""

import pytest

from bot.channels import Inbound
from bot.poison import ATTEMPTS
from responders.store import StoreDown
from tests.acceptance.world import World

INBOUND = Inbound("telegram", "reporter", "m1", text="hello")


async def test_a_message_that_waits_for_the_store_is_not_set_aside(world: World) -> None:
    async def away(_: Inbound) -> None:
        raise StoreDown("the store cannot be reached")

    worked: list[Inbound] = []

    async def works(inbound: Inbound) -> None:
        worked.append(inbound)

    world.app.poison.is_counting = True
    for _ in range(2 * ATTEMPTS):
        with pytest.raises(StoreDown):
            await world.app.poison.guarded(INBOUND, away)
    await world.app.poison.guarded(INBOUND, works)

    assert worked == [INBOUND]
    assert world.app.poison.set_aside == 0


async def test_a_message_at_which_three_workers_died_is_set_aside_by_the_fourth(world: World) -> None:
    async def dies(_: Inbound) -> None:
        raise KeyboardInterrupt  # nothing of ours runs after it

    for _ in range(ATTEMPTS):
        world.app.poison.is_counting = True
        with pytest.raises(KeyboardInterrupt):
            await world.app.poison.guarded(INBOUND, dies)
        await world.restart()
    world.app.poison.is_counting = True
    await world.app.poison.guarded(INBOUND, dies)

    assert world.app.poison.set_aside == 1
