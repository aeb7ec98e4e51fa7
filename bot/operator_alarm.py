"""Wakes the operators when the service itself is in trouble: over the alarm channels directly, without the store.
Content-free; at most one message about the same trouble in fifteen minutes once somebody was told."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from bot.app import App
from bot.channels.signal_faults import Trouble
from bot.channels.signal_state import SignalState
from responders.delivery import Message, Sender, TryAgain, Undeliverable
from responders.store import StoreDown

log = logging.getLogger("tocsin.operator")

PATIENCE = timedelta(seconds=10)
SIGNAL_PATIENCE = timedelta(seconds=60)  # signal-cli takes a while to start
AGAIN = timedelta(minutes=15)
SOON = timedelta(minutes=1)  # when nobody could be told
_EVERY = 2.0


class News(StrEnum):
    """What operators are told; the text is `desk/operator.<news>`."""

    STORE_DOWN = "store_down"
    DISK_LOW = "disk_low"
    SIGNAL_AWAY = "signal_away"
    SIGNAL_CAPTCHA = "signal_captcha"
    SIGNAL_ACCOUNT = "signal_account"
    SIGNAL_VERSION = "signal_version"
    SIGNAL_DEAF = "signal_deaf"
    RECOVERED = "recovered"


class OperatorAlarm:
    """Watches store and disk; tells every receiver's coordinator."""

    def __init__(self, app: App, senders: Mapping[str, Sender], signals: Sequence[SignalState] = ()) -> None:
        self._app = app
        self._senders = senders
        self._signals = signals
        self._down_since: datetime | None = None
        self._away_since: datetime | None = None
        self._told: dict[News, datetime] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look(self._app.clock())
            await asyncio.sleep(_EVERY)

    async def look(self, now: datetime) -> None:
        """One look, and what follows from it."""
        try:
            await self._app.store.read(["{s0}:timers:looked"])
            self._down_since = None
        except StoreDown:
            self._down_since = self._down_since or now
        troubles = {
            News.STORE_DOWN: self._down_since is not None and now - self._down_since >= PATIENCE,
            News.DISK_LOW: self._app.duty.disk_is_full,
            **self._on_signal(now),
        }
        self._app.is_well = self._down_since is None
        for trouble, is_there in troubles.items():
            told = self._told.get(trouble)
            if is_there and (told is None or now - told >= AGAIN):
                was_heard = await self._tell(trouble)
                self._told[trouble] = now if was_heard else now - AGAIN + SOON
            elif not is_there and told is not None:
                del self._told[trouble]
                await self._tell(News.RECOVERED)

    def _on_signal(self, now: datetime) -> dict[News, bool]:
        """What is wrong with Signal. A daemon that is only being restarted is no news."""
        troubles = {state.trouble for state in self._signals}
        is_away = Trouble.ACCOUNT not in troubles and not all(
            state.is_subscribed and state.is_answering for state in self._signals
        )
        self._away_since = (self._away_since or now) if is_away else None
        return {
            News.SIGNAL_AWAY: self._away_since is not None and now - self._away_since >= SIGNAL_PATIENCE,
            News.SIGNAL_CAPTCHA: Trouble.CAPTCHA in troubles,
            News.SIGNAL_ACCOUNT: Trouble.ACCOUNT in troubles,
            News.SIGNAL_VERSION: Trouble.VERSION in troubles,
            News.SIGNAL_DEAF: any(state.is_deaf for state in self._signals),
        }

    async def _tell(self, news: News) -> bool:
        """Whether anybody could be told."""
        log.error("telling the operators: %s", news)
        dispatch = self._app.casework.dispatch
        people = {receiver.coordinator for receiver in self._app.responders.receivers.values()}
        was_heard = False
        for person in sorted(people):
            language = dispatch.voice.language(person)
            message = Message(
                dispatch.voice.texts.say(f"desk/operator.{news.value}", language),
                protect=True,
                language=language,
            )
            for name, address in dispatch.paging.alarms(person):
                was_heard |= await self._send(name, address, message)
        return was_heard

    async def _send(self, name: str, address: str, message: Message) -> bool:
        try:
            async with asyncio.timeout(10):
                await self._senders[name].send(address, message)
        except (TryAgain, Undeliverable, TimeoutError):
            log.error("an operator could not be told on %s", name)
            return False
        return True
