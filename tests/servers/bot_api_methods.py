"""The methods of the strict Bot API server: each checks its arguments, then changes the world.
It never waits and never delivers updates; bot_api_updates.py does."""

import re
from collections.abc import Callable
from functools import partial

from tests.servers.bot_api_flood import Flood
from tests.servers.bot_api_world import ApiError, Json, Shown, World

MAX_TEXT = 4096  # Bot API, sendMessage; counted here in UTF-16 units, the strictest reading
MAX_DATA = 64  # bytes of callback_data
MAX_BUTTONS = 100
MAX_DELETE = 100
PROFILE_LIMITS = {"name": 64, "description": 512, "short_description": 120}
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
RECEIVING = ("getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo")
LANGUAGE = re.compile(r"(?:[a-z]{2})?")  # ISO 639-1 or nothing


class Methods:
    """Answers every method that needs no waiting; `flood` None means no sending limit."""

    def __init__(self, world: World, flood: Flood | None, monotonic: Callable[[], float]) -> None:
        self._world = world
        self.flood = flood
        self._monotonic = monotonic
        self._answers: dict[str, Callable[[Json], object]] = {
            "getMe": lambda _: world.me,
            "sendMessage": self._send,
            "editMessageReplyMarkup": self._edit_markup,
            "deleteMessage": self._delete,
            "deleteMessages": self._delete_many,
            "answerCallbackQuery": self._answer_tap,
            "sendChatAction": self._chat_action,
            "getChat": self._get_chat,
            "leaveChat": self._leave,
            "setMyCommands": self._set_commands,
            "getMyCommands": lambda p: world.profile.get(("commands", _language(p)), []),
        }
        for field in PROFILE_LIMITS:
            camel = "".join(word.capitalize() for word in field.split("_"))
            self._answers[f"setMy{camel}"] = partial(self._set_profile, field)
            self._answers[f"getMy{camel}"] = partial(self._get_profile, field)

        self._names = {name.lower(): name for name in (*self._answers, *RECEIVING)}

    def name(self, method: str) -> str:
        """The method as the documentation writes it: "all methods in the Bot API are case-insensitive"."""
        return self._names.get(method.lower(), method)

    def answer(self, method: str, parameters: Json) -> object:
        """The method's result; raises ApiError."""
        if method not in self._answers:
            raise ApiError(404, "Not Found")
        return self._answers[method](parameters)

    def _reachable_chat(self, parameters: Json) -> int:
        world = self._world
        try:
            chat = int(parameters["chat_id"])
        except (KeyError, ValueError):
            raise ApiError(400, "Bad Request: chat_id is empty") from None
        if chat in world.deactivated:
            raise ApiError(403, "Forbidden: user is deactivated")
        if chat in world.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat not in world.chats and chat not in world.groups:
            raise ApiError(400, "Bad Request: chat not found")
        return chat

    def _send(self, parameters: Json) -> Json:
        world = self._world
        chat = self._reachable_chat(parameters)
        text = str(parameters.get("text", "")).strip()
        if not text:
            raise ApiError(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
            raise ApiError(400, "Bad Request: message is too long")
        buttons = _checked_buttons(parameters.get("reply_markup") or {})
        if self.flood and (after := self.flood.admit(chat, self._monotonic())):
            raise ApiError(429, f"Too Many Requests: retry after {after}", retry_after=after)
        message: Json = {
            "message_id": world.next_message_id(),
            "date": world.date,
            "chat": {"id": chat, "type": "private" if chat > 0 else "group", "first_name": "P"},
            "from": world.me,
            "text": text,
        }
        if parameters.get("reply_markup"):
            message["reply_markup"] = parameters["reply_markup"]
        if protected := bool(parameters.get("protect_content")):
            message["has_protected_content"] = True
        world.messages[chat, message["message_id"]] = message
        preview = not (parameters.get("link_preview_options") or {}).get("is_disabled", False)
        silent = bool(parameters.get("disable_notification"))
        shown = Shown(message["message_id"], text, buttons, protected, silent, preview)
        world.seen.setdefault(chat, []).append(shown)
        return message

    def _edit_markup(self, parameters: Json) -> Json:
        message = self._own(parameters, "message to edit not found")
        markup = parameters.get("reply_markup") or {}
        _checked_buttons(markup)
        if message.get("reply_markup", {}) == markup:
            raise ApiError(400, "Bad Request: message is not modified")
        message.pop("reply_markup", None)
        if markup:
            message["reply_markup"] = markup
        return message

    def _own(self, parameters: Json, missing: str) -> Json:
        message = self._world.messages.get((int(parameters["chat_id"]), int(parameters["message_id"])))
        if message is None:
            raise ApiError(400, f"Bad Request: {missing}")
        return message

    def _delete(self, parameters: Json) -> bool:
        self._own(parameters, "message to delete not found")
        chat, message_id = int(parameters["chat_id"]), int(parameters["message_id"])
        if not self._world.is_deletable(chat, message_id):
            raise ApiError(400, "Bad Request: message can't be deleted for everyone")
        del self._world.messages[chat, message_id]
        return True

    def _delete_many(self, parameters: Json) -> bool:
        ids = parameters.get("message_ids") or []
        if not 1 <= len(ids) <= MAX_DELETE:
            raise ApiError(400, "Bad Request: too many message identifiers specified")
        chat = int(parameters["chat_id"])
        for message_id in ids:  # those not found, and those too old, are skipped without a word
            known = (chat, int(message_id)) in self._world.messages
            if known and self._world.is_deletable(chat, int(message_id)):
                del self._world.messages[chat, int(message_id)]
        return True

    def _answer_tap(self, parameters: Json) -> bool:
        tap = str(parameters.get("callback_query_id", ""))
        if self._world.taps.get(tap) is None:
            reason = "query is too old and response timeout expired or query ID is invalid"
            raise ApiError(400, f"Bad Request: {reason}")
        self._world.taps[tap] = True
        return True

    def _chat_action(self, parameters: Json) -> bool:
        self._reachable_chat(parameters)
        if parameters.get("action") != "typing":
            raise ApiError(400, "Bad Request: wrong parameter action in request")
        return True

    def _get_chat(self, parameters: Json) -> Json:
        chat = self._reachable_chat(parameters)
        return {"id": chat, "type": "private" if chat > 0 else "group", "accent_color_id": 0}

    def _leave(self, parameters: Json) -> bool:
        chat = int(parameters["chat_id"])
        if chat not in self._world.groups:
            raise ApiError(400, "Bad Request: chat not found")
        self._world.groups.discard(chat)
        self._world.left.append(chat)
        return True

    def _set_commands(self, parameters: Json) -> bool:
        commands = parameters.get("commands") or []
        if len(commands) > 100:
            raise ApiError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for each in commands:
            if not COMMAND.fullmatch(each["command"]):
                raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(each["description"]) <= 256:
                raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self._world.profile["commands", _language(parameters)] = commands
        return True

    def _set_profile(self, field: str, parameters: Json) -> bool:
        text = str(parameters.get(field, ""))
        if len(text) > PROFILE_LIMITS[field]:
            raise ApiError(400, f"Bad Request: bot {field} is too long")
        self._world.profile[field, _language(parameters)] = text
        return True

    def _get_profile(self, field: str, parameters: Json) -> Json:
        profile = self._world.profile
        text = profile.get((field, _language(parameters))) or profile.get((field, "")) or ""
        return {field: text}


def _language(parameters: Json) -> str:
    language = str(parameters.get("language_code", ""))
    if not LANGUAGE.fullmatch(language):
        raise ApiError(400, "Bad Request: invalid language code specified")
    return language


def _checked_buttons(markup: Json) -> tuple[tuple[str, str], ...]:
    buttons: list[tuple[str, str]] = []
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if not button.get("text", "").strip():
                raise ApiError(400, "Bad Request: text buttons are unallowed in the inline keyboard")
            if not 1 <= len(button.get("callback_data", "").encode()) <= MAX_DATA:
                raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
            buttons.append((button["text"], button["callback_data"]))
    if len(buttons) > MAX_BUTTONS:
        raise ApiError(400, "Bad Request: reply markup is too long")
    return tuple(buttons)
