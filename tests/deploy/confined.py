"""Runs a command as a shipped unit would confine it, as far as a process can do that to itself: system calls, address
families, writable code, namespaces, capabilities, core size, file mode; as root also the read-only file system.
`python -m tests.deploy.confined UNIT WRITABLE-FOLDER COMMAND...`; it never stands in for a start under systemd."""

import ctypes
import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PR_SET_NO_NEW_PRIVS, PR_CAPBSET_DROP = 38, 24
ALLOW, ERRNO, EQUAL, MASKED_EQUAL = 0x7FFF0000, 0x00050000, 4, 7
WRITE, EXECUTE, SHM_EXECUTE = 2, 4, 0o100000
CLONE_NEWNS = 0x20000
NAMESPACES = (0x80, CLONE_NEWNS, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
MS_BIND, MS_REC, MS_SLAVE = 4096, 16384, 1 << 19
SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, READ_ONLY = 442, -100, 0x8000, 1

libc = ctypes.CDLL(None, use_errno=True)


def within(unit: str, writable: Path) -> tuple[str, ...]:
    """What to put before a command; nothing on a machine that cannot say what the unit means."""
    if sys.platform != "linux" or shutil.which("systemd-analyze") is None:
        return ()
    return (sys.executable, "-m", "tests.deploy.confined", unit, str(writable))


def settings(unit: Path) -> list[tuple[str, str]]:
    """The assignments of its [Service] section, in order."""
    lines = [line.strip() for line in unit.read_text(encoding="utf-8").split("[Service]")[1].splitlines()]
    return [tuple(line.split("=", 1)) for line in lines if "=" in line and not line.startswith("#")]  # type: ignore[misc]


@cache
def _sets() -> dict[str, list[str]]:
    """What stands behind each @set, as systemd itself tells it."""
    told = subprocess.run(["systemd-analyze", "syscall-filter"], capture_output=True, check=True, text=True)  # noqa: S607
    found: dict[str, list[str]] = {}
    inside: list[str] = []
    for line in told.stdout.splitlines():
        if line.startswith("@"):
            inside = found.setdefault(line.strip(), [])
        elif line.startswith("    ") and not line.lstrip().startswith("#"):
            inside.append(line.strip())
    return found


def calls(names: str) -> Iterator[str]:
    """The system calls behind names and @sets."""
    for name in names.split():
        if name.startswith("@"):
            yield from calls(" ".join(_sets()[name]))
        else:
            yield name


def allowed(lines: list[tuple[str, str]]) -> set[str]:
    """What SystemCallFilter leaves, line after line."""
    left: set[str] = set()
    for name, value in lines:
        if name == "SystemCallFilter":
            left = left - {*calls(value[1:])} if value.startswith("~") else left | {*calls(value)}
    return left


class _Compare(ctypes.Structure):
    _fields_ = (("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64))


class Filter:
    """One seccomp filter; filters add up."""

    def __init__(self, otherwise: int) -> None:
        self._lib = ctypes.CDLL("libseccomp.so.2")
        self._lib.seccomp_init.restype = ctypes.c_void_p
        self._lib.seccomp_load.argtypes = [ctypes.c_void_p]
        self._lib.seccomp_rule_add_array.argtypes = [
            ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p,
        ]  # fmt: skip
        self._filter = self._lib.seccomp_init(otherwise)

    def add(self, action: int, call: str, *conditions: tuple[int, int, int, int]) -> None:
        """A rule, if this machine has such a call."""
        number = self._lib.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:
            what = (_Compare * len(conditions))(*(_Compare(*each) for each in conditions))
            _done(self._lib.seccomp_rule_add_array(self._filter, action, number, len(conditions), what), call)

    def load(self) -> None:
        _done(self._lib.seccomp_load(self._filter), "seccomp_load")


def confine(unit: Path, writable: Path) -> None:
    """Everything, in the order in which it can be done."""
    lines = settings(unit)
    said = dict(lines)
    os.umask(int(said["UMask"], 8))
    resource.setrlimit(resource.RLIMIT_CORE, (int(said["LimitCORE"]),) * 2)
    only = Filter(ERRNO | errno.EPERM)
    for call in sorted(allowed(lines)):
        only.add(ALLOW, call)
    more = Filter(ALLOW)
    if said.get("MemoryDenyWriteExecute") == "yes":
        both = WRITE | EXECUTE
        more.add(ERRNO | errno.EPERM, "mmap", (2, MASKED_EQUAL, both, both))
        more.add(ERRNO | errno.EPERM, "mprotect", (2, MASKED_EQUAL, EXECUTE, EXECUTE))
        more.add(ERRNO | errno.EPERM, "pkey_mprotect", (2, MASKED_EQUAL, EXECUTE, EXECUTE))
        more.add(ERRNO | errno.EPERM, "shmat", (2, MASKED_EQUAL, SHM_EXECUTE, SHM_EXECUTE))
    families = {FAMILIES[name] for name in said["RestrictAddressFamilies"].split()}
    for family in {*range(64)} - families:
        more.add(ERRNO | errno.EAFNOSUPPORT, "socket", (0, EQUAL, family, 0))
    if said["RestrictNamespaces"] == "yes":
        more.add(ERRNO | errno.ENOSYS, "clone3")
        more.add(ERRNO | errno.EPERM, "setns")
        for kind in NAMESPACES:
            more.add(ERRNO | errno.EPERM, "unshare", (0, MASKED_EQUAL, kind, kind))
            more.add(ERRNO | errno.EPERM, "clone", (0, MASKED_EQUAL, kind, kind))
    if os.geteuid() == 0:
        _read_only(writable)
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    _done(libc.capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()), "capset")
    _done(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    more.load()
    only.load()


def _read_only(writable: Path) -> None:
    """ProtectSystem=strict: the whole tree read-only, but for /dev, one folder, and /tmp, which is not private here."""
    if libc.unshare(CLONE_NEWNS) != 0:
        return  # root in a container that may not
    _done(libc.mount(None, b"/", None, MS_REC | MS_SLAVE, None), "mount /")
    kept = [os.fsencode(path) for path in ("/tmp", "/var/tmp", writable)]  # noqa: S108
    for path in kept:
        _done(libc.mount(path, path, None, MS_BIND, None), "mount what stays writable")
    _set(b"/", READ_ONLY, 0, AT_RECURSIVE)
    for path in (*kept, b"/dev"):
        _set(path, 0, READ_ONLY, 0)


def _set(path: bytes, on: int, off: int, how: int) -> None:
    attributes = (ctypes.c_uint64 * 4)(on, off, 0, 0)
    done = libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, path, how, attributes, ctypes.sizeof(attributes))
    _done(done, "mount_setattr")


def _done(result: int, what: str) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno() or -result, f"{what}: refused")


if __name__ == "__main__":
    confine(ROOT / "deploy" / sys.argv[1], Path(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606 - what the test names
