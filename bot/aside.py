"""Sets a reporter's message aside that could not be worked three times: it becomes a case as it is, *unsure*, so that
a human reads what the machine could not. Decided without the engine, which may be what broke."""

from collections.abc import Callable
from datetime import datetime

from bot.channels import Inbound
from bot.drafting import Records
from bot.hearing import clean
from bot.kit import Facts, Kit, Moment
from bot.steps import Steps
from bot.turn import Filed
from responders.casework import Casework, Contended
from responders.chats import Chat
from responders.delivery import Message
from responders.inbox import forget
from responders.pending import Pending, session_key, shard_of
from responders.store import Applied, Stale
from triage.report import Report

_TRIES = 10


class Aside:
    """`forget` drops what the conversation remembers of one person."""

    def __init__(
        self, kit: Kit, work: Casework, clock: Callable[[], datetime], mark: Callable[[str], str],
        forget: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._kit = kit
        self._work = work
        self._dispatch = work.dispatch
        self._clock = clock
        self._mark = mark
        self._forget = forget

    async def set_aside(self, inbound: Inbound) -> None:
        """Make the case, once. Raises StoreDown, and then nothing has happened."""
        person = self._work.pseudonym(inbound.channel, inbound.address)
        shard = shard_of(person, self._dispatch.shards)
        done = self._mark(f"{inbound.channel}|{inbound.address}|{inbound.message_id}")
        for _ in range(_TRIES):
            pending = Pending(shard, done)
            if inbound.in_inbox:
                forget(pending, done)
            await self._decide(pending, person, inbound, done)
            outcome = await self._work.store.commit(pending.commit())
            if not isinstance(outcome, Stale):
                self._forget(person)
                if isinstance(outcome, Applied):
                    self._work.offer(shard, pending.queue)
                return
        raise Contended("a message could not be set aside")

    async def _decide(self, pending: Pending, person: str, inbound: Inbound, done: str) -> None:
        """The case, and an answer. What broke us may be a damaged record: the next message finds a new session."""
        now, shard = self._clock(), pending.shard
        known, blob = await self._work.read_chat(shard, person)
        records = Records(chat=blob)
        number = await self._work.next_number(shard)
        chat = (known or Chat(inbound.channel, inbound.address, self._kit.offered[0])).with_ref(number)
        words = (clean(inbound.text or ""),) if inbound.text else ()
        language = chat.language or self._kit.offered[0]
        report = Report(unsure=True, words=words, channel=inbound.channel, language=language)
        moment = Moment(self._kit, Facts(b"", number), now)
        steps = Steps(
            self._work, pending, person, records, chat, lambda what: self._mark(f"{done}|{what}"), moment
        )
        await steps.take(Filed(number, report, is_new=True), None, chat)
        self._dispatch.store_chat(pending, person, records.chat, await steps.finish(chat))
        pending.put(session_key(shard, person), None)
        said = Message(self._kit.texts.say("chat/reask_again", language), language=language)
        self._dispatch.mail.reply(pending, chat, person, said, now)
