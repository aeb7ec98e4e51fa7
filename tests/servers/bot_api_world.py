"""What the strict Bot API server knows: the bot, the chats, the clock and everything a person ever saw.
It never talks to anybody; bot_api_methods.py asks and changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]  # the wire format of the Bot API: untyped on purpose, the server checks what it reads

DELETABLE_FOR = timedelta(hours=48)  # Bot API, deleteMessage


class ApiError(Exception):
    """The server answers with this code and description."""

    def __init__(self, code: int, description: str, retry_after: float | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    @property
    def body(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as it appeared on a person's phone."""

    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    protected: bool = False
    silent: bool = False
    preview: bool = True


@dataclass(slots=True)
class World:
    """One bot account and its chats, on a clock that only `advance` moves."""

    token: str = "123456789:TEST-TOKEN-of-the-strict-bot-api"
    username: str = "strict_test_bot"
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    seen: dict[int, list[Shown]] = field(default_factory=dict)
    taps: dict[str, bool] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    deactivated: set[int] = field(default_factory=set)
    chats: set[int] = field(default_factory=set)
    groups: set[int] = field(default_factory=set)
    left: list[int] = field(default_factory=list)
    profile: dict[tuple[str, str], Any] = field(default_factory=dict)
    last_message_id: int = 0
    last_tap_id: int = 7_000_000

    @property
    def me(self) -> Json:
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Notes",
            "username": self.username,
        }

    @property
    def date(self) -> int:
        return int(self.now.timestamp())

    def next_message_id(self) -> int:
        self.last_message_id += 1
        return self.last_message_id

    def next_tap_id(self) -> int:
        self.last_tap_id += 1
        return self.last_tap_id

    def user(self, person: int, language: str | None) -> Json:
        user: Json = {"id": person, "is_bot": False, "first_name": "P"}
        return user | ({"language_code": language} if language else {})

    def private_message(self, person: int, language: str | None, content: Mapping[str, Any]) -> Json:
        """A new message that a person wrote, kept as part of the chat."""
        message: Json = {
            "message_id": self.next_message_id(),
            "date": self.date,
            "chat": {"id": person, "type": "private", "first_name": "P"},
            "from": self.user(person, language),
            **content,
        }
        self.chats.add(person)
        self.messages[person, message["message_id"]] = message
        return message

    def is_deletable(self, chat: int, message_id: int) -> bool:
        message = self.messages[chat, message_id]
        return self.now - datetime.fromtimestamp(message["date"], UTC) <= DELETABLE_FOR

    def screen(self, chat: int) -> list[Json]:
        """What the chat shows now, oldest first."""
        return [message for (owner, _), message in sorted(self.messages.items()) if owner == chat]
