"""The version of what the store holds: an empty store begins with ours, an older one is walked up step by step, a
later one is refused."""

import pytest

from responders.schema import UNFINISHED, VERSION, NewerStore, Step, Unfinished, bring_up_to_date
from responders.store import Commit, Store
from tests.responders.store.builders import a_write, sealed


async def test_an_empty_store_begins_with_our_version(store: Store) -> None:
    assert await bring_up_to_date(store) == 0
    assert await store.schema() == VERSION


async def test_a_store_of_the_first_version_that_nobody_numbered_is_walked_up_from_one(store: Store) -> None:
    await store.commit(Commit(3, writes=(a_write(sealed("old")),)))
    walked: list[int] = []
    assert await bring_up_to_date(store, _steps(walked), 3) == 2
    assert walked == [1, 2]
    assert await store.schema() == 3


async def test_a_walk_that_was_stopped_goes_on_where_it_stopped(store: Store) -> None:
    await store.set_schema(1)
    walked: list[int] = []

    async def fails(_: Store) -> None:
        raise RuntimeError("the machine went down")

    with pytest.raises(RuntimeError):
        await bring_up_to_date(store, {**_steps(walked), 2: fails}, 4)
    assert await store.schema() == 2
    await bring_up_to_date(store, _steps(walked), 4)
    assert walked == [1, 2, 3]


async def test_a_store_that_a_later_version_used_is_refused_and_left_alone(store: Store) -> None:
    await store.set_schema(VERSION + 1)
    with pytest.raises(NewerStore, match="a later Tocsin"):
        await bring_up_to_date(store)
    assert await store.schema() == VERSION + 1


async def test_a_store_that_a_restore_has_not_filled_is_refused_and_left_alone(store: Store) -> None:
    await store.set_schema(UNFINISHED)
    with pytest.raises(Unfinished, match="cut off"):
        await bring_up_to_date(store)
    assert await store.schema() == UNFINISHED


def _steps(walked: list[int]) -> dict[int, Step]:
    return {version: _step(version, walked) for version in range(1, 9)}


def _step(version: int, walked: list[int]) -> Step:
    async def take(_: Store) -> None:
        walked.append(version)

    return take
