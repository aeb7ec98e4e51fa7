"""Several workers of one house, each a process with a name of its own; the store is the house's, or a cluster."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from responders.store import Store, StoreDown
from tests.chaos.house import ROOT, House, a_house
from tests.chaos.waiting import until
from tests.chaos.worker import ALERTS, INTAKE, Setup
from tests.servers.valkey_nodes import Cluster

PATIENCE = 60.0


@dataclass(slots=True)
class Crew:
    """Who works in a house."""

    house: House
    workers: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def start(self, name: str) -> None:
        """One more worker, or the same again after its death."""
        house = self.house
        setup = replace(house.setup, name=name)
        with (house.folder / "worker.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.chaos.worker", "--once", cwd=house.folder / "run",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(house.folder / "tmp")},
            )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(
            json.dumps({name: getattr(setup, name) for name in Setup.__slots__}).encode() + b"\n"
        )
        process.stdin.close()
        self.workers[name] = process

    async def kill(self, name: str) -> None:
        """-9."""
        if self.workers[name].returncode is None:
            self.workers[name].kill()
        await self.workers.pop(name).wait()

    async def stop(self) -> None:
        """Everybody, in good order."""
        for process in self.workers.values():
            process.terminate()
        for name in list(self.workers):
            assert await asyncio.wait_for(self.workers.pop(name).wait(), PATIENCE) == 0, self.log()

    async def hears(self, account: str) -> str:
        """The name of the worker that hears an account; empty when none does."""
        try:
            held = await self.house.store._command("GET", f"{{running}}:{account}")
        except StoreDown:
            return ""
        return bytes(held or b"").decode()

    async def until_all_is_heard(self) -> None:
        """Wait until a living worker has each account."""

        async def is_heard() -> bool:
            return all([await self.hears(account) in self.workers for account in (INTAKE, ALERTS)])

        await until(is_heard, lambda: AssertionError("nobody hears an account:\n" + self.log()), PATIENCE)

    def log(self) -> str:
        """The end of what the workers said."""
        return (self.house.folder / "worker.log").read_text()[-2000:]


@asynccontextmanager
async def a_crew(*names: str, cluster: Cluster | None = None) -> AsyncIterator[Crew]:
    """A house whose workers of these names hear; its store is `cluster`, when there is one."""
    async with a_house() as house:
        if cluster is not None:
            house.setup = replace(house.setup, store=cluster.url, shards=6)
            house.store = Store(cluster.url)
            house.stack.push_async_callback(house.store.close)
            await house.enrol()
        crew = Crew(house)
        try:
            for name in names:
                await crew.start(name)
            await crew.until_all_is_heard()
            yield crew
        finally:
            for name in list(crew.workers):
                await crew.kill(name)
