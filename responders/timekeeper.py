"""Wakes what has fallen due: ladders, drafts, receipts, weekly tests. A timer only says "look"; the records decide.
Also the auditor that re-arms what nobody would wake, and the keeper of keys and of what deletion leaves on disk."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from responders import escalation
from responders.box import Tampered
from responders.cases import Case, Consent, Mark, Push, Reply
from responders.casework import Casework
from responders.chats import KEPT, Chat, Way
from responders.dispatch import labels_of
from responders.drafts import Draft
from responders.envelope import recipients_of
from responders.keyring import KeyDestroyed
from responders.pending import Pending, case_key, chat_key, draft_card_key, draft_key, session_key
from responders.people import Enrolled
from responders.store import Applied, Commit, StoreDown
from triage.assessment import assess
from triage.report import Report

log = logging.getLogger("tocsin.timekeeper")

_LEASE = timedelta(seconds=5)  # a dead worker's timer is taken over this soon
_TICK = 0.25
_AUDIT_EVERY = 10.0
_TIDY_EVERY = 20.0
_TRANSIT_DAYS = timedelta(days=8)
_TEST_EVERY = timedelta(days=6)  # readiness counts seven days: ask a day before it ends
_TEST_AGAIN = timedelta(hours=24)

TestPage = Callable[[str, datetime], Awaitable[None]]


class Timekeeper:
    """The clock-driven loops of one process."""

    def __init__(self, work: Casework, clock: Callable[[], datetime], test_page: TestPage) -> None:
        self._work = work
        self._store = work.store
        self._dispatch = work.dispatch
        self._clock = clock
        self._test_page = test_page
        self.overdue_found = 0

    async def run(self) -> None:
        """Until cancelled; a store that is away is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(_TICK, self._timers))
            group.create_task(self._every(_AUDIT_EVERY, self._audit))
            group.create_task(self._every(_TIDY_EVERY, self._tidy))
            group.create_task(self._every(30.0, self._tests))

    async def _every(self, seconds: float, act: Callable[[], Awaitable[float | None]]) -> None:
        while True:
            try:
                wait = await act()
            except StoreDown:
                wait = 1.0
            await asyncio.sleep(seconds if wait is None else min(wait, seconds))

    async def _timers(self) -> float | None:
        now, waits = self._clock(), _TICK
        for shard in range(self._dispatch.shards):
            names, next_due = await self._store.claim_timers(shard, now, _LEASE, 200)
            for name in names:
                await self.ring(shard, name, now)
            if next_due is not None:
                waits = min(waits, max(0.002, (next_due - now).total_seconds()))
        return waits

    async def ring(self, shard: int, name: str, now: datetime) -> None:
        """One timer: what it is about decides for itself whether anything is due."""
        kind, _, rest = name.partition(":")
        if kind == "case":
            number, _, generation = rest.partition(":")
            await self._case(shard, name, int(number), int(generation), now)
        elif kind == "draft":
            await self._draft(shard, rest, now)
        elif kind == "receipt":
            await self._receipt(shard, rest, now)
        else:
            await self._forget(shard, name)

    async def _case(self, shard: int, name: str, number: int, generation: int, now: datetime) -> None:
        await self._dispatch.people.all()

        async def drop_stale(pending: Pending, case: Case) -> None:
            if case.generation != generation:
                pending.timer(name, None)
                pending.open_case(name, None)

        turn = await self._work.change(
            number,
            lambda case: escalation.on_due(case, generation, now, plan=self._dispatch.plan_again(case, now)),
            now,
            also=drop_stale,
        )
        if turn is None:
            await self._forget(shard, name)

    async def _forget(self, shard: int, name: str) -> None:
        await self._store.commit(Commit(shard, timers={name: None}, open_cases={name: None}))

    # -- drafts and receipts -------------------------------------------------------------------------------------

    async def _draft(self, shard: int, person: str, now: datetime) -> None:
        """The person stayed silent: the draft is dispatched as it is, unopened."""
        key, card_key = draft_key(shard, person), draft_card_key(shard, person)
        chat_at = chat_key(shard, person)
        envelope, card_blob, chat_blob = await self._store.read([key, card_key, chat_at])
        if envelope is None or card_blob is None:
            await self._forget(shard, f"draft:{person}")
            return
        await self._dispatch.people.all()
        try:
            draft = Draft.from_json(self._dispatch.transit.open(card_blob, card_key.encode()))
        except (KeyDestroyed, Tampered):
            log.error("a draft's card cannot be opened; its envelope is passed on without it")
            draft = Draft("", 0, (), Report(unsure=True), "", "")
        chat = self._dispatch.read_chat(chat_at, chat_blob) or Chat(
            draft.channel, draft.address, draft.report.language
        )
        number = await self._work.next_number(shard)
        assessment = assess(draft.report, now)
        then = assess(draft.report, assessment.reassess_at) if assessment.reassess_at else None
        plan = self._dispatch.plan_for(draft.report, assessment.level, now)
        agreed = (Consent("a", Reply.YES, now), Consent("b", Reply.YES, now))
        turn = escalation.open_case(
            draft.case_id, number, plan, draft.report, assessment, now, then=then, consents=agreed,
            marks=frozenset({Mark.NO_WORDS}), earlier=len(chat.cases),
        )  # fmt: skip
        held = {key_id for key_id in recipients_of(envelope)}
        readers = tuple(
            p for p in plan.content if any(k.id in held for k in self._dispatch.people.public_keys(p))
        )
        turn = replace(turn, case=replace(turn.case, sealed_to=readers, labels=labels_of(draft.report)))
        pending = Pending(shard)
        pending.write(key, envelope, None)
        pending.put(card_key, None)
        pending.timer(f"draft:{person}", None)
        pending.field(case_key(shard, number, "body"), "report", envelope)
        way_key = case_key(shard, number, "way")
        way = Way(person, chat.channel, chat.address, draft.report.language)
        pending.put(way_key, self._dispatch.box.seal(way.to_json(), way_key.encode()), KEPT)
        self._dispatch.bodies.card(pending, number, draft.report, assessment, now)
        rule = Push(draft.report.push) if draft.report.push else Push.HELLO
        chat = replace(chat.with_ref(number, push=rule, asked=draft.report.push is not None), draft=False)
        after = self._dispatch.apply(pending, None, turn, now, way=way, chat=chat)
        self._dispatch.store_chat(pending, person, chat_blob, after)
        if isinstance(await self._store.commit(pending.commit()), Applied):
            self._work.offer(shard, pending.queue)

    async def _receipt(self, shard: int, person: str, now: datetime) -> None:
        """Ten minutes have passed: the receipt's message goes, and the session that only showed it."""
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

    async def _audit(self) -> None:
        """Re-arm open cases that no timer would wake, or whose timer is late and unclaimed."""
        now = self._clock()
        for shard in range(self._dispatch.shards):
            late = await self._store.overdue(shard, now, timedelta(seconds=10))
            if late:
                self.overdue_found += await self._store.rearm(shard, late, now)
                log.warning("re-armed %d timers of open cases", len(late))

    async def _tidy(self) -> None:
        now = self._clock()
        await self._store.tidy(now)
        await asyncio.to_thread(self._dispatch.transit.destroy_before, (now - _TRANSIT_DAYS).date())

    async def _tests(self) -> None:
        """The weekly, content-free test of everybody's alarm, answered by a tap."""
        now = self._clock()
        for person, enrolled in (await self._dispatch.people.all()).items():
            if enrolled.has_left or not enrolled.channels or not _needs_test(enrolled, now):
                continue
            await self._test_page(person, now)
            await self._dispatch.people.change(person, lambda e: replace(e, test_sent=now))


def _needs_test(enrolled: Enrolled, now: datetime) -> bool:
    fresh = enrolled.tested is not None and now - enrolled.tested < _TEST_EVERY
    asked = enrolled.test_sent is not None and now - enrolled.test_sent < _TEST_AGAIN
    return not fresh and not asked
