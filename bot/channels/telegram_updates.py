"""Reads one Telegram update, as JSON gave it, into an `Inbound`. Pure; never raises, keeps only what is
needed.

PTB's Update.de_json is not used: it takes 75-180 µs where this takes a few, and raises on a huge date or a
bad entity, which would cost the whole batch (PTB then even logs every text of it)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.channels import Attachment, Event, Inbound
from bot.channels.splitting import mended

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")

# Order matters: an animation also carries `document`, a venue also carries `location`.
ATTACHMENTS: Final[Mapping[str, Attachment]] = {
    "voice": Attachment.VOICE,
    "audio": Attachment.VOICE,
    "video_note": Attachment.VOICE,
    "photo": Attachment.PICTURE,
    "video": Attachment.PICTURE,
    "animation": Attachment.PICTURE,
    "document": Attachment.FILE,
    "venue": Attachment.LOCATION,
    "location": Attachment.LOCATION,
    "contact": Attachment.CONTACT,
    "sticker": Attachment.STICKER,
    "dice": Attachment.STICKER,
}

# What the app writes by itself into a private chat: an answer would be noise. Anything unknown that is not
# listed counts as content, because a person who gets no answer believes that nobody is there.
SERVICE: Final = frozenset(
    {
        "boost_added",
        "channel_chat_created",
        "chat_background_set",
        "chat_shared",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "connected_website",
        "delete_chat_photo",
        "direct_message_price_changed",
        "gift",
        "giveaway",
        "giveaway_completed",
        "giveaway_created",
        "giveaway_winners",
        "group_chat_created",
        "left_chat_member",
        "message_auto_delete_timer_changed",
        "migrate_from_chat_id",
        "migrate_to_chat_id",
        "new_chat_members",
        "new_chat_photo",
        "new_chat_title",
        "paid_message_price_changed",
        "passport_data",
        "pinned_message",
        "proximity_alert_triggered",
        "refunded_payment",
        "successful_payment",
        "supergroup_chat_created",
        "unique_gift",
        "users_shared",
        "video_chat_ended",
        "video_chat_participants_invited",
        "video_chat_scheduled",
        "video_chat_started",
        "web_app_data",
        "write_access_allowed",
    }
)

LATEST_DATE: Final = 4_102_444_800  # the year 2100: anything beyond is not a date
LARGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class LeaveGroup:
    """The bot was put into a group or channel: it leaves without a word (protocol, section 6)."""

    chat: int


Json = Mapping[str, object]


def decode(update: object, account: str) -> Inbound | LeaveGroup | None:
    """What the update means for `account`, or None where an answer would be noise.

    Its message_id is the same at every redelivery: "m<message>", "t<tap>", "e<message>.<edit date>"."""
    update = _object(update)
    if tap := _object(update.get("callback_query")):
        return _tap(tap, account)
    if member := _object(update.get("my_chat_member")):
        return _membership(member, account)
    for kind, event in (("message", Event.MESSAGE), ("edited_message", Event.EDITED)):
        if message := _object(update.get(kind)):
            return _message(message, account, event)
    if post := _object(update.get("channel_post")):
        return _leave(_object(post.get("chat")))
    return None


def update_id_of(update: object) -> int | None:
    """The update's id, the only thing needed to confirm it."""
    return _integer(_object(update).get("update_id"))


def _message(message: Json, account: str, event: Event) -> Inbound | LeaveGroup | None:
    chat, sender = _object(message.get("chat")), _object(message.get("from"))
    if not _is_private(chat):
        return _leave(chat)
    person, number = _integer(chat.get("id")), _integer(message.get("message_id"))
    if person is None or number is None or sender.get("is_bot") is True:
        return None
    text = _text(message.get("text"))
    attachment = None
    if text is None:
        if not SERVICE.isdisjoint(message):
            return None
        attachment = next((a for key, a in ATTACHMENTS.items() if key in message), Attachment.OTHER)
        text = _text(message.get("caption"))
    edited = f".{_integer(message.get('edit_date')) or 0}"
    quoted = _integer(_object(message.get("reply_to_message")).get("message_id"))
    return Inbound(
        channel=account,
        address=str(person),
        message_id=f"m{number}" if event is Event.MESSAGE else f"e{number}{edited}",
        text=text,
        attachment=attachment,
        locale=_locale(sender),
        quote=None if quoted is None else str(quoted),
        sent_at=_moment(message.get("date")),
        event=event,
    )


def _tap(tap: Json, account: str) -> Inbound | LeaveGroup | None:
    sender, chat = _object(tap.get("from")), _object(_object(tap.get("message")).get("chat"))
    if chat and not _is_private(chat):
        return _leave(chat)
    # In a private chat the chat's id is the person's: a tap without its message still has its sender.
    person = _integer(chat.get("id")) or _integer(sender.get("id"))
    number, choice = _text(tap.get("id")), _text(tap.get("data"))
    if person is None or not number or choice is None:
        return None
    return Inbound(account, str(person), f"t{number}", choice=choice, locale=_locale(sender))


def _membership(member: Json, account: str) -> Inbound | LeaveGroup | None:
    chat, status = _object(member.get("chat")), _object(member.get("new_chat_member")).get("status")
    if not _is_private(chat):
        return _leave(chat) if status in ("member", "administrator", "restricted") else None
    event = (
        {"kicked": Event.BLOCKED, "member": Event.UNBLOCKED}.get(status) if isinstance(status, str) else None
    )
    person, date = _integer(chat.get("id")), _integer(member.get("date")) or 0
    if event is None or person is None:
        return None
    return Inbound(account, str(person), f"{event.value}.{date}", sent_at=_moment(date), event=event)


def _leave(chat: Json) -> LeaveGroup | None:
    number = _integer(chat.get("id"))
    return None if number is None or number >= 0 else LeaveGroup(number)


def _is_private(chat: Json) -> bool:
    number = _integer(chat.get("id"))
    return chat.get("type") == "private" and number is not None and number > 0


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _integer(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and -LARGEST_ID <= value <= LARGEST_ID:
        return value
    return None


def _text(value: object) -> str | None:
    return mended(value) if isinstance(value, str) else None


def _locale(sender: Json) -> str | None:
    code = sender.get("language_code")
    if not isinstance(code, str) or len(code) > 35:  # BCP 47: longer tags exist only in theory
        return None
    return code if code.isascii() and code.replace("-", "").isalnum() else None


def _moment(value: object) -> datetime | None:
    seconds = _integer(value)
    if seconds is None or not 0 < seconds < LATEST_DATE:
        return None
    return datetime.fromtimestamp(seconds, UTC)
