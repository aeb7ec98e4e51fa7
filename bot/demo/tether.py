"""Ties a child process to the supervisor: when that ends in whatever way, kill -9 too, the child ends.
It never ends anything else."""

import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends (Linux; elsewhere `watch_input` does)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:  # it ended before we asked
            os._exit(1)


def read_line() -> bytes:
    """Return the first line of standard input, before `watch_input` takes it over."""
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 1)
        if not part:
            os._exit(1)
        line += part
    return line


def report(message: Mapping[str, object]) -> None:
    """Write one JSON line for the supervisor."""
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def watch_input() -> None:
    """End this process when standard input ends: the parent held its other side.

    A thread, so that it works whatever the main thread is doing; nothing is read for any other use."""

    def watch() -> None:
        while os.read(0, 65_536):  # not sys.stdin, whose lock would break the interpreter's end
            continue
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="tether").start()
