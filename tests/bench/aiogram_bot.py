"""aiogram 3: its finite state machine with RedisStorage, as its documentation shows it; `aiogram-isolated` adds
RedisEventIsolation, which is meant to keep a person's messages in order."""

# aiogram is in the bench's own environment only, where mypy does not run
# mypy: disable-error-code="import-not-found,misc"

import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.methods.base import TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

from tests.bench.answers import CANNED_ME, CANNED_SENT, TOKEN
from tests.bench.candidate import Candidate
from tests.bench.conversation import ANSWERS, read_replies

logging.disable(logging.CRITICAL)


class CannedSession(AiohttpSession):
    """Builds the form and reads the answer as AiohttpSession does, without the POST between them."""

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ARG002, ASYNC109 - aiogram's signature
        self.build_form_data(bot=bot, method=method)
        content = CANNED_ME if method.__api_method__ == "getMe" else CANNED_SENT
        return self.check_response(bot=bot, method=method, status_code=200, content=content.decode()).result


class Asked(StatesGroup):
    """One state for each question."""

    q0, q1, q2, q3, q4 = State(), State(), State(), State(), State()
    q5, q6, q7, q8, q9 = State(), State(), State(), State(), State()


STATES = [getattr(Asked, f"q{place}") for place in range(len(ANSWERS))]


class AiogramBot:
    """A dispatcher with one router, fed with updates."""

    session_keys: tuple[str, ...] = ("fsm:*",)

    def __init__(self, store: str, replies: Path, *, isolated: bool) -> None:
        self._replies = [
            (said.text, _keyboard(said.buttons) if said.buttons else None) for said in read_replies(replies)
        ]
        self._finished: dict[int, dict[str, str]] = {}
        self.durable: list[int] = []
        # its default of 100 connections fails outright when a thousand messages come at once
        self._storage = RedisStorage.from_url(store, connection_kwargs={"max_connections": 4000})
        isolation = self._storage.create_isolation() if isolated else None
        self._dispatcher = Dispatcher(storage=self._storage, events_isolation=isolation)
        self._bot = Bot(TOKEN, session=CannedSession())

    async def start(self) -> None:
        router = Router()
        router.message.register(self._begin, CommandStart())
        for place, state in enumerate(STATES):
            router.message.register(self._asked(place), state)
        self._dispatcher.include_router(router)
        await self._dispatcher.emit_startup()

    async def hear(self, raw: bytes, person: int) -> None:  # noqa: ARG002 - aiogram finds it in the update
        update = Update.model_validate(json.loads(raw), context={"bot": self._bot})
        await self._dispatcher.feed_update(self._bot, update)

    async def stop(self) -> None:
        await self._dispatcher.emit_shutdown()
        await self._storage.close()

    async def is_right(self, person: int) -> bool:
        return self._finished.get(person) == dict(ANSWERS)

    async def _begin(self, message: Message, state: FSMContext) -> None:
        await state.set_state(STATES[0])
        await self._say(message, 0)

    def _asked(self, place: int) -> Callable[[Message, FSMContext], Awaitable[None]]:
        name = ANSWERS[place][0]

        async def answered(message: Message, state: FSMContext) -> None:
            if place + 1 < len(STATES):
                await state.update_data({name: message.text})
                await state.set_state(STATES[place + 1])
            else:
                self._finished[message.chat.id] = {**await state.get_data(), name: message.text or ""}
                await state.clear()
            await self._say(message, place + 1)

        return answered

    async def _say(self, message: Message, place: int) -> None:
        text, keyboard = self._replies[place]
        await message.answer(text, reply_markup=keyboard)


def _keyboard(buttons: tuple[tuple[str, str], ...]) -> InlineKeyboardMarkup:
    rows = [[InlineKeyboardButton(text=label, callback_data=data)] for label, data in buttons]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def make(name: str, store: str, folder: Path) -> Candidate:
    return AiogramBot(store, folder / "replies.json", isolated=name == "aiogram-isolated")
