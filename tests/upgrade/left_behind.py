"""A store as some version left it: every key, the transit keyring, the people's own keys and the clock, as one JSON
file. Only what tests made: the master key is that of the acceptance world, nobody in it is real."""

import base64
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from responders.keypair import PrivateKey
from responders.store import Copied, Kind, Store
from tests.acceptance.phones import Person
from tests.acceptance.world import World
from tests.responders.organisations import an_organisation

FOLDER = Path(__file__).with_name("left")
LATER = 1000  # message ids that nobody used before
OUTSIDE_THE_COPY = ("{running}",)  # the process that ended


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Read from a file; `receipt_words` are the finished reporter's."""

    now: datetime
    copies: tuple[Copied, ...]
    keyring: bytes
    seeds: dict[str, bytes]
    recovery: bytes
    receipt_words: str

    @classmethod
    def read(cls, path: Path) -> "LeftBehind":
        told = json.loads(path.read_text("utf-8"))
        copies = (
            Copied(key, Kind(kind), None, tuple(base64.b64decode(value) for value in values))
            for key, kind, values in told["copies"]
        )
        return cls(
            datetime.fromisoformat(told["now"]), tuple(copies), base64.b64decode(told["keyring"]),
            {name: bytes.fromhex(seed) for name, seed in told["seeds"].items()},
            bytes.fromhex(told["recovery"]), told["receipt_words"],
        )  # fmt: skip


async def as_text(world: World, store: Store, folder: Path, receipt_words: str) -> str:
    """A world to leave behind; nothing in it expires, because the test that reads it comes later."""
    copies = [
        (one.key, one.kind.value, [base64.b64encode(value).decode() for value in one.values])
        async for one in store.read_all(2)
        if one.key not in OUTSIDE_THE_COPY
    ]
    told = {
        "now": world.now.isoformat(),
        "receipt_words": receipt_words,
        "recovery": world.recovery.reveal_seed().hex(),
        "seeds": {name: person.key.reveal_seed().hex() for name, person in world.people.items()},
        "keyring": base64.b64encode((folder / "transit").read_bytes()).decode(),
        "copies": sorted(copies),
    }
    return json.dumps(told, indent=0, ensure_ascii=False) + "\n"


@asynccontextmanager
async def found(left: LeftBehind, store: Store) -> AsyncIterator[World]:
    """The world goes on from there, with the code of today."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        keyring = folder / "transit"
        keyring.touch(0o600)
        keyring.write_bytes(left.keyring)
        await store.write_all(left.copies, left.now)
        world = World(store, an_organisation(), folder)
        world.now = left.now
        world.recovery = PrivateKey(left.recovery)
        world.people = {
            name: Person(world, name, PrivateKey(seed), itertools.count(LATER))
            for name, seed in left.seeds.items()
        }
        await world.restart()
        yield world
