"""The stand-in for systemd, with real processes: who is killed is followed by another that has the same connection."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import keeper

SERVICE = """
import os, socket, sys
from bot.supervisor import Supervisor
supervisor, out = Supervisor(), sys.stdout
kept = supervisor.take("line")
if kept is None:
    line = socket.socket(socket.AF_UNIX)
    line.connect(sys.argv[1])
    for name in ("other", "line", "gone"):
        supervisor.keep(name, line.fileno())
    supervisor.drop("gone")
else:
    line = socket.socket(fileno=kept)
    assert supervisor.take("other") is not None
    assert supervisor.take("gone") is None
supervisor.tell("READY=1")
print(os.getpid(), "new" if kept is None else "kept", flush=True)
while True:
    said = line.recv(100)
    print(said.decode(), flush=True)
    if said == b"end":
        sys.exit(3)
"""

KEEPER = (sys.executable, "-I", "-S", keeper.__file__)

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the keeper's child ends with it on Linux only"
)


class Kept:
    """A keeper with a service that has one connection to us."""

    def __init__(self, folder: Path) -> None:
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(folder / "s"))
        self._server.listen()
        self.process = subprocess.Popen(  # noqa: S603 - our own
            [*KEEPER, sys.executable, "-c", SERVICE, str(folder / "s")],
            stdout=subprocess.PIPE, text=True, env={**_without_systemd(), "TMPDIR": str(folder)},
        )  # fmt: skip
        self.line, _ = self._server.accept()

    def said(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.line.close()
        self._server.close()


def _without_systemd() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}


@pytest.fixture
def kept(short_folder: Path) -> Iterator[Kept]:
    kept = Kept(short_folder)
    yield kept
    kept.close()


def test_what_came_while_nobody_was_there_is_read_by_the_next_on_the_same_connection(kept: Kept) -> None:
    first, how = kept.said().split()
    assert how == "new"
    os.kill(int(first), signal.SIGKILL)
    kept.line.sendall(b"hello")
    second, how = kept.said().split()
    assert (how, kept.said()) == ("kept", "hello")
    os.kill(int(second), signal.SIGKILL)
    assert kept.said().endswith("kept"), "and so on"


def test_it_ends_when_it_is_asked_to_and_its_service_with_it(kept: Kept) -> None:
    service = int(kept.said().split()[0])
    kept.process.send_signal(signal.SIGTERM)
    assert kept.process.wait(60) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(service, 0)


def test_the_service_ends_with_a_keeper_that_is_killed(kept: Kept) -> None:
    kept.said()
    kept.process.kill()
    assert kept.line.recv(1) == b"", "the kernel closed its connection"


def test_a_service_that_fails_after_it_was_ready_is_started_again(kept: Kept) -> None:
    kept.said()
    kept.line.sendall(b"end")
    assert kept.said() == "end"
    assert kept.said().endswith("kept")


def test_a_service_that_ends_before_it_was_ready_is_not_started_again() -> None:
    command = [*KEEPER, sys.executable, "-c", "raise SystemExit(4)"]
    ended = subprocess.run(command, check=False, timeout=120, env=_without_systemd())  # noqa: S603 - our own
    assert ended.returncode == 4
