from pathlib import Path

import pytest

from responders.store import Applied, Commit, Expect, Store, StoreDown, Write
from tests.chaos.recording import PliantStore
from tests.conftest import PATIENT
from tests.responders.store.builders import SESSION, SHARD, sealed
from tests.responders.store.cable import Cable


async def test_who_is_refused_as_by_a_replica_looks_for_the_primary_on_a_new_line(short_folder: Path) -> None:
    """After a fail-over the name leads elsewhere, and the old primary still answers on the lines that are open."""
    async with PliantStore(short_folder / "old") as old, PliantStore(short_folder / "new") as new:
        admin = Store(old.url, patience=PATIENT)
        async with Cable(short_folder, old.socket) as cable:
            store = Store(cable.url, patience=PATIENT, pauses=())
            turn = Commit(SHARD, writes=(Write(SESSION, Expect.ANYTHING, sealed("words")),))
            assert await store.commit(turn) == Applied()
            await admin._command("REPLICAOF", "127.0.0.1", "1")
            cable.lead_to(new.socket)
            with pytest.raises(StoreDown):
                await store.commit(turn)
            assert await store.commit(turn) == Applied()
            await store.close()
        await admin.close()
