"""Sends to Telegram through PTB's Bot and deletes what we sent. Knows two faults: TryAgain and Undeliverable.
It never logs, and no exception that leaves it carries a text, an address of ours or theirs, or the token."""

from collections import OrderedDict
from collections.abc import Awaitable, Mapping, Sequence
from enum import Enum
from typing import TypeVar, cast

from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.request import RequestData

from bot.channels.splitting import split
from bot.channels.telegram_faults import Flooded, meaning_of
from bot.channels.turnstile import Turnstile
from responders.compact import encoded
from responders.delivery import Button, Message, Reason, TryAgain, Undeliverable

DELETE_AT_ONCE = 100  # Bot API, deleteMessages
REMEMBERED = 1000
NO_PREVIEW = encoded(
    {"is_disabled": True}
).decode()  # a preview would make Telegram fetch an address for both sides

# Bot.send_message builds an object for each button and a Message out of the answer, of which we need one number:
# ten times the work. So what is sent goes to the wire below PTB's Bot as it will be written, field by field.
SEND_MESSAGE = "/sendMessage"

T = TypeVar("T")

# What PTB lets through when an answer has an unexpected shape; whether the message arrived is then unknown.
MISREAD = (AttributeError, KeyError, TypeError, ValueError)


class Deletion(Enum):
    """What became of one message."""

    DONE = "done"
    NOT_THERE = "not there"
    STAYS = "stays"


class _Written:
    """What a request asks of PTB's RequestData, with fields that need no more writing."""

    __slots__ = ("json_parameters",)

    contains_files = False
    multipart_data: Mapping[str, object] = {}

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.json_parameters = fields


class TelegramSender:
    """The sending half of one account. Pages (`protect`), and what is `first`, go before everything else that waits."""

    def __init__(self, bot: Bot, turnstile: Turnstile | None = None) -> None:
        self._bot = bot
        self._turnstile = turnstile or Turnstile()
        # Parts already sent of a message whose later part failed: when it is offered again, it goes on from
        # there.
        self._begun: OrderedDict[int, list[str]] = OrderedDict()

    async def send(self, address: str, message: Message) -> str:
        """Send, in parts where it must, and return the ids joined by commas. Raises TryAgain or
        Undeliverable."""
        chat = _chat(address)
        parts = split(message.text)
        if not parts:
            raise Undeliverable(Reason.REFUSED)
        ids = self._begun.pop(hash((address, message)), []) if self._begun else []
        try:
            for number in range(len(ids), len(parts)):
                buttons = message.buttons if number == len(parts) - 1 else ()
                ids.append(await self._send_part(chat, parts[number], buttons, message))
        except BaseException:
            if ids:
                self._remember(hash((address, message)), ids)
            raise
        return ",".join(ids)

    async def delete(self, address: str, ids: Sequence[str]) -> Sequence[str]:
        """Delete messages of the chat, ours by their sent id, the person's by their Inbound's; returns those
        that stay.

        Telegram lets a bot delete for everyone within 48 hours. deleteMessages skips older ones without a
        word, so the oldest are then asked for one by one until one is gone: ids grow with time, all later
        ones are gone too."""
        chat = _chat(address)
        numbers = {one: _numbers(one) for one in ids}
        wanted = sorted({number for some in numbers.values() for number in some})
        is_skipping = True
        for start in range(0, len(wanted), DELETE_AT_ONCE):
            is_skipping &= await self._delete_many(chat, wanted[start : start + DELETE_AT_ONCE])
        staying = set()
        for number in wanted:
            result = await self._delete_one(chat, number)
            if result is Deletion.NOT_THERE and is_skipping:
                break
            if result is Deletion.STAYS:
                staying.add(number)
        return [one for one, some in numbers.items() if staying.intersection(some)]

    async def _send_part(self, chat: int, text: str, buttons: Sequence[Button], whole: Message) -> str:
        await self._turnstile.pass_through(chat, is_page=whole.protect or whole.first)
        fields = {"chat_id": str(chat), "text": text, "link_preview_options": NO_PREVIEW}
        if whole.protect:
            fields["protect_content"] = "true"
        if whole.silent:
            fields["disable_notification"] = "true"
        if buttons:
            rows = [[{"text": label, "callback_data": data}] for label, data in buttons]
            fields["reply_markup"] = encoded({"inline_keyboard": rows}).decode()
        return await self._call(self._sent_id(fields))

    async def _sent_id(self, fields: Mapping[str, str]) -> str:
        data = cast("RequestData", _Written(fields))
        sent = await self._bot.request.post(self._bot.base_url + SEND_MESSAGE, data)
        return str(sent["message_id"])  # type: ignore[index,call-overload]  # MISREAD if it is no object

    async def _delete_many(self, chat: int, numbers: Sequence[int]) -> bool:
        """Delete together; False when Telegram refused the whole lot, so that each must be tried."""
        self._turnstile.check_pause()
        try:
            await self._call(self._bot.delete_messages(chat, numbers))
        except Undeliverable:
            return False
        return True

    async def _delete_one(self, chat: int, number: int) -> Deletion:
        self._turnstile.check_pause()
        try:
            await self._bot.delete_message(chat, number)
        except BadRequest as fault:
            return Deletion.NOT_THERE if "not found" in str(fault).lower() else Deletion.STAYS
        except Forbidden:
            return Deletion.STAYS
        except (TelegramError, *MISREAD) as fault:
            instead = self._reaction(fault)
        else:
            return Deletion.DONE
        raise instead

    async def _call(self, sending: Awaitable[T]) -> T:
        try:
            return await sending
        except (TelegramError, *MISREAD) as fault:
            instead = self._reaction(fault)
        raise instead  # out here, so that not even __context__ keeps the library's exception

    def _reaction(self, fault: Exception) -> TryAgain | Undeliverable:
        if isinstance(fault, Flooded):
            self._turnstile.pause(fault.after)
        return meaning_of(fault)

    def _remember(self, key: int, ids: list[str]) -> None:
        self._begun[key] = ids
        while len(self._begun) > REMEMBERED:
            self._begun.popitem(last=False)


def _chat(address: str) -> int:
    if not address.isascii() or not address.removeprefix("-").isdigit():
        raise Undeliverable(Reason.UNREGISTERED)
    return int(address)


def _numbers(one: str) -> tuple[int, ...]:
    """Message numbers of "12", "12,13" (parts), "m12" and "e12.1700000000" (what a person wrote or
    edited)."""
    plain = (part.lstrip("me").partition(".")[0] for part in one.split(","))
    return tuple(int(part) for part in plain if part.isascii() and part.isdigit())
