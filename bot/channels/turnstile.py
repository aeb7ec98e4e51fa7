"""The queue in front of one account: lets messages through when `Pacing` allows, pages before everything
else. It sends nothing itself."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.channels.pacing import Pacing
from bot.clock import monotonic
from responders.delivery import TryAgain

SOON = timedelta(seconds=1)


@dataclass(slots=True, eq=False)
class _Waiting:
    chat: int
    is_page: bool
    through: asyncio.Future[None]


class Turnstile:
    """One per account. Who would wait longer than `patience` is told TryAgain instead: the outbox holds a
    lease."""

    def __init__(
        self,
        pacing: Pacing | None = None,
        patience: timedelta = timedelta(seconds=10),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._pacing = pacing or Pacing()
        self._patience = patience
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._alarm: asyncio.TimerHandle | None = None

    async def pass_through(self, chat: int, *, is_page: bool = False) -> None:
        """Return when a message to the chat may leave. Raises TryAgain."""
        now = self._clock()
        if (
            not self._waiting
            and self._pacing.wait_overall(now) <= 0
            and self._pacing.wait_for(chat, now) <= 0
        ):
            self._pacing.take(chat, now)
            return
        self.check_pause()
        loop = asyncio.get_running_loop()
        waiting = _Waiting(chat, is_page, loop.create_future())
        place = next(
            (i for i, w in enumerate(self._waiting) if is_page and not w.is_page), len(self._waiting)
        )
        self._waiting.insert(place, waiting)
        self._let_through()
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                await waiting.through
        except TimeoutError:
            raise TryAgain(max(self._wait(), SOON)) from None
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    def pause(self, span: timedelta) -> None:
        """Stop everything for a while (429)."""
        self._pacing.pause(span.total_seconds(), self._clock())

    def check_pause(self) -> None:
        """Raises TryAgain when a pause outlasts our patience."""
        if (wait := self._wait()) > self._patience:
            raise TryAgain(wait)

    def _wait(self) -> timedelta:
        return timedelta(seconds=max(0.0, self._pacing.wait_overall(self._clock())))

    def _let_through(self) -> None:
        """Let through whoever may pass now, and set the alarm for the next one."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        now = self._clock()
        while self._waiting and self._pacing.wait_overall(now) <= 0:
            ready = next((w for w in self._waiting if self._pacing.wait_for(w.chat, now) <= 0), None)
            if ready is None:
                break
            self._waiting.remove(ready)
            if not ready.through.done():
                self._pacing.take(ready.chat, now)
                ready.through.set_result(None)
        if self._waiting:
            soonest = min(self._pacing.wait_for(w.chat, now) for w in self._waiting)
            wait = max(soonest, self._pacing.wait_overall(now), 0.001)
            self._alarm = asyncio.get_running_loop().call_later(wait, self._let_through)
