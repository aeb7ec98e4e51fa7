"""Sends the daily test over every alarm channel, whichever worker comes first, and pages the coordinators over the
others when one does not take it. It carries no content, and what it keeps names channels, never a person."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.app import App
from bot.heartbeat import Beats, Result, ended, is_due, is_news
from bot.heartbeat_kept import KeptBeats
from bot.news import News
from responders.delivery import Message, Sender, TryAgain, Undeliverable
from responders.patience import Pause, seconds
from responders.store import StoreDown

log = logging.getLogger("tocsin.heartbeat")

TRIES = 3
PATIENCE = timedelta(seconds=10)  # for one answer of a platform
_LOOK_EVERY = 10.0

Way = tuple[str, str]  # person and address
Tell = Callable[[News, str], Awaitable[bool]]


class Heartbeat:
    """The tests of one installation; several workers share them through the store."""

    def __init__(self, app: App, senders: Mapping[str, Sender], tell: Tell) -> None:
        """`tell` pages the coordinators over every channel but the one that it is about: whether anybody heard."""
        self._app = app
        self._senders = senders
        self._tell = tell
        self.kept = KeptBeats(app.store, app.casework.dispatch.box)
        self.pause: Pause = asyncio.sleep
        self.patience = PATIENCE
        self.known = Beats()

    async def run(self) -> None:
        """Until cancelled; what was missed while nobody ran is done at once."""
        while True:
            with suppress(StoreDown):  # the operators hear of that from elsewhere
                await self.look(self._app.clock())
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self, now: datetime) -> None:
        """Test what is due. Raises StoreDown."""
        heartbeat = self._app.settings.heartbeat
        await self._app.people.all()
        self.known = await self.kept.read()
        due = [
            self._test(channel, ways, now)
            for channel, ways in tested(self._app).items()
            if is_due(self.known.of(channel), heartbeat, now)
        ]
        await asyncio.gather(*due)

    async def _test(self, channel: str, ways: Sequence[Way], now: datetime) -> None:
        if not await self._begin(channel, now):
            return
        results = await asyncio.gather(*(self._send(channel, person, at) for person, at in ways))
        result = next((one for one in results if one is not Result.ACCEPTED), Result.ACCEPTED)
        beat = self.known.of(channel)
        told = False
        # Told before it is written down: who dies in between makes somebody test, and tell, again.
        if result is Result.ACCEPTED:
            log.info("the daily test of %s was accepted", channel)
            if beat.told:
                await self._tell(News.CHANNEL_BACK, channel)
        else:
            log.error("the daily test of %s was not accepted: %s", channel, result)
            told = is_news(beat, now) and await self._tell(News.CHANNEL_SILENT, channel)
        self.known = await self.kept.change(
            lambda beats: beats.with_(channel, ended(beats.of(channel), result, now, was_told=told))
        )

    async def _begin(self, channel: str, now: datetime) -> bool:
        """Of several workers one tests; when it dies at it, another does."""
        is_ours = False

        def note(beats: Beats) -> Beats:
            nonlocal is_ours
            beat = beats.of(channel)
            is_ours = is_due(beat, self._app.settings.heartbeat, now)
            return beats.with_(channel, replace(beat, begun=now)) if is_ours else beats

        self.known = await self.kept.change(note)
        return is_ours

    async def _send(self, channel: str, person: str, address: str) -> Result:
        voice = self._app.casework.dispatch.voice
        language = voice.language(person)
        text = voice.texts.say("desk/operator.test", language, channel=channel)
        message = Message(text, protect=True, language=language, silent=True)
        for left in reversed(range(TRIES)):
            try:
                async with asyncio.timeout(self.patience.total_seconds()):
                    await self._senders[channel].send(address, message)
            except (TryAgain, TimeoutError) as fault:
                if left:
                    await self.pause(seconds(fault.after if isinstance(fault, TryAgain) else PATIENCE))
            except Undeliverable:
                return Result.REFUSED
            except (
                Exception
            ) as fault:  # a test must not end the service, which would come back and test again
                log.error("the test of %s could not be sent: %s", channel, type(fault).__name__)
                return Result.AWAY
            else:
                return Result.ACCEPTED
        return Result.AWAY


def tested(app: App) -> Mapping[str, Sequence[Way]]:
    """Every alarm channel that wakes anybody, and whom its test reaches: the coordinators, or else the first person
    who is woken there at all."""
    ends = sorted({receiver.coordinator for receiver in app.responders.receivers.values()})
    others = [person for person in app.responders.directory.focal_points if person not in ends]
    found: dict[str, list[Way]] = {}
    for person in (*ends, *others):
        for channel, address in app.casework.dispatch.paging.alarms(person):
            if person in ends or channel not in found:
                found.setdefault(channel, []).append((person, address))
    return found
