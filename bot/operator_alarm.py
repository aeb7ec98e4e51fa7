"""Wakes the operators when the service itself is in trouble: over the alarm channels directly, without the store.
Content-free; at most one message about the same trouble in fifteen minutes once somebody was told."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.app import App
from bot.channels.signal_faults import Trouble
from bot.channels.signal_state import SignalState
from bot.clock import monotonic
from bot.heartbeat import is_late
from bot.heartbeat_kept import KeptBeats
from bot.heartbeat_round import tested
from bot.news import AT_ONCE, PATIENCE, SILENT, UNANNOUNCED, News
from bot.workers import Workers
from responders.delivery import Message, Sender
from responders.store import StoreDown

log = logging.getLogger("tocsin.operator")

AGAIN = timedelta(minutes=15)
SOON = timedelta(minutes=1)  # when nobody could be told
ANSWERS_WITHIN = timedelta(seconds=10)  # a platform
STALLED = 10.0  # seconds in which nothing of this process ran
_EVERY = 2.0

Wrong = tuple[News, str]  # and the channel that it is about, if any


class OperatorAlarm:
    """Watches the alert path, the store and the disk; tells every receiver's coordinator."""

    def __init__(self, app: App, senders: Mapping[str, Sender], signals: Sequence[SignalState] = ()) -> None:
        self._app = app
        self._senders = senders
        self._signals = signals
        self._beats = KeptBeats(app.store, app.casework.dispatch.box)
        self._since: dict[Wrong, datetime] = {}
        self._told: dict[Wrong, datetime] = {}
        self._unheard: set[Wrong] = set()
        self._workers = Workers(app.store)
        self.patience = ANSWERS_WITHIN

    async def run(self) -> None:
        """Until cancelled."""
        before = monotonic()
        while True:
            has_stalled = monotonic() - before > _EVERY + STALLED
            before = monotonic()
            await self.look(self._app.clock(), has_stalled=has_stalled)
            await asyncio.sleep(_EVERY)

    async def leave(self) -> None:
        """We stop in good order: the other workers need not tell anybody."""
        with suppress(StoreDown):
            await self._workers.leave()

    async def look(self, now: datetime, *, has_stalled: bool = False) -> None:
        """One look, and what follows from it."""
        app, pulse = self._app, self._app.pulse
        await pulse.take(app.sending, app.timekeeper, app.store, app.casework.dispatch.shards, now)
        gone = 0
        with suppress(StoreDown):
            gone = await self._workers.look()
            pulse.beats = await self._beats.read()
        if has_stalled:
            await self._mention(News.STANDS_STILL, now)
        if gone:
            await self._mention(News.WORKER_GONE, now)
        wrong = {*self._on_path(now), *self._on_signal()}
        for one in sorted(wrong | self._since.keys()):
            await self._follow(one, now, is_there=one in wrong)
        pulse.is_untold = bool(self._unheard) or any(
            beat.is_failing and not beat.told for beat in pulse.beats.channels.values()
        )

    def _on_path(self, now: datetime) -> Iterator[Wrong]:
        """What is wrong between a decision and a phone."""
        app, pulse = self._app, self._app.pulse
        if not pulse.store_answers:
            yield News.STORE_DOWN, ""
        else:
            if pulse.untaken:
                yield News.NOBODY_TAKES, ""
            if any(is_late(pulse.beats.of(channel), app.settings.heartbeat, now) for channel in tested(app)):
                yield News.TEST_LATE, ""
        if app.duty.disk_is_full:
            yield News.DISK_LOW, ""
        if app.door.waiting:
            yield News.OVERRUN, ""
        if not pulse.is_moving:
            yield News.STANDS_STILL, ""
        if pulse.timers_fail:
            yield News.TIMER_FAILS, ""
        for channel in pulse.stuck:
            yield News.PAGE_WAITS, channel
        app.knocks.look(app.receivers, now)
        if app.knocks.are_many(now):
            yield News.KNOCKING, ""

    def _on_signal(self) -> Iterator[Wrong]:
        """What is wrong with Signal. A daemon that is only being restarted is no news."""
        ours = [state for state in self._signals if state.account not in self._app.heard_elsewhere]
        troubles = {state.trouble for state in ours}
        if Trouble.ACCOUNT not in troubles and not all(
            state.is_subscribed and state.is_answering for state in ours
        ):
            yield News.SIGNAL_AWAY, ""
        for trouble, news in (
            (Trouble.CAPTCHA, News.SIGNAL_CAPTCHA),
            (Trouble.ACCOUNT, News.SIGNAL_ACCOUNT),
            (Trouble.VERSION, News.SIGNAL_VERSION),
        ):
            if trouble in troubles:
                yield news, ""
        if any(state.is_deaf for state in ours):
            yield News.SIGNAL_DEAF, ""

    async def _follow(self, wrong: Wrong, now: datetime, *, is_there: bool) -> None:
        """Tell of trouble that lasts, again while it does, and that it is over to whoever was told."""
        news, channel = wrong
        if not is_there:
            del self._since[wrong]
            self._unheard.discard(wrong)
            if news not in UNANNOUNCED and self._told.pop(wrong, None) is not None:
                await self.tell(News.RECOVERED)
            return
        self._since.setdefault(wrong, now)
        if _is_over(self._since[wrong], PATIENCE.get(news, AT_ONCE), now) and self._is_news(wrong, now):
            was_heard = await self.tell(news, channel)
            self._told[wrong] = now if was_heard else now - AGAIN + SOON
            (self._unheard.discard if was_heard else self._unheard.add)(wrong)

    async def _mention(self, news: News, now: datetime) -> None:
        """Tell of what has just happened and does not last."""
        wrong = (news, "once")
        if self._is_news(wrong, now):
            was_heard = await self.tell(news)
            self._told[wrong] = now if was_heard else now - AGAIN + SOON

    def _is_news(self, wrong: Wrong, now: datetime) -> bool:
        told = self._told.get(wrong)
        return told is None or _is_over(told, AGAIN, now)

    async def tell(self, news: News, channel: str = "") -> bool:
        """Tell the coordinators, over every channel but the one that it is about; over that one only if nobody is to
        be had elsewhere. Whether anybody could be told."""
        log.error("telling the operators: %s %s", news, channel)
        paging = self._app.casework.dispatch.paging
        people = sorted({receiver.coordinator for receiver in self._app.responders.receivers.values()})
        ways = [(person, name, address) for person in people for name, address in paging.alarms(person)]
        for some in ([way for way in ways if way[1] != channel], [way for way in ways if way[1] == channel]):
            heard = await asyncio.gather(*(self._send(news, channel, *way) for way in some))
            if any(heard):
                return True
        return False

    async def _send(self, news: News, about: str, person: str, name: str, address: str) -> bool:
        voice = self._app.casework.dispatch.voice
        language = voice.language(person)
        values = {"channel": about} if about else {}
        text = voice.texts.say(f"desk/operator.{news.value}", language, **values)
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                message = Message(text, protect=True, language=language, silent=news in SILENT)
                await self._senders[name].send(address, message)
        except Exception as fault:  # also one of ours: the other ways must be tried
            log.error("an operator could not be told on %s: %s", name, type(fault).__name__)
            return False
        return True


def _is_over(since: datetime, patience: timedelta, now: datetime) -> bool:
    """Whether so long has passed; a moment that has not come yet was another clock's, and counts for nothing."""
    return since > now or now - since >= patience
