"""The update queue of the strict Bot API server: expiry, offsets, long poll, conflicts, webhook delivery.
It keeps the platform's own record of what the bot confirmed, which is the oracle of the kill tests."""

import asyncio
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp

from tests.servers.bot_api_world import ApiError, Json, World

KEPT_FOR = timedelta(hours=24)
TAP_KEPT_FOR = timedelta(
    seconds=150
)  # tdlib/telegram-bot-api, Client.cpp: add_update(CallbackQuery, ..., 150, ...)
MAX_POLL = 50.0
LATELY = 0.7  # of what comes again
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


@dataclass(frozen=True, slots=True)
class Pending:
    """An update that the bot has not confirmed; a lane keeps order (messages by chat, taps by person)."""

    update: Json
    expires: datetime
    lane: tuple[str, int]

    @property
    def id(self) -> int:
        return int(self.update["update_id"])


class Updates:
    """All updates of one bot. `retry_base` is the first wait in seconds after a webhook delivery failed."""

    def __init__(self, world: World, first_id: int = 900_000_001, retry_base: float = 0.02) -> None:
        self._world = world
        self._next_id = first_id
        self._retry_base = retry_base
        self.pending: list[Pending] = []
        self.confirmed: list[Json] = []
        self.expired: list[Json] = []
        self.deliveries: list[tuple[int, int | str]] = []  # update id, status or fault
        self.is_held = False  # nothing is delivered: it is late
        # while it is set: what was confirmed comes again, at once or long after, and a later one first
        self.disorder: random.Random | None = None
        self.webhook: Json | None = None
        self.allowed: list[str] = []
        self._poller: asyncio.Future[None] | None = None
        self._waiters: set[asyncio.Future[None]] = set()
        self._delivering: dict[tuple[str, int], asyncio.Task[None]] = {}

    # -- what happens in the world

    def push(self, kind: str, body: object, lane: tuple[str, int]) -> int:
        """Queue one update of the given kind; kinds that the bot did not ask for are dropped."""
        update_id, self._next_id = self._next_id, self._next_id + 1
        if not self.allowed or kind in self.allowed:
            kept = TAP_KEPT_FOR if kind == "callback_query" else KEPT_FOR
            self._add(Pending({"update_id": update_id, kind: body}, self._world.now + kept, lane))
        return update_id

    def push_raw(self, update: Json) -> int:
        """Queue an update as it is, whatever it contains; only its id is ours."""
        update_id, self._next_id = self._next_id, self._next_id + 1
        update = {"update_id": update_id, **update}
        self._add(Pending(update, self._world.now + KEPT_FOR, ("raw", update_id)))
        return update_id

    def _add(self, pending: Pending) -> None:
        self.pending.append(pending)
        self.notify()

    def notify(self) -> None:
        """Wake everything that waits for a change."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()
        self._deliver_what_is_due()

    def _waiter(self) -> asyncio.Future[None]:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        return waiter

    def drop_expired(self) -> None:
        gone = [each for each in self.pending if each.expires < self._world.now]
        self.expired += [each.update for each in gone]
        self.pending = [each for each in self.pending if each not in gone]

    # -- polling

    async def get_updates(self, parameters: Json) -> list[Json]:
        if self.webhook:
            reason = "can't use getUpdates method while webhook is active"
            raise ApiError(409, f"Conflict: {reason}; use deleteWebhook to delete the webhook first")
        if self._poller and not self._poller.done():
            self._poller.set_result(None)
        me = self._poller = asyncio.get_running_loop().create_future()
        if "allowed_updates" in parameters:
            self.allowed = list(parameters["allowed_updates"] or [])
        self._confirm_below(int(parameters.get("offset", 0)))
        limit = max(1, min(100, int(parameters.get("limit", 100))))
        loop = asyncio.get_running_loop()
        end = loop.time() + min(float(parameters.get("timeout", 0)), MAX_POLL)
        self.drop_expired()
        while not self._waiting() and loop.time() < end:
            waiter = self._waiter()
            await asyncio.wait({waiter, me}, timeout=end - loop.time(), return_when=asyncio.FIRST_COMPLETED)
            self.drop_expired()
            if me.done():
                reason = (
                    "terminated by other getUpdates request; make sure that only one bot instance is running"
                )
                raise ApiError(409, f"Conflict: {reason}")
        me.cancel()
        return self._disordered([each.update for each in self._waiting()[:limit]])

    def _waiting(self) -> list[Pending]:
        return [] if self.is_held else self.pending

    def _disordered(self, batch: list[Json]) -> list[Json]:
        """What the platform never promises to leave out: an update again though it was confirmed, a later one first."""
        if self.disorder is not None and batch:
            batch += [self._again(self.disorder) for _ in self.confirmed[:3]]
            self.disorder.shuffle(batch)
        return batch

    def _again(self, disorder: random.Random) -> Json:
        """Something that was confirmed: lately, or at any time before."""
        return disorder.choice(self.confirmed[-50:] if disorder.random() < LATELY else self.confirmed)

    def _confirm_below(self, offset: int) -> None:
        if offset < 0:  # Bot API: from the end of the queue; all previous updates are forgotten
            offset = self.pending[max(0, len(self.pending) + offset)].id if self.pending else 0
        self.confirmed += [each.update for each in self.pending if each.id < offset]
        self.pending = [each for each in self.pending if each.id >= offset]
        self._wake_watchers()

    # -- webhook

    def set_webhook(self, parameters: Json) -> bool:
        if not SECRET.fullmatch(str(parameters.get("secret_token", ""))):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        if parameters.get("drop_pending_updates"):
            self.pending.clear()
        if "allowed_updates" in parameters:
            self.allowed = list(parameters["allowed_updates"] or [])
        self.webhook = parameters if parameters.get("url") else None
        self.notify()
        return True

    def delete_webhook(self, parameters: Json) -> bool:
        return self.set_webhook({k: v for k, v in parameters.items() if k == "drop_pending_updates"})

    def webhook_info(self) -> Json:
        url = (self.webhook or {}).get("url", "")
        return {"url": url, "has_custom_certificate": False, "pending_update_count": len(self.pending)}

    def _deliver_what_is_due(self) -> None:
        for each in self._waiting() if self.webhook else ():
            if each.lane not in self._delivering:
                task = asyncio.get_running_loop().create_task(self._deliver_lane(each.lane))
                self._delivering[each.lane] = task

    async def _deliver_lane(self, lane: tuple[str, int]) -> None:
        wait = self._retry_base
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(5)) as http:
                while self.webhook and (first := self._first_of(lane)):
                    status = await self._offer(http, first)
                    self.deliveries.append((first.id, status))
                    if isinstance(status, int) and 200 <= status < 300:
                        self.confirmed.append(first.update)
                        self.pending = [each for each in self.pending if each is not first]
                        if self.disorder is not None:  # the 2xx was lost, and what was done is offered again
                            await self._offer(http, Pending(self._again(self.disorder), first.expires, lane))
                        wait = self._retry_base
                        self._wake_watchers()
                    else:
                        self._wake_watchers()
                        await asyncio.sleep(wait)
                        wait = min(wait * 2, 0.5)
        finally:
            del self._delivering[lane]
        self._deliver_what_is_due()  # what came while the session was closing found this lane taken

    def _wake_watchers(self) -> None:
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def _first_of(self, lane: tuple[str, int]) -> Pending | None:
        self.drop_expired()
        waiting = [each for each in self._waiting() if each.lane == lane]
        if self.disorder is not None and waiting:
            return self.disorder.choice(waiting)
        return waiting[0] if waiting else None

    async def _offer(self, http: aiohttp.ClientSession, pending: Pending) -> int | str:
        assert self.webhook is not None
        secret = self.webhook.get("secret_token")
        headers = {"X-Telegram-Bot-Api-Secret-Token": str(secret)} if secret else {}
        try:
            async with http.post(self.webhook["url"], json=pending.update, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as fault:
            return type(fault).__name__

    # -- for tests

    async def until(self, claim: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until `claim` holds; it is looked at whenever something changed here."""
        async with asyncio.timeout(seconds):
            while not claim():
                await self._waiter()

    async def stop(self) -> None:
        tasks = list(self._delivering.values())
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
