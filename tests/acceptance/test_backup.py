"""The machine is lost: a backup put into an empty store is a service again, with its cases, clocks, conversations and
people, and it tells nobody a case number twice."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from responders.backup import Contents, StoreNotEmpty, gather, look, make_backup, restore
from responders.backup_drill import examine
from responders.backup_file import BadBackup
from responders.keyring import MasterKey, store_box
from responders.pending import case_key
from responders.people import People
from responders.schema import VERSION, NewerStore, Unfinished, bring_up_to_date
from responders.store import Copied, Store
from responders.valkey import EmbeddedStore
from tests.acceptance.world import CONFIG, World
from tests.conftest import wipe

SHARDS = 2


async def backed_up(world: World, store: Store) -> bytes:
    file = io.BytesIO()
    make_backup(file, await gather(store, CONFIG, SHARDS, world.now), world.master)
    return file.getvalue()


async def put_back(world: World, store: Store, content: bytes) -> Contents:
    contents = await restore(io.BytesIO(content), store, SHARDS, world.master, world.now)
    await world.restart()
    return contents


async def test_a_lost_machine_comes_back_with_cases_clocks_and_conversations(
    world: World, store: Store
) -> None:
    ana, bea = world.reporter("ana"), world.reporter("bea", language="es")
    await ana.reports("missing", push="yes", notice="agree", country="Guatemala")
    await bea.writes("hola")
    content = await backed_up(world, store)

    await wipe(store)
    contents = await put_back(world, store, content)
    assert (contents.cases, sorted(contents.people)) == (1, sorted(world.people))

    case = await world.case()
    await world.person("second").at_desk(f"t{case.number}")
    assert (await world.case()).has == "second"
    await world.person("second").at_desk(f"{case.number} We are here.")
    await world.after(seconds=11)
    assert ana.newest == "We are here."
    await bea.writes("1")
    assert bea.text("reprisal/push.ask") in bea.texts


async def test_a_ladder_that_slept_with_its_machine_climbs_at_the_first_look(
    world: World, store: Store
) -> None:
    ana = world.reporter("ana")
    await ana.writes("help they are at the door")
    content = await backed_up(world, store)
    pages = {name: len(person.pages) for name, person in world.people.items()}
    await wipe(store)
    world.now += timedelta(hours=1)
    await put_back(world, store, content)
    await world.after(minutes=1)
    assert sum(len(person.pages) for person in world.people.values()) > sum(pages.values())


async def test_numbers_that_were_given_out_after_the_backup_are_not_given_out_again(
    world: World, store: Store
) -> None:
    content = await backed_up(world, store)
    for name in ("ana", "bea"):
        await world.reporter(name).writes("help they are at the door")
    lost = {case.number for case in await world.cases()}
    await wipe(store)
    await put_back(world, store, content)
    await world.reporter("eva").writes("help they are at the door")
    assert (await world.case()).number not in lost


async def test_what_has_run_out_meanwhile_does_not_come_back(world: World, store: Store) -> None:
    await world.reporter("ana").writes("hello")
    content = await backed_up(world, store)
    assert await world.keys("{s") != set()
    await wipe(store)
    much_later = datetime(2200, 1, 1, tzinfo=UTC)  # the store counts by its own clock, not by the world's
    await restore(io.BytesIO(content), store, SHARDS, world.master, much_later)
    sessions = {key for key in await world.keys("{s") if ":session:" in key or ":done:" in key}
    assert sessions == set()


async def test_a_store_that_holds_something_is_never_written_over(world: World, store: Store) -> None:
    content = await backed_up(world, store)
    await world.reporter("ana").writes("help they are at the door")
    before = await world.keys("")
    with pytest.raises(StoreNotEmpty, match="not empty"):
        await put_back(world, store, content)
    assert await world.keys("") == before


async def test_a_damaged_backup_changes_nothing(world: World, store: Store) -> None:
    content = bytearray(await backed_up(world, store))
    content[-5] ^= 1
    await wipe(store)
    with pytest.raises(BadBackup):
        await put_back(world, store, bytes(content))
    assert await store.is_empty()


class Dies(Store):
    """A restore that is killed after five keys."""

    left = 5

    async def _write_back(self, copy: Copied) -> None:
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt
        await super()._write_back(copy)


async def test_no_service_begins_on_half_a_restore(world: World, store: Store, valkey: EmbeddedStore) -> None:
    """Some cases would be missing, and nobody would know."""
    await world.reporter("ana").writes("help they are at the door")
    content = await backed_up(world, store)
    await wipe(store)
    dies = Dies(valkey.url)
    with pytest.raises(KeyboardInterrupt):
        await put_back(world, dies, content)
    await dies.close()

    with pytest.raises(Unfinished, match="put its folder aside"):
        await bring_up_to_date(store)
    with pytest.raises(Unfinished):
        await backed_up(world, store)
    with pytest.raises(StoreNotEmpty):
        await put_back(world, store, content)


async def test_a_backup_of_a_later_version_is_refused(world: World, store: Store) -> None:
    await store.set_schema(VERSION)
    content = await backed_up(world, store)
    await store.set_schema(VERSION + 1)
    with pytest.raises(NewerStore):
        await backed_up(world, store)
    assert look(io.BytesIO(content), world.master).manifest.schema == VERSION


async def test_the_drill_says_what_would_not_work(world: World, store: Store) -> None:
    await world.reporter("ana").writes("help they are at the door")
    case = await world.case()
    shard = case.number % SHARDS
    found = await examine(store, store_box(world.master), SHARDS)
    assert (found.open_cases, found.people, found.faults) == (1, len(world.people), [])

    await store._command("DEL", f"{{s{shard}}}:timers")
    found = await examine(store, store_box(world.master), SHARDS)
    assert found.faults == [f"case {case.number}: nothing would wake anybody for it"]

    await world.damage(case_key(shard, case.number))
    found = await examine(store, store_box(world.master), SHARDS)
    assert found.faults == [f"case {case.number}: its record is missing or does not open"]


async def test_people_who_are_only_invited_are_no_fault_and_enrolments_under_another_key_are(
    store: Store,
) -> None:
    def people(key: int) -> People:
        return People(store, store_box(MasterKey(bytes([key]) * 32)), str, lambda: 0.0)

    await people(1).invite("first", datetime(2026, 11, 2, tzinfo=UTC))
    found = await examine(store, store_box(MasterKey(b"\x01" * 32)), SHARDS)
    assert (found.people, found.faults) == (0, [])

    await people(2).change("first", lambda before: before)
    found = await examine(store, store_box(MasterKey(b"\x01" * 32)), SHARDS)
    assert found.faults == ["nobody's enrolment opens: it was sealed under another master key"]
