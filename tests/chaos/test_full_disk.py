"""A disk that really fills, under the real store: with the ballast given up in time it goes on writing; without, it
ends. Needs the right to mount a small file system in memory; elsewhere the pure decision is tested alone."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from responders.ballast import MEBI, Ballast, Space
from responders.store import Applied, Commit, Expect, Store, StoreDown, StoreRefused, Write
from responders.valkey import EmbeddedStore
from tests.conftest import PATIENT

DISK, BALLAST, LOW = 24 * MEBI, 6 * MEBI, 3 * MEBI
RECORD = bytes(64 * 1024)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 24 MiB."""
    with tempfile.TemporaryDirectory(prefix="chaos") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", name]
        if subprocess.run(mount, capture_output=True, check=False).returncode != 0:  # noqa: S603 - fixed words
            pytest.skip("this user may not mount a small disk")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=False)  # noqa: S603, S607 - as above


def fill(folder: Path, leave: int) -> Path:
    """Somebody else's file takes what is left, but for so much."""
    disk = os.statvfs(folder)
    path = folder / "somebody-elses"
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - leave)
    return path


async def write(store: Store, number: int) -> bool:
    """One turn of 64 KiB; whether it is durable."""
    commit = Commit(0, writes=(Write(f"{{s0}}:session:p{number}", Expect.ANYTHING, RECORD),))
    with suppress(StoreDown, StoreRefused):
        return isinstance(await store.commit(commit), Applied)
    return False


async def test_intake_stops_then_the_ballast_goes_and_the_store_goes_on_writing(small_disk: Path) -> None:
    ballast = Ballast(small_disk, BALLAST, LOW)
    async with EmbeddedStore(small_disk) as server:
        store = Store(server.url, patience=PATIENT, pauses=())
        assert ballast.check(intake_is_open=True) is Space.ROOM
        junk = fill(small_disk, LOW // 2)
        assert ballast.check(intake_is_open=True) is Space.LOW
        assert ballast.path.exists(), "first intake, then the ballast"
        assert ballast.check(intake_is_open=False) is Space.SPENT
        assert not ballast.path.exists()
        assert all([await write(store, number) for number in range(BALLAST // len(RECORD) // 2)])
        junk.unlink()
        assert ballast.check(intake_is_open=False) is Space.ROOM
        assert ballast.path.exists()
        await store.close()


async def test_a_control_without_the_ballast_the_store_ends(small_disk: Path) -> None:
    async with EmbeddedStore(small_disk) as server:
        store = Store(server.url, patience=PATIENT, pauses=())
        fill(small_disk, LOW // 2)
        assert not all([await write(store, number) for number in range(BALLAST // len(RECORD) // 2)])
        await store.close()
