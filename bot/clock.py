"""The only place that reads a clock. Everything else takes `now` as an argument."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]


def utc_clock() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds that never go back; for pacing only, never for a decision that is kept."""
    return time.monotonic()


class ShiftedClock:
    """The time plus an offset in seconds read from a small file: the demo's movable clock.

    A missing or unreadable file counts as no offset, so that a demo never stands still."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> datetime:
        try:
            offset = float(self._path.read_text())
        except (OSError, ValueError):
            offset = 0.0
        return utc_clock() + timedelta(seconds=offset)

    def steady(self) -> float:
        """Its own monotonic clock: whoever moves it lets the time in between pass, and nothing leaps."""
        return self().timestamp()
