"""Operators hear when the alert path itself is in trouble: alerts that wait, steps that nobody takes, workers that
stand still or die. What waits on purpose wakes nobody."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.heartbeat_round import Heartbeat
from bot.operator_alarm import OperatorAlarm
from responders.store import Store
from tests.acceptance.world import World, a_world


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    async with a_world(store) as world:
        yield world


def told(world: World) -> list[str]:
    """What operators were told on Telegram."""
    return [page for page in world.person("coordinator").pages if page.startswith("Tocsin:")]


async def look(alarm: OperatorAlarm, world: World, now: datetime) -> None:
    """One look, of a worker whose loops turn."""
    world.app.sending.passes += 1
    world.app.timekeeper.passes += 1
    await alarm.look(now)


def mailed(world: World) -> list[str]:
    """What came by e-mail to the coordinator."""
    return [shown.message.text for shown in world.platforms["email"].everything["coordinator@example.org"]]


async def looks(alarm: OperatorAlarm, world: World, seconds: int, *, moves: bool = True) -> None:
    """A look every two seconds, as in a running service whose outbox works and whose timers do not ring."""
    for _ in range(0, seconds, 2):
        world.now += timedelta(seconds=2)
        await world.settle()
        if moves:
            await look(alarm, world, world.now)
        else:
            await alarm.look(world.now)


async def a_page_that_waits(world: World) -> None:
    """Telegram is away; an alert is on its way there."""
    world.platforms["telegram-alerts"].is_away = True
    await world.reporter("ana").writes("help they are at the door")
    assert "telegram-alerts" in {item.channel for _, item in world.app.sending.in_hand()}


async def test_an_alert_that_waits_ten_seconds_is_told_over_the_other_channels(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    await a_page_that_waits(world)
    before = len(mailed(world))
    await looks(alarm, world, 10)
    assert mailed(world)[before:] == []
    await looks(alarm, world, 4)
    assert ["more than 10 seconds" in text for text in mailed(world)[before:]] == [True]
    assert "telegram-alerts" in mailed(world)[-1]
    assert world.app.pulse.is_well, "somebody knows"
    await looks(alarm, world, 150)
    assert len(mailed(world)) == before + 1, "once in a quarter of an hour"


async def test_when_no_operator_can_be_told_of_it_the_dead_man_rings(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    await a_page_that_waits(world)
    for platform in world.platforms.values():
        platform.is_away = True
    await looks(alarm, world, 14)
    assert not world.app.pulse.is_well
    for platform in world.platforms.values():
        platform.is_away = False
    await looks(alarm, world, 70)
    assert world.app.pulse.is_well
    assert any("more than 10 seconds" in text for text in mailed(world))


async def test_alerts_that_flow_and_words_that_are_held_wake_no_operator(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    ana = world.reporter("ana")
    await ana.reports("unsafe", push="yes", country="stop")
    number = await world.taken()
    await world.person("first").types(f"{number} Are you safe now?")  # held for ten seconds
    await looks(alarm, world, 8)
    await world.settle()
    await looks(alarm, world, 2)
    assert told(world) == []


async def test_a_step_of_a_ladder_that_no_worker_takes_is_told_within_a_few_seconds(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    await world.reporter("ana").writes("help they are at the door")
    await looks(alarm, world, 180)  # the second step falls due after three minutes, and no timer rings here
    assert told(world) == []
    await looks(alarm, world, 12)
    assert ["no worker takes them" in text for text in told(world)] == [True]
    assert not world.app.pulse.is_well
    await world.after(seconds=1)
    await looks(alarm, world, 2)
    assert told(world)[-1] == "Tocsin: it works again."
    assert world.app.pulse.is_well


async def test_a_worker_that_stands_still_is_told_after_ten_seconds(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    await looks(alarm, world, 2)
    await looks(alarm, world, 10, moves=False)
    assert told(world) == []
    await looks(alarm, world, 2, moves=False)
    assert ["stands still" in text for text in told(world)] == [True]
    await looks(alarm, world, 2)
    assert told(world)[-1] == "Tocsin: it works again."


async def test_a_stall_of_the_whole_process_is_told_when_it_is_over(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    await alarm.look(world.now, has_stalled=True)
    await alarm.look(world.now, has_stalled=True)
    assert ["stood still" in text for text in told(world)] == [True]


async def test_a_case_whose_timer_fails_again_and_again_is_told(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    await world.reporter("ana").writes("help they are at the door")
    (key,) = [key for key in await world.keys("{s") if re.fullmatch(r"\{s\d\}:case:\d+", key)]
    await world.damage(key)
    world.now += timedelta(minutes=3)
    for _ in range(10):
        await world.app.timekeeper.timers()
        await looks(alarm, world, 2)
    assert ["fails again and again" in text for text in told(world)] == [True]


async def test_another_worker_that_dies_is_told_without_a_sound(world: World) -> None:
    ours, theirs = (OperatorAlarm(world.app, world.platforms) for _ in range(2))
    for _ in range(3):
        await look(ours, world, world.now)
        await look(theirs, world, world.now)
    await looks(ours, world, 40)
    shown = world.platforms["telegram-alerts"].everything["coordinator"][-1]
    assert "ended without a word" in shown.message.text
    assert shown.message.silent
    assert len(told(world)) == 1


async def test_who_stops_in_good_order_leaves_no_alarm_behind(world: World) -> None:
    ours, theirs = (OperatorAlarm(world.app, world.platforms) for _ in range(2))
    for _ in range(3):
        await look(ours, world, world.now)
        await look(theirs, world, world.now)
    await theirs.leave()
    await looks(ours, world, 40)
    assert told(world) == []


async def test_a_clock_that_leaps_an_hour_wakes_nobody(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    await Heartbeat(world.app, world.platforms, alarm.tell).look(world.now)
    before = told(world)
    await world.reporter("ana").writes("help they are at the door")
    for hours in (1, -1, -1, 1):
        await looks(alarm, world, 4)
        world.now += timedelta(hours=hours)
        await look(alarm, world, world.now)
        await world.after(seconds=1)
    await looks(alarm, world, 4)
    assert told(world) == before
