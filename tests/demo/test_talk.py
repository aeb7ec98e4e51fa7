"""The demo in a terminal tells the whole story through a pipe: report, page, take, words, answer."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator

import pytest

pytestmark = pytest.mark.slow

COMMAND = "from bot.cli.demo import talk; import typer; typer.run(talk)"
PATIENCE = 60.0


class Terminal:
    """A running `tocsin talk`, typed to and read from."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said: list[str] = []

    def type(self, *lines: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines).encode())

    async def shows(self, pattern: str) -> re.Match[str]:
        """Return the match of the first line that matches, read already or still to come."""
        assert self.process.stdout is not None
        for line in self.said:
            if found := re.search(pattern, line):
                return found
        async with asyncio.timeout(PATIENCE):
            while line := (await self.process.stdout.readline()).decode():
                self.said.append(line)
                if found := re.search(pattern, line):
                    return found
        raise AssertionError(f"the terminal ended before it showed {pattern!r}:\n{''.join(self.said)}")


@pytest.fixture
async def terminal() -> AsyncIterator[Terminal]:
    """A terminal that is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", COMMAND, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    running = Terminal(process)
    await running.shows("Texts drafted, not reviewed")
    yield running
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_the_whole_story_fits_in_a_terminal(terminal: Terminal) -> None:
    terminal.type("hello")
    await terminal.shows(r"^ +\| 1 ")
    terminal.type("1")
    number = (await terminal.shows(r"^first +\| page: (\d+)\b")).group(1)
    terminal.type("1", "they are at the door", "/as first", f"t{number}")
    await terminal.shows(r"first +\| opened here:")
    await terminal.shows(rf"^ladder +\| {number}: immediate, step 1 of 3, first has it")
    terminal.type(f"{number} we are here")
    await terminal.shows(rf"{number}: goes out in 10 s")
    terminal.type("/clock +1m")
    await terminal.shows(r"^reporter +\| we are here")
    terminal.type("/nonsense", "/quit")
    await terminal.shows("Not a command")
    assert await terminal.process.wait() == 0
