"""What the processes of the Signal stack have in common: they end with the test run, however that ends."""

from collections.abc import Sequence
from pathlib import Path


def ending_with_us(command: Sequence[str]) -> tuple[str, ...]:
    """The same command, which the kernel kills when the process that started it is gone."""
    return ("setpriv", "--pdeathsig", "KILL", "--", *command)


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"process {pid} has ended")
