"""Wakes what has fallen due: ladders, drafts, receipts, weekly tests. A timer only says "look"; the records decide.
Also the auditor that re-arms what nobody would wake, and the keeper of keys and of what deletion leaves on disk."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from responders import escalation
from responders.cases import Case
from responders.casework import Casework
from responders.changing import replace
from responders.clock_watch import ClockWatch
from responders.duty import gaps
from responders.each_shard import EachShard
from responders.leaving import take_out
from responders.pending import Pending, chat_key, session_key
from responders.people import Enrolled
from responders.silence import Silence
from responders.store import Applied, Commit, StoreDown
from responders.turns import CaseTurn

log = logging.getLogger("tocsin.timekeeper")

_LEASE = timedelta(
    seconds=4
)  # a dead worker's timer is taken over this soon; its page is to leave within five
_LATELY = 3 * _LEASE
_TICK = 0.25
_AUDIT_EVERY = 10.0
_SEARCH_EVERY = 1.0  # mostly it is not its time yet
_TIDY_EVERY = 20.0
_PEOPLE_EVERY = 30.0
_TRANSIT_DAYS = timedelta(days=8)
_TEST_EVERY = timedelta(days=6)  # readiness counts seven days: ask a day before it ends
_TEST_AGAIN = timedelta(hours=24)
_RECEIPT_STAYS = timedelta(minutes=10)
_LOOK_AGAIN = timedelta(minutes=1)

TestPage = Callable[[str, datetime], Awaitable[None]]


class Timekeeper:
    """The clock-driven loops of one process."""

    def __init__(
        self, work: Casework, clock: Callable[[], datetime], test_page: TestPage, mark: Callable[[str], str],
        watch: ClockWatch,
    ) -> None:  # fmt: skip
        self.watch = watch
        self._work = work
        self._store = work.store
        self._dispatch = work.dispatch
        self._clock = clock
        self._test_page = test_page
        self._mark = mark
        self._silence = Silence(work)
        self.on_quiet: Callable[[int, str], Awaitable[bool]] = _nobody_scores
        self.overdue_found = 0
        self.passes = 0  # counts up for as long as the timers of this process move
        self._failing: dict[str, datetime] = {}
        self._ringing = EachShard(self._dispatch.shards, self._ring_shard)
        self._searching = EachShard(self._dispatch.shards, self.watch.search)
        self._auditing = EachShard(self._dispatch.shards, self._audit_shard)
        self.on_score: Callable[[int, str], Awaitable[bool]] = _nobody_scores

    async def run(self) -> None:
        """Until cancelled; a store that is away is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(_TICK, self.timers))
            group.create_task(self._every(_AUDIT_EVERY, self.audit))
            group.create_task(self._every(_SEARCH_EVERY, self._searching.round))
            group.create_task(self._every(_TIDY_EVERY, self._tidy))
            group.create_task(self._every(_PEOPLE_EVERY, self.look_at_people))

    async def _every(self, seconds: float, act: Callable[[], Awaitable[float | None]]) -> None:
        while True:
            try:
                wait = await act()
            except StoreDown:
                wait = 1.0
            await asyncio.sleep(seconds if wait is None else min(wait, seconds))

    async def timers(self) -> float | None:
        """Ring what is due; returns how long (seconds) nothing else will be."""
        self.passes += 1
        return await self._ringing.round()

    async def _ring_shard(self, shard: int) -> float:
        self.passes += 1
        await self.watch.look(shard)
        now = self._clock()
        names, next_due = await self._store.claim_timers(shard, now, _LEASE, 200)
        for name in names:
            await self._rung(shard, name, now)
        return _TICK if next_due is None else max(0.002, (next_due - now).total_seconds())

    async def _rung(self, shard: int, name: str, now: datetime) -> None:
        """One damaged record must not stop everybody's ladders: its own timer rings again when the lease ends."""
        self.passes += 1
        try:
            await self.ring(shard, name, now)
        except StoreDown:
            raise
        except Exception as fault:
            log.error("a timer could not be worked: %s", type(fault).__name__, exc_info=True)
            self._failing[name] = now
        else:
            self._failing.pop(name, None)

    def is_failing(self, now: datetime) -> bool:
        """Whether a timer could not be worked lately. Another worker may have it next, and do no better."""
        self._failing = {name: at for name, at in self._failing.items() if abs(now - at) < _LATELY}
        return bool(self._failing)

    async def ring(self, shard: int, name: str, now: datetime) -> None:
        """One timer: what it is about decides for itself whether anything is due."""
        kind, _, rest = name.partition(":")
        if kind == "case":
            number, _, generation = rest.partition(":")
            await self._case(shard, name, int(number), int(generation), now)
        elif kind == "draft":
            if not await self._silence.pass_on(shard, rest, now):
                await self._forget(shard, name)
        elif kind == "receipt":
            await self._receipt(shard, rest, now)
        elif kind in ("score", "quiet"):
            rang = self.on_score if kind == "score" else self.on_quiet
            if not await rang(shard, rest):
                await self._forget(shard, name)
        else:
            await self._forget(shard, name)

    async def _case(self, shard: int, name: str, number: int, generation: int, now: datetime) -> None:
        await self._dispatch.people.all()

        async def keep_one_timer(pending: Pending, case: Case) -> None:
            if case.generation != generation:
                pending.timer(name, None)
                pending.open_case(name, None)
            elif any(at <= now for at in case.due.values()):  # what may not be erased yet
                later = [at for at in case.due.values() if at > now]
                pending.timer(name, min([now + _LOOK_AGAIN, *later]))

        was_retimed = await self._store.was_retimed(shard)

        def due(case: Case) -> CaseTurn:
            return escalation.on_due(
                case, generation, now, plan=self._dispatch.plan_again(case, now), was_retimed=was_retimed,
                may_erase=self.watch.may_erase,
            )  # fmt: skip

        turn = await self._work.change(number, due, now, also=keep_one_timer)
        if turn is None:
            await self._forget(shard, name)

    async def _forget(self, shard: int, name: str) -> None:
        await self._store.commit(Commit(shard, timers={name: None}, open_cases={name: None}))

    # -- receipts ------------------------------------------------------------------------------------------------

    async def _receipt(self, shard: int, person: str, now: datetime) -> None:
        """Ten minutes have passed: the receipt's message goes, and the session that only showed it."""
        if self.watch.has_leapt_within(_RECEIPT_STAYS):  # they have not: these words are shown only once
            await self._store.commit(Commit(shard, timers={f"receipt:{person}": now + _RECEIPT_STAYS}))
            return
        chat_at = chat_key(shard, person)
        chat_blob = (await self._store.read([chat_at]))[0]
        chat = self._dispatch.read_chat(chat_at, chat_blob)
        pending = Pending(shard)
        pending.timer(f"receipt:{person}", None)
        if chat is None or chat.receipt_ends:
            pending.put(session_key(shard, person), None)
        if chat is not None:
            self._dispatch.mail.clear(pending, chat, now, pseudonym=person, mark="receipt")
            self._dispatch.store_chat(
                pending, person, chat_blob, replace(chat, receipt_due=None, receipt_ends=False)
            )
        if isinstance(await self._store.commit(pending.commit()), Applied):
            self._work.offer(shard, pending.queue)

    # -- keeping house -------------------------------------------------------------------------------------------

    async def audit(self) -> None:
        """Re-arm open cases that no timer would wake, or whose timer is late and unclaimed."""
        await self._auditing.round()

    async def _audit_shard(self, shard: int) -> float:
        now = self._clock()
        late = await self._store.overdue(shard, now, timedelta(seconds=10))
        if late:
            self.overdue_found += await self._store.rearm(shard, late, now)
            log.warning("re-armed %d timers of open cases", len(late))
        return _AUDIT_EVERY

    async def _tidy(self) -> None:
        now = self._clock()
        # keys first: they are destroyed in time also while the store is away
        if self.watch.may_erase:
            await asyncio.to_thread(self._dispatch.transit.destroy_before, (now - _TRANSIT_DAYS).date())
        await self._store.tidy(now)

    # -- people --------------------------------------------------------------------------------------------------

    async def look_at_people(self) -> None:
        """Weekly tests; people who left; old invitations; a page to the coordinator while nobody is on duty."""
        now, people = self._clock(), await self._dispatch.people.all(fresh=True)
        await take_out(self._work, people, now)
        await self._dispatch.people.forget_invitations(now)
        for person, enrolled in people.items():
            is_listed = person in self._dispatch.responders.directory.focal_points
            if is_listed and not enrolled.has_left and enrolled.channels and _needs_test(enrolled, now):
                await self._test(person, now)
        for receiver in gaps(self._dispatch.responders, self._dispatch.off(now), now):
            await self._gap_page(receiver.coordinator, now)

    async def _test(self, person: str, now: datetime) -> None:
        """The weekly, content-free test of an alarm, answered by a tap; of several workers one sends it."""
        sent: list[bool] = []

        def note(enrolled: Enrolled) -> Enrolled:
            sent[:] = [_needs_test(enrolled, now)]
            return replace(enrolled, test_sent=now) if sent[0] else enrolled

        await self._dispatch.people.change(person, note)
        if sent[0]:
            await self._test_page(person, now)

    async def _gap_page(self, person: str, now: datetime) -> None:
        """Once a day for as long as the gap lasts."""
        message = self._dispatch.voice.message(person, "desk/page.gap", {}, (), now, protect=True)
        pending = Pending(0, self._mark(f"gap|{person}|{now.date()}"))
        self._dispatch.paging.ring(pending, person, message, 0, now, everywhere=True)
        await self._work.commit(pending)


async def _nobody_scores(shard: int, name: str) -> bool:
    """Until somebody does: the timer is dropped, and the backstop of its key erases the words."""
    del shard, name
    return False


def _needs_test(enrolled: Enrolled, now: datetime) -> bool:
    fresh = enrolled.tested is not None and now - enrolled.tested < _TEST_EVERY
    asked = enrolled.test_sent is not None and now - enrolled.test_sent < _TEST_AGAIN
    return not fresh and not asked
