"""How much of one thing counts at once (GCRA, the generic cell rate algorithm), and which reporters a person believed
before. Pure; nothing is dropped here: what is beyond a rate is kept, answered or gathered by whoever asks."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from responders.cases import Case
from responders.chats import Chat

REAL = range(1, 7)  # outcomes of e42 after which a reporter is believed: released ... referred
_ROUNDING = 0.001  # seconds; the difference of two times since 1970 is not exact
# cases of a believed reporter that nobody has; more of them are not believed for the first ones' sake
AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then one in each `every`."""

    burst: int
    every: timedelta

    @property
    def full(self) -> float:
        """Seconds until a spent burst is whole again."""
        return self.burst * self.every.total_seconds()


def one_more(full_at: float, now: float, rate: Rate) -> tuple[float, bool]:
    """When the burst will be whole again after one more now (seconds), and whether that one was within the rate.

    More than a whole burst cannot be owed: the clock was set back, and nobody is locked out for it."""
    owed, each = max(full_at - now, 0.0), rate.every.total_seconds()
    if owed > rate.full + _ROUNDING:
        owed = 0.0
    is_within = owed + each <= rate.full + _ROUNDING
    return now + owed + (each if is_within else 0.0), is_within


class Meter:
    """One rate for many senders, in this process's memory: of several workers, each has its own.

    A platform's account is read by one worker at a time, so a sender meets one meter, or a fresh one after a
    restart. Who is within the rate again is forgotten."""

    def __init__(self, rate: Rate, remembered: int = 20_000) -> None:
        self.rate = rate
        self._remembered = remembered
        self._full_at: dict[Hashable, float] = {}

    def is_within(self, who: Hashable, now: datetime) -> bool:
        """Count one thing of this sender; whether it was within the rate."""
        at = now.timestamp()
        full_at, is_within = one_more(self._full_at.get(who, at), at, self.rate)
        if len(self._full_at) >= self._remembered and who not in self._full_at:
            self._full_at = {one: until for one, until in self._full_at.items() if until > at}
        self._full_at[who] = full_at
        return is_within


def is_believed(case: Case) -> bool:
    """Whether a person has it, has worked on it, or has ended it with an outcome that says it was true."""
    if not case.is_open:
        return case.outcome in REAL
    return case.has is not None or case.progressed


def is_trusted(case: Case) -> bool:
    """Whether its pages always ring one by one: of a believed reporter, or believed itself."""
    return case.trusted or is_believed(case)


def comes_trusted(chat: Chat | None) -> bool:
    """Whether a new case of this chat is of a reporter whom a person has believed before.

    The protocol knows no invitation of reporters; a case that somebody took is the only ticket. It is lost with the
    chat's record, so an ERASE, which forgets the cases, starts from nothing."""
    if chat is None or not chat.is_believed:
        return False
    return sum(ref.is_open and not ref.has for ref in chat.cases) <= AT_ONCE
