"""One reporter's place in the flow and their answers so far, under a key made from their address.
Pure values and their JSON; never any I/O."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from responders.chats import packed

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
    revision: int = 0
    draft: str | None = None

    def is_locked(self, now: datetime) -> bool:
        return now - stamp(self.seen) > QUIET

    def merged(self) -> dict[str, str | tuple[str, ...]]:
        """Every answer that counts: those on the screen win over those from before a lock."""
        return {**self.base, **self.answers}

    def to_json(self) -> bytes:
        """Compact: fields that stand at their default are left out (a ten-answer session stays under 1,000 bytes)."""
        return packed(asdict(self), _SESSION_DEFAULTS)

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


def stamp(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def seconds(now: datetime) -> int:
    return int(now.timestamp())


_SESSION_DEFAULTS: Mapping[str, Any] = {
    "phase": Phase.ASKING, "node": "opening", "answers": {}, "base": {}, "pending": None, "reasks": 0,
    "case": None, "earlier": (), "given": (), "words": (), "danger": (), "unsure": False, "voice": False,
    "interpreter": False, "cried": False, "implied": False, "told_silence": False, "went_back": None, "body_key": None, "revision": 0, "draft": None,
}  # fmt: skip
