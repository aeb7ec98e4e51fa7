import asyncio
from pathlib import Path

import pytest

from responders.store import Commit, Expect, ServerInfo, Store, Tidied, Write
from responders.store.upkeep import rewrite_due
from responders.valkey import EmbeddedStore
from tests.conftest import PATIENT
from tests.responders.store.builders import NOON, SHARD, a_write, after, queued, sealed, tag

GROWN = {"aof_enabled": "1", "aof_rewrite_in_progress": "0", "aof_current_size": "9", "aof_base_size": "5"}


def on_disk(embedded: EmbeddedStore) -> bytes:
    """Everything in the append-only files."""
    return b"".join(path.read_bytes() for path in (embedded.folder / "appendonlydir").iterdir())


async def rewritten(store: Store) -> None:
    """Wait until the server has finished its rewrite, and the old file is gone."""
    for _ in range(100_000):
        told = bytes(await store._command("INFO", "persistence"))
        if b"aof_rewrite_in_progress:0" in told and b"aof_rewrite_scheduled:0" in told:
            return
        await asyncio.sleep(0)
    raise AssertionError("the rewrite never ended")


async def test_what_was_deleted_is_gone_from_disk_after_tidying(store: Store, valkey: EmbeddedStore) -> None:
    words = b"SLEEPING-DOGS-LIE"
    await store.commit(Commit(SHARD, writes=(a_write(sealed("first") + words),)))
    await store.commit(queued("1", item=words))
    kept = Write("{s3}:case:1", Expect.ABSENT, sealed("kept") + b"STILL-HERE")
    await store.commit(
        Commit(SHARD, writes=(a_write(None, expected=tag("first")), kept), cancel=("1",)),
    )
    assert words in on_disk(valkey), "the control: without a rewrite the words are found"
    assert await store.tidy(NOON) is Tidied.STARTED
    await rewritten(store)
    assert words not in on_disk(valkey)
    assert b"STILL-HERE" in on_disk(valkey)


async def test_the_file_is_rewritten_at_most_every_two_minutes_and_not_for_nothing(store: Store) -> None:
    await store.commit(Commit(SHARD, writes=(a_write(sealed("first")),)))
    assert await store.tidy(NOON) is Tidied.STARTED
    await rewritten(store)
    assert await store.tidy(after(minutes=3)) is Tidied.NOTHING
    await store.commit(Commit(SHARD, writes=(a_write(None, expected=tag("first")),)))
    assert await store.tidy(after(minutes=1)) is Tidied.NOTHING
    assert await store.tidy(after(minutes=2)) is Tidied.STARTED
    await rewritten(store)


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ({}, True),
        ({"aof_current_size": "5"}, False),
        ({"aof_rewrite_in_progress": "1"}, False),
        ({"aof_enabled": "0"}, False),
    ],
)
def test_a_rewrite_is_due_when_the_file_has_grown_and_none_is_running(
    told: dict[str, str], due: bool
) -> None:
    assert rewrite_due(GROWN | told, NOON, None) is due


async def test_a_server_that_forbids_the_rewrite_is_reported(short_folder: Path) -> None:
    async with Strict(short_folder) as embedded:
        store = Store(embedded.url, patience=PATIENT)
        await store.commit(Commit(SHARD, writes=(a_write(sealed("first")),)))
        assert await store.tidy(NOON) is Tidied.REFUSED
        assert (await store.servers())[""].appendfsync is None
        await store.close()


async def test_the_server_tells_what_durability_hangs_on(store: Store) -> None:
    (info,) = (await store.servers()).values()
    assert info.product == "valkey"
    assert info.version >= (9, 1, 2)
    assert (info.appendonly, info.appendfsync, info.eviction) == (True, "always", "noeviction")
    assert info.is_supported
    assert (info.is_primary, info.replicas, info.node_timeout, info.is_covering) == (True, 0, None, True)


@pytest.mark.parametrize(("version", "supported"), [((7, 0, 15), False), ((7, 2, 4), True), ((8, 6), True)])
def test_a_server_needs_to_be_7_2_or_later(version: tuple[int, ...], supported: bool) -> None:
    assert ServerInfo("redis", version, True, None, None).is_supported is supported


async def test_an_unclean_stop_is_known_at_the_next_start(store: Store) -> None:
    assert not await store.begin("worker")
    assert await store.begin("worker"), "it was never ended"
    await store.end("worker")
    assert not await store.begin("worker")
    assert not await store.begin("another")


async def test_no_command_is_kept_in_the_servers_logs(short_folder: Path) -> None:
    """Every command counts as slow here, with our length of the log and, as a control, a longer one."""
    for length, found in (("0", False), ("128", True)):
        embedded = Talkative(short_folder / length, length)
        async with embedded:
            remote = Store(embedded.url, patience=PATIENT)
            await remote.commit(Commit(SHARD, writes=(a_write(sealed("x", "the secret words")),)))
            logged = await remote._command("SLOWLOG", "GET", "128")
            assert (b"the secret words" in repr(logged).encode()) is found
            assert b"the secret words" not in (embedded.folder / "valkey.log").read_bytes()
            await remote.close()


class Talkative(EmbeddedStore):
    """A server that takes every command for a slow one."""

    def __init__(self, folder: Path, length: str) -> None:
        super().__init__(folder)
        self.length = length

    def settings(self) -> dict[str, str]:
        return super().settings() | {"slowlog-log-slower-than": "0", "slowlog-max-len": self.length}


class Strict(EmbeddedStore):
    """A server of somebody who allows us nothing but data."""

    permissions = "default on nopass ~* &* +@all -bgrewriteaof -config"
