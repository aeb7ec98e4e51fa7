"""One strict signal-cli for each test, an account on it, the real store, and a supervisor that keeps what it
is given."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from bot.channels import Inbound
from bot.channels.kept_work import KeptWork
from bot.channels.offering import Waits
from bot.channels.signal import SignalAccount, signal_account
from bot.channels.signal_receive import SignalReceiver
from bot.clock import utc_clock
from bot.supervisor import Supervisor
from responders.inbox import Inbox
from responders.keyring import MasterKey, TransitKeyring, mark, pseudonym
from responders.secret import Secret
from responders.store import Store
from tests.servers.signal_rpc import INTAKE, SignalServer

SHARDS = 2
MASTER = MasterKey(bytes(range(32)))
QUICK = Waits(again=(timedelta(milliseconds=5),), grace=timedelta(seconds=60))
HURRIED = replace(QUICK, grace=timedelta(0))  # where work never ends


@dataclass
class Keeps(Supervisor):
    """Holds duplicates as systemd does; `as_left` is what the next process is given."""

    held: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__({})

    def keep(self, name: str, descriptor: int) -> None:
        self.held[name] = os.dup(descriptor)

    def drop(self, name: str) -> None:
        if name in self.held:
            os.close(self.held.pop(name))

    def take(self, name: str) -> int | None:
        return os.dup(self.held[name]) if name in self.held else None


@dataclass
class Parts:
    """What a receiver is made of."""

    server: SignalServer
    store: Store
    inbox: Inbox
    account: SignalAccount
    supervisor: Keeps

    def receiver(
        self,
        kind: type[KeptWork] = KeptWork,
        *,
        takes_out: bool = True,
        thumbs: bool = True,
        waits: Waits = QUICK,
    ) -> SignalReceiver:
        """A new process's receiver. Its handler commits nothing, so what it has worked is taken out afterwards."""
        work = kind(self.account.name, self.inbox, utc_clock, takes_out=takes_out, waits=waits)
        account = self.account
        return SignalReceiver(
            account.name, account.url, account.number, work, account.state, account.courtesies, self.supervisor,
            thumbs=thumbs,
        )  # fmt: skip


@asynccontextmanager
async def signal_parts(store: Store, server: SignalServer, *, number: str = INTAKE) -> AsyncIterator[Parts]:
    """The parts of the intake account."""
    with tempfile.TemporaryDirectory() as folder:
        inbox = Inbox(
            store,
            TransitKeyring(Path(folder) / "transit", MASTER),
            lambda text: mark(MASTER, text),
            lambda channel, address: pseudonym(MASTER, channel, address),
            SHARDS,
        )
        account = signal_account("signal", server.url, Secret(number))
        supervisor = Keeps()
        yield Parts(server, store, inbox, account, supervisor)
        await account.close()
        for name in list(supervisor.held):
            supervisor.drop(name)


class Work:
    """Handles messages, and fails or waits where a test says so."""

    def __init__(self, server: SignalServer) -> None:
        self._server = server
        self.done: list[Inbound] = []
        self.tried: list[Inbound] = []
        self.fails: Callable[[Inbound], bool] = lambda _: False
        self.gate: asyncio.Event | None = None

    async def handle(self, inbound: Inbound) -> None:
        self.tried.append(inbound)
        if self.gate is not None:
            await self.gate.wait()
        if self.fails(inbound):
            raise ConnectionError("the store is away")
        self.done.append(inbound)

    async def until(self, count: int) -> None:
        await self._server.until(lambda: len(self.done) >= count)

    def texts(self, address: str | None = None) -> list[str | None]:
        return [one.text for one in self.done if address in (None, one.address)]


@asynccontextmanager
async def receiving(receiver: SignalReceiver, work: Work) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.get_running_loop().create_task(receiver.receive(work.handle))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
