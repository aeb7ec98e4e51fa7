"""A ladder in seconds, on the real clock, with the store killed in the middle of a step: every step still fires, and
none fires twice."""

import random
from collections import Counter

from bot.clock import monotonic
from tests.chaos.house import PEOPLE, House, a_house
from tests.chaos.phone import Lost, Phone
from tests.chaos.story import settled
from tests.chaos.waiting import until
from tests.chaos.wire import Kill, Way

FRAMES_OF_A_STEP = 6  # the timer's claim, three reads, the commit, what is settled afterwards
LATE = 3.0  # seconds a step may be late when the store was away


async def climb(house: House, kill_at: int | None = None, *, after: bool = False) -> Counter[str]:
    """Report, let the ladder climb to its first repetition, take; who was paged how often."""
    reporter = Phone(house, house.intake, house.new_reporter())
    phones = {name: Phone(house, house.alerts, address) for name, address in PEOPLE.items()}
    before = {name: len(phone.texts()) for name, phone in phones.items()}
    house.counted.start()
    await reporter.says("/start", "How are things?")
    tapped = monotonic()
    await reporter.taps("opening.missing", "We are trying to reach a person")
    number = (await phones["first"].until("IMMEDIATE", before["first"])).split()[0]
    woken = monotonic()
    await settled(house)
    if kill_at is not None:
        there = house.counted.numbers["store", Way.OUT]
        house.counted.kill = Kill("store", Way.OUT, there + kill_at, after, "store")
        await until(house.counted.killed.is_set, lambda: AssertionError("no step came"))
        await house.mend("store")

    def pages(name: str) -> list[str]:
        return [
            text for text in phones[name].texts()[before[name] :] if text.startswith(f"{number} · IMMEDIATE")
        ]

    await until(lambda: len(pages("coordinator")) == 2, lambda: Lost("the ladder stood still"))
    # Counted from the tap a step is never early; counted from the first page, which may be late itself, never late.
    now = monotonic()
    assert now - tapped > 5, f"the step at six seconds came {now - tapped:.1f} after the tap"
    assert now - woken < 6 + LATE, f"the step at six seconds came {now - woken:.1f} after the first page"
    await settled(house)
    counted = Counter({name: len(pages(name)) for name in phones})
    await phones["first"].says(f"t{number}", "is yours")
    await phones["first"].says(f"e{number} 2", "ended: safe")
    await settled(house)
    return counted


async def test_every_step_fires_once_though_the_store_is_killed_in_the_middle_of_one(
    chance: random.Random, is_long: bool
) -> None:
    points = [(frame, after) for frame in range(1, FRAMES_OF_A_STEP + 1) for after in (False, True)]
    async with a_house(hasty=True) as house:
        await house.start_worker()
        undisturbed = await climb(house)
        assert min(undisturbed.values()) >= 2
        for frame, after in points if is_long else chance.sample(points, 3):
            paged = await climb(house, frame, after=after)
            where = f"store killed {'after' if after else 'before'} frame {frame} of a step"
            assert paged == undisturbed, (
                f"{where}: {paged - undisturbed} too many, {undisturbed - paged} too few"
            )
        await house.stop_worker()
