"""Tells systemd that we run, that we are not hung, and whether we are ready (sd_notify(3)). Without systemd
it does nothing. It never tells who or what."""

import os
import socket
from collections.abc import Mapping


class Supervisor:
    """The socket that systemd gave us, if any."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        path = environment.get("NOTIFY_SOCKET", "")
        self._path = f"\0{path[1:]}" if path.startswith("@") else path

    def tell(self, *assignments: str) -> None:
        """Send assignments such as READY=1; a supervisor that is gone does not stop the service."""
        if not self._path:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.sendto("\n".join(assignments).encode(), self._path)
        except OSError:
            return
