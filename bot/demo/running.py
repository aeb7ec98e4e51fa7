"""Starts the demo's parts and ends them: store, platform, phones, and a worker, started again when it dies.
Every part ends with the supervisor, whatever ends that; a temporary folder goes with it."""

import asyncio
import fcntl
import os
import stat
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo import PHONES
from bot.demo.child import Child, without_certificates
from responders.valkey import EmbeddedStore

if TYPE_CHECKING:
    from bot.demo.stage import Stage

RESTART_AFTER = 1.0  # long enough to be seen on the page
LOOK_EVERY = 0.5


class DemoError(Exception):
    """The demo cannot go on; the sentence says why and where to look."""


@asynccontextmanager
async def staged(given: Path | None) -> "AsyncIterator[Stage]":
    """A running demo in the given folder, or in a temporary one that is gone afterwards."""
    async with AsyncExitStack() as stack:
        private = Path(tempfile.mkdtemp(prefix="tocsin-"))  # sockets need a short path, and nobody else near
        sweeper = await Child.start("bot.demo.sweeper", [str(private)], Path("/dev/null"))
        stack.push_async_callback(sweeper.let_end)
        parts = _Parts(stack.enter_context(_held(given or private)), private)
        await parts.start(stack, sweeper)
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part) for part in parts.loops()]
            yield parts.stage
            for task in tasks:
                task.cancel()


@contextmanager
def _held(folder: Path) -> Iterator[Path]:
    """The folder, made if need be, for one demo at a time. Keys and messages lie in it: nobody else may look."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.stat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        mode = stat.S_IMODE(found.st_mode)
        raise DemoError(
            f"{folder}: expected a folder that only you can open, but its mode is {mode:o}; "
            f"name a new one, or: chmod 700 {folder}"
        )
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(f"{folder}: another demo runs in this folder") from None
        yield folder.absolute()


class _Parts:
    def __init__(self, folder: Path, private: Path) -> None:
        self._folder = folder
        self._clock = folder / "clock"
        self._platform = private / "platform"
        self._desk = private / "desk"
        self._store = EmbeddedStore(folder / "store")
        self._keys: dict[str, str] = {}
        self.stage: Stage

    async def start(self, stack: AsyncExitStack, sweeper: Child) -> None:
        """Everything at once: worker and phones read their modules while this process reads its own."""
        self._clock.touch()
        self._first_worker = await self._start_worker()
        stack.push_async_callback(self._first_worker.stop)
        phones: dict[str, Child] = {}
        for person in PHONES:
            phones[person] = await self._start("phone", "--person", person)
            stack.push_async_callback(phones[person].stop)
        await stack.enter_async_context(self._store)
        sweeper.tell_text(f"{self._store.process_id or ''}\n")
        with without_certificates():
            from bot.demo.platform_http import serve  # noqa: PLC0415 - half a second in which the others begin
            from bot.demo.stage import Stage  # noqa: PLC0415

        self.stage = Stage(self._clock)
        self.stage.phones |= phones
        self.stage.show_all()
        runner = await serve(self.stage.accounts, self._platform)
        stack.push_async_callback(runner.cleanup)
        keys = await asyncio.gather(*(self._key_of(person) for person in PHONES))
        self._keys = dict(zip(PHONES, keys, strict=True))

    def loops(self) -> list[Coroutine[None, None, None]]:
        """What runs until the demo ends; the first fault of one ends them all."""
        return [self._keep_worker(), self._look(), *(self._follow_phone(person) for person in PHONES)]

    async def _start(self, part: str, *arguments: str) -> Child:
        common = ["--platform", str(self._platform), "--desk", str(self._desk), "--clock", str(self._clock)]
        return await Child.start(f"bot.demo.{part}", [*arguments, *common], self._log(part))

    def _log(self, part: str) -> Path:
        return self._folder / f"{part}.log"

    def _ended(self, part: str, name: str) -> DemoError:
        """Say it with the last line of the log: a temporary folder is gone when this is read."""
        log = self._log(part)
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        return DemoError(f"{name} ended: {lines[-1] if lines else 'it left no word in its log'}")

    async def _key_of(self, person: str) -> str:
        async for line in self.stage.phones[person].lines():
            return str(line["key"])
        raise self._ended("phone", f"phone {person!r}")

    async def _follow_phone(self, person: str) -> None:
        async for line in self.stage.phones[person].lines():
            self.stage.view.show(f"phone:{person}", line["screen"])
        raise self._ended("phone", f"phone {person!r}")

    async def _keep_worker(self) -> None:
        """Follow the worker, and start another whenever it ends."""
        worker = self._first_worker
        while True:
            self.stage.worker = worker
            worker.tell(self._keys)
            try:
                async for line in worker.lines():
                    self.stage.hear_worker(worker, line)
            finally:
                await asyncio.shield(worker.stop())
            if not self.stage.restarts:
                raise self._ended("worker", "the worker")
            self.stage.lose_worker(worker)
            await asyncio.sleep(RESTART_AFTER)
            worker = await self._start_worker()

    async def _start_worker(self) -> Child:
        return await self._start("worker", "--folder", str(self._folder), "--store", self._store.url)

    async def _look(self) -> None:
        while True:
            self.stage.show_lines()
            await asyncio.sleep(LOOK_EVERY)
