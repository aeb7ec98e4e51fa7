"""What every test may use: the real store, started once for each test process, empty for each test."""

import gc
import inspect
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from responders.store import Store
from responders.valkey import EmbeddedStore
from tests.examples import some

# The store syncs every write; in memory, thousands of syncs cost nothing (what a disk costs is for the bench).
IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - mkdtemp makes a private folder

# An answer that is late counts as lost, and what it leased stays leased: only tests about that may have it happen.
PATIENT = timedelta(seconds=60)

# How long an example takes tells how busy the machine is. What CI sets for itself (the same examples each time) stays.
settings.register_profile(
    "patient",
    settings(),
    max_examples=some(100),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")

# A shell that runs us in the background has us ignore Ctrl-C, and so would every process that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CORE = Path("tests/triage"), Path("tests/responders")
STARTS_SOMETHING = {"store", "valkey", "short_folder", "tmp_path"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The core: what decides, without store, file, loop or chance. `make test-core` runs it while one works."""
    for item in items:
        place = (
            item.path.relative_to(item.config.rootpath)
            if item.path.is_relative_to(item.config.rootpath)
            else item.path
        )
        if (
            isinstance(item, pytest.Function)
            and any(place.is_relative_to(floor) for floor in CORE)
            and not inspect.iscoroutinefunction(item.function)
            and not STARTS_SOMETHING & set(item.fixturenames)
            and not getattr(item.function, "is_hypothesis_test", False)
            and item.get_closest_marker("slow") is None
        ):
            item.add_marker("core")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What was imported stays until the end: a search for rubbish need not look at it, thousands of tests long."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden transcripts anew")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for a unix socket (pytest's own are too long for macOS), with a space
    in it."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin ", dir=IN_MEMORY))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def valkey() -> Iterator[EmbeddedStore]:
    """One running server for this test process."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin ", dir=IN_MEMORY))
    embedded = EmbeddedStore(folder)
    embedded.start()
    yield embedded
    embedded.stop()
    shutil.rmtree(folder)


@pytest.fixture
async def store(valkey: EmbeddedStore) -> AsyncIterator[Store]:
    """The store, empty."""
    store = Store(valkey.url, patience=PATIENT)
    await wipe(store)
    yield store
    await store.close()


async def wipe(store: Store) -> None:
    """Delete every key, as an application that may not FLUSHALL can."""
    cursor = b"0"
    while True:
        cursor, keys = await store._command("SCAN", cursor, "COUNT", 1000)
        if keys:
            await store._command("DEL", *keys)
        if cursor == b"0":
            return
