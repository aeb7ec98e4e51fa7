"""The worker, or the store, is killed with -9 at a frame of one whole story, before or after the frame is passed on.
Whatever the platform was told is in the case, once; what people were shown is repeated only in the window.
TOCSIN_CHAOS_PART=2/8 sweeps every eighth point of the long form, from the second on."""

import os
import random

from bot.clock import monotonic
from tests.chaos.house import House, a_house
from tests.chaos.story import Told, judge, tell
from tests.chaos.wire import Kill, Way

SAMPLE = 4  # kill points for each wire, direction and side, in the short form
HOOKED = 1  # the same for each webhook, whose frames are deliveries and our answers alone
ENOUGH = 8  # faults, then the sweep ends
PART, PARTS = (int(number) for number in os.environ.get("TOCSIN_CHAOS_PART", "1/1").split("/"))
REACHED = 0.6  # of all points, at least; on a busy machine some questions are asked in one that were two
BEYOND = 3  # the long form goes on until so many frames after the last one are never reached


async def undisturbed(house: House) -> Told:
    """The story without a kill, judged; how many frames there are stays in `house.counted.numbers`."""
    await judge(house, await tell(house), None)
    first = await tell(house)
    await judge(house, first, None)
    numbers = house.counted.numbers.copy()
    again = await tell(house)
    await judge(house, again, first)
    # a busy machine asks more often; what is always there can always be reached
    house.counted.numbers &= numbers
    assert again.shown == first.shown, "the story is not always the same: nothing can be compared with it"
    return again


def kill_points(house: House, victim: str, wires: tuple[str, ...], beyond: int = BEYOND) -> list[Kill]:
    """Every frame on these wires, before and after."""
    numbers = house.counted.numbers
    return [
        Kill(wire, way, number, after, victim)
        for wire in wires
        for way in Way
        for after in (False, True)
        for number in range(1, numbers[wire, way] + beyond + 1)
    ]


def a_sample(points: list[Kill], chance: random.Random, each: int) -> list[Kill]:
    """Some of every kind, in the order of the story."""
    kinds: dict[tuple[str, Way, bool], list[Kill]] = {}
    for point in points:
        kinds.setdefault((point.wire, point.way, point.after), []).append(point)
    return [kill for of_kind in kinds.values() for kill in chance.sample(of_kind, min(each, len(of_kind)))]


def chosen(points: list[Kill], chance: random.Random, *, is_long: bool, each: int = SAMPLE) -> list[Kill]:
    """What is tried: in the long form this part of everything."""
    return points[PART - 1 :: PARTS] if is_long else a_sample(points, chance, each)


async def sweep(house: House, points: list[Kill], expected: Told) -> None:
    """Tell the story once for each kill point, and judge it; every fault is told, not only the first."""
    began, killed, repeated, faults = monotonic(), 0, 0, list[str]()
    for kill in points:
        try:
            told = await tell(house, kill)
            await judge(house, told, expected)
            killed += told.killed_at is not None
            repeated += told.repeats.total()
        except AssertionError as fault:
            log = (house.folder / "worker.log").read_text()[-800:]
            faults.append(f"{kill}: {type(fault).__name__} {fault}\n{log}")
            print(faults[-1])  # noqa: T201 - a long sweep: not only at its end
            await house.reset()
        if len(faults) == ENOUGH:
            break
    print(  # noqa: T201 - the figures are the result
        f"{len(points)} kill points, {killed} reached, {len(faults)} faults, {repeated} messages repeated "
        f"(all in the window), {monotonic() - began:.0f} s"
    )
    assert not faults, "\n".join(faults)
    assert killed >= len(points) * REACHED


async def test_a_worker_killed_at_any_frame_loses_nothing(chance: random.Random, is_long: bool) -> None:
    async with a_house() as house:
        expected = await undisturbed(house)
        points = kill_points(house, "worker", ("store", "telegram", "telegram-alerts"))
        await sweep(house, chosen(points, chance, is_long=is_long), expected)


async def test_a_store_killed_at_any_frame_loses_nothing(chance: random.Random, is_long: bool) -> None:
    async with a_house() as house:
        expected = await undisturbed(house)
        points = kill_points(house, "store", ("store",))
        await sweep(house, chosen(points, chance, is_long=is_long), expected)


async def test_a_worker_killed_at_any_frame_of_a_webhook_loses_nothing(
    chance: random.Random, is_long: bool
) -> None:
    async with a_house(is_pushed=True) as house:
        expected = await undisturbed(house)
        # each delivery is one request and one answer: their number is no matter of luck
        points = kill_points(house, "worker", ("telegram-hook", "telegram-alerts-hook"), beyond=0)
        await sweep(house, chosen(points, chance, is_long=is_long, each=HOOKED), expected)
