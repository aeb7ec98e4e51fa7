import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from responders.store import (
    AlreadyDone,
    Applied,
    Commit,
    Field,
    Queued,
    Stale,
    Store,
    StoreDown,
    StoreRefused,
)
from responders.valkey import EmbeddedStore
from tests.chaos.waiting import until
from tests.conftest import PATIENT
from tests.responders.store.builders import LEASE, NOON, SESSION, SHARD, a_write, sealed, tag
from tests.responders.store.cable import Cable, Cut

TURN = Commit(
    SHARD,
    done="ab12",
    writes=(a_write(sealed("first")),),
    fields=(Field("{s3}:receipt", "count", add=1),),
    queue=(Queued("1", NOON, b"reply"),),
)


@pytest.fixture
async def cable(store: Store, short_folder: Path, valkey: EmbeddedStore) -> AsyncIterator[Cable]:
    async with Cable(short_folder, valkey.socket) as cable:
        await store.read([SESSION])  # emptied before the cable is laid
        yield cable


@pytest.fixture
async def remote(cable: Cable) -> AsyncIterator[Store]:
    """A store at the far end of the cable, connected; `store` looks at the same server directly."""
    remote = Store(cable.url, patience=PATIENT, pauses=(0, 0))
    await remote.read([SESSION])
    yield remote
    await remote.close()


@pytest.mark.parametrize("place", [Cut.BEFORE_THE_SERVER, Cut.AFTER_THE_SERVER])
@pytest.mark.parametrize("done", ["ab12", None])
async def test_a_turn_is_applied_once_wherever_the_cable_breaks(
    store: Store, remote: Store, cable: Cable, place: Cut, done: str | None
) -> None:
    cable.cut = place
    turn = Commit(SHARD, done, TURN.writes, TURN.fields, TURN.queue)
    assert await remote.commit(turn) == Applied()
    assert cable.connections == 2
    assert await store.field("{s3}:receipt", "count") == b"1"
    assert len((await store.claim_outbox(SHARD, NOON, LEASE, 10)).items) == 1


async def test_the_same_turn_of_another_process_is_not_taken_for_a_lost_answer(
    store: Store, remote: Store
) -> None:
    assert await store.commit(TURN) == Applied()
    assert await remote.commit(TURN) == AlreadyDone()
    unmarked = Commit(SHARD, writes=(a_write(sealed("second")),))
    assert isinstance(await remote.commit(unmarked), Stale)


async def test_an_attempt_whose_answer_was_lost_counts_once(
    store: Store, remote: Store, cable: Cable
) -> None:
    """A store that ended again and again for want of room counted one worker's attempt for three."""
    assert await store.count_attempt(SHARD, "ab", "one") == 1
    cable.cut = Cut.AFTER_THE_SERVER
    assert await remote.count_attempt(SHARD, "ab", "two") == 2


async def test_everybody_who_waits_gets_their_own_answer_after_a_cut(remote: Store, cable: Cable) -> None:
    cable.cut = Cut.AFTER_THE_SERVER
    keys = [f"{{s3}}:case:{n}" for n in range(40)]
    turns = [Commit(SHARD, writes=(a_write(sealed(key[-2:]), key=key),)) for key in keys]
    assert set(await asyncio.gather(*(remote.commit(turn) for turn in turns))) == {Applied()}
    values = await asyncio.gather(*(remote.read([key]) for key in keys))
    assert values == [[sealed(key[-2:])] for key in keys]


async def test_a_caller_who_gives_up_takes_nobody_elses_answer(remote: Store) -> None:
    await remote.commit(Commit(SHARD, writes=(a_write(sealed("first")),)))
    impatient = asyncio.create_task(remote.read(["{s3}:case:1"]))
    patient = asyncio.create_task(remote.read([SESSION]))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == [sealed("first")]
    assert await remote.read(["{s3}:case:1"]) == [None]


async def test_a_silent_network_ends_in_store_down_and_heals(cable: Cable) -> None:
    remote = Store(cable.url, patience=timedelta(milliseconds=500), pauses=(0,))
    await until(lambda: answers(remote), lambda: AssertionError("it never answered"))
    cable.silent = True
    with pytest.raises(StoreDown, match="the store cannot be reached"):
        async with asyncio.timeout(60):  # or a fault here would hang the suite
            await remote.commit(TURN)
    cable.silent = False
    await until(lambda: answers(remote), lambda: AssertionError("it does not heal"))
    assert await remote.commit(TURN) == Applied()
    await remote.close()


async def answers(remote: Store) -> bool:
    """Whether it does within its patience, which on a loaded machine it may not at once."""
    try:
        return await remote.read([SESSION]) == [None]
    except StoreDown:
        return False


async def test_a_server_that_is_not_there_is_store_down_and_says_no_more(short_folder: Path) -> None:
    store = Store(f"unix://{short_folder}/nobody.sock", pauses=())
    with pytest.raises(StoreDown) as caught:
        await store.commit(Commit(SHARD, writes=(a_write(b"the secret words"),)))
    assert str(caught.value) == "the store cannot be reached: ConnectionError"
    assert caught.value.__cause__ is None
    await store.close()


async def test_a_server_that_forgot_our_functions_learns_them_again(store: Store) -> None:
    await store._command("SCRIPT", "FLUSH")
    assert await store.commit(TURN) == Applied()


async def test_a_refusal_tells_its_code_and_nothing_that_was_sent(store: Store) -> None:
    await store._command("HSET", SESSION, "field", "the secret words")
    with pytest.raises(StoreRefused) as caught:
        await store.commit(Commit(SHARD, writes=(a_write(sealed("x", "the secret words"), tag("first")),)))
    assert str(caught.value) == "the store refused a command: WRONGTYPE"
    with pytest.raises(StoreRefused, match="the store refused a command: ResponseError"):
        await store._command("THESECRET", "the secret words")


async def test_a_store_that_was_closed_opens_again_when_asked(store: Store) -> None:
    await store.close()
    await store.close()
    assert await store.read([SESSION]) == [None]


@pytest.mark.parametrize(
    "nonsense",
    [
        b"%1\r\n*0\r\n:1\r\n",  # a mapping whose key is a list
        b"*1\r\n" * 50,
        b"?\r\n",
        b",abc\r\n",
        b"#x\r\n",
        b"$99999999999999999999\r\n",
        b"-LOADING not yet\r\n",
        b"_\r\n_\r\n_\r\n",  # more answers than questions
        b"\xff" * 100,
    ],
    ids=lambda one: repr(one[:12]),
)
async def test_an_answer_that_is_none_ends_the_line_and_the_command_is_asked_again(
    store: Store, cable: Cable, nonsense: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    await store.put([Field("{s3}:receipt", "count", add=1)])
    remote = Store(cable.url, pauses=(0, 0))
    await until(lambda: answers(remote), lambda: AssertionError("it never answered"))
    cable.instead = nonsense
    with suppress(StoreDown):  # where the nonsense was an answer of its own
        assert await remote.field("{s3}:receipt", "count") in (b"1", None)
    await until(lambda: answers(remote), lambda: AssertionError("it does not heal"))
    assert await remote.field("{s3}:receipt", "count") == b"1"
    assert caplog.text == "", "the loop has seen no exception"
    await remote.close()
