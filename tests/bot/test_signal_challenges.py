"""What Signal wants answered lies sealed in the store until it was."""

import asyncio

from bot.channels.signal_rpc import Challenge
from bot.channels.signal_state import SignalState
from bot.signal_challenges import KEPT, Challenges
from responders.keyring import MasterKey, store_box
from responders.store import Store

BOX = store_box(MasterKey(bytes(range(32))))


async def test_it_is_found_until_the_account_works_again(store: Store) -> None:
    challenges, state = Challenges(store, BOX), SignalState()
    state.challenge = Challenge("tok-123", KEPT)
    watching = asyncio.ensure_future(challenges.watch({"signal": state}))
    async with asyncio.timeout(60):
        while (token := await challenges.token("signal")) is None:  # noqa: ASYNC110 - the store is looked at
            await asyncio.sleep(0)
    assert token.reveal() == "tok-123"
    assert await challenges.token("signal-alerts") is None
    await challenges.keep("signal", None)
    assert await challenges.token("signal") is None
    watching.cancel()


async def test_it_cannot_be_read_in_the_store_and_goes_by_itself(store: Store) -> None:
    await Challenges(store, BOX).keep("signal", "tok-123")
    raw = await store._command("GET", "{s0}:challenge:signal")
    assert b"tok" not in raw
    assert 0 < await store._command("TTL", "{s0}:challenge:signal") <= KEPT.total_seconds()
