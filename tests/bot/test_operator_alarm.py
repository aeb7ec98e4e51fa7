"""Operators are woken when the service itself is in trouble: without the store, content-free, not every minute."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels import Inbound
from bot.channels.signal_faults import Meaning, Trouble
from bot.channels.signal_state import SignalState
from bot.operator_alarm import OperatorAlarm
from bot.settings import Limits
from responders.delivery import Message, TryAgain
from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.acceptance.world import World, a_world
from tests.conftest import PATIENT


@pytest.fixture
async def embedded(short_folder: Path) -> AsyncIterator[EmbeddedStore]:
    """A server of this test's own, to be stopped."""
    async with EmbeddedStore(short_folder) as embedded:
        yield embedded


@pytest.fixture
async def world(embedded: EmbeddedStore) -> AsyncIterator[World]:
    store = Store(embedded.url, patience=PATIENT, pauses=(0.01,))
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


def overrun(world: World) -> list[str]:
    return [text for text in told(world) if "nothing is lost" in text]


async def test_a_flood_that_cannot_be_worked_in_half_a_minute_is_told_once(world: World) -> None:
    world.limits = Limits(strangers_at_once=1)
    await world.restart()
    alarm = OperatorAlarm(world.app, world.platforms)
    alarms = (
        Inbound("telegram", f"fake{n}", "m1", "SOS they are at the door", locale="en") for n in range(5)
    )
    await asyncio.gather(*(world.app.hear(one) for one in alarms))
    assert world.app.door.waiting
    await look(alarm, world, world.now)
    await look(alarm, world, world.now + timedelta(seconds=20))
    assert not overrun(world)
    await look(alarm, world, world.now + timedelta(seconds=30))
    assert len(overrun(world)) == 1
    await world.settle()
    await look(alarm, world, world.now + timedelta(hours=1))
    assert len(overrun(world)) == 1, "and not again, for it is over"


async def test_a_flood_that_comes_in_bursts_does_not_ring_with_each_of_them(world: World) -> None:
    world.limits = Limits(strangers_at_once=1)
    await world.restart()
    alarm = OperatorAlarm(world.app, world.platforms)
    for burst in range(5):
        alarms = (
            Inbound("telegram", f"fake{burst}.{n}", "m1", "SOS they are at the door", locale="en")
            for n in range(5)
        )
        await asyncio.gather(*(world.app.hear(one) for one in alarms))
        begun = world.now + timedelta(minutes=burst)
        for seconds in (0, 30):
            await look(alarm, world, begun + timedelta(seconds=seconds))
        while await world.app.door.next():
            pass
        await look(alarm, world, begun + timedelta(seconds=40))
    assert len(overrun(world)) == 1
    assert not [text for text in told(world) if "works again" in text]


async def test_whoever_keeps_knocking_rings_nobody(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    world.app.knocks.count("telegram-alerts", world.now, 1_000)
    await look(alarm, world, world.now)
    shown = world.platforms["telegram-alerts"].everything["coordinator"][-1]
    assert "keeps trying" in shown.message.text
    assert shown.message.silent
