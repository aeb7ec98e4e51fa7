"""What is in the store, read past the worker, with the bodies opened by the people's own keys. It writes nothing."""

import json
from dataclasses import dataclass
from pathlib import Path

from responders.box import Box
from responders.cases import Case
from responders.chats import Chat
from responders.envelope import unseal
from responders.items import Item, opened
from responders.keypair import PrivateKey
from responders.keyring import MasterKey, TransitKeyring, pseudonym, store_box
from responders.pending import case_key, chat_key, shard_of
from responders.store import Store
from tests.chaos.worker import INTAKE, Setup
from tests.servers.bot_api_world import Json


@dataclass(slots=True)
class Oracle:
    """Everything that opens what lies in the store."""

    folder: Path
    setup: Setup
    keys: dict[str, PrivateKey]
    master: MasterKey
    store: Store

    @property
    def box(self) -> Box:
        return store_box(self.master)

    def way_to(self, reporter: int) -> tuple[str, str]:
        """The channel on which one reporter writes, and their address there."""
        return INTAKE, str(reporter)

    async def chat_of(self, reporter: int) -> Chat | None:
        """The way index of one reporter."""
        person = pseudonym(self.master, *self.way_to(reporter))
        key = chat_key(shard_of(person, self.setup.shards), person)
        blob = (await self.store.read([key]))[0]
        return None if blob is None else Chat.from_json(self.box.open(blob, key.encode()))

    async def case(self, number: int) -> Case:
        key = case_key(number % self.setup.shards, number)
        blob = (await self.store.read([key]))[0]
        assert blob is not None, f"case {number} is not in the store"
        return Case.from_json(self.box.open(blob, key.encode()))

    async def parts(self, number: int, reader: str = "first") -> dict[str, Json]:
        """The parts of a case's body, opened with one person's private key."""
        case = await self.case(number)
        sealed = await self.store.fields(case_key(number % self.setup.shards, number, "body"))
        return {
            name: json.loads(unseal(blob, self.keys[reader], case_id=case.id).plaintext)
            for name, blob in sealed.items()
        }

    async def open_numbers(self) -> list[int]:
        """The numbers of all open cases."""
        found = []
        for shard in range(self.setup.shards):
            found += [int(name.split(":")[1]) for name in await self.store.open_names(shard)]
        return sorted(found)

    async def open_numbers_exist(self) -> bool:
        return bool(await self.open_numbers())

    async def outbox(self) -> list[Item]:
        """Everything that waits to be sent or settled, opened."""
        transit, found = TransitKeyring(self.folder / "transit", self.master), []
        for shard in range(self.setup.shards):
            for item_id, blob in (await self.store.fields(f"{{s{shard}}}:outbox")).items():
                if blob:
                    found.append(opened(blob, item_id, transit))
        return found

    async def is_outbox_empty(self) -> bool:
        for shard in range(self.setup.shards):
            if await self.store._command("HLEN", f"{{s{shard}}}:outbox"):
                return False
        return True
