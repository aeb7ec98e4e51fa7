"""Counts what was refused because it was not who or what it said: codes, receipt words, keys, deliveries. By channel
only, in memory; it never knows who or with what, and refuses nothing itself."""

from collections import Counter, deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.channels import Receiver
from bot.channels.offering import Received
from bot.channels.signal_events import Ignored

DESK = "desk"
WINDOW = timedelta(minutes=10)
MANY = 20  # refusals in that time, together; people mistype a code now and then
_NOT_OURS = (Ignored.FOREIGN, Ignored.UNREADABLE, Ignored.OVERSIZED)


class Knocks:
    """One process's count; `refused` by channel, since the start."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self._lately: deque[tuple[datetime, int]] = deque(maxlen=MANY)  # so many are enough to tell
        self._deliveries: Counter[str] = Counter()

    def count(self, channel: str, now: datetime, times: int = 1) -> None:
        """Something was refused there."""
        self.refused[channel] += times
        self._lately.append((now, times))
        while self._lately and not timedelta(0) <= now - self._lately[0][0] <= WINDOW:
            self._lately.popleft()

    def look(self, receivers: Mapping[str, Receiver], now: datetime) -> None:
        """Add what the receiving halves have refused since the last look: deliveries that no platform of ours makes."""
        for channel, receiver in receivers.items():
            counts = getattr(receiver, "counts", None)
            if isinstance(counts, Received):
                kinds: Mapping[Ignored, int] = getattr(counts, "ignored_kinds", {})
                total = counts.refused + counts.malformed + sum(kinds.get(kind, 0) for kind in _NOT_OURS)
                if (new := total - self._deliveries[channel]) > 0:
                    self._deliveries[channel] = total
                    self.count(channel, now, new)

    def are_many(self, now: datetime) -> bool:
        """Whether it is more than people's mistakes."""
        return sum(times for at, times in self._lately if timedelta(0) <= now - at <= WINDOW) >= MANY
