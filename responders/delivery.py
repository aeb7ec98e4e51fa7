"""What goes out and the two ways in which it can fail. Declares the edge that every channel implements;
it never knows a platform, and no fault ever carries an address or a text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from triage.quick import quick


class Button(NamedTuple):
    """A shortcut for an answer; `data` is at most 64 bytes (the Bot API's limit)."""

    label: str
    data: str


@quick
@dataclass(frozen=True, repr=False)  # it says what or who
class Message:
    """One outgoing message. Buttons stand one a row; a channel without buttons shows them as a numbered list.

    `protect` asks the platform to forbid forwarding and saving (pages); `silent` not to ring, where it can (tests).
    `first`: before what else waits for the account, as pages go."""

    text: str
    buttons: tuple[Button, ...] = ()
    protect: bool = False
    language: str = "en"
    silent: bool = False
    first: bool = False


class Reason(StrEnum):
    """Why a message can never arrive on this channel."""

    BLOCKED = "blocked"
    UNREGISTERED = "unregistered"
    REFUSED = "refused"
    NEW_KEY = "new_key"  # the phone's identity changed: nothing goes there until somebody has looked


class TryAgain(Exception):
    """The channel cannot take the message now; the same message may be offered again after `after`."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"try again in {after.total_seconds():.1f} s")
        self.after = after


class Undeliverable(Exception):
    """The message can never be delivered to this address on this channel."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Sender(Protocol):
    """The sending half of a channel."""

    async def send(self, address: str, message: Message) -> str:
        """Hand one message to the platform and return the platform's message id.

        A message too long for the platform is sent in parts; the ids are then joined by commas.
        Raises TryAgain or Undeliverable, and nothing else that is expected."""
        ...

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        """Delete our own messages and return the ids that could not be deleted for everyone."""
        ...
