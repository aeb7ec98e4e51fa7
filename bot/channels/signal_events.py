"""Reads one event of signal-cli, as JSON gave it. Pure; never raises, and keeps only what is needed.
Shapes of 0.13 and 0.14; whatever else an object holds is not looked at."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bot.channels import Attachment, Event, Inbound
from bot.channels.splitting import mended

THUMB: Final = "👍"
SKIN_TONES: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
LATEST: Final = 4_102_444_800_000  # the year 2100, in milliseconds
NUMBER: Final = re.compile(r"\+[1-9][0-9]{4,17}")
BY_NUMBER: Final = "PNI:"  # the id of somebody who is known by their number only
LONG_TEXT: Final = "text/x-signal-plain"  # the whole of a text of which `message` has the first 2,000 bytes


class Ignored(StrEnum):
    """Why an event is not for us; the only word about it that is ever counted."""

    UNREADABLE = "unreadable"
    OVERSIZED = "oversized"
    FOREIGN = "foreign"  # another account's
    SYNC = "sync"  # written on our own account's other devices
    RECEIPT = "receipt"  # never an acknowledgement
    TYPING = "typing"
    STORY = "story"  # also an answer to one
    CALL = "call"
    GROUP = "group"
    POLL = "poll"
    PIN = "pin"
    TIMER = "timer"
    REACTION = "reaction"
    REMOTE_DELETE = "remote_delete"
    EMPTY = "empty"
    UNKNOWN = "unknown"


Json = Mapping[str, object]

# Kinds of envelopes beside messages, and of messages that need no answer, in the order in which they are looked for.
ENVELOPES: Final[Mapping[str, Ignored]] = {
    "syncMessage": Ignored.SYNC,
    "receiptMessage": Ignored.RECEIPT,
    "typingMessage": Ignored.TYPING,
    "storyMessage": Ignored.STORY,
    "callMessage": Ignored.CALL,
}
MESSAGES: Final[Mapping[str, Ignored]] = {
    "groupInfo": Ignored.GROUP,
    "groupV2": Ignored.GROUP,
    "storyContext": Ignored.STORY,
    "groupCallUpdate": Ignored.CALL,
    "remoteDelete": Ignored.REMOTE_DELETE,
    "adminDelete": Ignored.REMOTE_DELETE,
    "pollCreate": Ignored.POLL,
    "pollVote": Ignored.POLL,
    "pollTerminate": Ignored.POLL,
    "pinMessage": Ignored.PIN,
    "unpinMessage": Ignored.PIN,
}
KINDS: Final[Mapping[str, Attachment]] = {
    "sticker": Attachment.STICKER,
    "contacts": Attachment.CONTACT,
    "payment": Attachment.OTHER,
    "giftBadge": Attachment.OTHER,
}
# What every message has, and what only decorates a text: a message of these alone says nothing.
PLAIN: Final = frozenset(
    {"timestamp", "message", "expiresInSeconds", "isExpirationUpdate", "viewOnce", "mentions", "previews"}
    | {"textStyles", "attachments", "contacts", "profileKeyUpdate", "bodyRanges"}
)


@dataclass(frozen=True, slots=True, repr=False)  # it says what or who
class Arrived:
    """One event for us. `files` lie in signal-cli's attachment folder and can go; `timer` is the chat's, in seconds."""

    inbound: Inbound
    files: tuple[str, ...] = ()
    timer: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Unwanted:
    """Nothing to answer. `address` and `timer` where a chat's timer was changed; `group` where one can be left."""

    kind: Ignored
    address: str | None = None
    timer: int | None = None
    group: str | None = None
    files: tuple[str, ...] = ()


def decode(params: object, channel: str, number: str) -> Arrived | Unwanted:
    """What the params of one `receive` mean for the account with this number.

    A message_id is the same at every repetition: "<timestamp>", "e<timestamp>" an edit, "l<timestamp>" a thumb,
    "k<timestamp>" a new key."""
    told = _object(params)
    told = (
        _object(told.get("result")) or told
    )  # nested where we subscribed, plain where receiving starts by itself
    if (account := told.get("account")) is not None and account != number:
        return Unwanted(Ignored.FOREIGN)
    envelope = _object(told.get("envelope"))
    files = _files(envelope)
    address, timestamp = _source(envelope), _integer(envelope.get("timestamp"))
    if not address or timestamp is None:
        return Unwanted(Ignored.UNREADABLE, files=files)
    if envelope.get("sourceNumber") == number:
        return Unwanted(Ignored.SYNC, files=files)
    for name, kind in ENVELOPES.items():
        if envelope.get(name) is not None:
            return Unwanted(kind, files=files)
    edit = _object(envelope.get("editMessage"))
    message = _object(edit.get("dataMessage")) if edit else _object(envelope.get("dataMessage"))
    if message:
        event = Event.EDITED if edit else Event.MESSAGE
        return _message(message, files, channel, address, timestamp, event)
    fault = _object(told.get("exception"))
    if str(fault.get("type", "")).startswith("UntrustedIdentity"):
        changed = Inbound(
            channel, address, f"k{timestamp}", sent_at=_moment(timestamp), event=Event.KEY_CHANGED
        )
        return Arrived(changed)
    return Unwanted(Ignored.UNREADABLE if fault else Ignored.UNKNOWN)


def _source(envelope: Json) -> str | None:
    """Who wrote: the service id; the number where signal-cli knows no more, for that can be answered as well."""
    if uuid := _text(envelope.get("sourceUuid")):
        return uuid if uuid.startswith(BY_NUMBER) else uuid.lower()
    number = _text(envelope.get("sourceNumber")) or ""
    return number if NUMBER.fullmatch(number) else None


def _message(
    message: Json, files: tuple[str, ...], channel: str, address: str, timestamp: int, event: Event
) -> Arrived | Unwanted:
    rest, attachment = _attachments(message)
    group = _text(_object(message.get("groupInfo")).get("groupId"))
    for name, kind in MESSAGES.items():
        if message.get(name):
            return Unwanted(kind, group=group, files=files)
    timer = _integer(message.get("expiresInSeconds"))
    sent = _moment(timestamp)
    if reaction := _object(message.get("reaction")):
        if _text(reaction.get("targetAuthorUuid")) == address:
            return Unwanted(Ignored.REACTION)  # their own message: says nothing about one of ours
        liked = _integer(reaction.get("targetSentTimestamp"))
        if liked is None or not _is_thumb(reaction.get("emoji")) or reaction.get("isRemove") is True:
            return Unwanted(Ignored.REACTION)
        like = Inbound(channel, address, f"l{timestamp}", quote=str(liked), sent_at=sent, event=Event.LIKED)
        return Arrived(like, timer=timer)
    text = _text(message.get("message")) or None
    if attachment is None:
        attachment = next((kind for name, kind in KINDS.items() if message.get(name)), None)
    if text is None and attachment is None and rest is None:
        if PLAIN.issuperset(name for name, value in message.items() if value):
            return Unwanted(
                Ignored.TIMER if timer is not None else Ignored.EMPTY, address, timer, files=files
            )
        attachment = Attachment.OTHER  # of a year to come: who gets no answer believes that nobody is there
    quoted = _integer(_object(message.get("quote")).get("id"))
    inbound = Inbound(
        channel=channel,
        address=address,
        message_id=f"e{timestamp}" if event is Event.EDITED else str(timestamp),
        text=text,
        attachment=attachment,
        quote=None if quoted is None else str(quoted),
        sent_at=sent,
        event=event,
        rest=rest,
    )
    return Arrived(inbound, tuple(name for name in files if name != rest), timer)


def _files(envelope: Json) -> tuple[str, ...]:
    """The names of all files that signal-cli has fetched for this event: those that nobody attached as well, the
    pictures of links, quoted messages, shared contacts and stories."""
    names, left = [], list[object]([envelope])
    while left:
        held = left.pop()
        if isinstance(held, dict):
            if name := _text(held.get("id")):  # all other ids are numbers, or no file has that name
                names.append(name)
            left.extend(held.values())
        elif isinstance(held, list):
            left.extend(held)
    return tuple(names)


def _attachments(message: Json) -> tuple[str | None, Attachment | None]:
    """The name of the file that holds the whole text, and the kind of the first other."""
    listed = message.get("attachments")
    rest, found = None, None
    for one in listed if isinstance(listed, list) else ():
        held = _object(one)
        kind = str(held.get("contentType") or "").lower()
        if kind == LONG_TEXT:
            rest = _text(held.get("id"))
        elif held and found is None:
            found = _kind(held, kind)
    return rest, found


def _kind(held: Json, kind: str) -> Attachment:
    """A voice note says so since 0.14.7 only; before, it is sound without a name."""
    if held.get("isVoiceNote") is True or kind.startswith("audio/"):
        return Attachment.VOICE
    return Attachment.PICTURE if kind.startswith(("image/", "video/")) else Attachment.FILE


def _is_thumb(emoji: object) -> bool:
    return isinstance(emoji, str) and emoji[:1] == THUMB and SKIN_TONES.issuperset(emoji[1:])


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _integer(value: object) -> int | None:
    is_integer = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LATEST
    return value if is_integer and isinstance(value, int) else None


def _text(value: object) -> str | None:
    return mended(value) if isinstance(value, str) else None


def _moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp / 1000, UTC)
