import asyncio
from dataclasses import replace

from responders.store import Store, verify_audit
from responders.valkey import EmbeddedStore
from tests.conftest import PATIENT


async def test_the_audit_is_a_chain_that_holds(store: Store) -> None:
    for number in range(3):
        await store.append_audit(f"id {number}", b"case %d taken" % number)
    chain = await store.read_audit()
    assert [link.entry for link in chain] == [b"case 0 taken", b"case 1 taken", b"case 2 taken"]
    assert verify_audit(chain, await store.audit_head()) is None


async def test_an_entry_told_twice_is_written_once(store: Store) -> None:
    for _ in range(2):
        await store.append_audit("same", b"taken")
    assert len(await store.read_audit()) == 1


async def test_two_processes_that_append_at_once_make_one_chain(store: Store, valkey: EmbeddedStore) -> None:
    other = Store(valkey.url, patience=PATIENT)
    await asyncio.gather(*((store, other)[n % 2].append_audit(str(n), b"act %d" % n) for n in range(20)))
    await other.close()
    chain = await store.read_audit()
    assert len(chain) == 20
    assert verify_audit(chain, await store.audit_head()) is None


async def test_a_change_a_gap_and_a_cut_are_told_by_the_first_place_that_breaks(store: Store) -> None:
    for number in range(4):
        await store.append_audit(str(number), b"act %d" % number)
    chain, head = await store.read_audit(), await store.audit_head()
    changed = [*chain[:2], replace(chain[2], entry=b"nothing"), chain[3]]
    assert verify_audit(changed) == 2
    assert verify_audit([chain[0], *chain[2:]]) == 1
    assert verify_audit(chain[:3]) is None, "without a head a cut tail cannot be told"
    assert verify_audit(chain[:3], head) == 3
    assert verify_audit([], head) == 0


async def test_an_empty_chain_is_whole(store: Store) -> None:
    assert verify_audit(await store.read_audit(), await store.audit_head()) is None
