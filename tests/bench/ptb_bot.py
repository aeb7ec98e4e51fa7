"""python-telegram-bot: its ConversationHandler with a durable Redis persistence, flushed after every message. PTB
ships none for Redis; this is the smallest honest one: one hash for answers, one for places."""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import redis.asyncio
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BasePersistence,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    filters,
)

from tests.bench.answers import TOKEN
from tests.bench.candidate import Candidate
from tests.bench.canned import CannedRequest
from tests.bench.conversation import ANSWERS, read_replies

logging.disable(logging.CRITICAL)

Answer = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, int]]


class RedisPersistence(BasePersistence[dict[Any, Any], dict[Any, Any], dict[Any, Any]]):  # Any: PTB's own
    """Answers in the hash `ptb:user`, places in `ptb:conv:<name>`; nothing else is kept."""

    def __init__(self, store: "redis.asyncio.Redis") -> None:
        super().__init__(store_data=PersistenceInput(bot_data=False, chat_data=False, callback_data=False))
        self._store = store

    async def _not_kept(self, *_: Any, **__: Any) -> None:
        """PTB never calls these for what it was told not to store."""

    async def get_user_data(self) -> dict[int, dict[Any, Any]]:
        found = await self._store.hgetall("ptb:user")
        return {int(person): json.loads(data) for person, data in found.items()}

    async def update_user_data(self, user_id: int, data: dict[Any, Any]) -> None:
        await self._store.hset("ptb:user", str(user_id), json.dumps(data))

    async def drop_user_data(self, user_id: int) -> None:
        await self._store.hdel("ptb:user", str(user_id))

    async def get_conversations(self, name: str) -> dict[Any, Any]:
        found = await self._store.hgetall(f"ptb:conv:{name}")
        return {tuple(json.loads(place)): json.loads(state) for place, state in found.items()}

    async def update_conversation(self, name: str, key: Any, new_state: object | None) -> None:
        if new_state is None:
            await self._store.hdel(f"ptb:conv:{name}", json.dumps(key))
        else:
            await self._store.hset(f"ptb:conv:{name}", json.dumps(key), json.dumps(new_state))

    async def get_chat_data(self) -> dict[int, dict[Any, Any]]:
        return {}

    async def get_bot_data(self) -> dict[Any, Any]:
        return {}

    async def get_callback_data(self) -> None:
        return None

    async def refresh_user_data(self, user_id: int, user_data: dict[Any, Any]) -> None:
        """Nothing but this process writes them."""

    async def flush(self) -> None:
        """Everything is written at once."""

    update_chat_data = update_bot_data = update_callback_data = _not_kept
    drop_chat_data = refresh_chat_data = refresh_bot_data = _not_kept


class PtbBot:
    """An application with one ConversationHandler. One update at a time for everybody: PTB's default, and all that
    its ConversationHandler allows."""

    session_keys: tuple[str, ...] = ("ptb:*",)

    def __init__(self, store: str, replies: Path) -> None:
        self._replies = [
            (said.text, _keyboard(said.buttons) if said.buttons else None) for said in read_replies(replies)
        ]
        self._store = redis.asyncio.Redis.from_url(store)
        self._finished: dict[int, dict[str, str]] = {}
        self.durable: list[int] = []
        self._turn = asyncio.Lock()
        self._fault: Exception | None = None
        self._app: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder()
            .token(TOKEN)
            .request(CannedRequest())
            .get_updates_request(CannedRequest())
            .updater(None)
            .persistence(RedisPersistence(self._store))
            .build()
        )

    async def start(self) -> None:
        asked: dict[object, list[Any]] = {  # Any: PTB's handlers have three type parameters
            place: [MessageHandler(filters.TEXT & ~filters.COMMAND, self._asked(place))]
            for place in range(len(ANSWERS))
        }
        self._app.add_handler(
            ConversationHandler(
                entry_points=[CommandHandler("start", self._begin)],
                states=asked,
                fallbacks=[],
                name="report",
                persistent=True,
            )
        )
        self._app.add_error_handler(self._remember)
        await self._app.initialize()

    async def hear(self, raw: bytes, person: int) -> None:  # noqa: ARG002 - PTB finds it in the update
        update = Update.de_json(json.loads(raw), self._app.bot)
        async with self._turn:
            await self._app.process_update(update)
            await self._app.update_persistence()
            if self._fault is not None:
                raise self._fault

    async def stop(self) -> None:
        await self._app.shutdown()
        await self._store.aclose()

    async def is_right(self, person: int) -> bool:
        return self._finished.get(person) == dict(ANSWERS)

    async def _remember(self, _: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """PTB swallows what a handler raises; a bench must not measure that."""
        self._fault = context.error

    async def _begin(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
        await self._say(update, 0)
        return 0

    def _asked(self, place: int) -> Answer:
        name = ANSWERS[place][0]

        async def answered(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
            kept = context.user_data
            if kept is None or update.message is None:
                raise TypeError("an update without its person")
            kept[name] = update.message.text
            if place + 1 == len(ANSWERS):
                self._finished[update.message.chat.id] = dict(kept)
                kept.clear()
            await self._say(update, place + 1)
            return place + 1 if place + 1 < len(ANSWERS) else ConversationHandler.END

        return answered

    async def _say(self, update: Update, place: int) -> None:
        text, keyboard = self._replies[place]
        if update.message is not None:
            await update.message.reply_text(text, reply_markup=keyboard)


def _keyboard(buttons: tuple[tuple[str, str], ...]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data)] for label, data in buttons]
    )


def make(name: str, store: str, folder: Path) -> Candidate:  # noqa: ARG001 - one kind only
    return PtbBot(store, folder / "replies.json")
