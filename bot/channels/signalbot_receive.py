"""Receives from signal-cli-rest-api: every frame goes into our inbox before anything else is done with it, and a
websocket that ended is made anew, however it ended. What that interface drops before it reaches us is lost, and nobody
can know of it. It never logs content or who wrote."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.channels import Handle, Inbound
from bot.channels.kept_work import KeptWork
from bot.channels.signal_courtesies import Courtesies
from bot.channels.signal_events import Ignored
from bot.channels.signal_faults import Trouble
from bot.channels.signal_rpc import Calls
from bot.channels.signal_socket import HungUp
from bot.channels.signal_sorting import Sorting
from bot.channels.signal_state import SignalState
from responders.store import StoreDown

log = logging.getLogger(__name__)

HELD = 10_000  # frames in memory while the store is away; taken at once, for the interface drops what nobody takes
TOGETHER = 256
STORE_AWAY = timedelta(milliseconds=200)


class Listens(Calls, Protocol):
    """One account of signal-cli-rest-api."""

    @property
    def is_open(self) -> bool:
        """Whether anything would reach us now."""
        ...

    def frames(self) -> AsyncGenerator[str, None]:
        """What comes on one websocket. Ends when that closed in order; raises HungUp when it broke."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How long it waits: before the n-th new websocket, for it to open, between looks at the account, at the end."""

    again: Sequence[timedelta] = tuple(timedelta(seconds=s) for s in (0.1, 0.2, 0.5, 1))
    opening: timedelta = timedelta(milliseconds=50)
    look: timedelta = timedelta(seconds=15)
    quiet: timedelta = timedelta(milliseconds=50)
    leaving: timedelta = timedelta(seconds=5)


class SignalbotReceiver:
    """The receiving half of one account."""

    def __init__(
        self, name: str, calls: Listens, work: KeptWork, state: SignalState, courtesies: Courtesies,
        sorting: Sorting, pace: Pace | None = None,
    ) -> None:  # fmt: skip
        self.counts = work.counts = sorting.counts
        self.state = state
        self._name = name
        self._calls = calls
        self._work = work
        self._courtesies = courtesies
        self._sorting = sorting
        self._pace = pace or Pace()
        self._held: asyncio.Queue[str | None] = asyncio.Queue(HELD)
        self._heard, self._ended = asyncio.Event(), asyncio.Event()

    @property
    def lacks(self) -> str | None:
        """Why nothing arrives, for /ready."""
        if not self.state.is_subscribed:
            return "not connected to signal-cli-rest-api: nothing arrives"
        return self.state.lacks

    async def receive(self, handle: Handle) -> None:
        """First what was left in the inbox, then what arrives, until cancelled; what is in hand then stays kept."""
        handled = self._sorting.trusting(handle)
        await self._work.resume(handled)
        loop = asyncio.get_running_loop()
        keeping = loop.create_task(self._keep(handled))
        watching = [loop.create_task(self._work.watch(handled)), loop.create_task(self._watch())]
        listening = loop.create_task(self._stay_connected())
        try:
            await asyncio.shield(listening)
        finally:
            await self._until_quiet()
            self.state.is_subscribed = False
            for task in (*watching, listening):
                task.cancel()
            await asyncio.gather(*watching, listening, return_exceptions=True)
            await self._keep_the_rest(keeping)
            await self._work.finish()
            await self._courtesies.close()

    async def _stay_connected(self) -> None:
        """signalbot by itself would not notice a websocket that closed in order, and be deaf from then on."""
        failures = 0
        while True:
            is_orderly = True
            try:
                async with aclosing(self._calls.frames()) as frames:
                    async for frame in frames:
                        self._heard.set()
                        await self._held.put(frame)
            except HungUp:
                is_orderly = False
            failures = 0 if self.state.is_subscribed else failures + 1
            self.state.is_subscribed = False
            self._ended.set()
            self.counts.faults += 1
            log.warning(
                "%s: the websocket ended (in order: %s); attempt %d", self._name, is_orderly, failures
            )
            await asyncio.sleep(self._pace.again[min(failures, len(self._pace.again) - 1)].total_seconds())

    async def _until_quiet(self) -> None:
        """For a stop: what has come this far, below us, is still heard."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.leaving.total_seconds()):
                while self._calls.is_open:
                    self._heard.clear()
                    async with asyncio.timeout(self._pace.quiet.total_seconds()):
                        await self._heard.wait()

    async def _watch(self) -> None:
        """An open websocket says nothing of signal-cli behind it, nor of our account there."""
        while True:
            if not self._calls.is_open:
                await asyncio.sleep(self._pace.opening.total_seconds())
                continue
            self._ended.clear()
            trouble = await self._courtesies.trouble()
            for cured in {Trouble.AWAY, Trouble.ACCOUNT} - {trouble}:
                self.state.met_again(cured)
            if trouble is not None and self.state.is_subscribed:
                log.error("%s: signal-cli-rest-api is there, our account is not: %s", self._name, trouble)
            self.state.trouble = trouble or self.state.trouble
            self.state.is_subscribed = trouble is None and self._calls.is_open
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.look.total_seconds()):
                    await self._ended.wait()

    async def _keep(self, handle: Handle) -> None:
        """Until None comes: whatever was heard, many frames together."""
        while (frame := await self._held.get()) is not None:
            frames = [frame]
            while len(frames) < TOGETHER and not self._held.empty():
                following = self._held.get_nowait()
                if following is None:
                    return await self._pass_on(frames, handle)
                frames.append(following)
            await self._pass_on(frames, handle)
        return None

    async def _keep_the_rest(self, keeping: "asyncio.Task[None]") -> None:
        """For a stop: what was heard is put into the inbox, as long as the store is there."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.leaving.total_seconds()):
                await self._held.put(None)
                await asyncio.shield(keeping)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        if left := self._held.qsize():
            log.error("%s: %d events were heard and could not be kept: the store is away", self._name, left)

    async def _pass_on(self, frames: Sequence[str], handle: Handle) -> None:
        arrived: list[Inbound] = []
        files: list[str] = []
        for frame in frames:
            told = _json(frame)
            if told is None:
                self._sorting.ignore(Ignored.UNREADABLE)
            elif "envelope" not in told and "error" in told:
                self.counts.faults += 1  # of the interface, in words that may quote anything
            else:
                self._sorting.sort(told, arrived, files)
        while True:
            try:
                await self._work.take(arrived, handle)
                break
            except StoreDown:
                await asyncio.sleep(STORE_AWAY.total_seconds())
        await self._courtesies.remove(files)


def _json(frame: str) -> dict[str, object] | None:
    try:
        told = json.loads(frame)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
