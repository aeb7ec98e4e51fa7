"""A limit on processor time: other work on the machine does not count, so that a slow machine fails nothing."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LIMIT = 20.0  # seconds; the slowest honest reader needs a tenth of it for a megabyte


class TooSlow(Exception):
    """Reading took so long that everybody else would have waited."""


@contextmanager
def within(seconds: float = LIMIT) -> Iterator[None]:
    """Raises TooSlow in the midst of whatever takes longer, a regular expression too. Main thread only."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"still reading after {seconds:.0f} seconds of processor time")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
