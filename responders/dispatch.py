"""Carries out what a case turn decided, into one commit: the record and its timers, pages, messages, erasures.
Has no rule of its own: cases.py, escalation.py and commands.py decide."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from responders.bodies import Bodies
from responders.box import Box
from responders.cases import Case, next_due
from responders.chats import KEPT, Chat, Way
from responders.flood import Rate, is_believed
from responders.grouping import RATE, Grouping
from responders.items import Item, Kind
from responders.keypair import PublicKey
from responders.keyring import TransitKeyring
from responders.paging import Paging
from responders.pending import Pending, case_key, case_timer, chat_key
from responders.people import Enrolled, People
from responders.plan import Plan, plan, readers
from responders.policies import Responders
from responders.post import Post
from responders.reporter_mail import ReporterMail
from responders.routes import Labels
from responders.statistics import counted, drifted
from responders.turns import CaseTurn, Erase, Out
from responders.voice import Voice
from triage.quick import quick
from triage.report import Report
from triage.scales import Level

# label sets whose readers and plans are kept; labels are codes, and say nothing about who reported
_REMEMBERED = 256


@quick
@dataclass(frozen=True)
class Loaded:
    """A case as it was read, with the blob whose tag guards the next write."""

    case: Case
    blob: bytes


class Dispatch:
    """Turns decisions about cases into writes and outbox items. Its parts: `post`, `paging`, `mail`, `bodies`."""

    def __init__(
        self, *, shards: int, box: Box, transit: TransitKeyring, responders: Responders, people: People, voice: Voice,
        recovery: Sequence[PublicKey], senders: Collection[str], pages: Rate = RATE,
    ) -> None:  # fmt: skip
        self.shards = shards
        self.box = box
        self.transit = transit
        self.responders = responders
        self.people = people
        self.voice = voice
        self.post = Post(transit)
        self.paging = Paging(self.post, responders.directory, people, voice, senders, Grouping(pages))
        self.mail = ReporterMail(self.post, box, transit, voice)
        self.bodies = Bodies(people, recovery, transit, shards)
        self._readers: dict[Hashable, tuple[str, ...]] = {}
        self._plans: dict[Hashable, Plan] = {}
        self._off: tuple[Mapping[str, Enrolled], datetime, frozenset[str]] | None = None

    def plan_for(self, report: Report, level: Level, now: datetime) -> Plan:
        """Routes, rotas and policies of this moment for a report."""
        return self._plan({**labels_of(report), "level": level.word}, now)

    def readers_for(self, report: Report, level: Level, now: datetime) -> tuple[str, ...]:
        """Whom that plan would let read, without the plan; asked at every answer of a draft, so it is remembered for
        the minute in which nothing about it can change."""
        off, said = self.off(now.replace(microsecond=0)), (report.country, report.what, report.about)
        key = (*said, report.language, report.link, level, off, int(now.timestamp()) // 60)
        known = self._readers.get(key)
        if known is None:
            if len(self._readers) >= _REMEMBERED:
                self._readers.clear()
            labels = {**labels_of(report), "level": level.word}
            known = self._readers[key] = readers(self.responders, labels, now, off=off)
        return known

    def plan_again(self, case: Case, now: datetime) -> Plan:
        """A fresh plan for an open case, by the labels it was routed with."""
        return self._plan({**case.labels, "level": case.level.word}, now)

    def _plan(self, labels: Labels, now: datetime) -> Plan:
        """A plan as of this full second, so that a flood of reports makes few: rotas and hours change by the minute."""
        second = now.replace(microsecond=0)
        off = self.off(second)
        key = (tuple(sorted(labels.items())), off, second)
        known = self._plans.get(key)
        if known is None:
            if len(self._plans) >= _REMEMBERED:
                self._plans.clear()
            known = self._plans[key] = plan(self.responders, labels, second, off=off)
        return known

    def off(self, now: datetime) -> frozenset[str]:
        """Everybody who is away or has left, as of the last look."""
        known = self.people.known  # a new one at every look
        if self._off is None or self._off[0] is not known or self._off[1] != now:
            off = frozenset(person for person, enrolled in known.items() if enrolled.is_off(now))
            self._off = known, now, off
        return self._off[2]

    def open_case(self, key: str, blob: bytes) -> Case:
        return Case.from_json(self.box.open(blob, key.encode()))

    def apply(
        self, pending: Pending, before: Loaded | None, turn: CaseTurn, now: datetime, *, way: Way | None,
        chat: Chat | None,
    ) -> Chat | None:  # fmt: skip
        """Put a case turn into the commit; returns the chat with what changed about it.

        `way` must be given when the turn says anything to the reporter or erases the way. Casework.apply adds what
        has to be read first."""
        case = turn.case
        is_gone = Erase.RECORD in turn.erase
        key = case_key(pending.shard, case.number)
        sealed = None if is_gone else self.box.seal(case.to_json(), key.encode())
        pending.write(key, before.blob if before else None, sealed, KEPT)
        self._timers(pending, before, case, gone=is_gone)
        self._tell_people(pending, turn, now)
        for count in (counted, drifted):
            if (row := count(before.case if before else None, case)) is not None:
                self.post.send(pending, Item(Kind.COUNT, text=row), now)
        for note in turn.notes:
            part = {
                "kind": "note",
                "at": now.isoformat(),
                "by": self.voice.name(note.person),
                "text": note.text,
            }
            self.bodies.append(pending, case, part, "n" + self.post.name(now))
        ref = chat.ref(case.number) if chat is not None else None
        if chat is not None and ref is not None:
            known = {"is_open": ref.is_open, "has": ref.has, "believed": ref.believed}
            if (now_is := ref_of(case)) != known:
                chat = chat.with_ref(case.number, **now_is)
        for out in turn.to_reporter:
            if out.kind is Out.CANCEL:
                self.paging.cancel_outside(pending, case.number, out.refs)
            chat = self.mail.put(pending, out, case, now, way, chat)
        return self._erase(pending, turn, chat)

    def _tell_people(self, pending: Pending, turn: CaseTurn, now: datetime) -> None:
        """What focal points, other bodies and the audit get of a turn."""
        case = turn.case
        for person in turn.conceal:  # first: what they are told about it comes after
            self.paging.conceal(pending, person, case.number, now)
        for page in turn.pages:
            self.paging.page(pending, page, case, now)
        for tell in turn.tells:
            self.paging.told(pending, tell, case, now)
        for outside in turn.outside:
            self.paging.outside(pending, outside, case, now)
        for entry in turn.audit:
            at = int(now.timestamp())
            item = Item(Kind.AUDIT, person=entry.person or "", text=entry.act, case=entry.number, at=at)
            self.post.send(pending, item, now)

    def _timers(self, pending: Pending, before: Loaded | None, case: Case, *, gone: bool) -> None:
        """The case's one timer carries its generation: an older one rings for nothing."""
        if before is not None and before.case.generation != case.generation:
            old = case_timer(case.number, before.case.generation)
            pending.timer(old, None)
            pending.open_case(old, None)
        name, due = case_timer(case.number, case.generation), next_due(case)
        pending.timer(name, None if gone else due)
        pending.open_case(name, None if gone or due is None else case.created)

    def _erase(self, pending: Pending, turn: CaseTurn, chat: Chat | None) -> Chat | None:
        """Delete what a turn removes; a chat without this case may be forgotten altogether."""
        number = turn.case.number
        for part in (Erase.BODY, Erase.CARD, Erase.WAY, Erase.WAITING):
            if part in turn.erase:
                pending.put(case_key(pending.shard, number, part.value), None)
        if Erase.WAY in turn.erase and chat is not None:
            chat = chat.without(number)
        return chat

    def read_chat(self, key: str, blob: bytes | None) -> Chat | None:
        return None if blob is None else Chat.from_json(self.box.open(blob, key.encode()))

    def store_chat(self, pending: Pending, pseudonym: str, blob: bytes | None, chat: Chat | None) -> None:
        """Write a chat, or forget one that has nothing left in it."""
        key = chat_key(pending.shard, pseudonym)
        if chat is None or not chat.is_worth_keeping:
            if blob is not None:
                pending.write(key, blob, None)
            return
        pending.write(key, blob, self.box.seal(chat.to_json(), key.encode()), chat.kept_for)


def ref_of(case: Case) -> dict[str, bool]:
    """What a chat knows of its case."""
    return {"is_open": case.is_open, "has": case.has is not None, "believed": is_believed(case)}


def labels_of(report: Report) -> dict[str, tuple[str, ...]]:
    """What the route tree may ask about a report; its level is added where it is known."""
    said = {
        "country": (report.country,),
        "acts": report.what,
        "role": (report.about,),
        "language": (report.language,),
        "link": (report.link,),
    }
    found = {name: tuple(value for value in values if value) for name, values in said.items()}
    return {name: values for name, values in found.items() if values}
