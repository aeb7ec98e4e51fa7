"""Works one message of a reporter: opens the session, lets the engine decide, seals, and commits everything in one
round trip. Nothing is confirmed before that; a message worked twice changes nothing the second time."""

import asyncio
import contextlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot import engine
from bot.channels import Event, Inbound
from bot.drafting import Records
from bot.given_words import GivenWords
from bot.kit import Facts, Hurry, Kit, Moment
from bot.scored import is_wanted
from bot.scoring import Kept, Scoring
from bot.session import RECEIPT_STAYS, SESSION_KEPT, Session, stamp
from bot.steps import Steps
from bot.turn import Turn
from responders.box import Box
from responders.casework import Casework
from responders.changing import replace
from responders.chats import KEPT, Chat
from responders.flood import Meter, Rate
from responders.inbox import forget
from responders.keyring import MasterKey, mark, pseudonym, session_box
from responders.pending import Pending, case_key, chat_key, draft_key, receipt_key, session_key, shard_of
from responders.store import AlreadyDone, Applied, Outcome, Stale, StoreDown

_REMEMBERED = 20_000  # people whose sealed records stay in memory: ciphertext only

PACE = Rate(60, timedelta(seconds=1))  # nobody types so fast; as many answers as Telegram lets into one chat
_TOLD = Rate(1, timedelta(minutes=1))

ATTEMPTS = 100  # a busy ladder overtakes a few decisions in a row; a hundred are a fault of ours


class Contended(Exception):
    """A hundred decisions in a row were overtaken by others."""


class Conversation:
    """The reporters' side of the service."""

    def __init__(
        self, kit: Kit, master: MasterKey, work: Casework, facts: Callable[[Inbound, datetime], Facts],
        clock: Callable[[], datetime], tries_an_hour: int, pace: Rate = PACE,
    ) -> None:  # fmt: skip
        self.given = GivenWords(kit, master, work, tries_an_hour)
        self._kit = kit
        self._master = master
        self._work = work
        self._dispatch = work.dispatch
        self._facts = facts
        self._clock = clock
        self._records: OrderedDict[str, Records] = OrderedDict()
        self._pace, self._told = Meter(pace), Meter(_TOLD)
        self._locks: dict[str, asyncio.Lock] = {}
        self._spares: dict[int, list[int]] = {}
        self.on_case: Callable[[Inbound], None] = lambda _inbound: None  # a case was opened
        self.scoring: Scoring | None = None  # without one, words are not scored

    async def hear(self, inbound: Inbound) -> None:
        """Work one message; returns once it is durable. Raises StoreDown, and then nothing has happened."""
        person = pseudonym(self._master, inbound.channel, inbound.address)
        lock = self._locks.setdefault(person, asyncio.Lock())
        async with lock:  # first come, first served: a person's messages keep their order
            try:
                await self._hear(person, inbound)
            except BaseException:
                self._records.pop(person, None)  # what was written is not known: ask the store next time
                raise
        if not lock.locked() and not getattr(lock, "_waiters", None):
            self._locks.pop(person, None)

    async def _hear(self, person: str, inbound: Inbound) -> None:
        shard = shard_of(person, self._dispatch.shards)
        done = mark(self._master, f"{inbound.channel}|{inbound.address}|{inbound.message_id}")
        box = session_box(self._master, inbound.channel, inbound.address)
        given: tuple[int, ...] | None = None
        hurry = self._hurry(person, inbound)
        spare = await self._take_number(shard)
        for _ in range(ATTEMPTS):
            now = self._clock()
            records = self._records.get(person) or Records()
            session = _session(records, session_key(shard, person), box)
            chat = self._chat(records, chat_key(shard, person))
            if given is None:
                given = await self.given.cases(inbound.text or "", chat, inbound.channel, now)
            facts = replace(
                self._facts(inbound, now), entropy=secrets.token_bytes(16), spare=spare, given=given, shard=shard,
                shards=self._dispatch.shards, hurry=hurry,
            )  # fmt: skip
            if session is not None and session.draft is not None and records.draft is None:
                records.draft = (await self._work.store.read([draft_key(shard, person)]))[0]
            moment = Moment(self._kit, facts, now)
            turn = engine.advance(moment, session, chat, inbound)
            written = records.copy()
            pending = Pending(shard, done)
            if inbound.in_inbox:
                forget(pending, done)
            await self._write(pending, person, written, turn, moment, inbound, done, box, chat)
            kept = self._to_score(pending, moment, turn, inbound, done)
            outcome = await self._commit(pending, spare if spare in written.cases else None)
            if isinstance(outcome, Applied):
                self._remember(person, written)
                self._work.offer(shard, pending.queue)
                self._score_soon(kept)
                if turn.remove_receipt and chat is not None:
                    await self._greet_now(shard, chat, now)
            if not isinstance(outcome, Stale):
                if isinstance(outcome, AlreadyDone) or spare not in written.cases:
                    self._spares[shard].append(spare)
                else:
                    self.on_case(inbound)
                return
            self._remember(person, _as_stored(records, outcome, shard, person))
        raise Contended("a person's records changed under one message again and again")

    def _score_soon(self, kept: Kept | None) -> None:
        if kept is not None and self.scoring is not None:
            self.scoring.offer(kept)

    def _to_score(
        self, pending: Pending, moment: Moment, turn: Turn, inbound: Inbound, done: str
    ) -> Kept | None:
        """Words that this turn kept wait for their score; the score's own turn takes them out."""
        if self.scoring is None:
            return None
        if inbound.event is Event.SCORED:
            self.scoring.done(pending, inbound, lambda text: mark(self._master, text))
        elif is_wanted(moment, turn, inbound.text or ""):
            return self.scoring.keep(pending, done, inbound, moment.now)
        return None

    async def _greet_now(self, shard: int, chat: Chat, now: datetime) -> None:
        """Text 2 that waited for the receipt comes with its tap; a fault here leaves it the receipt's ten minutes."""
        if chat.hello_waits is not None and chat.hello_from is not None:
            with contextlib.suppress(StoreDown):
                await self._work.store.renew(shard, [chat.hello_waits], max(now, stamp(chat.hello_from)))

    async def _write(
        self, pending: Pending, person: str, records: Records, turn: Turn, moment: Moment, inbound: Inbound, done: str,
        box: Box, seen: Chat | None,
    ) -> None:  # fmt: skip
        """Everything the turn leads to, into one commit; `records` become what the store will hold. A chat that is
        as it was `seen` is not written again."""
        shard, session, chat, now = pending.shard, turn.session, turn.chat, moment.now
        place = chat or Chat(inbound.channel, inbound.address, "")

        def done_elsewhere(what: str) -> str:
            return mark(self._master, f"{done}|{what}")

        steps = Steps(self._work, pending, person, records, place, done_elsewhere, moment)
        for event in turn.events:
            session, chat = await steps.take(event, session, chat)
        if turn.receipt is not None and session is not None:
            verifier = mark(self._master, "receipt|" + turn.receipt.value)
            key = receipt_key(shard)
            body = ",".join(str(number) for number in turn.receipt_for).encode()
            pending.field(key, verifier, self._dispatch.box.seal(body, f"{key}|{verifier}".encode()))
            for number in turn.receipt_for:
                await steps.add_receipt(number, verifier)
            pending.timer(f"receipt:{person}", now + RECEIPT_STAYS)
        if turn.remove_receipt:
            pending.timer(f"receipt:{person}", None)
        if turn.clear or turn.remove_receipt:
            self._dispatch.mail.clear(
                pending, place, now, pseudonym=person, mark="" if turn.clear else "receipt"
            )
        for reply in turn.replies:
            self._dispatch.mail.reply(
                pending, place, person, reply.message, now, mark="receipt" if reply.is_receipt else ""
            )
        chat = await steps.finish(chat)  # after the replies: what waited stands below them
        key = chat_key(shard, person)
        kept = chat if chat is not None and chat.is_worth_keeping else None
        if kept is not None and kept == seen and records.chat is not None:
            pending.check(key, records.chat)
        else:
            blob = self._dispatch.box.seal(kept.to_json(), key.encode()) if kept is not None else None
            pending.write(key, records.chat, blob, chat.kept_for if chat is not None else KEPT)
            records.chat = blob
        key = session_key(shard, person)
        blob = box.seal(session.to_json(), key.encode()) if session is not None else None
        pending.write(key, records.session, blob, SESSION_KEPT)
        records.session = blob
        if session is None:
            records.body = None

    def _hurry(self, person: str, inbound: Inbound) -> Hurry:
        """Whether this person writes faster than the rate. Nobody wrote what only a score is about."""
        now = self._clock()
        if inbound.event is Event.SCORED or self._pace.is_within(person, now):
            return Hurry.NO
        return Hurry.FIRST if self._told.is_within(person, now) else Hurry.MORE

    # -- reading -------------------------------------------------------------------------------------------------

    async def _take_number(self, shard: int) -> int:
        """A number in hand for the case that a message may open, so that an alert costs one round trip. It is this
        message's alone until it is given back: two alerts at once must not open the same case."""
        spares = self._spares.setdefault(shard, [])
        return spares.pop() if spares else await self._work.next_number(shard)

    async def _commit(self, pending: Pending, used: int | None) -> Outcome:
        """Write the turn; when it uses up a number, the next one is asked for in the same breath."""
        writing = self._work.store.commit(pending.commit())
        if used is None:
            return await writing
        outcome, number = await asyncio.gather(writing, self._work.next_number(pending.shard))
        self._spares[pending.shard].append(number)
        return outcome

    def _chat(self, records: Records, key: str) -> Chat | None:
        if records.chat is None:
            return None
        return Chat.from_json(self._dispatch.box.open(records.chat, key.encode()))

    def _remember(self, person: str, records: Records) -> None:
        self._records[person] = records
        self._records.move_to_end(person)
        while len(self._records) > _REMEMBERED:
            self._records.popitem(last=False)

    def forget(self, person: str) -> None:
        """Drop what is remembered of one person; the store has it."""
        self._records.pop(person, None)


def _session(records: Records, key: str, box: Box) -> Session | None:
    return None if records.session is None else Session.from_json(box.open(records.session, key.encode()))


def _as_stored(old: Records, outcome: Stale, shard: int, person: str) -> Records:
    """What the store said when it refused: decide again on that."""
    seen: Mapping[str, bytes | None] = outcome.values
    cases = dict(old.cases)
    for key, value in seen.items():
        number = key.split(":case:")[-1]
        if number.isdigit() and key == case_key(shard, int(number)):
            cases[int(number)] = value
    return Records(
        session=seen.get(session_key(shard, person), old.session),
        chat=seen.get(chat_key(shard, person), old.chat),
        draft=seen.get(draft_key(shard, person), old.draft),
        body=None,
        cases=cases,
    )
