"""Outbox items: what waits to be sent, as sealed JSON under a transit key. Names of things, never a rule.
An item is opened only by the sender's loop, in the moment it goes out."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from responders.compact import changed, encoded, reading
from responders.delivery import Button, Message
from responders.keyring import TransitKeyring
from triage.quick import quick

HELLO = "hello"  # the mark of text 2


class Kind(StrEnum):
    """What an item is."""

    REPLY = "reply"  # to a reporter
    PAGE = "page"  # to a focal point's alarm channel
    TELL = "tell"  # an answer to a focal point, where they wrote or are paged
    DIGEST = "digest"  # the list of what waits, to a focal point
    GROUP = "group"  # the page about all of a flood, to a focal point; `at`: since when
    CLEAR = "clear"  # delete our messages in a chat
    AUDIT = "audit"  # an entry for the audit chain
    COUNT = "count"  # a row of the statistics


@quick
@dataclass(frozen=True)
class Item:
    """One thing to send. `rest`: channels to try when this one can never deliver; `mark`: what is sent, so that it can
    be deleted alone (the receipt); `ref`: the held message it is, so that its case learns when it arrived."""

    kind: Kind
    channel: str = ""
    address: str = ""
    person: str = ""
    text: str = ""
    buttons: tuple[Button, ...] = ()
    language: str = "en"
    protect: bool = False
    pseudonym: str = ""
    mark: str = ""
    case: int = 0
    ref: int | None = None
    rest: tuple[str, ...] = ()
    shown: bool = False  # a person's message: from now on what they write is an answer
    at: int = 0
    ahead: bool = False  # of a reporter whom a person has believed: not behind a flood's answers

    @property
    def message(self) -> Message:
        return Message(self.text, self.buttons, self.protect, self.language, first=self.ahead or self.shown)

    def __repr__(self) -> str:
        return f"Item({self.kind.value})"


def sealed(item: Item, item_id: str, transit: TransitKeyring, now: datetime) -> bytes:
    """The item under today's transit key, bound to its id."""
    return transit.seal(as_json(item), b"outbox|" + item_id.encode(), now)


def opened(blob: bytes, item_id: str, transit: TransitKeyring) -> Item:
    """The item again. Raises KeyDestroyed, Tampered, NotOurs."""
    return from_json(transit.open(blob, b"outbox|" + item_id.encode()))


def as_json(item: Item) -> bytes:
    """Compact; what stands at its default is left out."""
    return encoded(changed(item))


@reading("an outbox item")
def from_json(raw: bytes) -> Item:
    """What `as_json` wrote. Raises NotOurs for anything else."""
    values = json.loads(raw)
    values["kind"] = Kind(values["kind"])
    values["buttons"] = tuple(Button(label, data) for label, data in values.get("buttons", ()))
    values["rest"] = tuple(values.get("rest", ()))
    return Item(**values)


class Ids:
    """Item ids that sort in the order in which they were made, by this process and in time."""

    def __init__(self) -> None:
        self._count = 0
        self._last = 0
        self._process = secrets.token_hex(3)

    def next(self, now: datetime) -> str:
        self._count += 1
        self._last = max(self._last, int(now.timestamp() * 1000))  # also while the clock goes back
        return f"{self._last:012x}{self._count:06x}{self._process}"


def queued_at(item_id: str) -> datetime | None:
    """When an item was made; None for one with a name of its own (c42.7), which says nothing about time."""
    try:
        return datetime.fromtimestamp(int(item_id[:12], 16) / 1000, UTC)
    except ValueError:
        return None
