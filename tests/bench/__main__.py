"""`python -m tests.bench`: every candidate in turn, round by round, on one embedded Valkey with fsync always.

Each task runs in a process of its own, pinned to one core; the store has the other. Prints one table as Markdown,
and how busy the machine was with other things. Nothing here fails because something was slow."""

import argparse
import asyncio
import json
import os
import resource
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from time import perf_counter

from responders.store import Store
from responders.store.wire import _load
from responders.valkey import EmbeddedStore
from tests.bench.candidate import NAMES
from tests.bench.meter import Figures, cpu_of, machine_cpu, own_cpu
from tests.bench.proxy import CountingProxy
from tests.bench.rows import NEXT
from tests.bench.sizes import wipe
from tests.bench.table import CURVE, LOAD, SESSIONS, steps_table, table

BEHIND = frozenset(
    {
        "settle",
        "claim_outbox",
        "claim_timers",
        "append_audit",
        "rearm",
        "overdue",
        "looked",
        "too_far",
        "INFO",
        "ZRANGE",
        "ZADD",
    }
)  # what no answer waits for: the outbox is settled in batches, timers and outbox are looked at now and then


class Run:
    """One run of the bench."""

    def __init__(self, asked: argparse.Namespace, folder: Path, embedded: EmbeddedStore) -> None:
        self._asked = asked
        self._folder = folder
        self._embedded = embedded
        self._store = Store(embedded.url)
        self._proxy = CountingProxy(
            folder / "proxy.sock", embedded.socket, {sha: name for name, (_, sha) in _load().items()}
        )
        self._core = 0 if (os.cpu_count() or 1) > 1 and hasattr(os, "sched_setaffinity") else -1

    async def all(self) -> str:
        """Every round; the table."""
        measured: dict[str, list[Figures]] = defaultdict(list)
        await self._proxy.start()
        await self._task("ours", "replies")
        for place in range(self._asked.rounds):
            for name in self._asked.candidates:
                self._tell(f"round {place + 1}, {name}")
                measured[name].append(await self._round(name, is_first=place == 0))
        parts = [table(measured)]
        if "ours" in self._asked.candidates:
            parts += [await self._loads(), await self._curve()]
        await self._proxy.stop()
        await self._store.close()
        return "\n\n".join(parts)

    async def _loads(self) -> str:
        """Pages while others write, at one rate after the other."""
        figures: Figures = {}
        for rate in self._asked.loads:
            self._tell(f"{rate} messages a second")
            figures |= await self._fresh("ours", "load", rate)
        return steps_table("messages a second", LOAD, self._asked.loads, figures)

    async def _curve(self) -> str:
        """Ever more open sessions in the store."""
        self._tell(f"up to {self._asked.curve} sessions")
        figures = await self._fresh("ours", "curve", self._asked.curve)
        await wipe(self._store)
        return steps_table("open sessions", CURVE, SESSIONS, figures)

    async def _round(self, name: str, *, is_first: bool) -> Figures:
        asked = self._asked
        figures = await self._fresh(name, "alone", asked.conversations)
        if name == "ours":
            figures["durable ratio"] = figures["durable p50"] / figures["bare p50"]
            figures["plain durable ratio"] = figures["plain durable p50"] / figures["bare p50"]
        figures |= await self._fresh(name, "crowd", asked.people)
        if not is_first:
            return figures
        figures |= await self._fresh(name, "burst", 100)
        figures |= await self._fresh(name, "bytes", 50)
        figures |= await self._trips(name)
        if name == "ours":
            pages = await self._fresh(name, "pages", asked.pages)
            figures |= {key: value / 1e3 for key, value in pages.items()}
        return figures | await self._open(name)

    async def _open(self, name: str) -> Figures:
        """Many open conversations, then the same bot started again on them."""
        await wipe(self._store)
        empty = await self._start(name, person=7, step=0)
        figures = await self._fresh(name, "open", self._asked.open)
        full = await self._start(name, person=int(figures.pop("open first")), step=NEXT + 1)
        return figures | {"restart empty": empty, "restart full": full, "restart because": full - empty}

    async def _start(self, name: str, *, person: int, step: int) -> float:
        """Milliseconds from the process's start to its first answer; the median of three."""
        spans = []
        for attempt in range(3):
            before = perf_counter()
            more = ["--person", str(person + attempt), "--step", str(step)]
            spans += [(perf_counter() - before) * 1e3 async for _ in self._lines(name, "restart", more)]
        return sorted(spans)[1]

    async def _trips(self, name: str) -> Figures:
        await wipe(self._store)
        figures: Figures = {}
        async for line in self._lines(name, "trips", ["--people", "20"], url=f"unix://{self._proxy.path}"):
            if "counting" in line:
                self._proxy.reset()
            else:
                figures = line
                waited = sum(
                    count for command, count in self._proxy.commands.items() if command not in BEHIND
                )
                self._tell(f"  commands seen at the proxy: {dict(self._proxy.commands)}")
                every = sum(self._proxy.commands.values())
        return {"trips waited": waited / figures["messages"], "commands all": every / figures["messages"]}

    async def _fresh(self, name: str, task: str, people: int) -> Figures:
        await wipe(self._store)
        return await self._task(name, task, ["--people", str(people)])

    async def _task(self, name: str, task: str, more: list[str] | None = None) -> Figures:
        figures: Figures = {}
        async for line in self._lines(name, task, more or []):
            figures |= line
        return figures

    async def _lines(
        self, name: str, task: str, more: list[str], *, url: str | None = None
    ) -> AsyncIterator[Figures]:
        common = [
            "--store",
            url or self._embedded.url,
            "--folder",
            str(self._folder),
            "--core",
            str(self._core),
        ]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.child", name, task, *common, "--loop", self._asked.loop, *more,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        if process.stdout is not None:
            async for line in process.stdout:
                yield json.loads(line)
        if await process.wait():
            raise ChildProcessError(f"{name} could not do {task}")

    def _tell(self, text: str) -> None:
        sys.stderr.write(text + "\n")


async def _bench(asked: argparse.Namespace) -> str:
    folder = Path(tempfile.mkdtemp(prefix="tocsin-"))
    embedded = EmbeddedStore(folder / "store")
    embedded.start()
    process = embedded.process_id
    if process is not None and (os.cpu_count() or 1) > 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process, {1})
    began, cpu = perf_counter(), machine_cpu()
    try:
        text = await Run(asked, folder, embedded).all()
        used = own_cpu() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        used += resource.getrusage(resource.RUSAGE_CHILDREN).ru_stime + (cpu_of(process) if process else 0)
        wall = perf_counter() - began
        others = max(0.0, machine_cpu() - cpu - used) / wall / (os.cpu_count() or 1)
        return (
            f"{text}\n\n{wall:.0f} s; other work took {others:.0%} of this machine's {os.cpu_count()} cores."
        )
    finally:
        embedded.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--conversations", type=int, default=100, help="one at a time")
    reader.add_argument("--people", type=int, default=100, help="for 64 in flight")
    reader.add_argument("--open", type=int, default=10_000, help="conversations open at once")
    reader.add_argument("--pages", type=int, default=200)
    reader.add_argument(
        "--loads", nargs="*", type=int, default=(100, 250, 500, 1000), help="messages a second"
    )
    reader.add_argument("--curve", type=int, default=100_000, help="sessions in the store, at most a million")
    reader.add_argument("--candidates", nargs="+", choices=NAMES, default=NAMES)
    reader.add_argument("--loop", choices=("uvloop", "asyncio"), default="uvloop")
    print(asyncio.run(_bench(reader.parse_args())))  # noqa: T201 - the table is what this command is for


if __name__ == "__main__":
    main()
