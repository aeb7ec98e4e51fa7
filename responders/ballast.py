"""A file that only takes up space: when the disk fills, intake stops first, then the file is given up so that
the store can go on writing and open ladders reach their end. With fsync always, Valkey ends on a full disk.
It decides about space only; closing intake is the caller's."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

MEBI = 1024 * 1024
CHUNK = bytes(MEBI)


class Space(StrEnum):
    """What the disk allows."""

    ROOM = "room"  # everything
    LOW = "low"  # intake must be closed; the ballast is still there
    SPENT = "spent"  # the ballast is given up: intake stays closed, ladders go on


def decide(free: int, held: bool, intake_is_open: bool, low_water: int, size: int) -> Space:
    """What follows from `free` bytes while the ballast of `size` bytes is `held` or not. Intake is always
    closed before the ballast goes, and opened again only a quarter above the mark, so that it does not
    flap."""
    if free < low_water:
        return Space.LOW if intake_is_open else Space.SPENT
    if not held:
        return Space.ROOM if free >= low_water + size else Space.SPENT
    return Space.ROOM if intake_is_open or free >= low_water + low_water // 4 else Space.LOW


@dataclass(frozen=True, slots=True)
class Ballast:
    """The ballast beside the data in `folder`; sizes in bytes."""

    folder: Path
    size: int = 64 * MEBI
    low_water: int = 128 * MEBI

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.folder / "ballast"

    def check(self, *, intake_is_open: bool) -> Space:
        """Look at the disk, give up or restore the ballast, and return what the disk allows now."""
        held = self.path.exists()
        disk = os.statvfs(self.folder)
        free = disk.f_bavail * disk.f_frsize
        space = decide(free, held, intake_is_open, self.low_water, self.size)
        if space is Space.SPENT and held:
            self.path.unlink()
        if space is Space.ROOM and not held:
            return self._restore()
        return space

    def _restore(self) -> Space:
        try:
            _fill(self.path, self.size)
        except OSError:  # somebody else was faster with the space
            self.path.unlink(missing_ok=True)
            return Space.SPENT
        return Space.ROOM


def _fill(path: Path, size: int) -> None:
    """A file whose blocks are really taken: a hole would free nothing."""
    with path.open("wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:  # macOS
            for start in range(0, size, len(CHUNK)):
                file.write(CHUNK[: size - start])
        os.fsync(file.fileno())
