"""When the next message may leave, by Telegram's sending limits. Pure: `now` is an argument.

`now` is in seconds of a clock that never goes back (bot.clock.monotonic): with the wall clock, an
administrator who sets it back an hour would silence the account for an hour."""

from dataclasses import dataclass, field

KNOWN_CHATS = 10_000


@dataclass(slots=True)
class Pacing:
    """About one a second to a chat after a short burst; `overall` a second for the account, evenly spread.

    Telegram allows about 30 (telegram.constants.FloodLimit). 28 and no burst: a bucket of 30 with 30 a second
    lets 60 pass in the first one, which is how PTB's AIORateLimiter earns its 429s; it also has no limit for
    private chats, and forgets a RetryAfter as soon as any other call returns."""

    overall: float = 28.0
    per_chat: float = 1.0
    burst: int = 3
    _free_at: float = float("-inf")
    _paused_until: float = float("-inf")
    _chats: dict[int, float] = field(default_factory=dict)  # chat: when it will have its whole burst again

    def wait_overall(self, now: float) -> float:
        """Seconds until the account may send anything; zero or less: now."""
        return max(self._free_at, self._paused_until) - now

    def wait_for(self, chat: int, now: float) -> float:
        """Seconds until this chat may get its next message, the account's own limit aside."""
        full_at = self._chats.get(chat, now)
        return full_at - (self.burst - 1) / self.per_chat - now

    def take(self, chat: int, now: float) -> None:
        """One message leaves for the chat now."""
        self._free_at = now + 1 / self.overall
        self._chats[chat] = max(self._chats.get(chat, now), now) + 1 / self.per_chat
        if len(self._chats) > KNOWN_CHATS:
            self._chats = {each: full_at for each, full_at in self._chats.items() if full_at > now}

    def pause(self, seconds: float, now: float) -> None:
        """Nothing leaves for so long (429, RetryAfter); a longer pause already asked for stays."""
        self._paused_until = max(self._paused_until, now + seconds)
