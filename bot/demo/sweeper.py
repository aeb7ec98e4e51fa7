"""Removes a temporary demo folder when its supervisor is gone, kill -9 included. It knows nothing else.
Run by running.py with the folder as its only argument; its standard input is the supervisor's lifeline."""

import fcntl
import os
import shutil
import signal
import sys
import time
from pathlib import Path

PATIENCE = 200
STEP = 0.05


def main() -> None:
    """Wait until standard input ends, then for the store to end, then remove the folder."""
    folder = Path(sys.argv[1])
    words = sys.stdin.buffer.read().split()  # the store's process id, once it is known
    if words:
        _end_store(folder / "store" / "lock", int(words[-1]))
    shutil.rmtree(folder, ignore_errors=True)


def _end_store(lock: Path, process: int) -> None:
    """Where no kernel ends the store with its parent (macOS), end it: its lock proves that it still runs."""
    for attempt in range(PATIENCE):
        if _is_free(lock):
            return
        if attempt == 0 and sys.platform != "linux":
            os.kill(process, signal.SIGTERM)
        time.sleep(STEP)


def _is_free(lock: Path) -> bool:
    try:
        with lock.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    main()
