"""What one message leads to: the next session and chat, the replies, and what happens to the cases.
Values only; conversation.py seals and commits them together."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.receipt import Receipt
from bot.session import Session
from responders.cases import Push
from responders.chats import Chat
from responders.delivery import Message
from triage.quick import quick
from triage.report import Report


class Note(StrEnum):
    """How a message came to its case; shown on the card beside WRITE, never instead."""

    UNLOCKED = "unlocked"  # the chat was open, or the right words were given
    ANSWER = "answer"  # within 24 h after a person's message was shown, and nothing proves who wrote
    NO_WORDS = "no_words"  # a locked chat, and the words were not given


@quick
@dataclass(frozen=True)
class Filed:
    """The report must be a case now: a new one, or an open one gets its answers; the machine only raises it.

    `body_key` and `revision` are the conversation's, to seal it again; without them it is appended. `since`: it is
    sealed beside the report, in an envelope that began at this time; what was said before is not known any more."""

    case: int
    report: Report
    is_new: bool
    body_key: str | None = None
    revision: int = 0
    since: int | None = None


@quick
@dataclass(frozen=True)
class Drafted:
    """The report so far, sealed, and passed on at `due` if the person stays silent."""

    report: Report
    due: datetime


@dataclass(frozen=True, slots=True)
class DraftDropped:
    """The unfinished report is erased and nobody is told."""


@dataclass(frozen=True, slots=True)
class Danger:
    """A danger sign for an open case: its ladder starts again, taker and on-call are both paged."""

    case: int
    signs: tuple[str, ...]
    locked: bool


@dataclass(frozen=True, slots=True, repr=False)  # it says what or who
class Wrote:
    """Words for a case: appended as an envelope of their own. Empty text only leaves the note with its taker."""

    case: int
    text: str
    note: Note


@dataclass(frozen=True, slots=True)
class PushSet:
    """Row 2 answered for a case."""

    case: int
    push: Push


@dataclass(frozen=True, slots=True)
class Consented:
    """A consent that a person asked for was answered: `letter` d to g, `answer` yes, no or later."""

    case: int
    letter: str
    answer: str
    body: str | None = None
    text_version: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """Messages that wait for this person may be shown now."""

    case: int
    note: Note


class Act(StrEnum):
    """What a person did that a case must know without any words."""

    STOPPED = "stopped"
    ERASED = "erased"
    CLEARED_LOCKED = "cleared_locked"
    LOCKED = "locked"  # the screen was emptied: what comes is not shown at once any more
    WITHDREW = "withdrew"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    NEW_PHONE = "new_phone"
    WENT_BACK = "went_back"
    VOICE = "voice"
    KEY_CHANGED = "key_changed"


@dataclass(frozen=True, slots=True)
class Did:
    """One act for one case; `detail` is a choice id (what the opening became), never words."""

    case: int
    act: Act
    detail: str | None = None


Event = Filed | Drafted | DraftDropped | Danger | Wrote | PushSet | Consented | Released | Did


@quick
@dataclass(frozen=True)
class Reply:
    """One message to the person; `is_receipt` marks the one that goes away again."""

    message: Message
    is_receipt: bool = False


@quick
@dataclass(frozen=True)  # without slots: see changing.py
class Turn:
    """The outcome of one message. `session` or `chat` None: nothing of it is kept (any more).

    `clear`: our messages in the chat are deleted; `remove_receipt`: only the receipt's. `receipt`: words that were
    just shown, and the cases that they lead to."""

    session: Session | None
    chat: Chat | None
    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
    clear: bool = False
    remove_receipt: bool = False
    receipt: Receipt | None = None
    receipt_for: tuple[int, ...] = ()
