"""What stands in for Telegram: every request is serialised as for the wire and answered from memory.
Never opens a connection."""

import asyncio
from collections import defaultdict, deque
from time import perf_counter_ns
from typing import Any

from telegram.request import BaseRequest, RequestData

from tests.bench.answers import CANNED_ME, CANNED_SENT

ANYBODY = "anybody"


class CannedRequest(BaseRequest):
    """PTB's wire without the wire. `answered` gives a future that ends when the chat gets its next message."""

    def __init__(self) -> None:
        self._awaited: dict[str, deque[asyncio.Future[None]]] = defaultdict(deque)
        self.shown: list[dict[str, str]] | None = None
        self.passed: list[tuple[int, str]] | None = None  # when, in nanoseconds, and the text

    @property
    def read_timeout(self) -> float:
        return 5

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    def answered(self, chat: int | None) -> asyncio.Future[None]:
        """Ends when the next message to this chat (None: to anybody) has been serialised."""
        future = asyncio.get_running_loop().create_future()
        self._awaited[ANYBODY if chat is None else str(chat)].append(future)
        return future

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - PTB's signature
        request_data: RequestData | None = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:  # Any: time limits, which nothing here needs
        if url.endswith("getMe"):
            return 200, CANNED_ME
        parameters = request_data.json_parameters if request_data else {}
        if self.shown is not None:
            self.shown.append(parameters)
        if self.passed is not None:
            self.passed.append((perf_counter_ns(), parameters.get("text", "")))
        for chat in (parameters.get("chat_id", ""), ANYBODY):
            if waiting := self._awaited.get(chat):
                waiting.popleft().set_result(None)
                if not waiting:
                    del self._awaited[chat]
        return 200, CANNED_SENT
