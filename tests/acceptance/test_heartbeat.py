"""The daily test of every alarm channel: who gets it, what it wakes, and what happens when one does not take it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.heartbeat import Result
from bot.heartbeat_round import Heartbeat
from bot.operator_alarm import OperatorAlarm
from responders.delivery import Message
from responders.directory import Alarm
from responders.store import Store, StoreDown
from tests.acceptance.phones import Shown
from tests.acceptance.world import World, a_world
from tests.responders.organisations import a_focal_point, an_organisation

TEN = datetime(2026, 11, 3, 10, tzinfo=UTC)
TELEGRAM, MAIL = "telegram-alerts", "email"


@dataclass
class Worker:
    """One process's heartbeat; a channel that asks us to wait is asked again at once."""

    world: World
    paused: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        app = self.world.app
        self.heartbeat = Heartbeat(app, self.world.platforms, OperatorAlarm(app, self.world.platforms).tell)
        self.heartbeat.pause = self._pause

    async def _pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    async def looks(self, at: datetime) -> None:
        self.world.now = at
        await self.heartbeat.look(at)

    async def looks_each_minute(self, since: datetime, until: datetime) -> None:
        at = since
        while at < until:
            await self.looks(at)
            at += timedelta(minutes=1)

    def result(self, channel: str) -> Result | None:
        return self.heartbeat.known.of(channel).result


def seen(world: World, channel: str, address: str) -> list[Shown]:
    return world.platforms[channel].everything[address]


def texts(world: World, channel: str, person: str = "coordinator") -> list[str]:
    """What a person was shown on a channel."""
    address = f"{person}@example.org" if channel == MAIL else person
    return [shown.message.text for shown in seen(world, channel, address)]


async def test_once_a_day_every_channel_brings_the_coordinator_a_test_that_does_not_ring(
    world: World,
) -> None:
    worker = Worker(world)
    await worker.looks_each_minute(TEN - timedelta(minutes=2), TEN + timedelta(hours=3))
    for channel, address in ((TELEGRAM, "coordinator"), (MAIL, "coordinator@example.org")):
        first, *at_ten = [
            shown for shown in seen(world, channel, address) if "daily test" in shown.message.text
        ]
        assert first.at < TEN, "never tested: at once"
        assert [shown.at for shown in at_ten] == [TEN]
        assert all(shown.message.silent and shown.message.protect for shown in (first, *at_ten))
        assert worker.result(channel) is Result.ACCEPTED
    others = [texts(world, TELEGRAM, person) for person in ("first", "second", "third")]
    assert others == [[], [], []], "nobody else is bothered"


async def test_the_hour_and_its_zone_are_the_installations(world: World) -> None:
    worker = Worker(world)
    await worker.looks(TEN)
    await worker.looks_each_minute(TEN + timedelta(minutes=1), TEN + timedelta(hours=23, minutes=59))
    assert len(texts(world, TELEGRAM)) == 1
    await worker.looks(TEN + timedelta(hours=24))
    assert len(texts(world, TELEGRAM)) == 2


async def test_an_hour_that_was_missed_is_made_up_for_at_the_start(world: World) -> None:
    await Worker(world).looks(TEN)
    await world.restart()
    await Worker(world).looks(TEN + timedelta(days=2, hours=7))
    assert len(texts(world, TELEGRAM)) == 2


async def test_of_several_workers_one_tests(world: World) -> None:
    one, other = Worker(world), Worker(world)
    await one.looks(TEN)
    await other.looks(TEN)
    assert len(texts(world, TELEGRAM)) == 1
    assert other.result(TELEGRAM) is Result.ACCEPTED


async def test_a_test_whose_worker_died_is_done_by_another(world: World) -> None:
    dies, lives = Worker(world), Worker(world)

    async def dies_here(seconds: float) -> None:
        del seconds
        raise StoreDown("as if killed here")

    dies.heartbeat.pause = dies_here
    world.platforms[TELEGRAM].is_away = True
    with pytest.raises(StoreDown):
        await dies.looks(TEN)
    world.platforms[TELEGRAM].is_away = False
    await lives.looks(TEN + timedelta(minutes=1))
    assert texts(world, TELEGRAM) == [], "it may still be at it"
    await lives.looks(TEN + timedelta(minutes=2))
    assert len(texts(world, TELEGRAM)) == 1


async def test_a_channel_that_does_not_take_it_is_told_at_once_over_the_others(world: World) -> None:
    worker = Worker(world)
    world.platforms[TELEGRAM].blocked.add("coordinator")
    await worker.looks(TEN)
    (alarm,) = [text for text in texts(world, MAIL) if "did not take" in text]
    assert TELEGRAM in alarm
    shown = next(one for one in seen(world, MAIL, "coordinator@example.org") if one.message.text == alarm)
    assert not shown.message.silent
    assert worker.result(TELEGRAM) is Result.REFUSED
    assert worker.result(MAIL) is Result.ACCEPTED


async def test_one_that_asks_for_patience_is_asked_three_times_before_anybody_is_woken(world: World) -> None:
    worker = Worker(world)
    world.platforms[TELEGRAM].is_away = True
    await worker.looks(TEN)
    assert worker.paused == [30.0, 30.0]
    assert worker.result(TELEGRAM) is Result.AWAY
    assert sum("did not take" in text for text in texts(world, MAIL)) == 1


async def test_a_failure_is_told_again_with_growing_pauses_and_its_end_once(world: World) -> None:
    worker = Worker(world)
    world.platforms[TELEGRAM].is_away = True
    await worker.looks_each_minute(TEN, TEN + timedelta(hours=12))
    told = [
        shown.at - TEN
        for shown in seen(world, MAIL, "coordinator@example.org")
        if "did not" in shown.message.text
    ]
    minutes = [round(after.total_seconds() / 60) for after in told]
    assert minutes == [0, 15, 75, 315]
    world.platforms[TELEGRAM].is_away = False
    await worker.looks_each_minute(TEN + timedelta(hours=12), TEN + timedelta(hours=13))
    assert sum("takes messages again" in text for text in texts(world, MAIL)) == 1
    assert worker.result(TELEGRAM) is Result.ACCEPTED


async def test_when_no_channel_takes_it_the_dead_man_rings_and_it_is_not_ready(world: World) -> None:
    worker, alarm = Worker(world), OperatorAlarm(world.app, world.platforms)
    for platform in world.platforms.values():
        platform.is_away = True
    await worker.looks(TEN)
    await alarm.look(world.now)
    assert not world.app.pulse.is_well
    assert "no alarm channel took its last test" in list(world.app.pulse.reasons())


async def test_a_sender_that_breaks_in_our_hands_does_not_end_the_service(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(address: str, message: Message) -> str:
        del address, message
        raise RuntimeError("a fault of ours")

    worker = Worker(world)
    monkeypatch.setattr(world.platforms[TELEGRAM], "send", breaks)
    await worker.looks(TEN)
    assert (worker.result(TELEGRAM), worker.result(MAIL)) == (Result.AWAY, Result.ACCEPTED)


async def test_a_channel_that_wakes_no_coordinator_is_tested_on_one_other_person(store: Store) -> None:
    mail_only = {"coordinator": a_focal_point(alarms=(Alarm.EMAIL,))}
    async with a_world(store, an_organisation(people=mail_only)) as world:
        await Worker(world).looks(TEN)
        assert [len(texts(world, TELEGRAM, person)) for person in ("coordinator", "first", "second")] == [
            0,
            1,
            0,
        ]


@pytest.mark.parametrize("told", ["late", "done"])
async def test_a_test_that_nobody_does_is_told(world: World, told: str) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    world.now = TEN + timedelta(minutes=20)
    if told == "done":
        await Worker(world).looks(world.now)
    for _ in range(2):
        world.app.sending.passes += 1
        world.app.timekeeper.passes += 1
        await alarm.look(world.now)
        world.now += timedelta(minutes=5)
    is_told = any("was not done" in text for text in texts(world, TELEGRAM))
    assert is_told is (told == "late")


async def test_a_record_that_was_damaged_only_means_another_test(world: World, store: Store) -> None:
    await Worker(world).looks(TEN)
    await store._command("HSET", "{heartbeat}", "channels", "damaged")
    worker = Worker(world)
    await worker.looks(TEN + timedelta(minutes=1))
    assert worker.result(TELEGRAM) is Result.ACCEPTED
