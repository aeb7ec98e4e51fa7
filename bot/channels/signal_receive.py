"""Receives over signal-cli's JSON-RPC (manual receive mode): subscribes when we are ready, looks at what arrives, puts
it into our inbox, and only then takes it from the connection. The supervisor holds a duplicate of that connection, so
that whoever is started after a kill -9 finds what we left. It never logs content or who wrote."""

import asyncio
import json
import logging
import os
import socket
from contextlib import suppress
from datetime import timedelta

from bot.channels import Handle, Inbound
from bot.channels.kept_work import KeptWork
from bot.channels.signal_courtesies import Courtesies
from bot.channels.signal_events import Ignored
from bot.channels.signal_faults import Trouble
from bot.channels.signal_socket import HungUp, PeekedLines, connect
from bot.channels.signal_sorting import Sorting
from bot.channels.signal_state import SignalState
from bot.supervisor import Supervisor
from responders.secret import Secret
from responders.store import StoreDown

log = logging.getLogger(__name__)

AGAIN = tuple(timedelta(seconds=s) for s in (0.1, 0.2, 0.5, 1))
SUBSCRIBING = timedelta(seconds=20)  # Signal's own servers are asked first
LEAVING = timedelta(seconds=5)
STORE_AWAY = timedelta(milliseconds=200)
LOOK_EVERY = timedelta(seconds=15)
SUBSCRIBE = "subscribe"
UTF8_MARK = b"\xef\xbb\xbf"


class NotSubscribed(Exception):
    """signal-cli refused the subscription, or did not answer."""


class SignalReceiver:
    """The receiving half of one account. `thumbs`: a thumb up is an answer here."""

    def __init__(
        self, name: str, url: str, number: Secret, work: KeptWork, state: SignalState, courtesies: Courtesies,
        supervisor: Supervisor, *, thumbs: bool = False,
    ) -> None:  # fmt: skip
        self._sorting = Sorting(name, number, state, courtesies, thumbs=thumbs)
        self.counts = work.counts = self._sorting.counts
        self.state = state
        self._name = name
        self._url = url
        self._number = number
        self._work = work
        self._courtesies = courtesies
        self._supervisor = supervisor
        self._lines: PeekedLines | None = None

    @property
    def lacks(self) -> str | None:
        """Why nothing arrives, for /ready."""
        return (
            self.state.lacks if self.state.is_subscribed else "not connected to signal-cli: nothing arrives"
        )

    async def receive(self, handle: Handle) -> None:
        """First what was left in the inbox, then what arrives, until cancelled; what is in hand then stays kept."""
        handled = self._sorting.trusting(handle)
        await self._work.resume(handled)
        loop = asyncio.get_running_loop()
        watching = [loop.create_task(self._work.watch(handled)), loop.create_task(self._watch_account())]
        try:
            await self._stay_connected(handled)
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
            await self._work.finish()
            await self._courtesies.close()

    async def _stay_connected(self, handle: Handle) -> None:
        failures, left = 0, self._left()
        while True:
            try:
                lines = left or PeekedLines(await connect(self._url))
                is_new, left = left is None, None
                await self._listen(lines, handle, is_new=is_new)
            except (HungUp, NotSubscribed) as fault:
                failures = 0 if self.state.is_subscribed else failures + 1
                self.state.is_subscribed = False
                self.counts.faults += 1
                if (
                    failures & (failures - 1) == 0
                ):  # once, twice, four times: an hour away is no flood of lines
                    log.warning("%s: %s; attempt %d", self._name, type(fault).__name__, failures)
                await asyncio.sleep(AGAIN[min(failures, len(AGAIN) - 1)].total_seconds())

    async def _watch_account(self) -> None:
        """The connection stays open when an account was unlinked meanwhile, and when signal-cli hangs."""
        while True:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            if not self.state.is_subscribed:
                self.state.is_answering = True  # the connection tells more
                continue
            trouble = await self._courtesies.trouble()
            self.state.is_answering = trouble is not Trouble.AWAY
            if self.state.is_answering:
                self.state.met_again(Trouble.AWAY)
            if trouble is Trouble.ACCOUNT:
                self.state.is_subscribed = False
                self.state.trouble = Trouble.ACCOUNT
                log.error("%s: signal-cli does not have our account any more", self._name)
                if self._lines is not None:
                    self._lines.no_more_writing()

    def _left(self) -> PeekedLines | None:
        """The connection of whoever ran before us, if the supervisor kept it."""
        descriptor = self._supervisor.take(self._name)
        if descriptor is None:
            return None
        line = socket.socket(fileno=descriptor)
        line.setblocking(False)
        return PeekedLines(line)

    async def _listen(self, lines: PeekedLines, handle: Handle, *, is_new: bool) -> None:
        """Everything that comes on one connection. Raises HungUp, NotSubscribed."""
        marker = None if is_new else self._supervisor.take(self._marker)
        self._lines = lines
        try:
            if is_new:
                self._forget()
                self._supervisor.keep(self._name, lines.descriptor)
                await lines.write(self._subscription())
                await self._until_subscribed(lines, handle)
            elif marker is None:  # it died while it subscribed: nobody knows whether it had
                await self._drain(lines, handle)
            self.state.is_subscribed = True
            while True:
                await self._pass_on(lines, handle)
        except NotSubscribed:
            with suppress(HungUp):
                await self._drain(lines, handle)
            self._forget()
            raise
        except asyncio.CancelledError:
            await self._leave(lines, handle)
            raise
        except HungUp:
            self._forget()
            raise
        finally:
            self._lines = None
            if marker is not None:
                os.close(marker)
            lines.close()
            self._count_spoilt(lines)

    async def _until_subscribed(self, lines: PeekedLines, handle: Handle) -> None:
        while not await self._pass_on(lines, handle, SUBSCRIBING):
            pass
        with open(os.devnull, "rb") as marker:  # noqa: ASYNC230, PTH123 - a file to name, nothing is read
            self._supervisor.keep(self._marker, marker.fileno())

    async def _leave(self, lines: PeekedLines, handle: Handle) -> None:
        """Go in good order; if that takes too long, the supervisor keeps what is left for the next start."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVING.total_seconds()):
                with suppress(HungUp):
                    await self._drain(lines, handle)
                self._forget()

    async def _drain(self, lines: PeekedLines, handle: Handle) -> None:
        """Take what is still coming, and go. Raises HungUp when all of it is safe, or nothing comes any more."""
        lines.no_more_writing()
        while True:
            await self._pass_on(lines, handle, LEAVING)

    async def _pass_on(self, lines: PeekedLines, handle: Handle, patience: timedelta | None = None) -> bool:
        """What waits on the connection, kept and then taken from it; whether the subscription's answer was there."""
        try:
            async with asyncio.timeout(patience.total_seconds() if patience is not None else None):
                waiting = await lines.peek()
        except TimeoutError:
            raise HungUp("silence") from None
        arrived: list[Inbound] = []
        files: list[str] = []
        is_answered = is_refused = False
        for line in waiting:
            told = line_of(line)
            if told is not None and told.get("method") == "receive":
                self._sorting.sort(told.get("params"), arrived, files)
            elif told is not None and told.get("id") == SUBSCRIBE:
                is_answered, is_refused = True, not self._is_accepted(told)
            elif line.strip():
                self._sorting.ignore(Ignored.UNREADABLE if told is None else Ignored.UNKNOWN)
        while True:
            try:
                await self._work.take(arrived, handle)
                break
            except (
                StoreDown
            ):  # it stays where it is: the kernel's buffer, then signal-cli's, then Signal's server
                await asyncio.sleep(STORE_AWAY.total_seconds())
        await self._courtesies.remove(files)  # before nobody knows their names any more
        lines.consume()
        self._count_spoilt(lines)
        if is_refused:
            raise NotSubscribed
        return is_answered

    def _is_accepted(self, told: dict[str, object]) -> bool:
        self.state.is_subscribed = "error" not in told
        if self.state.is_subscribed:
            self.state.met_again(Trouble.ACCOUNT)
        else:
            self.state.trouble = Trouble.ACCOUNT
        return self.state.is_subscribed

    def _subscription(self) -> bytes:
        parameters = {"account": self._number.reveal()}
        request = {"jsonrpc": "2.0", "id": SUBSCRIBE, "method": "subscribeReceive", "params": parameters}
        return json.dumps(request).encode() + b"\n"

    def _count_spoilt(self, lines: PeekedLines) -> None:
        malformed, oversized = lines.spoilt()
        self.counts.malformed += malformed
        for _ in range(oversized):
            self._sorting.ignore(Ignored.OVERSIZED)

    def _forget(self) -> None:
        self._supervisor.drop(self._name)
        self._supervisor.drop(self._marker)

    @property
    def _marker(self) -> str:
        return f"{self._name}.subscribed"


def line_of(line: bytes) -> dict[str, object] | None:
    """One line of signal-cli; None for anything but a JSON object. A spoilt letter costs that letter only."""
    try:
        told = json.loads(line.removeprefix(UTF8_MARK).decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
