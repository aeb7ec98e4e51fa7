"""Scores words off the event loop's way: kept under the transit key from the turn that took them until their score has
had its own turn, so that a crash in between loses nothing. It decides nothing; scored.py does."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.channels import Event, Inbound
from responders.box import Tampered
from responders.casework import Casework
from responders.keyring import KeyDestroyed
from responders.pending import Pending
from responders.store import Commit, Expect, StoreDown, Write
from triage.score.score import Score

log = logging.getLogger("tocsin.scoring")

AGAIN = timedelta(seconds=10)  # after a crash, or while the worker is away, the timer brings it back
PATIENCE = timedelta(seconds=60)  # then it goes on unscored, to a person
GIVEN_UP = timedelta(minutes=10)
KEPT = timedelta(hours=1)  # a backstop only
_WAITING = 500  # messages that wait in memory; more than that wait for their timers
_TURN = "score|"  # before the id of the message, in the id of its score's turn


def score_key(shard: int, mark: str) -> str:
    """Where words wait for their score, by the done mark of their message."""
    return f"{{s{shard}}}:score:{mark}"


class Asks(Protocol):
    """Whatever scores a text: the worker of triage.embedding."""

    async def ask(self, text: str) -> Score | None:
        """The score; None when there is none to be had now."""
        ...

    async def start(self) -> None:
        """Get ready, so that the first text does not wait."""
        ...

    async def stop(self) -> None:
        """End whatever runs."""
        ...


@dataclass(frozen=True, slots=True, repr=False)  # it holds what somebody wrote
class Kept:
    """One message that waits for its score."""

    shard: int
    mark: str
    inbound: Inbound
    at: datetime


@dataclass(slots=True)
class Scoring:
    """One process's way to the text score. `hear` works the score's own turn, like any arrival."""

    work: Casework
    asks: Asks
    clock: Callable[[], datetime]
    hear: Callable[[Inbound], Awaitable[None]]
    observe: Callable[[Score | None], None] = lambda _score: None
    _queue: "asyncio.Queue[Kept]" = field(default_factory=lambda: asyncio.Queue(_WAITING))
    _here: set[str] = field(default_factory=set)  # marks in the queue or in work

    def keep(self, pending: Pending, mark: str, inbound: Inbound, now: datetime) -> Kept:
        """Put the words into the turn's own commit, with the timer that finds them after a crash."""
        kept = Kept(pending.shard, mark, inbound, now)
        key = score_key(pending.shard, mark)
        said = {
            "channel": inbound.channel, "address": inbound.address, "id": inbound.message_id, "text": inbound.text,
            "locale": inbound.locale, "at": now.isoformat(),
        }  # fmt: skip
        sealed = self.work.dispatch.transit.seal(json.dumps(said).encode(), key.encode(), now)
        pending.put(key, sealed, KEPT)
        pending.timer(f"score:{mark}", now + AGAIN)
        return kept

    def offer(self, kept: Kept) -> None:
        """Score it soon; with too many waiting, its timer brings it back."""
        if kept.mark not in self._here and not self._queue.full():
            self._here.add(kept.mark)
            self._queue.put_nowait(kept)

    def done(self, pending: Pending, inbound: Inbound, mark: Callable[[str], str]) -> None:
        """The score's own turn takes the words out, in the same commit."""
        first = f"{inbound.channel}|{inbound.address}|{inbound.message_id.removeprefix(_TURN)}"
        pending.put(score_key(pending.shard, mark(first)), None)
        pending.timer(f"score:{mark(first)}", None)

    async def run(self) -> None:
        """Until cancelled, one after the other."""
        try:
            await self.asks.start()
            while True:
                await self._next(await self._queue.get())
        finally:
            await self.asks.stop()

    async def _next(self, kept: Kept) -> None:
        try:
            await self._score(kept)
        except StoreDown:
            await asyncio.sleep(1)  # its timer brings it back
        except Exception as fault:
            log.error("a score could not be worked: %s", type(fault).__name__, exc_info=True)
        finally:
            self._here.discard(kept.mark)

    async def rang(self, shard: int, mark: str) -> bool:
        """For `Timekeeper.on_score`: False when no words wait under this mark (any more)."""
        if mark in self._here:
            return True
        key = score_key(shard, mark)
        sealed = (await self.work.store.read([key]))[0]
        if sealed is None:
            return False
        try:
            said = json.loads(self.work.dispatch.transit.open(sealed, key.encode()))
        except (KeyDestroyed, Tampered):
            log.error("words that waited for their score cannot be opened: they are not scored")
            await self.work.store.commit(Commit(shard, timers={f"score:{mark}": None}))
            return False
        at = datetime.fromisoformat(said["at"])
        if self.clock() - at > GIVEN_UP:
            await self.work.store.commit(Commit(shard, writes=(Write(key, Expect.ANYTHING, None),)))
            return False  # its turn could not be worked and was set aside: a person reads the message
        inbound = Inbound(
            said["channel"], said["address"], said["id"], text=said["text"], locale=said["locale"]
        )  # fmt: skip
        self.offer(Kept(shard, mark, inbound, at))
        return True

    async def _score(self, kept: Kept) -> None:
        score = await self.asks.ask(kept.inbound.text or "")
        self.observe(score)
        if score is None and timedelta(0) <= self.clock() - kept.at < PATIENCE:
            return
        told = replace(
            kept.inbound, message_id=_TURN + kept.inbound.message_id, event=Event.SCORED, score=score, choice=None,
            attachment=None, in_inbox=False,
        )  # fmt: skip
        await self.hear(told)
