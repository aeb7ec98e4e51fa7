"""A whole installation on the Signal stack: store, a worker that its keeper starts again whenever it is killed, and
people with telephones and keys."""

import asyncio
import json
import os
import secrets
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.channels.signal import ALERTS, INTAKE
from bot.clock import ShiftedClock, monotonic
from responders.cases import Case
from responders.envelope import unseal
from responders.keypair import PrivateKey
from responders.keyring import MasterKey, mark, store_box
from responders.pending import case_key
from responders.people import Enrolled, People
from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.chaos.waiting import until
from tests.conftest import wipe
from tests.servers.signal_phone import Json, Phone
from tests.servers.signal_process import ending_with_us, memory
from tests.servers.signal_stack import SignalStack
from tests.signal.worker import CONFIG, Setup

ROOT = CONFIG.parent
PEOPLE = ("first", "second", "third", "coordinator")


@dataclass(slots=True)
class House:
    """What a test needs to reach."""

    folder: Path
    stack: SignalStack
    setup: Setup
    store: Store
    master: MasterKey
    keys: dict[str, PrivateKey]
    phones: dict[str, Phone]
    offset: float = 0.0
    _keeper: Process | None = None

    # -- the worker ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """The keeper starts the worker; returns when both accounts can be written to."""
        with (self.folder / "worker.log").open("ab") as log:
            command = (sys.executable, "-m", "bot.keeper", sys.executable, "-m", "tests.signal.worker")
            self._keeper = await asyncio.create_subprocess_exec(
                *ending_with_us((*command, str(self.folder / "setup"))), stdin=DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
        await until(lambda: bool(self.starts), lambda: AssertionError(f"no worker starts:\n{self.log}"))
        for name in ("intake", "alerts"):
            await self.stack.is_connected(self.stack.accounts[name])

    async def stop(self) -> None:
        """In good order, as `systemctl stop` does."""
        if self._keeper is None:
            return
        self._keeper.terminate()
        try:
            async with asyncio.timeout(60):
                await self._keeper.wait()
        except TimeoutError:
            self._keeper.kill()
            await self._keeper.wait()
            raise AssertionError(f"the worker does not end:\n{self.log[-3000:]}") from None
        finally:
            self._keeper = None
            (self.folder / "started").unlink(missing_ok=True)

    @property
    def starts(self) -> list[int]:
        """The process ids of all workers so far; the last one runs."""
        path = self.folder / "started"
        return [int(line) for line in path.read_text().splitlines()] if path.exists() else []

    async def kill(self) -> None:
        """-9 for the worker; returns when its keeper has started another."""
        count = len(self.starts)
        os.kill(self.starts[-1], signal.SIGKILL)
        await until(lambda: len(self.starts) > count, lambda: AssertionError("it is not started again"))

    @property
    def memory(self) -> int:
        """Resident bytes of the worker."""
        return memory(self.starts[-1])

    @property
    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    def advance(self, seconds: float) -> None:
        """Move the worker's clock."""
        self.offset += seconds
        path = self.folder / "clock.new"
        path.write_text(str(self.offset))
        path.rename(self.folder / "clock")

    async def settled(self) -> None:
        """Wait until it is noted what was sent: people read slower than that."""

        async def is_empty() -> bool:
            shards = range(self.setup.shards)
            return not any([await self.store._command("HLEN", f"{{s{shard}}}:outbox") for shard in shards])

        await until(is_empty, lambda: AssertionError("the outbox never emptied"))

    # -- people ----------------------------------------------------------------------------------------------------

    async def reporter(self) -> Phone:
        """A telephone that nobody has seen yet."""
        return await self.stack.mock.phone("reporter")

    @property
    def intake(self) -> str:
        """Where people report."""
        return self.stack.accounts["intake"].aci

    @property
    def alerts(self) -> str:
        """Where focal points answer."""
        return self.stack.accounts["alerts"].aci

    @property
    def mails(self) -> list[tuple[str, str]]:
        """What the other alarm channel was given: address and text."""
        path = self.folder / "mails"
        return [tuple(json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []

    async def enrol(self) -> None:
        """Everybody has an alarm account and a key, and has answered a test."""
        people = People(self.store, store_box(self.master), lambda text: mark(self.master, text), monotonic)
        now = ShiftedClock(self.folder / "clock")()
        for name, phone in self.phones.items():
            channels = {ALERTS: phone.aci, "email": f"{name}@example.org"}
            enrolled = Enrolled(channels, (self.keys[name].public.text,), tested=now)
            await people.change(name, lambda _old, new=enrolled: new)  # type: ignore[misc]

    # -- the oracle's view: the store read past the worker, bodies opened with the people's own keys ----------------

    async def case(self, number: int) -> Case:
        key = case_key(number % self.setup.shards, number)
        blob = (await self.store.read([key]))[0]
        assert blob is not None, f"case {number} is not in the store"
        return Case.from_json(store_box(self.master).open(blob, key.encode()))

    async def open_numbers(self) -> list[int]:
        """The numbers of all open cases."""
        found = []
        for shard in range(self.setup.shards):
            found += [int(name.split(":")[1]) for name in await self.store.open_names(shard)]
        return sorted(found)

    async def parts(self, number: int) -> list[Json]:
        """The parts of a case's body, opened with the private key of whoever is on call."""
        case = await self.case(number)
        sealed = await self.store.fields(case_key(number % self.setup.shards, number, "body"))
        opened = (unseal(blob, self.keys["first"], case_id=case.id).plaintext for blob in sealed.values())
        return [json.loads(plain) for plain in opened]


@asynccontextmanager
async def a_house(
    stack: SignalStack, valkey: EmbeddedStore, *, is_quick: bool = True, fails_on: str | None = None
) -> AsyncIterator[House]:
    """Everything but the worker is there."""
    with tempfile.TemporaryDirectory(prefix="house") as name:
        folder, master = Path(name), secrets.token_bytes(32)
        store = Store(valkey.url)
        await wipe(store)
        numbers = {INTAKE: stack.accounts["intake"].number, ALERTS: stack.accounts["alerts"].number}
        attachments = stack.cli.folder / "attachments"
        setup = Setup(
            valkey.url,
            stack.cli.url,
            numbers,
            master.hex(),
            name,
            str(attachments),
            is_quick=is_quick,
            fails_on=fails_on,
        )
        (folder / "setup").write_text(json.dumps(asdict(setup)))
        keys = {person: PrivateKey.generate() for person in PEOPLE}
        phones = {person: await stack.mock.phone(person) for person in PEOPLE}
        house = House(folder, stack, setup, store, MasterKey(master), keys, phones)
        house.advance(0.0)
        await house.enrol()
        try:
            yield house
        finally:
            await house.stop()
            await store.close()
