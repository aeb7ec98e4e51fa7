"""The connection on which signal-cli tells us what arrived. signal-cli has acknowledged it by then, so nothing is taken
out of the kernel's buffer before it is safe elsewhere: lines are peeked at, and consumed afterwards."""

import asyncio
import socket
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

PEEKED = 1 << 18  # bytes looked at together
BUFFER = 1 << 20  # asked of the kernel, which gives what it allows
LONGEST = 1 << 19  # bytes of one line; Signal's longest text takes a quarter of it
CONNECTING = timedelta(seconds=3)

# How long half a line is looked at again (seconds). Then it is as long as the kernel's buffer, or its end never comes.
GROWING = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.3)
SHORT, FEW = 1 << 16, 6  # a longer half may be all that the kernel holds: not looked at for as long


class HungUp(Exception):
    """signal-cli is gone, or was never there; `kind` is the fault's name."""

    def __init__(self, kind: str = "end") -> None:
        super().__init__(f"no connection to signal-cli ({kind})")


def place_of(url: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    """Where tcp://host:port or unix:///path leads, as sockets are told."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return socket.AF_UNIX, parts.path
    host = parts.hostname or "127.0.0.1"
    return socket.AF_INET6 if ":" in host else socket.AF_INET, (host, parts.port or 7583)


async def connect(url: str) -> socket.socket:
    """A connection to tcp://host:port or unix:///path. Raises HungUp."""
    family, place = place_of(url)
    line = socket.socket(family, socket.SOCK_STREAM)
    line.setblocking(False)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    try:
        async with asyncio.timeout(CONNECTING.total_seconds()):
            await asyncio.get_running_loop().sock_connect(line, place)
    except (OSError, TimeoutError) as fault:
        line.close()
        raise HungUp(type(fault).__name__) from None
    except BaseException:
        line.close()
        raise
    return line


class PeekedLines:
    """Lines of one connected, non-blocking socket."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._head = (
            b""  # the beginning of a line too long for the kernel's buffer: only this is in our hands
        )
        self._is_skipping = False
        self._peeked = 0
        self.malformed = 0
        self.oversized = 0

    @property
    def descriptor(self) -> int:
        return self._line.fileno()

    async def peek(self) -> Sequence[bytes]:
        """The whole lines that wait; they wait on until `consume`. Raises HungUp."""
        before, looks = 0, 0
        while True:
            data = await self._look()
            end = data.rfind(b"\n") + 1
            if end:
                self._peeked = end
                return self._whole(data[:end])
            if len(data) > before:
                before, looks = len(data), 0
            if looks == (len(GROWING) if len(data) < SHORT else FEW):
                self._take_head(data)
                before, looks = 0, 0
                continue
            await asyncio.sleep(GROWING[looks])
            looks += 1

    def consume(self) -> None:
        """What `peek` returned last is safe."""
        self._receive(self._peeked)
        self._peeked = 0
        self._head = b""
        self._is_skipping = False

    async def write(self, data: bytes) -> None:
        """Raises HungUp."""
        try:
            await asyncio.get_running_loop().sock_sendall(self._line, data)
        except OSError as fault:
            raise HungUp(type(fault).__name__) from None

    def spoilt(self) -> tuple[int, int]:
        """How many lines broke off, and how many were too long, since this was asked before."""
        found = self.malformed, self.oversized
        self.malformed = self.oversized = 0
        return found

    def no_more_writing(self) -> None:
        """Tell signal-cli that we are going: it ends our subscription, writes what it has, and hangs up."""
        try:
            self._line.shutdown(socket.SHUT_WR)
        except OSError:
            return  # gone already

    def close(self) -> None:
        self._line.close()

    def _whole(self, data: bytes) -> Sequence[bytes]:
        lines = data.split(b"\n")[:-1]
        if self._is_skipping:
            return lines[1:]
        return [self._head + lines[0], *lines[1:]]

    def _take_head(self, data: bytes) -> None:
        self._receive(len(data))
        if self._is_skipping:
            return
        self._head += data
        if len(self._head) > LONGEST:
            self._head, self._is_skipping = b"", True
            self.oversized += 1

    async def _look(self) -> bytes:
        while True:
            try:
                data = self._line.recv(PEEKED, socket.MSG_PEEK)
            except (BlockingIOError, InterruptedError):
                await self._readable()
                continue
            except OSError as fault:
                raise HungUp(type(fault).__name__) from None
            if not data:
                self.malformed += bool(self._head)
                raise HungUp
            return data

    async def _readable(self) -> None:
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._line, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._line)

    def _receive(self, size: int) -> None:
        while size:
            try:
                got = len(self._line.recv(size))
            except InterruptedError:
                continue
            except OSError as fault:
                raise HungUp(type(fault).__name__) from None
            if not got:
                raise HungUp
            size -= got
