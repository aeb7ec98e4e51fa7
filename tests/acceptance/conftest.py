"""A world for each test: the whole service on the real store, with a clock that is moved."""

from collections.abc import AsyncIterator

import pytest

from responders.store import Store
from tests.acceptance.world import World, a_world


@pytest.fixture
async def world(store: Store) -> AsyncIterator[World]:
    """Four people abroad; "first" is on call, "second" is the backup."""
    async with a_world(store) as world:
        yield world
