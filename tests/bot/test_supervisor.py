"""What systemd is told, on a real socket of its kind."""

import socket
from pathlib import Path

from bot.supervisor import Supervisor


def test_systemd_is_told_on_the_socket_it_named(short_folder: Path) -> None:
    path = str(short_folder / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(path)
        Supervisor({"NOTIFY_SOCKET": path}).tell("READY=1", "STATUS=ready")
        assert systemd.recv(100) == b"READY=1\nSTATUS=ready"


def test_without_systemd_and_when_it_is_gone_nothing_happens(short_folder: Path) -> None:
    Supervisor({}).tell("READY=1")
    Supervisor({"NOTIFY_SOCKET": str(short_folder / "gone")}).tell("READY=1")
