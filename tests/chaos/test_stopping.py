"""SIGTERM ends the worker in good order: what is in hand is finished, nothing is lost, nothing is sent twice."""

from tests.chaos.house import PAST_LEASES, PEOPLE, House, a_house
from tests.chaos.phone import Phone
from tests.chaos.story import settled
from tests.servers.bot_api import Stall


async def is_noted_as_clean(house: House) -> bool:
    return await house.store.fields("{running}") == {}


async def test_a_stop_in_the_middle_of_a_burst_loses_and_repeats_nothing() -> None:
    async with a_house() as house:
        for delay in (0.0, 0.02, 0.05, 0.1):
            await house.start_worker()
            people = [house.new_reporter() for _ in range(40)]
            for person in people:
                house.intake.say(person, "/start")
            if delay:
                await house.intake.until(lambda: len(house.intake.texts(people[int(400 * delay) - 1])) > 0)  # noqa: B023
            assert await house.stop_worker() < 10
            assert await is_noted_as_clean(house)
            await house.start_worker()
            await house.intake.until(lambda: all(house.intake.texts(person) for person in people), 30)  # noqa: B023
            await settled(house)
            assert [len(house.intake.texts(person)) for person in people] == [1] * len(people)
            await house.stop_worker()


async def test_a_page_that_the_platform_does_not_take_is_left_to_the_next_worker() -> None:
    async with a_house() as house:
        await house.start_worker()
        reporter = Phone(house, house.intake, house.new_reporter())
        first = Phone(house, house.alerts, PEOPLE["first"])
        await reporter.says("/start", "How are things?")
        house.alerts.faults["sendMessage"].extend([Stall(), Stall()])
        await reporter.taps("opening.missing", "We are trying to reach a person")
        assert await house.stop_worker() < 15
        assert first.texts() == []
        assert await is_noted_as_clean(house)
        house.advance(PAST_LEASES)
        await house.start_worker()
        await first.until("IMMEDIATE", 0)
        await settled(house)
        assert len(first.texts()) == 1
        await house.stop_worker()


async def test_a_second_worker_takes_over_what_the_first_left_and_both_never_send_the_same() -> None:
    async with a_house() as house:
        await house.start_worker()
        reporter = Phone(house, house.intake, house.new_reporter())
        await reporter.says("/start", "How are things?")
        await house.stop_worker()
        house.intake.say(reporter.person, "they are at the door please hurry")
        await house.start_worker()
        await reporter.until("We are trying to reach a person", 1)
        await settled(house)
        assert len(reporter.texts()) == 2
        await house.stop_worker()
