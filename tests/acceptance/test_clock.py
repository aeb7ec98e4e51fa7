"""A clock that was an hour ahead is put right, or leaps: nobody is left without a page, nothing that was written stays
behind, and a chat that may be in other hands is locked."""

from datetime import timedelta

import pytest

from bot.session import RECEIPT_STAYS
from responders.clock_watch import ClockWatch, Remembering
from tests.acceptance.test_focal_ladders import EVERYBODY, at_the_door, rang
from tests.acceptance.world import World
from triage.scales import Level

HOUR = timedelta(hours=1)


class Clock:
    """The machine's clock, which can be wrong, and the seconds that really pass."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def goes_on(self, **passed: float) -> None:
        """Time passes, and the clock tells it as it is."""
        self.world.steady += timedelta(**passed).total_seconds()
        await self.world.after(**passed)
        await self.looks()

    async def jumps(self, by: timedelta) -> None:
        """From one look to the next."""
        await self.looks()
        self.world.now += by
        await self.looks()
        await self.world.after(seconds=0)

    async def looks(self) -> None:
        self.world.steady += 1
        for shard in range(self.world.app.casework.dispatch.shards):
            await self.world.app.timekeeper.watch.look(shard)

    async def searches(self) -> None:
        for shard in range(self.world.app.casework.dispatch.shards):
            await self.world.app.timekeeper.watch.search(shard)


@pytest.fixture
async def clock(world: World) -> Clock:
    """Right until somebody moves it."""
    clock = Clock(world)
    await clock.looks()
    return clock


async def test_the_clock_is_put_right_and_the_next_page_still_comes_within_its_gap(
    world: World, clock: Clock
) -> None:
    await clock.jumps(HOUR)
    await at_the_door(world)
    await clock.goes_on(minutes=1)

    await clock.jumps(-HOUR)
    await clock.goes_on(minutes=1)
    assert [rang(world, name) for name in EVERYBODY] == [1, 1, 0, 0], "nobody is woken too early either"
    await clock.goes_on(minutes=1)
    assert [rang(world, name) for name in EVERYBODY] == [2, 2, 1, 0]
    await clock.goes_on(minutes=7)
    assert rang(world, "coordinator") == 1
    for _ in range(3):
        before = [rang(world, name) for name in EVERYBODY]
        await clock.goes_on(minutes=5)
        assert [rang(world, name) for name in EVERYBODY] == [one + 1 for one in before]


async def test_a_worker_that_stood_still_for_an_hour_hurries_nobodys_ladder(
    world: World, clock: Clock
) -> None:
    """A machine that is put to sleep or moved: what it asked before arrives after what the others asked since. It
    looks like a clock that went back, and is none."""
    number = await at_the_door(world)
    told = [world.now]
    await clock.goes_on(hours=1)

    told_or_now = Remembering(lambda: told.pop() if told else world.now)
    await ClockWatch(world.app.casework, told_or_now, lambda: world.steady).look(number % 2)

    assert not told
    assert not await world.app.store.was_retimed(number % 2)


async def test_a_ladder_that_only_climbed_in_the_wrong_hour_goes_on_too(world: World, clock: Clock) -> None:
    await at_the_door(world)
    await clock.jumps(HOUR)
    assert rang(world, "coordinator") == 1, "what seems to be overdue rings at once"
    await clock.jumps(-HOUR)
    await clock.goes_on(minutes=5)
    assert rang(world, "coordinator") == 2


async def test_all_workers_were_dead_when_it_was_put_right(world: World, clock: Clock) -> None:
    await clock.jumps(HOUR)
    await at_the_door(world)
    await clock.looks()
    world.now -= HOUR
    await world.restart()
    await clock.looks()
    await clock.goes_on(minutes=3)
    assert rang(world, "third") == 1


async def test_a_worker_knows_by_which_time_it_has_worked_though_it_never_looked(
    world: World, clock: Clock
) -> None:
    world.now += HOUR
    await at_the_door(world)
    world.now -= HOUR
    await clock.looks()
    await clock.goes_on(minutes=3)
    assert rang(world, "third") == 1


async def test_a_case_of_a_worker_that_died_before_it_looked_is_found(world: World, clock: Clock) -> None:
    world.now += HOUR
    await at_the_door(world)
    world.now -= HOUR
    await world.restart()
    await clock.goes_on(minutes=3)
    assert rang(world, "third") == 0, "nothing tells that the clock was wrong"
    await clock.searches()
    await clock.goes_on(minutes=3)
    assert rang(world, "third") == 1
    case = await world.case()
    await clock.searches()
    assert await world.case() == case, "the search is over for now"


async def test_a_case_that_a_slow_turn_wrote_by_the_old_clock_is_found_seconds_later(
    world: World, clock: Clock
) -> None:
    await clock.jumps(HOUR)
    await clock.searches()
    await clock.jumps(-HOUR)
    world.now += HOUR  # what this turn had read before
    await at_the_door(world)
    world.app.timekeeper.watch._used(world.app.timekeeper.watch._shards[0])
    for shard in world.app.timekeeper.watch._shards:
        shard.used = None
    world.now -= HOUR
    await clock.goes_on(seconds=15)
    await clock.searches()
    await clock.goes_on(minutes=3)
    assert rang(world, "third") == 1


async def test_the_search_finds_nothing_where_the_clock_was_right(world: World, clock: Clock) -> None:
    await at_the_door(world)
    await world.reporter("bea").reports("soon", country="stop")
    case = await world.case()
    await clock.searches()
    assert await world.case() == case


async def test_a_message_that_was_held_when_the_clock_went_back_is_shown_ten_seconds_later(
    world: World, clock: Clock
) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", notice="stop")
    number = await world.taken()
    await clock.jumps(HOUR)
    await world.person("first").at_desk(f"{number} we are on our way")
    await clock.goes_on(seconds=5)
    await clock.jumps(-HOUR)
    await clock.goes_on(seconds=20)  # what is due within some seconds is left as it is
    assert any("we are on our way" in text for text in ana.texts)


async def test_who_falls_silent_in_the_wrong_hour_is_passed_on_after_their_half_hour(
    world: World, clock: Clock
) -> None:
    await clock.jumps(HOUR)
    await world.reporter("ana").reports("soon", country="stop")
    await clock.goes_on(minutes=10)
    await clock.jumps(-HOUR)
    await clock.goes_on(minutes=19)
    assert await world.cases() == []
    await clock.goes_on(minutes=1, seconds=5)
    assert (await world.case()).is_open


async def test_the_receipt_leaves_the_screen_after_its_ten_minutes(world: World, clock: Clock) -> None:
    ana = world.reporter("ana")
    await clock.jumps(HOUR)
    await clock.goes_on(hours=2)
    await ana.reports("safe", what="harassed")
    shown = ana.newest
    await clock.goes_on(minutes=4)
    await clock.jumps(-HOUR)
    assert ana.newest == shown
    await clock.goes_on(minutes=6, seconds=5)
    assert shown not in ana.texts


async def test_a_chat_is_locked_when_nobody_knows_how_long_it_was_quiet(world: World, clock: Clock) -> None:
    ana, bea = world.reporter("ana"), world.reporter("bea")
    await ana.reports("safe", what="harassed", when="stop")
    await clock.jumps(-HOUR)
    assert await ana.gets("1") == await bea.gets("1"), "it answers like a new one"


async def test_what_a_person_writes_waits_when_nobody_knows_whether_the_chat_is_open(
    world: World, clock: Clock
) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="hello", notice="stop")
    number = await world.taken()
    await world.person("first").types(f"{number} where are you?")
    await clock.goes_on(seconds=20)
    await ana.writes("here")  # it answers text 2, so for fifteen minutes the chat is in their hands
    await clock.jumps(-HOUR)
    await world.person("first").types(f"{number} stay inside")
    await clock.goes_on(minutes=1)
    assert not any("stay inside" in text for text in ana.texts)


async def test_words_that_are_shown_only_once_stay_when_the_clock_leaps_ahead(
    world: World, clock: Clock
) -> None:
    ana = world.reporter("ana")
    await ana.reports("safe", what="harassed")
    words = ana.newest
    await clock.jumps(HOUR)
    assert ana.newest == words
    await clock.goes_on(seconds=RECEIPT_STAYS.total_seconds() + 5)
    assert words not in ana.texts


async def test_nothing_is_erased_for_an_hour_after_a_leap_of_a_year(world: World, clock: Clock) -> None:
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", notice="stop")
    number = await world.taken()
    await world.person("first").at_desk(f"e{number} 2")
    kept = await world.keys(f"{{s{world.shard(ana)}}}:case:")
    await clock.jumps(timedelta(days=366))
    await clock.goes_on(minutes=30)
    assert await world.keys(f"{{s{world.shard(ana)}}}:case:") == kept
    await clock.jumps(timedelta(days=-366))
    await clock.goes_on(hours=2)
    assert await world.keys(f"{{s{world.shard(ana)}}}:case:") == kept, "put right in time, nothing was lost"
    await clock.goes_on(days=366)
    assert await world.keys(f"{{s{world.shard(ana)}}}:case:") == set(), "and its own time comes"


async def test_an_urgent_case_is_not_delayed_by_a_leap(world: World, clock: Clock) -> None:
    await world.reporter("ana").reports("soon", country="GT", what="threat", when="days", link="stop")
    assert (await world.case()).level is Level.URGENT
    await clock.jumps(timedelta(minutes=20))
    assert rang(world, "first") == 2
