"""Writes files that only their owner may read: made once, or replaced whole, on disk before the call returns.
It never reads, and it never leaves half a file behind."""

import os
from pathlib import Path

OWNER_ONLY = 0o600


def create(path: Path, content: bytes) -> None:
    """Write a new file. Raises FileExistsError rather than touch a file that is there."""
    _write(path, content)
    _sync_folder(path.parent)


def replace(path: Path, content: bytes) -> None:
    """Put `content` in place of the file at `path` in one step, then overwrite the old bytes.

    Overwriting is worth what the file system makes of it: nothing on copy-on-write volumes, on snapshots,
    and on flash memory that moves its blocks. A rename alone would leave them even on a plain disk."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)  # left by a process that was killed here; never the only copy
    _write(new, content)
    old = _open_if_there(path)
    try:
        new.rename(path)
        _sync_folder(path.parent)
        if old is not None:
            os.pwrite(old, bytes(os.fstat(old).st_size), 0)
            os.fsync(old)
    finally:
        if old is not None:
            os.close(old)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _open_if_there(path: Path) -> int | None:
    try:
        return os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None


def _sync_folder(folder: Path) -> None:
    # Without this a power cut can bring the old name back (fsync(2), notes on directories).
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
