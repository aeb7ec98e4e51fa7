"""Channels: what arrives becomes an `Inbound`, what leaves goes through a `Sender` (responders.delivery).
A channel decides nothing and keeps nothing; read telegram_receive.py first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from triage.quick import quick
from triage.score.score import Score


class Attachment(StrEnum):
    """Kinds of content that the bot does not keep; each gets a kind word instead."""

    VOICE = "voice"
    PICTURE = "picture"
    FILE = "file"
    LOCATION = "location"
    CONTACT = "contact"
    STICKER = "sticker"
    OTHER = "other"


class Event(StrEnum):
    """What happened in the chat."""

    MESSAGE = "message"
    EDITED = "edited"
    LIKED = "liked"  # a thumb up on one of our messages
    KEY_CHANGED = "key_changed"  # the phone's identity is a new one; what was written with it is lost
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    SCORED = "scored"  # nobody did anything: the text score of an earlier message has come


@quick
@dataclass(frozen=True)
class Inbound:
    """One thing that a person did in a private chat.

    `message_id` is unique within channel and address for at least 25 hours; `choice` is the data of a tapped
    button; `locale` is the platform's guess (BCP 47); `quote` is the id of our message that was quoted or
    liked. `score` belongs to SCORED; None there: nothing could score it. `in_inbox`: the platform will not hand
    it over again; whoever commits its work takes it out of our inbox. `rest` names the file with the whole text, of
    which `text` is the beginning."""

    channel: str
    address: str
    message_id: str
    text: str | None = None
    choice: str | None = None
    attachment: Attachment | None = None
    locale: str | None = None
    quote: str | None = None
    sent_at: datetime | None = None
    event: Event = Event.MESSAGE
    in_inbox: bool = False
    rest: str | None = None
    score: Score | None = None

    def __repr__(self) -> str:
        """Names the kind only: an Inbound in a traceback must not tell who wrote what."""
        return f"Inbound({self.channel}, {self.event.value})"


Handle = Callable[[Inbound], Awaitable[None]]


@runtime_checkable
class Watched(Protocol):
    """A receiver that can say whether anything would reach us."""

    @property
    def lacks(self) -> str | None:
        """Why nothing can arrive now, in a few words that name nobody; None when it can."""
        ...


class Receiver(Protocol):
    """The receiving half of a channel."""

    async def receive(self, handle: Handle) -> None:
        """Hand every arrival to `handle`, in order for each person, until cancelled.

        Nothing is confirmed to the platform before `handle` has returned."""
        ...
