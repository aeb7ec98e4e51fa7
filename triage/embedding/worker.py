"""The process that scores texts: `python -I -m triage.embedding.worker`, one frame in, one frame out.
After loading it gives up opening anything: no file, no socket, no other process. It logs nothing and keeps no text."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from triage.embedding import frames
from triage.score.scorer import Scorer

ADDRESS_SPACE = 512 << 20  # bytes; the weights are mapped, and count here
RESIDENT = 150 << 20
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4


def main(model: Path | None = None) -> None:
    """Serve until the other side closes. The first frame says what can be done, and why not more."""
    _limit()
    size = _Size()
    scorer = Scorer.load(model) if model else Scorer.load()
    scorer.score("hello")  # whatever loads late, loads now
    _close_the_door()
    sent, asked = sys.stdout.buffer, sys.stdin.buffer
    _answer(sent, {"ready": scorer.by.value, "why": scorer.why})
    with contextlib.suppress(frames.BrokenFrame, BrokenPipeError):
        while (request := frames.read(asked)) is not None:
            _answer(sent, asdict(scorer.score(str(request["text"]))))
            if size.now() > RESIDENT:
                return  # whoever asks starts another one


class _Size:
    """How much memory this process takes. Not by its peak: Linux counts that of whoever forked us into it."""

    def __init__(self) -> None:
        # opened while files can be; reading it opens nothing
        self._statm = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else None

    def now(self) -> int:
        """In bytes, resident."""
        if self._statm is None:
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS
        return int(os.pread(self._statm, 200, 0).split()[1]) * resource.getpagesize()


def _answer(stream: BinaryIO, value: object) -> None:
    stream.write(frames.frame(value))
    stream.flush()


def _limit() -> None:
    """Before anything is loaded: no core, a bounded address space, and an end with whoever started us."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # 1 in a container. One that is gone already has closed our input, which ends us as well.
        parent = os.getppid()
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit()  # it ended before we asked to end with it


def _close_the_door() -> None:
    """From now on nothing can be opened: a descriptor above the three that we have would be over the limit."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
