"""Receives from Telegram by long polling: an update is confirmed only after `handle` returned for it.

PTB's updater is not used: it confirms a batch before its handlers run, and one malformed update stalls it.
This module never logs content or who wrote."""

import asyncio
import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from bot.channels import Handle, Inbound
from bot.channels.lanes import Lanes
from bot.channels.offering import Received, Waits, until_handled
from bot.channels.offsets import Offsets
from bot.channels.telegram_api import ApiRefused, ApiUnreachable, TelegramApi, Unreadable
from bot.channels.telegram_courtesies import Courtesies
from bot.channels.telegram_updates import ALLOWED_UPDATES, LeaveGroup, decode, update_id_of

log = logging.getLogger(__name__)

WINDOW = 100  # Bot API: getUpdates gives at most 100, counted from the first unconfirmed one
GLANCE = timedelta(seconds=0.1), timedelta(seconds=2)
FIRST_UPDATE_ID = re.compile(rb'"update_id"\s*:\s*(\d{1,18})\b')


class PollingReceiver:
    """The receiving half of one account, working at most `width` messages at once."""

    def __init__(
        self, account: str, api: TelegramApi, *, width: int = 64, waits: Waits | None = None
    ) -> None:
        self.counts = Received()
        self._account = account
        self._api = api
        self._waits = waits or Waits()
        self._glance = GLANCE[0]
        self._lanes = Lanes(width)
        self._courtesies = Courtesies(api)
        self._offsets = Offsets()
        self._moved = asyncio.Event()
        self._work: set[asyncio.Task[None]] = set()

    async def receive(self, handle: Handle) -> None:
        """Hand on every message until cancelled; then let work under way end, and confirm what is done."""
        self._offsets = Offsets()  # what an earlier run left unfinished must come again
        try:
            await self._drop_webhook()
            while True:
                for update in sorted(await self._fetch(), key=_place):
                    self._take(update, handle)
                await self._wait_for_progress()
        finally:
            await self._finish()

    async def _fetch(self) -> Sequence[object]:
        """The next batch, however long the platform is out of reach."""
        failures = 0
        while True:
            try:
                return await self._get_updates(WINDOW)
            except Unreadable:
                return await self._step_over()
            except (ApiRefused, ApiUnreachable) as fault:
                failures += 1
                self.counts.faults += 1
                log.warning("%s: %s; attempt %d", self._account, fault, failures)
                wanted = fault.after if isinstance(fault, ApiRefused) else None
                wait = wanted.total_seconds() if wanted else self._waits.before(failures)
                await asyncio.sleep(wait)
                if isinstance(fault, ApiRefused) and fault.code == 409:
                    await self._drop_webhook()

    async def _get_updates(self, limit: int) -> Sequence[object]:
        parameters: dict[str, object] = {
            "limit": limit,
            "timeout": int(self._waits.poll.total_seconds()),
            "allowed_updates": ALLOWED_UPDATES,
        }
        if (offset := self._offsets.start_poll()) is not None:
            parameters["offset"] = offset
        patience = self._waits.poll + timedelta(seconds=10)
        batch = await self._api.call("getUpdates", parameters, patience=patience)
        if not isinstance(batch, list):
            raise ApiUnreachable("getUpdates", "no list")
        return batch

    async def _step_over(self) -> Sequence[object]:
        """The batch cannot be read as a whole: take one update, or, if it is the bad one, give it up by its
        id.

        Without this one broken update would stop everybody for 24 hours, after which reports are gone."""
        self.counts.malformed += 1
        try:
            return await self._get_updates(1)
        except Unreadable as fault:
            found = FIRST_UPDATE_ID.search(fault.raw)
            log.warning("%s: an update cannot be read; stepped over: %s", self._account, bool(found))
            if found:
                return [{"update_id": int(found[1])}]
        except (ApiRefused, ApiUnreachable) as fault:
            log.warning("%s: %s", self._account, fault)
        await asyncio.sleep(self._waits.before(1))
        return []

    def _take(self, update: object, handle: Handle) -> None:
        number = update_id_of(update)
        if number is None:
            self.counts.malformed += 1  # nothing to confirm it by; the next one's confirmation covers it
            return
        if not self._offsets.open(number):
            return
        self._glance = GLANCE[0]
        try:
            meant = decode(update, self._account)
        except Exception as fault:  # a fault of ours in one update must not silence everybody
            log.error(
                "an update could not be read and is stepped over: %s", type(fault).__name__, exc_info=True
            )
            self.counts.malformed += 1
            meant = None
        if isinstance(meant, Inbound):
            if meant.choice is not None:
                self._courtesies.answer_tap(meant)
            task = asyncio.get_running_loop().create_task(self._handle(number, meant, handle))
            self._work.add(task)
            task.add_done_callback(self._work.discard)
            return
        if isinstance(meant, LeaveGroup):
            self._courtesies.leave(meant)
        else:
            self.counts.ignored += 1
        self._confirmable(number)

    async def _handle(self, number: int, inbound: Inbound, handle: Handle) -> None:
        """Offer the message until it is handled. Only this person's later messages wait for it."""
        await until_handled(self._account, inbound, handle, self._lanes, self._waits, self.counts)
        self._confirmable(number)

    def _confirmable(self, number: int) -> None:
        self._offsets.finish(number)
        self._glance = GLANCE[0]
        self._moved.set()

    async def _wait_for_progress(self) -> None:
        """Return when another poll can bring something new.

        While work is under way the platform answers at once with the same updates. So we ask again when half
        of the window is done, and now and then in between: a newcomer must not wait for somebody's slow
        message."""
        enough = max(0, min(WINDOW // 2, self._offsets.in_work - 1))
        while self._offsets.in_work > enough:
            self._moved.clear()
            try:
                async with asyncio.timeout(self._glance.total_seconds()):
                    await self._moved.wait()
            except TimeoutError:
                self._glance = min(self._glance * 2, GLANCE[1])
                if self._offsets.held < WINDOW:
                    return

    async def _drop_webhook(self) -> None:
        """A webhook left on the account keeps every message from us; dropping it loses none."""
        with suppress(ApiRefused, ApiUnreachable, Unreadable):  # the poll that follows says what is wrong
            info = await self._api.call("getWebhookInfo")
            if isinstance(info, dict) and info.get("url"):
                log.error(
                    "%s: a webhook was set on this account; dropped, for this account polls", self._account
                )
                await self._api.call("deleteWebhook", {"drop_pending_updates": False})

    async def _finish(self) -> None:
        if self._work:
            await asyncio.wait(self._work, timeout=self._waits.grace.total_seconds())
        for task in (left := list(self._work)):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._courtesies.close()
        if (offset := self._offsets.start_poll()) is not None:
            parameters = {"offset": offset, "limit": 1, "timeout": 0, "allowed_updates": ALLOWED_UPDATES}
            with suppress(
                ApiRefused, ApiUnreachable, Unreadable
            ):  # unconfirmed: they come again, and are known
                await self._api.call("getUpdates", parameters, patience=timedelta(seconds=2))


def _place(update: object) -> int:
    """By its id: a later one that came first would, once done, confirm an earlier one that nobody has worked yet."""
    return update_id_of(update) or 0
