"""Measures: a candidate's own CPU, percentiles, gaps, memory, and what the rest of the machine was doing."""

import os
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter_ns
from types import TracebackType
from typing import Self

Figures = dict[str, float]


@dataclass(slots=True)
class Meter:
    """CPU of this process between enter and exit, in microseconds, and the wall time in seconds."""

    cpu: float = 0.0
    wall: float = 0.0
    _cpu_before: float = 0.0
    _before: int = 0

    def __enter__(self) -> Self:
        self._cpu_before, self._before = own_cpu(), perf_counter_ns()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.cpu = (own_cpu() - self._cpu_before) * 1e6
        self.wall = (perf_counter_ns() - self._before) / 1e9


def own_cpu() -> float:
    """Seconds of CPU that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def own_memory() -> float:
    """MiB of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_of(process: int) -> float:
    """Seconds of CPU that another process has used."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine_cpu() -> float:
    """Seconds of CPU that everybody on this machine has used."""
    fields = [int(field) for field in Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[1:9]]
    idle, waiting = fields[3], fields[4]
    return (sum(fields) - idle - waiting) / os.sysconf("SC_CLK_TCK")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie; values need not be sorted."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(name: str, spans: Sequence[int]) -> Figures:
    """p50 and p99 of spans in nanoseconds, in microseconds."""
    return {f"{name} p50": percentile(spans, 0.5) / 1e3, f"{name} p99": percentile(spans, 0.99) / 1e3}


def worst_gap(ends: Sequence[int]) -> float:
    """The longest time, in milliseconds, in which nobody got an answer."""
    return max((later - earlier for earlier, later in pairwise(ends)), default=0) / 1e6
