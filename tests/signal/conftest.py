"""One stack for the whole run, one phone for each test, and a time limit of its own for every test: a client that hangs
must fail one test, not stop the run. Skipped, with the reason, where the stack cannot run; in CI that is a failure."""

import asyncio
import functools
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from responders.valkey import EmbeddedStore
from tests.servers.signal_line import Line
from tests.servers.signal_phone import Phone
from tests.servers.signal_pieces import missing
from tests.servers.signal_stack import Account, SignalStack, a_signal_stack
from tests.signal.figures import Figures
from tests.signal.house import House, a_house

HERE = Path(__file__).parent
LIMIT = 180.0  # seconds for a test that says nothing else: @pytest.mark.within(300)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "within(seconds): the time limit of one test on the Signal stack")


FIGURES = pytest.StashKey[Figures]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if figures := config.stash.get(FIGURES, None):
        terminalreporter.section("Signal, figures")
        for line in figures.lines:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    """Where a test notes what it measured; printed at the end."""
    return pytestconfig.stash.setdefault(FIGURES, Figures())


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Everything here shares the stack's event loop, and no test may last for ever."""
    for item in items:
        if HERE in item.path.parents and isinstance(item, pytest.Function):
            marker = item.get_closest_marker("within")
            item.obj = limited(item.obj, marker.args[0] if marker else LIMIT)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def limited(test: Callable[..., Awaitable[None]], seconds: float) -> Callable[..., Awaitable[None]]:
    """The same test, which fails when it takes longer than `seconds`."""

    @functools.wraps(test)
    async def wrapped(**fixtures: Any) -> None:  # Any: whatever the test asks for
        try:
            async with asyncio.timeout(seconds) as limit:
                await test(**fixtures)
        except TimeoutError:
            if not limit.expired():
                raise
            pytest.fail(f"the test took longer than {seconds:.0f} s")

    return wrapped


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running() -> AsyncIterator[SignalStack]:
    """The stack, started once."""
    if reason := missing():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="signal"))  # pytest's own paths are too long for a unix socket
    async with a_signal_stack(folder) as stack:
        yield stack
    shutil.rmtree(folder)


@pytest_asyncio.fixture(loop_scope="session")
async def stack(running: SignalStack) -> AsyncIterator[SignalStack]:
    """The stack in good order, whatever the last test did to it."""
    yield running
    await running.mock.clear_faults()
    if not running.cli.is_running:
        await running.cli.start()


@pytest.fixture
def intake(stack: SignalStack) -> Account:
    """The number to which people report."""
    return stack.accounts["intake"]


@pytest.fixture
def alerts(stack: SignalStack) -> Account:
    """The number that wakes focal points."""
    return stack.accounts["alerts"]


@pytest_asyncio.fixture(loop_scope="session")
async def phone(stack: SignalStack) -> Phone:
    """A telephone that nobody has seen yet."""
    return await stack.mock.phone("reporter")


@pytest_asyncio.fixture(loop_scope="session")
async def line(stack: SignalStack, intake: Account) -> AsyncIterator[Line]:
    """A connection of the test's own that hears what comes for the intake number."""
    async with stack.listening(intake) as line:
        yield line


@pytest_asyncio.fixture(loop_scope="session")
async def house(stack: SignalStack, valkey: EmbeddedStore) -> AsyncIterator[House]:
    """A running installation with an empty store and new people."""
    async with a_house(stack, valkey) as house:
        await house.start()
        yield house
        sys.stderr.write(house.log)  # shown when the test fails
