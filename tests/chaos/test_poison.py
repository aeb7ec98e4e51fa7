"""A message that kills every worker which touches it is set aside for a human, and everybody else is heard."""

from tests.chaos.house import PEOPLE, a_house
from tests.chaos.phone import Phone
from tests.chaos.story import settled
from tests.chaos.waiting import until
from tests.chaos.wire import Kill, Way

KILLS = 4  # the first is not counted: the stop before it was a clean one


async def test_a_message_that_kills_every_worker_is_set_aside_and_read_by_a_human() -> None:
    async with a_house() as house:
        await house.start_worker()
        poisoned = Phone(house, house.intake, house.new_reporter())
        first = Phone(house, house.alerts, PEOPLE["first"])
        await poisoned.says("/start", "How are things?")
        await settled(house)
        for number in range(KILLS):
            house.counted.arm(Kill("store", Way.OUT, 1, after=False, name="commit"))
            if number == 0:
                house.intake.say(poisoned.person, "what no worker survives")
            await until(house.counted.killed.is_set, lambda: AssertionError("it was not tried again"))
            await house.mend("worker")
        await until(house.open_numbers_exist, lambda: AssertionError("no human hears of it"))
        await settled(house)
        number = (await house.open_numbers())[0]
        parts = await house.parts(number)
        assert parts["report"]["report"]["words"] == ["what no worker survives"]
        assert parts["report"]["report"]["unsure"] is True
        other = Phone(house, house.intake, house.new_reporter())
        await other.says("/start", "How are things?")
        assert first.texts() == [] or str(number) in first.texts()[0]
        await house.stop_worker()
