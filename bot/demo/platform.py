"""The demo's own messaging platform: chats, updates that wait for confirmation, and faults on request.
It lives in the supervisor, so that messages wait here while the worker is dead; it never reads them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.channels import Attachment, Event
from responders.delivery import Message

INTAKE = "local"
ALARMS = "local-alerts"
KEEPABLE = timedelta(hours=48)  # as on Telegram: after this a bot cannot remove its own messages
LONGEST = 65_536
LONGEST_DATA = 64


class Refused(StrEnum):
    """Why the platform did not do what the service asked; each has its HTTP status in platform_http.py."""

    CUT = "cut"
    BLOCKED = "blocked"
    MALFORMED = "malformed"


class PlatformError(Exception):
    """The platform refuses a call of the service; it names the reason and never the chat."""

    def __init__(self, reason: Refused) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Posted:
    """One message in a chat, from the service (`message`) or from the person."""

    id: int
    at: datetime
    message: Message
    mine: bool = False
    attachment: Attachment | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """One thing a person did, waiting to be fetched and confirmed by the service."""

    id: int
    address: str
    message_id: int
    at: datetime
    text: str | None = None
    choice: str | None = None
    attachment: Attachment | None = None
    locale: str | None = None
    quote: int | None = None
    event: Event = Event.MESSAGE


@dataclass(slots=True)
class Chat:
    """What one person sees, oldest first; `revision` grows with every change."""

    posts: list[Posted] = field(default_factory=list)
    blocked: bool = False
    revision: int = 0


class Account:
    """One bot account: its chats and its queue of updates, confirmed as in the Bot API's getUpdates."""

    def __init__(self, now: Callable[[], datetime], changed: Callable[[str], None]) -> None:
        self.chats: dict[str, Chat] = {}
        self.cut = False
        self._now = now
        self._changed = changed
        self._waiting: list[Update] = []
        self._next_update = 1
        self._next_message = 1
        self._pulse = asyncio.Event()

    # The service's side

    async def updates(self, offset: int, wait: float) -> Sequence[Update]:
        """Confirm everything before `offset`, then return what waits, at the latest after `wait` seconds."""
        self._refuse_if_cut()
        self._waiting = [update for update in self._waiting if update.id >= offset]
        if not self._waiting and wait > 0:
            await self.next_change(wait)
            self._refuse_if_cut()
        return list(self._waiting)

    def send(self, address: str, message: Message) -> int:
        """Show a message in a chat and return its id."""
        self._refuse_if_cut()
        if not _is_sound(message):
            raise PlatformError(Refused.MALFORMED)
        if self.chat(address).blocked:
            raise PlatformError(Refused.BLOCKED)
        return self._post(address, Posted(self._new_message_id(), self._now(), message)).id

    def delete(self, address: str, ids: Sequence[int]) -> Sequence[int]:
        """Remove the service's own messages and return the ids that are too old or not its own."""
        self._refuse_if_cut()
        chat, now = self.chat(address), self._now()
        chat.posts = [
            post for post in chat.posts if post.mine or post.id not in ids or now - post.at >= KEEPABLE
        ]
        self._touch(address)
        known = {post.id for post in chat.posts}
        return [message_id for message_id in ids if message_id in known]

    # The person's side

    def chat(self, address: str) -> Chat:
        """Return the chat of one person, new or not."""
        return self.chats.setdefault(address, Chat())

    def say(self, address: str, text: str, *, locale: str | None = None) -> None:
        """The person writes."""
        post = self._post(address, Posted(self._new_message_id(), self._now(), Message(text), mine=True))
        self._arrive(Update(0, address, post.id, post.at, text=text, locale=locale))

    def tap(self, address: str, message_id: int, data: str, *, locale: str | None = None) -> None:
        """The person taps a button; as on Telegram this shows no message of theirs."""
        self._arrive(
            Update(
                0, address, self._new_message_id(), self._now(), choice=data, locale=locale, quote=message_id
            )
        )

    def attach(self, address: str, kind: Attachment, *, locale: str | None = None) -> None:
        """The person sends something that is not text."""
        post = Posted(self._new_message_id(), self._now(), Message(""), mine=True, attachment=kind)
        self._post(address, post)
        self._arrive(Update(0, address, post.id, post.at, attachment=kind, locale=locale))

    def edit_last(self, address: str, text: str, *, locale: str | None = None) -> None:
        """The person edits their newest text message; without one nothing happens."""
        chat = self.chat(address)
        for place in range(len(chat.posts) - 1, -1, -1):
            post = chat.posts[place]
            if post.mine and post.attachment is None:
                chat.posts[place] = replace(post, message=Message(text), edited=True)
                self._touch(address)
                edit = Update(0, address, post.id, self._now(), text=text, locale=locale, event=Event.EDITED)
                self._arrive(edit)
                return

    def block(self, address: str, *, blocked: bool) -> None:
        """The person blocks or unblocks the account."""
        self.chat(address).blocked = blocked
        self._touch(address)
        event = Event.BLOCKED if blocked else Event.UNBLOCKED
        self._arrive(Update(0, address, self._new_message_id(), self._now(), event=event))

    def forget(self, address: str) -> None:
        """The person deletes the chat on their own phone; the service is not told."""
        self.chat(address).posts.clear()
        self._touch(address)

    # Both sides

    @property
    def waiting(self) -> int:
        """How many updates the service has not confirmed yet."""
        return len(self._waiting)

    @property
    def newest(self) -> int:
        """The id of the newest message in any chat."""
        return self._next_message - 1

    def set_cut(self, *, cut: bool) -> None:
        """Cut the account off from the service, or join it again; the person's side goes on."""
        self.cut = cut
        self._ring()

    async def next_change(self, wait: float) -> None:
        """Return at the next change of anything in this account, or after `wait` seconds."""
        pulse = self._pulse
        try:
            async with asyncio.timeout(wait):
                await pulse.wait()
        except TimeoutError:
            return

    def _refuse_if_cut(self) -> None:
        if self.cut:
            raise PlatformError(Refused.CUT)

    def _post(self, address: str, post: Posted) -> Posted:
        self.chat(address).posts.append(post)
        self._touch(address)
        return post

    def _arrive(self, update: Update) -> None:
        self._waiting.append(replace(update, id=self._next_update))
        self._next_update += 1
        self._ring()

    def _touch(self, address: str) -> None:
        self.chat(address).revision += 1
        self._changed(address)
        self._ring()

    def _ring(self) -> None:
        self._pulse.set()
        self._pulse = asyncio.Event()

    def _new_message_id(self) -> int:
        number = self._next_message
        self._next_message += 1
        return number


def _is_sound(message: Message) -> bool:
    sizes = [len(button.data.encode()) for button in message.buttons]
    return 0 < len(message.text) <= LONGEST and all(0 < size <= LONGEST_DATA for size in sizes)
