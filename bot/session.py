"""One reporter's place in the flow and their answers so far, under a key made from their address.
Pure values and their JSON; never any I/O."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.conditions import Answers
from responders.changing import replace
from responders.chats import Chat
from responders.clock_back import BACK_COUNTS
from responders.compact import changed, decoded, encoded, reading
from responders.padding import size_for
from triage.quick import quick

QUIET = timedelta(minutes=15)  # protocol section 6: a chat locks after 15 minutes quiet
RECEIPT_STAYS = timedelta(minutes=10)
SESSION_KEPT = timedelta(hours=72)
# bytes; sealed: 912, so that it takes less than 1,000 of the store, then 4, 16, 64 KiB
SIZES = (884, 4_068, 16_356, 65_508)


class Phase(StrEnum):
    """Where a session stands."""

    ASKING = "asking"
    CONFIRMING = "confirming"  # a country or day was read back
    LANGUAGE = "language"  # the list of languages is shown
    NAMING = "naming"  # "mine is not here": its name comes next
    RECEIPT = "receipt"  # the receipt words are on the screen
    ENDED = "ended"


@quick
@dataclass(frozen=True, repr=False)  # it says what or who; without slots: see changing.py
class Session:
    """One reporter's place in the flow.

    What was said before a lock counts and is never shown: it lies in `base`, `base_words` and `base_doubt`, and
    `joined` says that this session goes on with something older. `sent`: on these screens a report has gone.
    `given`: the cases whose receipt words were given. `earlier`: the matters before this one. `calm`: the mark of
    `base_words` and `words` together, while all of them show nothing (triage/calm.py)."""

    flow: str
    shape: str
    language: str
    started: int
    seen: int
    phase: Phase = Phase.ASKING
    node: str | None = "opening"
    answers: Answers = field(default_factory=dict)
    words: tuple[str, ...] = ()
    calm: int = 0
    base: Answers = field(default_factory=dict)
    base_words: tuple[str, ...] = ()
    base_doubt: bool = False
    joined: bool = False
    apart: bool = False  # what is said goes into an envelope of its own, beside the report
    loose: bool = False  # there are words that no case and no draft has yet
    sent: bool = False
    pending: str | None = None
    reasks: int = 0
    case: int | None = None
    earlier: tuple[int, ...] = ()
    given: tuple[int, ...] = ()
    danger: tuple[str, ...] = ()
    scored: str | None = None  # what the text score made of the words: a level, or "unsure"
    weighed: str = ""  # the words that weighed most in it
    unsure: bool = False
    voice: bool = False
    interpreter: bool = False
    cried: bool = False
    implied: bool = False  # the opening was not answered: a danger sign stands for it
    told_silence: bool = False
    body_key: str | None = None
    revision: int = 0
    draft: str | None = None

    def but(self, **changes: Any) -> "Session":  # Any: as dataclasses.replace takes any field
        """The same with some fields changed."""
        return replace(self, **changes)

    def is_locked(self, chat: Chat | None, now: datetime) -> bool:
        """Fifteen minutes quiet, the receipt's ten minutes over, or the phone marked as seized since. When the clock
        went back nobody knows how long it was quiet, and a chat that locks too late shows too much."""
        if not -BACK_COUNTS <= now - stamp(self.seen) <= QUIET:
            return True
        if chat is None:
            return False
        receipt_over = chat.receipt_due is None or now >= stamp(chat.receipt_due)
        if self.phase is Phase.RECEIPT and receipt_over:
            return True
        return chat.locked_at is not None and self.started <= chat.locked_at

    def merged(self) -> dict[str, str | tuple[str, ...]]:
        """Every answer that counts: those on the screen win over those from before a lock."""
        return {**self.base, **self.answers}

    def owns(self, chat: Chat) -> tuple[int, ...]:
        """The cases that these screens may act on: their own, those whose words were given, and after a lock only
        those for which no words were ever shown."""
        mine = [*self.earlier, *self.given, *([] if self.case is None else [self.case])]
        return tuple(dict.fromkeys(number for number in mine if self._may_act_on(number, chat)))

    def _may_act_on(self, number: int, chat: Chat) -> bool:
        if not self.joined or number in self.given:
            return True
        ref = chat.ref(number)
        return ref is not None and not ref.words_shown

    def put_away(self, free_texts: Collection[str]) -> "Session":
        """What is kept of it once the chat has locked and what was said lies sealed in a case: codes, which may still
        matter together with new ones; nothing that anybody wrote, and no key to what was sealed. Words that nobody
        has yet stay, so that they go with the next answer.

        `free_texts`: the questions that are answered in one's own words."""
        answers, base = (
            {name: value for name, value in held.items() if name not in free_texts}
            for held in (self.answers, self.base)
        )
        kept = self.but(answers=answers, base=base, body_key=None, revision=0)
        return kept if self.loose else kept.but(words=(), base_words=(), weighed="", calm=0)

    def to_json(self) -> bytes:
        """Compact: what stands at its default is left out (a ten-answer session stays under 1,000 bytes). Spaces make
        all of them look alike, however much was said."""
        raw = encoded(changed(self))
        return raw.ljust(size_for(len(raw), SIZES))

    @classmethod
    @reading("a session")
    def from_json(cls, raw: bytes) -> "Session":
        """What `to_json` wrote. Raises NotOurs for anything else."""
        values = decoded(raw.rstrip(b" "))
        for name in ("answers", "base"):
            if name in values:
                values[name] = {k: tuple(v) if isinstance(v, list) else v for k, v in values[name].items()}
        for name in ("earlier", "given", "words", "base_words", "danger"):
            if name in values:
                values[name] = tuple(values[name])
        values["phase"] = Phase(values.get("phase", Phase.ASKING))
        return cls(**values)


def stamp(seconds: int) -> datetime:
    """A moment from the seconds that records keep."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds(now: datetime) -> int:
    """A moment as records keep it."""
    return int(now.timestamp())
