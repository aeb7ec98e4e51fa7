"""The Bot API's sending limits as tests enforce them: so many a second to one chat, so many overall.
It decides only; the server answers 429."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Flood:
    """About one message a second for each chat after a short burst, and `overall` in any second.

    Rates: telegram.constants.FloodLimit (1 and 30). No exact burst is published; four is what short
    dialogues get away with."""

    per_chat: float = 1.0
    burst: int = 4
    overall: int = 30
    second: float = 1.0
    _recent: deque[float] = field(default_factory=deque)
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)

    def admit(self, chat: int, now: float) -> int:
        """Zero when the message may pass (and is counted), else after how many seconds to come back."""
        while self._recent and now - self._recent[0] >= self.second:
            self._recent.popleft()
        if len(self._recent) >= self.overall:
            return 1
        tokens, since = self._chats.get(chat, (float(self.burst), now))
        tokens = min(float(self.burst), tokens + (now - since) * self.per_chat)
        if tokens < 1:
            return max(1, round((1 - tokens) / self.per_chat))
        self._chats[chat] = (tokens - 1, now)
        self._recent.append(now)
        return 0
