"""A real worker whose clock was an hour ahead: the ladders of that hour go on when it is put right, each step once.
Time is moved; only what the worker needs to see it passes on the real clock."""

from collections.abc import Awaitable, Callable

import pytest

from bot.clock import monotonic
from tests.chaos.faults import AN_HOUR
from tests.chaos.house import House, a_house
from tests.chaos.phone import Lost
from tests.chaos.story import settled
from tests.chaos.test_dead_worker import ONCE, counted, report
from tests.chaos.waiting import until

STEPS = {"third": 180.0, "coordinator": 420.0}  # seconds from one step to the next


async def while_it_runs(house: House) -> None:
    """Under the feet of a worker that goes on."""
    house.advance(-AN_HOUR)


async def while_it_was_dead(house: House) -> None:
    """The worker dies in the wrong hour, and another starts in the right one."""
    house.strike("worker")
    await until(lambda: not house.is_alive, lambda: AssertionError("it survived kill -9"))
    house.advance(-AN_HOUR)
    await house.start_worker()


@pytest.mark.parametrize("put_right", [while_it_runs, while_it_was_dead])
async def test_every_step_comes_once_after_its_span_though_the_clock_went_back_an_hour(
    put_right: Callable[[House], Awaitable[None]],
) -> None:
    async with a_house() as house:
        house.advance(AN_HOUR)
        await house.start_worker()
        numbers = [await report(house) for _ in range(3)]
        await settled(house)
        await put_right(house)
        for shard in {number % house.setup.shards for number in numbers}:
            await until(
                lambda shard=shard: house.store.was_retimed(shard),  # type: ignore[misc]
                lambda: Lost("nobody noticed that the clock went back"),
            )
        for name, seconds in STEPS.items():
            began = monotonic()
            house.advance(seconds)
            await until(
                lambda name=name: all(counted(house, number)[name] for number in numbers),  # type: ignore[misc]
                lambda name=name: Lost(f"{name} was not woken"),  # type: ignore[misc]
            )
            print(f"{name} was woken {monotonic() - began:.2f} s after the step was due")  # noqa: T201 - the result
        await settled(house)
        assert [counted(house, number) for number in numbers] == [ONCE] * len(numbers)
        await house.stop_worker()
