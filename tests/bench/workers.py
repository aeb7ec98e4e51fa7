"""Several workers on one store: messages a second and CPU per message with one, two and four of them, on the embedded
store or on a cluster of 3 + 3 nodes; then a simulation of more than this machine has.

    .venv-bench/bin/python -m tests.bench.workers [--cluster] [--people 40]

Each worker is a process of its own, with 64 conversations at once. What is printed as simulated was not measured."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import uvloop

from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.bench.queues import Machines, simulated
from tests.bench.rows import STEPS, Bench
from tests.servers.valkey_nodes import a_cluster

APART = 10_000_000  # workers' people, so that no two hear the same
SIMULATED = (1, 2, 4, 8, 16, 32)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: seconds, messages, CPU seconds of all workers and of all servers."""

    workers: int
    seconds: float
    messages: int
    worker_cpu: float
    store_cpu: float

    def __str__(self) -> str:
        return (
            f"{self.workers:>3} workers  {self.messages / self.seconds:6.0f} messages/s  worker "
            f"{self.worker_cpu / self.messages * 1e6:4.0f} us CPU a message, store "
            f"{self.store_cpu / self.messages * 1e6:4.0f} us; machine "
            f"{(self.worker_cpu + self.store_cpu) / self.seconds:.2f} cores busy"
        )


async def _work(store: str, folder: Path, place: int, people: int) -> None:
    """A worker: ready, then at a word from the parent as fast as it can."""
    from tests.bench.ours import Ours  # noqa: PLC0415 - the parent needs none of it

    bot = Ours(store, folder)
    await bot.start()
    bench = Bench(bot)
    bench._person = APART * (place + 1)
    await bench.warm()
    _say({"ready": 1})
    await asyncio.to_thread(sys.stdin.readline)
    began = perf_counter(), process_time()
    await bench.together(bench.people(people), range(STEPS))
    _say({"ended": perf_counter(), "began": began[0], "cpu": process_time() - began[1]})
    await bot.stop()


def _say(figures: dict[str, float]) -> None:
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


async def measured(store: str, folder: str, workers: int, people: int) -> Measured:
    """So many workers at once; they share the keyring in `folder`."""
    command = [
        sys.executable,
        "-m",
        "tests.bench.workers",
        "--work",
        store,
        "--people",
        str(people),
        "--folder",
        folder,
    ]
    children = [
        await asyncio.create_subprocess_exec(
            *command, "--place", str(place), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
        )
        for place in range(workers)
    ]
    for child in children:
        await _hear(child)
    before = await _store_cpu(store)
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"\n")
    told = [await _hear(child) for child in children]
    used = await _store_cpu(store) - before
    for child in children:
        await child.wait()
    seconds = max(one["ended"] for one in told) - min(one["began"] for one in told)
    return Measured(workers, seconds, workers * people * STEPS, sum(one["cpu"] for one in told), used)


async def _hear(child: asyncio.subprocess.Process) -> dict[str, float]:
    assert child.stdout is not None
    line = await child.stdout.readline()
    if not line:
        raise RuntimeError("a worker has died")
    found: dict[str, float] = json.loads(line)
    return found


async def _store_cpu(url: str) -> float:
    """CPU seconds of every server of the store so far."""
    store = Store(url)
    told = await store._everywhere("INFO", "cpu")
    await store.close()
    lines = [line for text in told.values() for line in bytes(text).decode().splitlines()]
    return sum(
        float(line.split(":")[1]) for line in lines if line.startswith(("used_cpu_user:", "used_cpu_sys:"))
    )


@asynccontextmanager
async def _store(*, is_cluster: bool) -> AsyncIterator[str]:
    if is_cluster:
        async with a_cluster() as cluster:
            yield cluster.url
        return
    with tempfile.TemporaryDirectory() as folder:
        async with EmbeddedStore(Path(folder)) as embedded:
            yield embedded.url


async def _measure(*, is_cluster: bool, counts: Sequence[int], people: int) -> None:
    runs = []
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            async with _store(is_cluster=is_cluster) as url:
                runs.append(await measured(url, folder, count, people))
        print(runs[-1])  # noqa: T201 - the result
    least = min(runs, key=lambda run: run.worker_cpu / run.messages)
    servers = 3 if is_cluster else 1
    machines = Machines(
        worker=least.worker_cpu / least.messages,
        # half of a cluster's work is its replicas', on machines of their own
        store=least.store_cpu / least.messages / (2 if is_cluster else 1),
        wait=0.002 if is_cluster else 0.001,
    )
    print(f"simulated: a core for each worker and each of {servers} primaries, 64 messages at once a worker")  # noqa: T201
    for workers in SIMULATED:
        print(f"{workers:>3} workers  {simulated(machines, workers, servers):6.0f} messages/s")  # noqa: T201


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cluster", action="store_true")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--work", default="")
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--place", type=int, default=0)
    asked = parser.parse_args()
    if asked.work:
        uvloop.run(_work(asked.work, asked.folder, asked.place, asked.people))
    else:
        asyncio.run(_measure(is_cluster=asked.cluster, counts=(1, 2, 4), people=asked.people))


if __name__ == "__main__":
    main()
