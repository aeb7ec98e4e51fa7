"""Asks the worker, from an event loop: one text at a time, never longer than a few seconds, and starts it again when
it has ended. A worker that is late or dead answers nothing; it never keeps anybody waiting, and never raises."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Any

from triage.embedding import frames
from triage.score.score import By, Score

log = logging.getLogger("tocsin.triage")

TIMEOUT = timedelta(seconds=5)
STARTING = timedelta(seconds=20)
READ = 20_000  # characters that are handed over: the beginning and the end
_PAUSES = (0.0, 0.5, 2.0, 10.0, 60.0)  # seconds before each new start in a row
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
COMMAND = (sys.executable, "-I", "-m", "triage.embedding.worker")


class Loss(StrEnum):
    """Why a worker was given up; of an argument a log shows numbers and the words of enums, nothing else."""

    LATE = "it was late"
    ENDED = "it ended, or did not answer with a score"
    INTERRUPTED = "it was interrupted"
    NOT_STARTED = "it did not start"


class Worker:
    """One worker process. `ask` may be called by many at once; they are answered in turn."""

    def __init__(
        self, monotonic: Callable[[], float], *, command: tuple[str, ...] = COMMAND, timeout: timedelta = TIMEOUT
    ) -> None:  # fmt: skip
        self._monotonic = monotonic
        self._command = command
        self._timeout = timeout
        self._process: asyncio.subprocess.Process | None = None
        self._lock = asyncio.Lock()
        self._failures = 0
        self._failed_late = False  # a text that takes too long would take too long again
        self._not_before = 0.0
        self.by: By | None = None  # what answered last; None: nothing does
        self.why: str = "not started yet"
        self.asked = 0
        self.failed = 0

    async def ask(self, text: str) -> Score | None:
        """The score of one text; None when the worker is dead, late or has only just been lost."""
        if len(text) > READ:
            text = text[: READ // 2] + "\n" + text[-READ // 2 :]
        async with self._lock:
            self.asked += 1
            # one that ended between two texts is noticed only now: ask the next one
            return await self._asked(text, again=True) or await self._asked(text, again=False)

    async def _asked(self, text: str, *, again: bool) -> Score | None:
        if not again and self._failed_late:
            return None
        self._failed_late = False
        try:
            async with asyncio.timeout(STARTING.total_seconds()):
                process = await self._running()
            async with asyncio.timeout(self._timeout.total_seconds()):
                return Score.of(await self._exchange(process, {"text": text}))
        except TimeoutError:
            self._failed_late = True
            await self._lost(Loss.LATE)
        except (OSError, EOFError, frames.BrokenFrame, KeyError, TypeError, ValueError):
            await self._lost(Loss.ENDED)
        except asyncio.CancelledError:
            await self._lost(Loss.INTERRUPTED)  # its answer would be taken for that to the next question
            raise
        return None

    async def start(self) -> None:
        """Start it now, so that the first text does not wait; says in the log when it is not all it could be."""
        async with self._lock:
            with contextlib.suppress(TimeoutError, OSError, EOFError, frames.BrokenFrame):
                async with asyncio.timeout(STARTING.total_seconds()):
                    await self._running()
                return
            await self._lost(Loss.NOT_STARTED)

    async def stop(self) -> None:
        """End it."""
        async with self._lock:
            await self._end()
            self.by, self.why = None, "stopped"

    @property
    def pause(self) -> float:
        """Seconds until it may be started again; 0 when it runs or may be started now."""
        return 0.0 if self._process else max(0.0, self._not_before - self._monotonic())

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        if self.pause:
            raise EOFError
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # nothing it could say may hold a text
            env={**passed, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
        hello = await self._read(self._process)
        self.by, self.why = By(hello["ready"]), str(hello["why"])
        if self.why:
            log.error("the text score goes on without sentence embeddings: %s", self.why)
        return self._process

    async def _exchange(self, process: asyncio.subprocess.Process, request: object) -> Any:
        assert process.stdin is not None  # noqa: S101 - opened above
        process.stdin.write(frames.frame(request))
        await process.stdin.drain()
        answer = await self._read(process)
        self._failures = 0
        return answer

    async def _read(self, process: asyncio.subprocess.Process) -> Any:
        assert process.stdout is not None  # noqa: S101 - opened above
        header = await process.stdout.readexactly(frames.HEADER)
        return frames.value(await process.stdout.readexactly(frames.length(header)))

    async def _lost(self, why: Loss) -> None:
        """End what may still run, and wait longer each time before the next start."""
        if self._process is not None:
            self.failed += 1
            self._failures += 1
            self._not_before = self._monotonic() + _PAUSES[min(self._failures, len(_PAUSES)) - 1]
            log.error(
                "the worker of the text score was lost: %s; what it did not score goes to a person", why
            )
            self.by, self.why = None, why
        await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if process.stdin is not None:
            process.stdin.close()
