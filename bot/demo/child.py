"""One process of the demo: started from a module, told and heard in JSON lines, ended with its supervisor.
What a child writes to standard error goes into a file, never on the screen."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

LONGEST_LINE = 2**22
GRACE = 3.0
# Nothing here speaks TLS, yet aiohttp reads the system's certificates when it is imported: 0.15 s for each process.
NO_CERTIFICATES = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}


@contextlib.contextmanager
def without_certificates() -> Iterator[None]:
    """For an import in this process; a browser that is opened later gets the environment as it was."""
    before = {name: os.environ.get(name) for name in NO_CERTIFICATES}
    os.environ.update(NO_CERTIFICATES)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


class Child:
    """A running child process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str, arguments: Sequence[str], log: Path) -> Self:
        """Run `python -m module arguments`, in a session of its own: Ctrl-C is for the supervisor."""
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **NO_CERTIFICATES},
                start_new_session=True,
                limit=LONGEST_LINE,
            )
        return cls(process)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None

    async def lines(self) -> AsyncIterator[Mapping[str, Any]]:
        """Each JSON object the child writes, until it ends."""
        output = self._process.stdout
        if output is None:
            raise RuntimeError("the child was started without a pipe")
        while line := await output.readline():
            yield json.loads(line)

    def tell(self, message: Mapping[str, object]) -> None:
        """Send the child one JSON object; a child that has just ended does not hear it."""
        self.tell_text(json.dumps(message) + "\n")

    def tell_text(self, text: str) -> None:
        """Send the child some text."""
        if self._process.stdin is not None and self.is_running:
            self._process.stdin.write(text.encode())

    async def let_end(self) -> None:
        """End its input and wait until it has ended by itself."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    def kill(self) -> None:
        """Kill it with SIGKILL, as a crash would."""
        self._send(signal.SIGKILL)

    async def wait(self) -> int:
        """Return its exit status once it has ended."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask it to end, and kill it if it does not within three seconds."""
        if not self.is_running:
            return
        self._send(signal.SIGTERM)
        try:
            async with asyncio.timeout(GRACE):
                await self._process.wait()
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def _send(self, number: signal.Signals) -> None:
        # Not Process.send_signal: it looks whether the process has ended, and takes the status that the loop waits for.
        if self.is_running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)
