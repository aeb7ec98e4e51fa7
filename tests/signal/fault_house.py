"""A house of a fault story whose reporters are on Signal: the real signal-cli behind a wire, and a worker that the
keeper starts again by itself. Everything else is as in tests/chaos."""

import asyncio
import json
import os
import secrets
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from bot.channels.signal import INTAKE as SIGNAL
from bot.clock import monotonic
from responders.items import Item
from responders.keypair import PrivateKey
from responders.keyring import MasterKey
from responders.store import Store
from tests.chaos.house import PAST_LEASES, PEOPLE, ROOT, House
from tests.chaos.recording import PliantStore, RecordingApi
from tests.chaos.waiting import until
from tests.chaos.wire import Counted, Wire, kill_process
from tests.chaos.worker import ALERTS, Setup
from tests.servers.signal_process import ending_with_us
from tests.servers.signal_stack import SignalStack
from tests.signal.reporters import Reporters
from tests.signal.wire import SignalWire

STARTING = 240.0  # seconds: a new process, on a machine where much else runs


@dataclass(slots=True)
class SignalHouse(House):
    """`reporters` stand where the Telegram account stands in other houses."""

    platform: SignalStack | None = None
    _keeper: Process | None = None

    @property
    def reporters(self) -> Reporters:
        return cast("Reporters", self.intake)

    @property
    def signal(self) -> SignalStack:
        assert self.platform is not None
        return self.platform

    @property
    def telegrams(self) -> Sequence[RecordingApi]:
        return (self.alerts,)

    def way_to(self, reporter: int) -> tuple[str, str]:
        return SIGNAL, self.reporters.aci(reporter)

    def letters(self, item: Item) -> Sequence[tuple[str, str]]:
        return self.reporters.letters(item) if item.channel == SIGNAL else ((item.address, item.text),)

    # -- the worker ------------------------------------------------------------------------------------------------

    async def start_worker(self) -> None:
        """The keeper starts it, now and whenever it was killed."""
        with (self.folder / "worker.log").open("ab") as log:
            command = (sys.executable, "-m", "bot.keeper", sys.executable, "-m", "tests.signal.fault_worker")
            self._keeper = await asyncio.create_subprocess_exec(
                *ending_with_us((*command, str(self.folder))), stdin=DEVNULL, stdout=log, stderr=log,
                cwd=self.folder / "run",
                env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.folder / "tmp")},
            )  # fmt: skip
        await self._next()

    @property
    def _begun(self) -> list[int]:
        """The process ids of all workers so far."""
        path = self.folder / "started"
        return [int(line) for line in path.read_text().splitlines()] if path.exists() else []

    async def _next(self) -> None:
        """Wait for a worker that is not the one we know."""
        await until(
            lambda: self.worker not in self._begun[-1:] and bool(self._begun),
            lambda: AssertionError("no worker starts"), STARTING,
        )  # fmt: skip
        self.worker = self._begun[-1]

    async def mend(self, victim: str) -> None:
        """Wait for who follows a killed worker; start the store again."""
        if victim == "worker":
            self.restarts += 1
            self.advance(PAST_LEASES)
            await self._next()
        else:
            await House.mend(self, victim)

    async def exchange(self, patience: float) -> None:
        """The worker alone is asked to end: the keeper has its connection, as systemd has it for a restart."""
        assert self.worker is not None
        with suppress(ProcessLookupError):
            os.kill(self.worker, signal.SIGTERM)
        with suppress(AssertionError):
            await until(lambda: not self.is_alive, lambda: AssertionError("it does not end"), patience)
        self.strike("worker")

    async def stop_worker(self, patience: float = 60.0) -> float:
        """The keeper is asked to end, and with it the worker."""
        keeper, self._keeper, self.worker = self._keeper, None, None
        if keeper is None:
            return 0.0
        began = monotonic()
        keeper.terminate()
        try:
            async with asyncio.timeout(patience):
                await keeper.wait()
        except TimeoutError:
            keeper.kill()
            await keeper.wait()
            raise AssertionError("the worker did not end after SIGTERM") from None
        return monotonic() - began

    async def end(self) -> None:
        """Whatever still runs is killed."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.kill()
            await keeper.wait()
        for pid in self._begun[-1:]:
            kill_process(pid)


@asynccontextmanager
async def a_signal_house(platform: SignalStack) -> AsyncIterator[SignalHouse]:
    """Everything but the worker is running. One story at a time: the intake number is the stack's own."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos")))
        for name in ("run", "tmp"):
            (folder / name).mkdir()
        store_server = PliantStore(folder / "store")
        await stack.enter_async_context(store_server)
        tokens = {ALERTS: f"{secrets.randbelow(10**9):09d}:{secrets.token_urlsafe(24)}"}
        alerts = await stack.enter_async_context(RecordingApi(tokens[ALERTS]))
        counted = Counted(lambda victim: house.strike(victim))  # noqa: PLW0108 - the house comes later
        line = SignalWire(SIGNAL, Path(platform.cli.url.removeprefix("unix://")), counted)
        wires = {
            "store": Wire("store", store_server.socket, counted),
            ALERTS: Wire(ALERTS, int(alerts.base.rsplit(":", 1)[1]), counted),
            SIGNAL: line,
        }
        await wires["store"].listen(folder / "wire")
        await line.listen(folder / "signal")
        base = f"http://127.0.0.1:{await wires[ALERTS].listen()}"
        for wire in wires.values():
            stack.push_async_callback(wire.close)
        account = platform.accounts["intake"]
        reporters = Reporters(platform, account, line)
        stack.callback(reporters.close)
        master = secrets.token_bytes(32)
        setup = Setup(
            f"unix://{folder / 'wire'}",
            intake="",
            alerts=base,
            tokens=tokens,
            master=master.hex(),
            folder=str(folder),
        )
        way = {"url": f"unix://{folder / 'signal'}", "number": account.number}
        attachments = str(platform.cli.folder / "attachments")
        told = {"setup": asdict(setup), "signal": {**way, "attachments": attachments}}
        (folder / "setup").write_text(json.dumps(told))
        store = Store(store_server.url)
        stack.push_async_callback(store.close)
        house = SignalHouse(
            folder, setup, {name: PrivateKey.generate() for name in PEOPLE}, MasterKey(master), store, store_server,
            cast("RecordingApi", reporters), alerts, counted, stack, wires, platform=platform,
        )  # fmt: skip
        house.advance(0.0)
        await house.enrol()
        nudging = asyncio.create_task(reporters.nudge(house.new_reporter))
        try:
            yield house
        finally:
            nudging.cancel()
            await asyncio.gather(nudging, return_exceptions=True)
            await house.end()
