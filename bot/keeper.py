"""Stands in for systemd where there is none: starts the service again when it was killed, and keeps what it was given
(FDSTORE), so that the next one finds what Signal had already handed over. Small, and it knows nothing of messages.

    python -I -S bot/keeper.py COMMAND ARGUMENT...      `tocsin run` does this by itself when it is needed

Every import is memory for as long as the service runs: it uses few, and nothing outside the standard library."""

import array
import os
import select
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

FIRST_KEPT = 3
MOST_KEPT = 16
ASKED_TO_END = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
PAUSES = (0.1, 0.5, 2.0, 5.0)  # seconds before the next start, longer while it dies before it is ready
PR_SET_PDEATHSIG = 1


class Keeper:
    """One service and its kept files."""

    def __init__(self, command: Sequence[str], path: str) -> None:
        self._command = command
        self._path = path
        self._kept: list[tuple[str, int]] = []
        self._child = 0
        self._is_ready = False
        self._is_ending = False
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self._path)

    def run(self) -> int:
        """Until the service has ended by itself or was asked to; returns its exit status."""
        woken, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for one in ASKED_TO_END:
            signal.signal(one, self._pass_on)
        early = 0
        self._start()
        while True:
            ready, _, _ = select.select([woken, self._socket.fileno()], [], [])
            if self._socket.fileno() in ready:
                self._hear()
            if woken in ready:
                os.read(woken, 512)
            status = self._ended()
            if status is None:
                continue
            while select.select([self._socket], [], [], 0)[0]:
                self._hear()  # what it had said before it died
            was_killed = os.WIFSIGNALED(status)
            if self._is_ending or not (was_killed or self._is_ready):
                return os.waitstatus_to_exitcode(status) if not was_killed else 0
            early = 0 if self._is_ready else early + 1
            select.select([], [], [], PAUSES[min(early, len(PAUSES) - 1)])
            if self._is_ending:
                return 0
            self._start()

    def _pass_on(self, number: int, _: object) -> None:
        self._is_ending = True
        if self._child:
            with suppress(ProcessLookupError):
                os.kill(self._child, number)

    def _ended(self) -> int | None:
        ended, status = os.waitpid(self._child, os.WNOHANG)
        if not ended:
            return None
        self._child = 0
        return status

    def _hear(self) -> None:
        size = array.array("i").itemsize
        data, passed, _, _ = self._socket.recvmsg(8192, socket.CMSG_SPACE(size * MOST_KEPT))
        descriptors = array.array("i")
        for _, kind, payload in passed:
            if kind == socket.SCM_RIGHTS:
                descriptors.frombytes(payload[: len(payload) - len(payload) % size])
        told = dict(line.partition("=")[::2] for line in data.decode("utf-8", "replace").splitlines())
        self._note(told, list(descriptors))

    def _note(self, told: Mapping[str, str], descriptors: Sequence[int]) -> None:
        name = told.get("FDNAME", "")
        self._is_ready |= told.get("READY") == "1"
        if told.get("FDSTOREREMOVE") == "1":
            for one in [one for one in self._kept if one[0] == name]:
                self._kept.remove(one)
                os.close(one[1])
        elif told.get("FDSTORE") == "1" and name and len(self._kept) < MOST_KEPT:
            self._kept += [(name, descriptor) for descriptor in descriptors]
            return
        for descriptor in descriptors:
            os.close(descriptor)

    def _start(self) -> None:
        self._is_ready = False
        keeper = os.getpid()
        self._child = os.fork()
        if self._child == 0:
            try:
                self._become(keeper)
            finally:
                os._exit(127)

    def _become(self, keeper: int) -> None:
        """In the new process: end with the keeper, hand over what was kept, begin."""
        os.setpgid(0, 0)  # Ctrl-C in a terminal reaches us once, through the keeper
        if sys.platform == "linux":
            import ctypes  # noqa: PLC0415 - in the new process only

            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != keeper:
            return
        high = [os.dup(descriptor) for _, descriptor in self._kept]
        high = [_above(descriptor, FIRST_KEPT + len(high)) for descriptor in high]
        for place, descriptor in enumerate(high, FIRST_KEPT):
            os.dup2(descriptor, place, inheritable=True)
        names = ":".join(name for name, _ in self._kept)
        environment = {**os.environ, "NOTIFY_SOCKET": self._path, "LISTEN_PID": str(os.getpid())}
        environment |= {"LISTEN_FDS": str(len(high)), "LISTEN_FDNAMES": names}
        for number in (*ASKED_TO_END, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.execvpe(self._command[0], list(self._command), environment)  # noqa: S606 - our own command


def _above(descriptor: int, lowest: int) -> int:
    """A duplicate that no place of the kept ones can overwrite."""
    while descriptor < lowest:
        descriptor = os.dup(descriptor)
    return descriptor


def main(command: Sequence[str]) -> int:
    """Keep this command running."""
    folder = f"{os.environ.get('TMPDIR', '/tmp')}/tocsin-keeper-{os.getpid()}-{os.urandom(6).hex()}"  # noqa: S108
    os.mkdir(folder, 0o700)  # noqa: PTH102 - fails if it is there: nobody else has made it for us
    try:
        return Keeper(command, f"{folder}/notify").run()
    finally:
        os.unlink(f"{folder}/notify")  # noqa: PTH108 - pathlib is memory
        os.rmdir(folder)  # noqa: PTH106


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
