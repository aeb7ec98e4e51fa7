"""Carries the events of one turn into one commit: cases are decided by the responders' pure functions, and bodies are
sealed. Has no rule of its own."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.drafting import Drafting, Records
from bot.kit import Hurry, Moment
from bot.later import Later
from bot.meanings import meaning
from bot.session import QUIET, Session
from bot.touched import Touched
from bot.turn import Act, Did, DraftDropped, Drafted, Event, Filed, Wrote
from responders import escalation, reporter_side
from responders.bodies import body_of
from responders.cases import Case, Consent, Mark, Reply
from responders.casework import Casework
from responders.changing import replace
from responders.chats import KEPT, Chat, Way
from responders.dispatch import labels_of
from responders.envelope import Sealer, Tampered
from responders.flood import comes_trusted
from responders.keypair import PublicKey
from responders.pending import Pending, case_key
from responders.turns import CaseTurn, Erase
from triage.assessment import Assessment, assess
from triage.report import Report


class Steps:
    """The events of one turn, taken in their order, then finished into the commit."""

    def __init__(
        self, work: Casework, pending: Pending, person: str, records: Records, chat: Chat,
        done: Callable[[str], str], moment: Moment,
    ) -> None:  # fmt: skip
        self._work = work
        self._dispatch = work.dispatch
        self._pending = pending
        self._person = person
        self._records = records
        self._place = chat
        self._now = moment.now
        self._moment = moment
        self._drafting = Drafting(work.dispatch, pending, person, records, moment)
        self._touched = Touched(work, pending, records, done, moment.now)

    async def take(
        self, event: Event, session: Session | None, chat: Chat | None
    ) -> tuple[Session | None, Chat | None]:
        """Carry out one event; returns session and chat with what sealing adds to them."""
        match event:
            case Filed() if event.is_new:
                session = self._open(event, session, chat)
                self._put_away_later(session)
            case Filed():
                session = await self._update(event, session)
                if event.body_key is None:
                    self._put_away_later(session)
            case Drafted():
                session = self._drafting.keep(event, session)
            case DraftDropped():
                self._drafting.drop()
            case Did(number, Act.NEW_PHONE):
                await self._new_phone(number)
            case _:
                if isinstance(event, Wrote) and event.text:
                    part = {"kind": "message", "text": event.text, "note": event.note.value}
                    is_hurried = self._moment.facts.hurry is not Hurry.NO  # then it is read at the desk only
                    await self._append(event.case, part, said="" if is_hurried else event.text)
                await self._touched.decide(
                    event.case, meaning(event, self._now, self._dispatch.plan_again), what=event
                )
        return session, chat

    async def finish(self, chat: Chat | None) -> Chat | None:
        """Put every decided case into the commit."""
        for number, (loaded, turn) in self._touched.turns.items():
            way = self._touched.ways.get(number)
            if way is None and (turn.to_reporter or turn.erase):
                way = await self._touched.way(number)
            chat = await self._work.apply(self._pending, loaded, turn, self._now, way=way, chat=chat)
            self._records.cases[number] = self._pending.value(case_key(self._pending.shard, number))
            if (way_blob := self._pending.value(case_key(self._pending.shard, number, "way"))) is not None:
                self._records.ways[number] = way_blob
            elif Erase.WAY in turn.erase:
                self._records.ways.pop(number, None)
        return chat

    async def add_receipt(self, number: int, verifier: str) -> None:
        """Receipt words were shown for this case: its way remembers their keyed hash, the card loses NO WORDS."""
        if not self._touched.is_here(number):
            return
        way = self._touched.ways.get(number) or await self._touched.way(number)
        if way is not None:
            self._touched.write_way(number, replace(way, receipts=(*way.receipts, verifier)))
        await self._touched.decide(
            number, lambda case: CaseTurn(case.unmarked(Mark.NO_WORDS)), what="receipt"
        )

    def _open(self, event: Filed, session: Session | None, chat: Chat | None) -> Session | None:
        """A new case, from a draft's envelope if there was one."""
        report, assessment, then = self._assessed(event.report)
        plan = self._dispatch.plan_for(report, assessment.level, self._now)
        readers, public = self._dispatch.bodies.readers(plan.content)
        sealer, revision = self._drafting.sealer(session, public)
        consents = _consents(session, self._now)
        earlier = len(chat.cases) - 1 if chat else 0
        turn = escalation.open_case(
            sealer.case_id, event.case, plan, report, assessment, self._now, then=then, consents=consents,
            marks=frozenset({Mark.NO_WORDS}), earlier=max(0, earlier),
        )  # fmt: skip
        case = replace(turn.case, sealed_to=readers, labels=labels_of(report), trusted=comes_trusted(chat))
        turn = replace(turn, case=case)
        envelope = sealer.seal(body_of(report, assessment), revision)
        shard = self._pending.shard
        self._pending.field(case_key(shard, event.case, "body"), "report", envelope)
        self._records.body = envelope
        self._dispatch.bodies.card(self._pending, event.case, report, assessment, self._now)
        place = chat or self._place
        self._touched.write_way(event.case, Way(self._person, place.channel, place.address, report.language))
        self._touched.turns[event.case] = (None, turn)
        self._drafting.drop()
        return _going_on(session, event.case, sealer, revision)

    async def _update(self, event: Filed, session: Session | None) -> Session | None:
        """More answers for an open case: sealed again in the same conversation, else appended."""
        report, assessment, then = self._assessed(event.report)
        loaded = await self._touched.loaded(event.case)
        case = loaded[1].case if loaded else None
        if case is None or not case.has_way:
            return session
        report = replace(
            report, country=report.country or case.country
        )  # known is known, however little is said now
        if event.body_key is None or event.since is not None or not self._touched.is_here(event.case):
            later = Later(self._work, self._pending, self._person, self._records, event)
            is_beside = self._touched.is_here(event.case) and await later.has_room()
            body: dict[str, object] = json.loads(body_of(report, assessment))
            if not is_beside:
                await self._append(event.case, body)
            await self._touched.decide(event.case, lambda case: escalation.updated(
                case, report, assessment, self._now, plan=self._dispatch.plan_for(report, assessment.level, self._now),
                sealed_to=case.sealed_to, then=then), what=f"updated|{json.dumps(body)}")  # fmt: skip
            known = await self._touched.loaded(event.case) if is_beside else None
            if known is None:
                return session
            sealer = later.seal(known[1].case, {"at": self._now.isoformat(), **body})
            return _going_on(session, event.case, sealer, later.revision)
        needs_plan = (report.country, assessment.level) != (case.country, case.level)
        plan = (
            self._dispatch.plan_for(report, max(assessment.level, case.level), self._now)
            if needs_plan
            else None
        )
        audience = plan.content if plan else case.sealed_to
        readers, public = self._dispatch.bodies.readers(one for one in audience if one not in case.removed)
        sealer = await self._reseal(event, case, body_of(report, assessment), readers, public)
        await self._touched.decide(event.case, lambda case: escalation.updated(
            case, report, assessment, self._now, plan=plan, sealed_to=readers, then=then), what="updated")  # fmt: skip
        if not case.progressed:
            self._dispatch.bodies.card(self._pending, event.case, report, assessment, self._now)
        return _going_on(session, event.case, sealer, event.revision + 1)

    def _put_away_later(self, session: Session | None) -> None:
        """Once the chat has locked, the session keeps no word of what lies sealed now."""
        if session is not None:
            self._pending.timer(f"quiet:{self._person}", self._now + QUIET)

    async def _reseal(
        self, event: Filed, case: Case, body: bytes, readers: tuple[str, ...], public: Sequence[PublicKey]
    ) -> Sealer:  # fmt: skip
        """Seal the body again under the conversation's key; a changed audience gets a new key, so that whoever was
        removed cannot read what comes."""
        key = case_key(self._pending.shard, event.case, "body")
        if self._records.body is None:
            self._records.body = await self._work.store.field(key, "report")
        try:
            sealer = Sealer.from_envelope(self._records.body or b"", base64.b64decode(event.body_key or ""))
            if set(readers) != set(case.sealed_to):
                sealer = sealer.with_recipients(public)
        except (Tampered, ValueError):
            sealer = Sealer.new(case.id, public)
        envelope = sealer.seal(body, event.revision + 1)
        self._pending.field(key, "report", envelope)
        self._records.body = envelope
        return sealer

    async def _new_phone(self, number: int) -> None:
        """The right words on a phone that does not have the case: its way remembers it, replies are not redirected."""
        way, key = await self._touched.way(number), case_key(number % self._dispatch.shards, number, "way")
        if way is None:
            return
        if way.pseudonym == self._person:  # the case was moved here before
            wrote = "new phone wrote"
            await self._touched.decide(
                number, lambda case: reporter_side.reporter_wrote(case, True, self._now), what=wrote
            )
            return
        await self._touched.decide(
            number, lambda case: reporter_side.new_phone(case, self._now), what="new phone"
        )
        new = replace(way, new=(self._person, self._place.channel, self._place.address))
        blob = self._dispatch.box.seal(new.to_json(), key.encode())

        async def keep(pending: Pending, case: Case) -> None:
            if case.has_way:  # or what was erased a moment ago would come back
                pending.put(key, blob, KEPT)

        await self._touched.also(number, keep, what="new phone's way")

    async def _append(self, number: int, part: Mapping[str, object], said: str = "") -> None:
        """An envelope of its own beside the report; what was `said` also goes to a phone that may show it."""
        what = f"part|{json.dumps(part, sort_keys=True)}"
        part, name = {"at": self._now.isoformat(), **part}, "m" + self._dispatch.post.name(self._now)

        async def keep(pending: Pending, case: Case) -> None:
            if case.has_way:
                self._dispatch.bodies.append(pending, case, part, name)
                if said:
                    self._dispatch.paging.words(pending, case, said, self._now)

        await self._touched.also(number, keep, what=what)

    def _assessed(self, report: Report) -> tuple[Report, Assessment, Assessment | None]:
        """The assessment now and, where a date lies ahead, what the same answers will mean by then."""
        assessment = self._moment.assess(report)
        then = assess(report, assessment.reassess_at) if assessment.reassess_at is not None else None
        return report, assessment, then


def _going_on(session: Session | None, number: int, sealer: Sealer, revision: int) -> Session | None:
    """A session that still asks about this case keeps the key of its body; one that has ended does not."""
    if session is None or session.node is None or session.case != number:
        return session
    key = base64.b64encode(sealer.body_key).decode()
    return replace(session, body_key=key, revision=revision, draft=None)


def _consents(session: Session | None, now: datetime) -> tuple[Consent, ...]:
    """a and b by the notice; choosing 1 to 3 in the opening is consent to b (protocol section 4)."""
    agreed = session is not None and session.merged().get("notice") == "agree"
    letters = ("a", "b") if agreed else ("b",)
    return tuple(Consent(letter, Reply.YES, now) for letter in letters)
