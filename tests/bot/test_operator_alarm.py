"""Operators are woken when the service itself is in trouble: without the store, content-free, not every minute."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.signal_faults import Meaning, Trouble
from bot.channels.signal_state import SignalState
from bot.heartbeat_round import Heartbeat
from bot.operator_alarm import OperatorAlarm
from responders.delivery import Message, TryAgain
from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.acceptance.world import World, a_world


@pytest.fixture
async def embedded(short_folder: Path) -> AsyncIterator[EmbeddedStore]:
    """A server of this test's own, to be stopped."""
    async with EmbeddedStore(short_folder) as embedded:
        yield embedded


@pytest.fixture
async def world(embedded: EmbeddedStore) -> AsyncIterator[World]:
    store = Store(embedded.url, patience=timedelta(milliseconds=50), pauses=(0.01,))
    async with a_world(store) as world:
        yield world
    await store.close()


async def look(alarm: OperatorAlarm, world: World, now: datetime) -> None:
    """One look, of a worker whose loops turn."""
    world.app.sending.passes += 1
    world.app.timekeeper.passes += 1
    await alarm.look(now)


def told(world: World) -> list[str]:
    return [page for page in world.person("coordinator").pages if page.startswith("Tocsin:")]


async def test_a_store_that_stays_away_wakes_the_coordinator_on_the_channels_themselves(
    world: World, embedded: EmbeddedStore
) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    embedded.stop()
    await look(alarm, world, world.now)
    assert told(world) == []
    await look(alarm, world, world.now + timedelta(seconds=10))
    assert [text for text in told(world) if "store does not answer" in text] == told(world) != []
    assert not world.app.pulse.is_well


async def test_the_same_trouble_is_told_again_only_after_a_quarter_of_an_hour(
    world: World, embedded: EmbeddedStore
) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    embedded.stop()
    for seconds in (0, 10, 20, 600):
        await look(alarm, world, world.now + timedelta(seconds=seconds))
    once = len(told(world))
    await look(alarm, world, world.now + timedelta(seconds=911))
    assert (once, len(told(world))) == (1, 2)


async def test_recovery_is_told_once(world: World, embedded: EmbeddedStore) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    embedded.stop()
    for seconds in (0, 10):
        await look(alarm, world, world.now + timedelta(seconds=seconds))
    await embedded.__aenter__()
    for seconds in (20, 30):
        await look(alarm, world, world.now + timedelta(seconds=seconds))
    assert told(world)[1:] == ["Tocsin: it works again."]
    assert world.app.pulse.is_well


async def test_who_could_not_be_told_is_told_a_minute_later(
    world: World, embedded: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    embedded.stop()

    async def fails(address: str, message: Message) -> str:
        del address, message
        raise TryAgain(timedelta(seconds=2))

    with monkeypatch.context() as away:
        for platform in world.platforms.values():
            away.setattr(platform, "send", fails)
        for seconds in (0, 10):
            await look(alarm, world, world.now + timedelta(seconds=seconds))
    await look(alarm, world, world.now + timedelta(seconds=60))
    assert told(world) == []
    await look(alarm, world, world.now + timedelta(seconds=70))
    assert len(told(world)) == 1


async def test_a_signal_cli_that_hangs_is_told_though_it_is_connected(world: World) -> None:
    state = SignalState(is_subscribed=True, is_answering=False)
    alarm = OperatorAlarm(world.app, world.platforms, [state])
    await look(alarm, world, world.now)
    assert told(world) == []
    await look(alarm, world, world.now + timedelta(seconds=60))
    assert ["signal-cli does not answer" in text for text in told(world)] == [True]


async def test_a_signal_that_is_deaf_is_told_at_once(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms, [SignalState(is_subscribed=True, is_deaf=True)])
    await look(alarm, world, world.now)
    assert ["systemctl restart signal-cli" in text for text in told(world)] == [True]


async def test_a_captcha_is_not_cured_by_a_call_without_an_answer(world: World) -> None:
    state = SignalState(is_subscribed=True, trouble=Trouble.CAPTCHA)
    alarm = OperatorAlarm(world.app, world.platforms, [state])
    await look(alarm, world, world.now)
    state.met(Meaning(TryAgain(timedelta(seconds=2)), trouble=Trouble.AWAY))
    await look(alarm, world, world.now + timedelta(seconds=2))
    assert len(told(world)) == 1
    assert "captcha" in told(world)[0]
    assert state.lacks == "Signal wants a captcha before anything goes out"


async def test_a_disk_that_fills_is_told_while_the_store_still_answers(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    world.app.duty.disk_is_full = True
    await look(alarm, world, world.now)
    assert ["disk is nearly full" in text for text in told(world)] == [True]
    assert world.app.pulse.is_well


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
