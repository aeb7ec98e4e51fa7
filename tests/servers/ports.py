"""Ports for servers that must be told one before they start. Never one that the kernel gives away by itself: between
our looking and their listening, it would be somebody's outgoing connection."""

import itertools
import os
import socket

LOWEST, HIGHEST = 20_000, 32_000  # below what Linux and macOS choose for outgoing connections
_next = itertools.count(os.getpid() * 7_919)  # every process of a test run begins elsewhere, and far away


def free_port() -> int:
    """A TCP port of 127.0.0.1 on which nobody listens, another one each time."""
    for tried in itertools.islice(_next, HIGHEST - LOWEST):
        port = LOWEST + tried % (HIGHEST - LOWEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no port between {LOWEST} and {HIGHEST} is free")
