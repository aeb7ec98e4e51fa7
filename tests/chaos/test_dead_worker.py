"""A worker dies while it holds what is due, or all are dead for ten minutes: whoever starts next does what is overdue
within seconds, and exactly once. Measured on the real clock, from the new worker's start to the platform's record."""

import pytest

from bot.clock import monotonic
from tests.chaos.house import House, a_house
from tests.chaos.phone import Lost, Phone
from tests.chaos.reckoning import pages_of
from tests.chaos.story import settled
from tests.chaos.waiting import until
from tests.chaos.wire import Kill, Way

SOON = 5.0  # seconds from a worker's start to an overdue step
BUSY = 4.0  # what starting and sending may take where other suites run beside this one
DEAD = 600.0
ONCE = {"first": 2, "second": 2, "third": 1, "coordinator": 1}  # the second step wakes the roster, them too


async def report(house: House, kill: Kill | None = None) -> int:
    """Somebody is missing, and the first two are woken; the number of the case. The kill counts from the alert on."""
    reporter = Phone(house, house.intake, house.new_reporter())
    await reporter.says("/start", "How are things?")
    if kill is not None:
        house.counted.arm(kill)
    await reporter.taps("opening.missing", "We are trying to reach a person")
    chat = await house.chat_of(reporter.person)
    assert chat is not None
    number = chat.cases[0].number
    await until(lambda: counted(house, number)["second"] == 1, lambda: Lost(f"{number} woke nobody"))
    return number


def counted(house: House, number: int) -> dict[str, int]:
    """How often each person was paged about a case."""
    return {name: len(pages) for name, pages in pages_of(house, number).items()}


@pytest.mark.parametrize("after", [False, True], ids=["before it knew", "when it knew"])
async def test_a_timer_that_a_dead_worker_had_claimed_rings_at_the_next_within_five_seconds(
    after: bool,
) -> None:
    async with a_house(hasty=True) as house:
        await house.start_worker()
        number = await report(house, Kill("store", Way.IN, 1, after, name="claim_timers"))
        await until(house.counted.killed.is_set, lambda: AssertionError("no timer was claimed"))
        assert counted(house, number)["third"] == 0
        began = monotonic()
        await house.start_worker()
        await until(lambda: counted(house, number)["coordinator"] > 0, lambda: Lost("the ladder stood still"))
        lasted = pages_of(house, number)["third"][0] - began
        print(f"claimed by the dead, rang {lasted:.2f} s after the next one's start")  # noqa: T201 - the result
        assert lasted < SOON + BUSY
        assert counted(house, number) == ONCE
        await house.stop_worker()


@pytest.mark.parametrize("is_killed", [True, False], ids=["killed", "stopped"])
async def test_what_fell_due_while_all_workers_were_dead_is_done_once_when_one_starts(
    is_killed: bool,
) -> None:
    async with a_house() as house:
        await house.start_worker()
        numbers = [await report(house) for _ in range(5)]
        await settled(house)
        if is_killed:
            house.strike("worker")
            await until(lambda: not house.is_alive, lambda: AssertionError("it survived kill -9"))
        else:
            await house.stop_worker()
        house.advance(DEAD)
        began = monotonic()
        await house.start_worker()

        def silent() -> list[int]:
            return [number for number in numbers if counted(house, number)["coordinator"] == 0]

        await until(lambda: not silent(), lambda: Lost(f"nobody climbs: {silent()}"))
        await settled(house)
        lasted = max(max(pages_of(house, number)["coordinator"]) for number in numbers) - began
        print(f"dead for {DEAD:.0f} s, the last overdue step {lasted:.2f} s after the start")  # noqa: T201 - the result
        assert lasted < SOON + BUSY
        for number in numbers:
            assert counted(house, number) == ONCE
        await house.stop_worker()


async def test_a_page_that_a_dead_worker_had_decided_and_not_sent_leaves_with_the_next_one() -> None:
    async with a_house() as house:
        await house.start_worker()
        reporter = Phone(house, house.intake, house.new_reporter())
        await reporter.says("/start", "How are things?")
        await settled(house)
        house.counted.arm(Kill("store", Way.IN, 1, after=False, name="commit"))
        shown = next(one for one in house.intake.seen(reporter.person) if one.buttons)
        house.intake.click(reporter.person, shown.message_id, "opening.missing")
        await until(house.counted.killed.is_set, lambda: AssertionError("nothing was committed"))
        began = monotonic()
        await house.start_worker()
        await reporter.until("We are trying to reach a person", 1)
        chat = await house.chat_of(reporter.person)
        assert chat is not None
        number = chat.cases[0].number
        await until(lambda: counted(house, number)["second"] == 1, lambda: Lost(f"{number} woke nobody"))
        lasted = pages_of(house, number)["first"][0] - began
        print(f"decided by the dead, left {lasted:.2f} s after the next one's start")  # noqa: T201 - the result
        await settled(house)
        assert counted(house, number) == {"first": 1, "second": 1, "third": 0, "coordinator": 0}
        await house.stop_worker()
