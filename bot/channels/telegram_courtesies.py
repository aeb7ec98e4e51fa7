"""What politeness asks and nothing depends on: stop a tapped button's spinner, leave groups without a word.
Best effort, in the background; it never delays a message and never raises."""

import asyncio
from collections.abc import Mapping

from bot.channels import Inbound
from bot.channels.telegram_api import ApiRefused, ApiUnreachable, TelegramApi, Unreadable
from bot.channels.telegram_updates import LeaveGroup

MOST_AT_ONCE = 64


class Courtesies:
    """Beyond `MOST_AT_ONCE` calls a courtesy is skipped: a flood of taps must not eat the account's rate."""

    def __init__(self, api: TelegramApi) -> None:
        self._api = api
        self._calls: set[asyncio.Task[None]] = set()
        self._leaving: set[int] = set()

    def answer_tap(self, inbound: Inbound) -> None:
        """Tell the app that the tap arrived."""
        self._start("answerCallbackQuery", {"callback_query_id": inbound.message_id.removeprefix("t")})

    def leave(self, group: LeaveGroup) -> None:
        """Leave; many messages of one group cause one call."""
        if group.chat not in self._leaving:
            self._leaving.add(group.chat)
            task = self._start("leaveChat", {"chat_id": group.chat})
            if task is None:
                self._leaving.discard(group.chat)
            else:
                task.add_done_callback(lambda _: self._leaving.discard(group.chat))

    async def close(self) -> None:
        """Drop what is under way."""
        calls = list(self._calls)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)

    def _start(self, method: str, parameters: Mapping[str, object]) -> asyncio.Task[None] | None:
        if len(self._calls) >= MOST_AT_ONCE:
            return None
        task = asyncio.get_running_loop().create_task(self._call(method, parameters))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)
        return task

    async def _call(self, method: str, parameters: Mapping[str, object]) -> None:
        try:
            await self._api.call(method, parameters)
        except (ApiRefused, ApiUnreachable, Unreadable):
            return  # too old, already gone, or the network: nothing is lost
