"""Tells systemd that we run, that we are not hung, and whether we are ready (sd_notify(3)), and gives it open
connections to keep for whoever is started after us (FDSTORE). Without systemd it does nothing. It never tells who or
what. bot/keeper.py stands in for systemd where there is none."""

import array
import os
import socket
from collections.abc import Mapping

FIRST_KEPT = 3  # sd_listen_fds(3)


class Supervisor:
    """The socket that systemd gave us, if any, and what it kept for us."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        path = environment.get("NOTIFY_SOCKET", "")
        self._path = f"\0{path[1:]}" if path.startswith("@") else path
        self._kept = _kept(environment)

    @property
    def is_there(self) -> bool:
        """Whether anybody would keep a connection for us."""
        return bool(self._path)

    def tell(self, *assignments: str) -> None:
        """Send assignments such as READY=1; a supervisor that is gone does not stop the service."""
        self._send(assignments)

    def keep(self, name: str, descriptor: int) -> None:
        """Hold a duplicate of an open file until `drop`, also when its other end hangs up (what lies in its buffer is
        still to be read)."""
        self._send(("FDSTORE=1", f"FDNAME={name}", "FDPOLL=0"), descriptor)

    def drop(self, name: str) -> None:
        """Hold nothing of this name any more."""
        self._send(("FDSTOREREMOVE=1", f"FDNAME={name}"))

    def take(self, name: str) -> int | None:
        """What was kept under this name when we were started, once; the caller closes it."""
        return self._kept.pop(name, None)

    def _send(self, assignments: tuple[str, ...], descriptor: int | None = None) -> None:
        if not self._path:
            return
        passed = (
            []
            if descriptor is None
            else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        )
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.connect(self._path)
                line.sendmsg(["\n".join(assignments).encode()], passed)
        except OSError:
            return


def _kept(environment: Mapping[str, str]) -> dict[str, int]:
    """Names and descriptors, if they were meant for this process."""
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return {}
    names = environment.get("LISTEN_FDNAMES", "").split(":")
    count = environment.get("LISTEN_FDS", "")
    found: dict[str, int] = {}
    for offset, name in enumerate(names[: int(count) if count.isdecimal() else 0]):
        descriptor = FIRST_KEPT + offset
        os.set_inheritable(descriptor, False)  # not for the store's server
        found[name] = descriptor
    return found
