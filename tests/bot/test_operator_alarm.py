"""Operators are woken when the service itself is in trouble: without the store, content-free, not every minute."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.operator_alarm import OperatorAlarm
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


def told(world: World) -> list[str]:
    return [page for page in world.person("coordinator").pages if page.startswith("Tocsin:")]


async def test_a_store_that_stays_away_wakes_the_coordinator_on_the_channels_themselves(
    world: World, embedded: EmbeddedStore
) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    embedded.stop()
    await alarm.look(world.now)
    assert told(world) == []
    await alarm.look(world.now + timedelta(seconds=10))
    assert [text for text in told(world) if "store does not answer" in text] == told(world) != []
    assert not world.app.is_well


async def test_the_same_trouble_is_told_again_only_after_a_quarter_of_an_hour(
    world: World, embedded: EmbeddedStore
) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    embedded.stop()
    for seconds in (0, 10, 20, 600):
        await alarm.look(world.now + timedelta(seconds=seconds))
    once = len(told(world))
    await alarm.look(world.now + timedelta(seconds=911))
    assert (once, len(told(world))) == (1, 2)


async def test_recovery_is_told_once(world: World, embedded: EmbeddedStore) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    embedded.stop()
    for seconds in (0, 10):
        await alarm.look(world.now + timedelta(seconds=seconds))
    await embedded.__aenter__()
    for seconds in (20, 30):
        await alarm.look(world.now + timedelta(seconds=seconds))
    assert told(world)[1:] == ["Tocsin: it works again."]
    assert world.app.is_well


async def test_a_disk_that_fills_is_told_while_the_store_still_answers(world: World) -> None:
    alarm = OperatorAlarm(world.app, world.platforms)
    world.app.duty.disk_is_full = True
    await alarm.look(world.now)
    assert ["disk is nearly full" in text for text in told(world)] == [True]
    assert world.app.is_well
