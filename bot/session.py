"""What is remembered of one person's chat: the session (their answers, under a key made from their address)
and the chat (which cases it belongs to, under the store key). Pure values and their JSON; never any I/O."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

Answers = Mapping[str, str | tuple[str, ...]]

QUIET = timedelta(minutes=15)  # protocol section 6: a chat locks after 15 minutes quiet
RECEIPT_STAYS = timedelta(minutes=10)
SESSION_KEPT = timedelta(hours=72)


class Phase(StrEnum):
    """Where a session stands."""

    ASKING = "asking"
    CONFIRMING = "confirming"
    LANGUAGE = "language"
    RECEIPT = "receipt"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Session:
    """One reporter's place in the flow. `base` holds answers given before a lock: they count, and are never shown."""

    flow: str
    shape: str
    language: str
    started: int
    seen: int
    phase: Phase = Phase.ASKING
    node: str | None = "opening"
    answers: Answers = field(default_factory=dict)
    base: Answers = field(default_factory=dict)
    pending: str | None = None
    reasks: int = 0
    case: int | None = None
    earlier: tuple[int, ...] = ()
    given: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    danger: tuple[str, ...] = ()
    unsure: bool = False
    voice: bool = False
    interpreter: bool = False
    cried: bool = False
    implied: bool = False
    told_silence: bool = False
    went_back: str | None = None
    body_key: str | None = None
    draft: str | None = None

    def is_locked(self, now: datetime) -> bool:
        return now - stamp(self.seen) > QUIET

    def merged(self) -> dict[str, str | tuple[str, ...]]:
        """Every answer that counts: those on the screen win over those from before a lock."""
        return {**self.base, **self.answers}

    def to_json(self) -> bytes:
        """Compact: fields that stand at their default are left out (a ten-answer session stays under 1,000 bytes)."""
        return _pack(asdict(self), _SESSION_DEFAULTS)

    @classmethod
    def from_json(cls, raw: bytes) -> "Session":
        values = json.loads(raw)
        for name in ("answers", "base"):
            if name in values:
                values[name] = {k: tuple(v) if isinstance(v, list) else v for k, v in values[name].items()}
        for name in ("earlier", "given", "words", "danger"):
            if name in values:
                values[name] = tuple(values[name])
        values["phase"] = Phase(values.get("phase", Phase.ASKING))
        return cls(**values)


class Push(StrEnum):
    """Row 2: what may be pushed. The order of strictness is yes, hello, never."""

    YES = "yes"
    HELLO = "hello"
    NEVER = "never"

    @property
    def strictness(self) -> int:
        return (Push.YES, Push.HELLO, Push.NEVER).index(self)


@dataclass(frozen=True, slots=True)
class CaseRef:
    """One case of this chat. `words_shown`: receipt words were shown for it, so a locked chat needs them."""

    number: int
    push: Push = Push.HELLO
    asked: bool = False
    words_shown: bool = False
    is_open: bool = True
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Chat:
    """The person behind a pseudonym, as far as the service must know: where to answer, and for which cases.

    Times are seconds since 1970. `shown`: when a person's message was last shown (an *answer* counts for 24 h);
    `hello`: when text 2 was last sent; `passed`: when text 4 was last said; `attempts`: wrong or right words given."""

    channel: str
    address: str
    language: str
    cases: tuple[CaseRef, ...] = ()
    shown: int | None = None
    shown_case: int | None = None
    hello: int | None = None
    passed: int | None = None
    attempts: tuple[int, ...] = ()
    blocked: bool = False
    seized: bool = False
    receipt_due: int | None = None
    draft: bool = False

    @property
    def push(self) -> Push:
        """With two cases in one chat the stricter holds (protocol section 6)."""
        rules = [ref.push for ref in self.cases if ref.is_open]
        return max(rules, key=lambda rule: rule.strictness, default=Push.HELLO)

    def newest_open(self) -> CaseRef | None:
        return next((ref for ref in reversed(self.cases) if ref.is_open), None)

    def ref(self, number: int | None) -> CaseRef | None:
        return next((ref for ref in self.cases if ref.number == number), None)

    def with_ref(self, number: int, **changes: Any) -> "Chat":  # Any: dataclasses.replace takes any field
        """This chat with one case changed, or added when it is new."""
        known = self.ref(number)
        if known is None:
            return replace(self, cases=(*self.cases, replace(CaseRef(number), **changes)))
        cases = tuple(replace(ref, **changes) if ref.number == number else ref for ref in self.cases)
        return replace(self, cases=cases)

    def without(self, number: int) -> "Chat":
        return replace(self, cases=tuple(ref for ref in self.cases if ref.number != number))

    @property
    def is_worth_keeping(self) -> bool:
        """A chat without a case, a draft or spent attempts is forgotten."""
        return bool(self.cases or self.draft or self.attempts)

    def to_json(self) -> bytes:
        return _pack(asdict(self), _CHAT_DEFAULTS)

    @classmethod
    def from_json(cls, raw: bytes) -> "Chat":
        values = json.loads(raw)
        refs = (CaseRef(**{**ref, "push": Push(ref["push"])}) for ref in values.pop("cases", ()))
        values["attempts"] = tuple(values.get("attempts", ()))
        return cls(cases=tuple(refs), **values)


def stamp(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def seconds(now: datetime) -> int:
    return int(now.timestamp())


def _pack(values: dict[str, Any], defaults: Mapping[str, Any]) -> bytes:  # Any: JSON values
    kept = {k: v for k, v in values.items() if k not in defaults or v != defaults[k]}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


_SESSION_DEFAULTS: Mapping[str, Any] = {
    "phase": Phase.ASKING, "node": "opening", "answers": {}, "base": {}, "pending": None, "reasks": 0,
    "case": None, "earlier": (), "given": (), "words": (), "danger": (), "unsure": False, "voice": False,
    "interpreter": False, "cried": False, "implied": False, "told_silence": False, "went_back": None, "body_key": None, "draft": None,
}  # fmt: skip
_CHAT_DEFAULTS: Mapping[str, Any] = {
    "cases": (), "shown": None, "shown_case": None, "hello": None, "passed": None, "attempts": (),
    "blocked": False, "seized": False, "receipt_due": None, "draft": False,
}  # fmt: skip
