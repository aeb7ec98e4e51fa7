"""What lies in the store opens for the right people only; a message counts as worked only when its work is there."""

import json

import pytest

from responders.box import Tampered
from responders.envelope import unseal
from responders.keyring import pseudonym, session_box
from responders.pending import case_key, session_key, shard_of
from responders.store import Commit, Outcome, Store, StoreDown
from responders.valkey import EmbeddedStore
from tests.acceptance.world import World, a_world

ADDRESS = "739158204617"


class FaultyStore(Store):
    """Goes away before one commit, and is back for the next."""

    fails_at = 0
    commits = 0

    async def commit(self, commit: Commit) -> Outcome:
        self.commits += 1
        if self.commits == self.fails_at:
            raise StoreDown("away")
        return await super().commit(commit)


@pytest.mark.parametrize("at", [1, 2, 3])
async def test_a_message_whose_commit_failed_is_worked_when_it_comes_again(
    valkey: EmbeddedStore, store: Store, at: int
) -> None:
    faulty = FaultyStore(valkey.url)
    async with a_world(faulty) as world:
        ana = world.reporter("ana")
        await ana.writes("hello")
        faulty.commits, faulty.fails_at = 0, at
        for _ in range(2):  # the platform offers again what was not confirmed
            try:
                await ana.writes("they are at the door, please hurry", message_id="same")
            except StoreDown:
                continue
        assert ana.texts.count(ana.text("reprisal/push.ask")) == 1
        assert world.person("first").pages
        assert await store.open_names(0) or await store.open_names(1)
    await faulty.close()


async def test_the_organisations_recovery_key_opens_every_body(world: World, store: Store) -> None:
    ana = world.reporter("ana")
    await ana.reports("missing", push="yes", notice="agree", country="Guatemala")
    case = await world.case()
    shard = case.number % world.app.casework.dispatch.shards
    for envelope in (await store.fields(case_key(shard, case.number, "body"))).values():
        opened = unseal(envelope, world.recovery, case_id=case.id)
        assert json.loads(opened.plaintext)["report"]["opening"] == "missing"


async def test_a_session_opens_with_its_owners_address_only(world: World, store: Store) -> None:
    ana = world.reporter(ADDRESS)
    await ana.writes("hello")
    person = pseudonym(world.master, "telegram", ADDRESS)
    key = session_key(shard_of(person, world.app.casework.dispatch.shards), person)
    (blob,) = await store.read([key])
    assert blob is not None
    assert session_box(world.master, "telegram", ADDRESS).open(blob, key.encode())
    for channel, address in (("telegram", "739158204618"), ("signal", ADDRESS)):
        with pytest.raises(Tampered):
            session_box(world.master, channel, address).open(blob, key.encode())


async def test_no_focal_point_ever_reads_an_address(world: World) -> None:
    ana = world.reporter(ADDRESS)
    await ana.reports("missing", push="yes", notice="agree", country="Guatemala")
    number = await world.taken()
    first = world.person("first")
    await first.types(f"{number} we are here")
    await world.after(seconds=11)
    await ana.writes("thank you")
    read = await first.reads(number)
    assert "thank you" in read
    for text in (read, *(page for person in world.people.values() for page in person.pages)):
        assert ADDRESS not in text
