"""How often the desk makes a challenge: each costs a seal and a look into the store. Pure: `now` is an argument.
The same for names that nobody has, so that a refusal tells nobody who answers reports."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zlib import crc32

_GROUPS = 256


@dataclass(slots=True)
class Greetings:
    """Thirty at once for one name, then five a second. Names share a group by a keyed hash that nobody outside knows:
    whoever asks for other names without end does not shut out the people who answer."""

    mark: Callable[[str], str]
    burst: int = 30
    every: timedelta = timedelta(seconds=0.2)
    _full_at: dict[int, datetime] = field(default_factory=dict)  # group: when it has its whole burst again

    def allows(self, name: str, now: datetime) -> bool:
        """Whether this one is made; if so, it is counted."""
        group = crc32(self.mark(f"greetings|{name}").encode()) % _GROUPS
        full_at = max(self._full_at.get(group, now), now)
        if full_at - now > self.burst * self.every:
            # it can be no later: the clock went back, and nobody is to wait until it is there again
            full_at = now
        if full_at - now > (self.burst - 1) * self.every:
            return False
        self._full_at[group] = full_at + self.every
        return True
