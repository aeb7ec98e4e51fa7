"""A whole installation for one test process: store, two strict Bot API servers, proxies on every line between them and
the worker, people with keys, and a worker that is started again whenever it is killed."""

import asyncio
import json
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import ShiftedClock, monotonic
from responders.items import Item
from responders.keypair import PrivateKey
from responders.keyring import MasterKey, mark
from responders.people import Enrolled, People
from responders.store import Store
from tests.chaos.oracle import Oracle
from tests.chaos.recording import PliantStore, RecordingApi
from tests.chaos.waiting import until
from tests.chaos.wire import Counted, Way, Wire, kill_process
from tests.chaos.worker import ALERTS, CONFIG, INTAKE, Setup, hook_socket

ROOT = CONFIG.parent
PAST_LEASES = 11.0  # seconds: what a killed worker had leased is free again
PEOPLE = {"first": 9001, "second": 9002, "third": 9003, "coordinator": 9004}


@dataclass(slots=True)
class House(Oracle):
    """What a story needs to reach. `stack` closes whatever is opened in it."""

    store_server: PliantStore
    intake: RecordingApi
    alerts: RecordingApi
    counted: Counted
    stack: AsyncExitStack
    wires: dict[str, Wire] = field(default_factory=dict)
    restarts: int = 0
    worker: int | None = None
    offset: float = 0.0
    _zygote: asyncio.subprocess.Process | None = None
    _next_reporter: int = 50_000
    _stores: int = 1

    # -- the worker ------------------------------------------------------------------------------------------------

    async def start_worker(self) -> None:
        """Fork one when the one before is gone, which takes a killed process a moment; it begins at once."""
        await until(
            lambda: not self.is_alive, lambda: AssertionError("the worker before this one still runs")
        )
        if self._zygote is None:
            with (self.folder / "worker.log").open("ab") as log:
                self._zygote = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.chaos.worker", cwd=self.folder / "run", stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE, stderr=log,
                    env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.folder / "tmp")},
                )  # fmt: skip
            self._tell(json.dumps({name: getattr(self.setup, name) for name in Setup.__slots__}))
            await self._hear()
        self._tell("")
        self.worker = int(await self._hear())

    def _tell(self, line: str) -> None:
        assert self._zygote is not None
        assert self._zygote.stdin is not None
        self._zygote.stdin.write(line.encode() + b"\n")

    async def _hear(self) -> str:
        assert self._zygote is not None
        assert self._zygote.stdout is not None
        line = await self._zygote.stdout.readline()
        if not line:
            raise RuntimeError("the worker does not start:\n" + (self.folder / "worker.log").read_text())
        return line.decode().strip()

    def strike(self, victim: str) -> None:
        """-9 for the worker or the store."""
        pid = self.worker if victim == "worker" else self.store_server.process_id
        assert pid is not None
        kill_process(pid)

    async def mend(self, victim: str) -> None:
        """Start again whoever was killed."""
        self.restarts += 1
        if victim == "worker":
            self.advance(PAST_LEASES)
            await self.start_worker()
        else:
            is_running = self.store_server._is_running  # its death takes a moment
            await until(lambda: not is_running(), lambda: AssertionError("the store survived kill -9"))
            await self.store_server.__aenter__()

    async def exchange(self, patience: float) -> None:
        """The worker is asked to end, and the next one starts; who has not ended in time is killed, as systemd does."""
        try:
            await self.stop_worker(patience)
        except AssertionError:
            self.strike("worker")

    async def reset(self) -> None:
        """After a fault: whatever runs is killed, and what it had leased is free again."""
        if self.worker is not None:
            kill_process(self.worker)
            await until(lambda: not self.is_alive, lambda: AssertionError("the worker survived kill -9"))
            self.worker = None
        self.intake.updates.pending.clear()
        self.alerts.updates.pending.clear()
        self.advance(PAST_LEASES)

    async def stop_worker(self, patience: float = 20.0) -> float:
        """SIGTERM; returns how long the worker took to end in good order."""
        if self.worker is None:
            return 0.0
        began, pid = monotonic(), self.worker
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        late = "the worker did not end after SIGTERM"
        await until(lambda: not _is_alive(pid), lambda: AssertionError(late), patience)
        if self.worker == pid:  # killed at its very end, and another one started: that one is known
            self.worker = None
        return monotonic() - began

    # -- the store -------------------------------------------------------------------------------------------------

    async def another_store(self) -> PliantStore:
        """One more server, empty, on a folder of its own; nobody is told."""
        self._stores += 1
        server = PliantStore(self.folder / f"store{self._stores}")
        await self.stack.enter_async_context(server)
        return server

    def turn_to(self, server: PliantStore) -> None:
        """The store's name now leads there; whoever has a line to the old one keeps it."""
        self.store_server = server
        self.wires["store"].lead_to(server.socket)
        self.store = Store(server.url)
        self.stack.push_async_callback(self.store.close)

    @property
    def is_alive(self) -> bool:
        """Whether the worker that we know of runs."""
        return self.worker is not None and _is_alive(self.worker)

    def advance(self, seconds: float) -> None:
        """Move the worker's clock."""
        self.offset += seconds
        path = self.folder / "clock.new"
        path.write_text(str(self.offset))
        path.rename(self.folder / "clock")

    @property
    def clock(self) -> ShiftedClock:
        return ShiftedClock(self.folder / "clock")

    # -- people ----------------------------------------------------------------------------------------------------

    @property
    def telegrams(self) -> Sequence[RecordingApi]:
        """The accounts that are on Telegram."""
        return self.intake, self.alerts

    def letters(self, item: Item) -> Sequence[tuple[str, str]]:
        """What an outbox item shows to whom, message by message."""
        return ((item.address, item.text),)

    def new_reporter(self) -> int:
        """A telephone that nobody has seen yet."""
        self._next_reporter += 1
        return self._next_reporter

    async def enrol(self) -> None:
        """Everybody has an alarm account and a key, and has answered a test."""
        people = People(self.store, self.box, lambda text: mark(self.master, text), monotonic)
        for name, address in PEOPLE.items():
            self.alerts.world.chats.add(address)
            enrolled = Enrolled({ALERTS: str(address)}, (self.keys[name].public.text,), tested=self.clock())
            await people.change(name, lambda _old, new=enrolled: new)  # type: ignore[misc]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@asynccontextmanager
async def a_house(
    *, hasty: bool = False, fails_on: str | None = None, is_pushed: bool = False
) -> AsyncIterator[House]:
    """Everything but the worker is running. `is_pushed`: both accounts have webhooks; else the worker polls."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos")))
        for name in ("run", "tmp"):
            (folder / name).mkdir()
        store_server = PliantStore(folder / "store")
        await stack.enter_async_context(store_server)
        tokens = {
            name: f"{secrets.randbelow(10**9):09d}:{secrets.token_urlsafe(24)}" for name in (INTAKE, ALERTS)
        }
        apis = [await stack.enter_async_context(RecordingApi(tokens[name])) for name in (INTAKE, ALERTS)]
        counted = Counted(lambda victim: house.strike(victim))  # noqa: PLW0108 - the house comes later
        wires = {"store": Wire("store", store_server.socket, counted)}
        await wires["store"].listen(folder / "wire")
        bases, hooks = {}, {}
        for name, api in zip((INTAKE, ALERTS), apis, strict=True):
            wires[name] = Wire(name, int(api.base.rsplit(":", 1)[1]), counted)
            bases[name] = f"http://127.0.0.1:{await wires[name].listen()}"
            if is_pushed:
                hook = wires[f"{name}-hook"] = Wire(
                    f"{name}-hook", hook_socket(folder, name), counted, Way.IN
                )
                hooks[name] = f"http://127.0.0.1:{await hook.listen()}/{name}"
        for wire in wires.values():
            stack.push_async_callback(wire.close)
        master = secrets.token_bytes(32)
        store = Store(store_server.url)
        stack.push_async_callback(store.close)
        setup = Setup(
            store=f"unix://{folder / 'wire'}", intake=bases[INTAKE], alerts=bases[ALERTS], tokens=tokens,
            master=master.hex(), folder=str(folder), hasty=hasty, fails_on=fails_on, hooks=hooks,
        )  # fmt: skip
        keys = {name: PrivateKey.generate() for name in PEOPLE}
        house = House(
            folder,
            setup,
            keys,
            MasterKey(master),
            store,
            store_server,
            apis[0],
            apis[1],
            counted,
            stack,
            wires,
        )
        house.advance(0.0)
        await house.enrol()
        try:
            yield house
        finally:
            if house.worker is not None:
                kill_process(house.worker)
            if house._zygote is not None:
                house._zygote.kill()
                await house._zygote.wait()
