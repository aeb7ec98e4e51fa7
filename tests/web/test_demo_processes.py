"""Nothing of a demo outlives it: not after Ctrl-C, not after a terminate, not after kill -9."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.running import DemoError, staged

COMMAND = "from bot.cli.demo import demo; import typer; typer.run(demo)"
READY = 90.0  # the promise is 3 s on a quiet machine; tests share theirs


@pytest.fixture
async def demo() -> AsyncIterator[asyncio.subprocess.Process]:
    """A demo in a process of its own, ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        COMMAND,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(READY):
        line = await process.stdout.readline()
    assert line.startswith(b"The demo is ready: http://127.0.0.1:")
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


def family(pid: int) -> dict[int, Path | None]:
    """Return the process ids below this one, each with the demo folder it was given."""
    found: dict[int, Path | None] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if parent == pid:
            folder = next((Path(word) for word in words if "/tocsin-" in word and Path(word).is_dir()), None)
            found[int(entry.name)] = folder
    return found


async def ended(pid: int) -> None:
    """Wait for the end of a process that is not our child."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(handle, over.set)
    await over.wait()
    loop.remove_reader(handle)
    os.close(handle)


@pytest.mark.skipif(sys.platform != "linux", reason="process families are read from /proc")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
async def test_nothing_is_left_of_a_demo(demo: asyncio.subprocess.Process, name: str) -> None:
    children = family(demo.pid)
    folders = {folder for folder in children.values() if folder is not None}
    assert len(children) == 6  # store, sweeper, worker, three phones
    assert len(folders) == 1
    demo.send_signal(signal.Signals[name])
    async with asyncio.timeout(60):
        code = await demo.wait()
        await asyncio.gather(*(ended(pid) for pid in children))
    assert not any(folder.exists() for folder in folders)
    assert code == (-signal.SIGKILL if name == "SIGKILL" else 0)


async def test_one_folder_is_for_one_demo_and_keeps_its_clock(short_folder: Path) -> None:
    folder = short_folder / "demo"
    async with staged(folder) as stage:
        stage.move_clock(timedelta(minutes=3))
        with pytest.raises(DemoError, match="another demo runs in this folder"):
            async with staged(folder):
                pass
    async with staged(folder) as stage:
        assert stage.view.now("clock") == {"offset": 180.0}
