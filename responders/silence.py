"""Passes on the draft of somebody who fell silent: it becomes a case as it is, unopened, and its ladder begins.
Nobody opens a session without its owner; all that is known here is the draft's card, and sealed."""

import logging
from datetime import datetime

from responders import escalation
from responders.box import Tampered
from responders.cases import Consent, Mark, Push, Reply
from responders.casework import Casework
from responders.changing import replace
from responders.chats import KEPT, Chat, Way
from responders.dispatch import labels_of
from responders.drafts import Draft
from responders.envelope import case_of, recipients_of
from responders.flood import comes_trusted
from responders.keyring import KeyDestroyed
from responders.pending import Pending, case_key, draft_card_key, draft_key
from responders.turns import CaseTurn
from triage.assessment import Assessment, assess
from triage.report import Report

log = logging.getLogger("tocsin.silence")


class Silence:
    """What the timers of drafts do."""

    def __init__(self, work: Casework) -> None:
        self._work = work
        self._dispatch = work.dispatch

    async def pass_on(self, shard: int, person: str, now: datetime) -> bool:
        """Dispatch one draft; False when it is not there (any more). Raises StoreDown.

        Whoever writes in this very moment wins: their turn moves the draft, and this changes nothing."""
        key, card_key = draft_key(shard, person), draft_card_key(shard, person)
        envelope, card = await self._work.store.read([key, card_key])
        if envelope is None:
            return False
        await self._dispatch.people.all()
        draft = self._draft(envelope, card, card_key)
        known, chat_blob = await self._work.read_chat(shard, person)
        chat = known or Chat(
            "", "", draft.report.language
        )  # a draft has one; without it nobody can be answered
        number = await self._work.next_number(shard)
        turn, assessment = self._opened(draft, envelope, number, chat, now)
        pending = Pending(shard)
        pending.write(key, envelope, None)
        pending.put(card_key, None)
        pending.timer(f"draft:{person}", None)
        pending.timer(f"quiet:{person}", now)  # no word of it is kept where the server could read it
        pending.field(case_key(shard, number, "body"), "report", envelope)
        way = Way(person, chat.channel, chat.address, draft.report.language)
        way_key = case_key(shard, number, "way")
        pending.put(way_key, self._dispatch.box.seal(way.to_json(), way_key.encode()), KEPT)
        self._dispatch.bodies.card(pending, number, draft.report, assessment, now)
        rule = Push(draft.report.push) if draft.report.push else Push.HELLO
        chat = replace(chat.with_ref(number, push=rule, asked=draft.report.push is not None), draft=False)
        after = self._dispatch.apply(pending, None, turn, now, way=way, chat=chat)
        self._dispatch.store_chat(pending, person, chat_blob, after)
        await self._work.commit(pending)
        return True

    def _draft(self, envelope: bytes, card: bytes | None, card_key: str) -> Draft:
        """The draft's facts; without them a person still reads the sealed part, and it counts as *unsure*."""
        try:
            if card is not None:
                return Draft.from_json(self._dispatch.transit.open(card, card_key.encode()))
        except (KeyDestroyed, Tampered):
            pass
        log.error("a draft's card cannot be opened; its envelope is passed on without it")
        return Draft(case_of(envelope), 0, (), Report(unsure=True))

    def _opened(
        self, draft: Draft, envelope: bytes, number: int, chat: Chat, now: datetime
    ) -> tuple[CaseTurn, Assessment]:  # fmt: skip
        report = draft.report
        assessment = assess(report, now)
        then = assess(report, assessment.reassess_at) if assessment.reassess_at else None
        plan = self._dispatch.plan_for(report, assessment.level, now)
        letters = ("b",) if report.opening is None else ("a", "b")  # a lone cry came before the notice
        turn = escalation.open_case(
            draft.case_id, number, plan, report, assessment, now, then=then,
            consents=tuple(Consent(letter, Reply.YES, now) for letter in letters),
            marks=frozenset({Mark.NO_WORDS}), earlier=len(chat.cases),
        )  # fmt: skip
        held = frozenset(recipients_of(envelope))
        readers = tuple(one for one in plan.content if held & self._dispatch.people.key_ids(one))
        case = replace(turn.case, sealed_to=readers, labels=labels_of(report), trusted=comes_trusted(chat))
        return replace(turn, case=case), assessment
